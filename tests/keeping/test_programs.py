"""Finding pg_dump: new enough for the server, from the folder that is named, else said plainly what to install."""

from pathlib import Path

import pytest

import stretchhub
from stretchhub.keeping import programs
from stretchhub.keeping.manifest import NotDone
from stretchhub.keeping.progress import Progress, size
from tests.services import ROOT


@pytest.fixture
def folder(tmp_path: Path, settings, monkeypatch) -> Path:
    settings.PG_BIN = str(tmp_path / "named")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path


def put(place: Path, version: str) -> Path:
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
    place.chmod(0o755)
    return place


def test_the_folder_that_is_named_comes_first(folder):
    put(folder / "path/pg_dump", "97.1")
    named = put(folder / "named/pg_dump", "97.3 (Debian 97.3-1)")

    assert programs.find("pg_dump", 97) == named


def test_one_that_is_too_old_is_passed_over(folder):
    put(folder / "named/pg_dump", "96.9")
    on_path = put(folder / "path/pg_dump", "98beta1")

    assert programs.find("pg_dump", 97) == on_path


def test_none_that_fits_is_said_with_what_to_install(folder):
    old = put(folder / "path/pg_dump", "12.4")

    with pytest.raises(NotDone) as told:
        programs.find("pg_dump", 97)

    assert f"pg_dump 97 or newer is needed, as the server is ({old} is 12" in str(told.value)
    assert "the package postgresql-client-97, or name the folder that holds pg_dump by PG_BIN." in str(told.value)


def test_the_version_of_the_program_is_that_of_the_project():
    assert f'\nversion = "{stretchhub.__version__}"\n' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (12_000_000_000_000, "12000.0 GB")],
)
def test_sizes_are_said_in_words(count, words):
    assert size(count) == words


def test_progress_is_told_when_a_step_begins_and_every_few_seconds(monkeypatch):
    moment = 0.0
    monkeypatch.setattr("stretchhub.keeping.progress.monotonic", lambda: moment)
    said: list[str] = []
    progress = Progress(said.append)

    progress.begin("Files")
    progress.moved(1000)
    moment = 5.0
    progress.moved(1000)
    progress.moved(1000)
    moment = 10.0
    progress.reached(5000)

    assert said == ["Files …", "Files: 2.0 kB", "Files: 5.0 kB"]
