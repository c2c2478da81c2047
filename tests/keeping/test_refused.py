"""A restore that does not fit is refused before anything is touched, and says which file or what is in the way."""

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from stretchhub.keeping import manifest
from tests.keeping.system import System

# Marked for the database so that there are migrated tables to begin with; what is tested has a database of its own.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(0)]

RESTORE = """
from pathlib import Path
from stretchhub.keeping.manifest import NotDone
from stretchhub.keeping.restore import restore
for place in sys.argv[1:]:
    try:
        restore(Path(place), lambda line: None)
    except NotDone as error:
        print(error)
"""


def rewrite(place: Path, **changed) -> Path:
    """Another manifest, with a digest that fits."""
    said = json.loads((place / manifest.FILE).read_text()) | changed
    text = json.dumps(said).encode()
    (place / manifest.FILE).write_bytes(text)
    (place / manifest.SUM).write_text(f"{sha256(text).hexdigest()}  {manifest.FILE}\n")
    return place


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_what_was_tampered_with_is_named_and_nothing_is_touched(copied, empty: System):
    places = [copied() for _each in range(6)]
    uploaded, gone, database, listed, outside, said = places
    [a_file, *_more] = sorted((uploaded / "media").rglob("*/*/*"))
    name = str(a_file.relative_to(uploaded))
    flip(a_file)
    (gone / name).unlink()
    dump = next(database.glob("database.*")).name
    flip(database / dump)
    flip(listed / "media.jsonl")
    (outside / "media.jsonl").write_text(json.dumps({"path": "media/../../x", "size": 1, "sha256": "0"}) + "\n")
    rewrite(outside, files=[vars(manifest.kept(outside, "media.jsonl"))])
    flip(said / manifest.FILE)

    told = empty.run(RESTORE, *places).splitlines()

    changed = "is not as it was backed up: it was changed or damaged. Use another backup."
    assert told == [
        f"{name} {changed}",
        f"{name} is missing from the backup. Use another backup.",
        f"{dump} {changed}",
        f"media.jsonl {changed}",
        "“../../x” is no name of an uploaded file.",
        "manifest.json is not as it was written: it was changed or damaged. Use another backup.",
    ]
    assert empty.tables() == []
    assert empty.files() == {}
    assert not (empty.data / "restore-unfinished").exists()


def test_a_backup_of_another_kind_or_of_a_newer_version_is_refused(copied, empty: System):
    found = manifest.read(copied())
    later = {**found.migrations, "notices": [*found.migrations["notices"], "9999_later"]}
    other = {"vendor": "sqlite" if empty.database else "postgresql", "version": "99"}
    places = [
        rewrite(copied(), migrations=later),
        rewrite(copied(), version="99.0.0"),
        rewrite(copied(), engine=other),
        rewrite(copied(), format=2),
        copied().rename(copied().with_suffix(".partial")),
        copied().parent / "nothing",
    ]

    told = empty.run(RESTORE, *places).splitlines()

    assert [line.partition(":")[0].partition(" (")[0] for line in told[:1]] == ["This backup is of a newer StretchHub"]
    assert "the migration notices 9999_later is not known here" in told[0]
    assert "version 0.1.0" in told[1]
    assert told[2].startswith(f"This is a backup of {other['vendor']}")
    assert told[3].startswith("manifest.json is of a kind that this version does not know.")
    assert told[4].endswith("was stopped before it was complete. Use another backup.")
    assert told[5].startswith("There is no complete backup in ")
    assert empty.tables() == []


def test_a_system_with_people_is_left_as_it_is(backups: Path, twin: System):
    before = twin.rows()

    said = twin.manage("restore", backups, expect=1).stderr

    assert "This system is not empty: 60 people are in it." in said
    assert twin.rows() == before


def test_a_system_with_uploaded_files_is_left_as_it_is(backups: Path, empty: System):
    (empty.data / "media/evidence/aa").mkdir(parents=True)
    (empty.data / "media/evidence/aa/own").write_bytes(b"own")

    said = empty.manage("restore", backups, expect=1).stderr

    assert "it holds uploaded files (evidence/aa/own)" in said
    assert empty.files() == {"evidence/aa/own": b"own"}
    assert empty.tables() == []


def test_a_database_that_somebody_uses_is_left_as_it_is(backups: Path, empty: System):
    if empty.database:
        with psycopg.connect(empty.url()):
            said = empty.manage("restore", backups, expect=1).stderr
        assert "1 other connections use the database. Stop web, worker and beat, then restore." in said
    else:
        with closing(sqlite3.connect(empty.data / "stretchhub.sqlite3")) as other:
            other.execute("PRAGMA journal_mode=WAL")
            other.execute("CREATE TABLE mine (id)")
            said = empty.manage("restore", backups, expect=1).stderr
        assert "Another process uses" in said
    assert not (empty.data / "restore-unfinished").exists()
