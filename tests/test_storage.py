"""Files are kept whole or not at all."""

import errno
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from stretchhub.storage import WholeFiles, at_work, keep, whereabouts


class Cut(ContentFile):
    """The disk is full after its first piece."""

    def chunks(self, chunk_size=None):
        yield b"the beginning"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_nothing_stays_of_a_file_that_could_not_be_written_to_its_end(tmp_path):
    storage = WholeFiles(tmp_path, base_url=None)

    with pytest.raises(OSError, match="No space left"):
        storage.save("evidence/aa/name", Cut(b"the beginning and the end"))

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert storage.save("evidence/aa/name", ContentFile(b"whole")) == "evidence/aa/name"
    assert (tmp_path / "evidence/aa/name").read_bytes() == b"whole"


def test_files_are_found_by_how_their_names_begin(tmp_path):
    storage = WholeFiles(tmp_path, base_url=None)
    for name in ("evidence/aa/one", "evidence/ab/two", "evidence/ba/three", "exports/four", "five"):
        storage.save(name, ContentFile(b"x"))

    def found(beginning: str) -> set[str]:
        return {name for name, _at in storage.written(beginning)}

    assert found("evidence/a") == {"evidence/aa/one", "evidence/ab/two"}
    assert found("evidence/") == {"evidence/aa/one", "evidence/ab/two", "evidence/ba/three"}
    assert found("exports/f") == {"exports/four"}
    assert found("") == found("evidence") | {"exports/four", "five"}
    assert found("nowhere/") == found("exports/x") == set()
    [(_name, at)] = storage.written("five")
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60


def test_one_that_is_removed_meanwhile_is_passed_over(tmp_path):
    storage = WholeFiles(tmp_path, base_url=None)
    for number in range(3):
        storage.save(f"aa/{number}", ContentFile(b"x"))

    found = storage.written("aa/")
    first, _at = next(found)
    for number in range(3):
        storage.delete(f"aa/{number}")

    assert first.startswith("aa/")
    assert list(found) == []


def test_a_finished_file_is_moved_to_its_place_and_readable_by_us_alone():
    part = at_work("exports") / f"{time.time_ns()}.part"
    part.write_bytes(b"whole")
    same, name = part.stat().st_ino, f"exports/{time.time_ns()}"

    keep(part, name)

    place = Path(default_storage.path(name))
    assert (place.stat().st_ino, place.stat().st_mode & 0o777, place.read_bytes()) == (same, 0o600, b"whole")
    assert not part.exists()
    assert whereabouts() == f"the folder {default_storage.path('')}".rstrip("/")
    place.unlink()


def test_where_files_grow_only_we_may_enter_all_the_way(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    umask = os.umask(0o022)
    try:
        place = at_work("exports")
    finally:
        os.umask(umask)

    assert [folder.stat().st_mode & 0o777 for folder in (place, place.parent)] == [0o700, 0o700]


def test_whoever_runs_it_can_try_whether_files_can_be_kept(monkeypatch, capsys):
    call_command("try_files")
    assert capsys.readouterr().out == (
        f"Files can be kept in {whereabouts()}: one was written, found, read and deleted.\n"
    )
    monkeypatch.setattr("stretchhub.management.commands.try_files.written", lambda name: [])

    with pytest.raises(CommandError, match="What was written was not found"):
        call_command("try_files")
