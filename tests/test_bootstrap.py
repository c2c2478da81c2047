"""From a clone to an environment: what .ci/bootstrap.py says when the machine lacks something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import ROOT


def bootstrap(*arguments: str, first: str = "", **environment: str) -> subprocess.CompletedProcess:
    """Run .ci/bootstrap.py after a line of Python that takes something away from it."""
    code = (
        f"import runpy, sys; {first or 'pass'}; "
        f"sys.argv = ['.ci/bootstrap.py', *{list(arguments)}]; runpy.run_path('.ci/bootstrap.py', run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )


@pytest.mark.parametrize("version", ["(3, 9, 2)", "(3, 10, 14)", "(3, 14, 0)"])
def test_a_wrong_python_is_told_in_one_line(version):
    done = bootstrap("run", first=f"sys.version_info = {version}")

    assert done.returncode == 1
    assert done.stderr.startswith("StretchHub: needs Python 3.11, 3.12 or 3.13; ")
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_venv_module_says_what_to_install(tmp_path):
    done = bootstrap("install", first="sys.modules['ensurepip'] = None", VENV=str(tmp_path / "env"))

    assert done.returncode == 1
    assert done.stderr == (
        "StretchHub: Python's venv module is missing; install it with: apt-get install python3-venv\n"
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    done = bootstrap("install", VENV=str(tmp_path / "file" / "env"))

    assert done.returncode == 1
    assert done.stderr == f"StretchHub: the folder cannot be written to: Not a directory: {tmp_path}/file/env\n"


def environment_made_from(folder: Path, lock: str) -> None:
    """A folder that looks as if the lock had been installed in it."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    code = f"import sys; sys.path.insert(0, '.ci'); import bootstrap; print(bootstrap.wanted_stamp({lock!r}), end='')"
    stamp = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (folder / f".installed-{lock}").write_text(stamp)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_nothing_is_installed_again_while_the_lock_is_the_same(lock, tmp_path):
    environment_made_from(tmp_path / "env", lock)

    done = bootstrap("install", VENV=str(tmp_path / "env"))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("stamp", ["3.11 of another lock", ""])
def test_a_changed_lock_is_noticed(stamp, tmp_path):
    environment_made_from(tmp_path / "env", "requirements.txt")
    (tmp_path / "env/.installed-requirements.txt").write_text(stamp)
    code = "import sys; sys.path.insert(0, '.ci'); import bootstrap; print(bootstrap.is_installed('requirements.txt'))"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "VENV": str(tmp_path / "env")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout == "False\n"
