"""Killed at any point, a backup is never called complete, and a restore is never taken for one that came to its end."""

import random
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from stretchhub.keeping import backup, manifest, media
from tests.keeping.system import System
from tests.keeping.test_round_trip import without_what_it_did_itself
from tests.killed import work_and_be_killed

# Marked for the database so that there are migrated tables to begin with; what is tested has a database of its own.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(0)]

BACKUP = """
from pathlib import Path
from stretchhub.keeping import backup, manifest, media
stop_in(manifest)
backup.take(Path({folder!r}), lambda line: None)
"""
RESTORE = """
from pathlib import Path
from stretchhub.keeping import media, restore, state
stop_in({module})
restore.restore(Path({folder!r}), lambda line: None)
"""
HELD = """
from stretchhub.notices.delivery import deliver
print(dict(deliver()))
"""
COPIES = sorted(random.Random(7).sample(range(60), 2))
POINTS = [("copy", times) for times in COPIES] + [("kept", 1), ("write", 0)]


@pytest.mark.parametrize(("name", "times"), POINTS)
def test_a_backup_that_was_killed_is_no_backup(demo: System, tmp_path: Path, empty: System, name: str, times: int):
    work_and_be_killed(demo.environment, BACKUP.format(folder=str(tmp_path / "backups")), name, times)

    [left] = (tmp_path / "backups").iterdir()
    assert left.name.endswith(".partial")
    assert backup.complete(tmp_path / "backups") == []
    if (name, times) == POINTS[-1]:
        for place in (left, left.parent):
            empty.manage("restore", place, expect=1)
        said = demo.manage("backup", tmp_path / "backups").stderr
        assert f"Removed {left.name}, a backup that was stopped before it was complete." in said
        [whole] = (tmp_path / "backups").iterdir()
        for each in [*manifest.read(whole).files, *media.listed(whole)]:
            manifest.require_as_it_was(whole, each)


def test_a_restore_that_was_killed_sends_nothing_and_can_be_begun_anew(demo: System, backups: Path, empty: System):
    """Its rows are there, and nothing is held by them yet."""
    work_and_be_killed(empty.environment, RESTORE.format(folder=str(backups), module="state"), "require_same_rows", 0)
    assert empty.run(HELD) == "{'held': 1}\n"

    empty.manage("restore", backups)

    assert without_what_it_did_itself(empty.rows()) == without_what_it_did_itself(demo.rows())
    assert empty.run(HELD) == "{'held': 1}\n"


def test_a_restore_is_not_begun_anew_over_what_people_did_since(backups: Path, empty: System):
    work_and_be_killed(empty.environment, RESTORE.format(folder=str(backups), module="media"), "put_back", 0)
    empty.run(
        "from stretchhub.audit.trail import record\n"
        "from stretchhub.people.models import User\n"
        "record(User.objects.first(), 'people.updated')"
    )
    before = empty.rows()

    said = empty.manage("restore", backups, expect=1).stderr

    assert "people have worked here since" in said
    assert empty.rows() == before


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(twin: System, tmp_path: Path, empty: System):
    """Two numbers that are always the same, each in a table of its own."""
    for table in ("first_of_two", "second_of_two"):
        twin.do(f"CREATE TABLE {table} (number integer)")
        twin.do(f"INSERT INTO {table} VALUES (0)")
    stop = threading.Event()

    def write() -> None:
        opened = psycopg.connect(twin.url()) if twin.database else sqlite3.connect(twin.data / "stretchhub.sqlite3", 20)
        with closing(opened):
            # SQLite lets writers in by chance: one that never rested could keep the backup out until it gave up.
            while not stop.wait(0.002):
                for table in ("first_of_two", "second_of_two"):
                    opened.execute(f"UPDATE {table} SET number = number + 1")
                opened.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        twin.manage("backup", tmp_path / "backups")
    finally:
        stop.set()
        writer.join()

    empty.manage("restore", tmp_path / "backups")
    [(first,)], [(second,)] = (empty.ask(f"SELECT number FROM {table}") for table in ("first_of_two", "second_of_two"))
    [(last,)] = twin.ask("SELECT number FROM first_of_two")
    assert first == second
    assert 0 < first < last
