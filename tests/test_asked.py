"""The second leg asks every question that the first one asked, by few of its tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import asked
from tests.services import ROOT

WRITTEN = """
import subprocess
import threading

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from stretchhub.people.models import User

pytestmark = pytest.mark.django_db


def test_two_are_looked_for():
    list(User.objects.filter(pk__in=[1, 2]))


def test_three_are_looked_for():
    list(User.objects.filter(pk__in=[1, 2, 3]))


def test_one_is_locked():
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk__in=[1, 2]))


def test_two_may_not_be_one():
    User.objects.create(email="one@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="one@example.org")


def test_something_is_remembered():
    cache.set("something", 1)


def test_nothing_is_asked():
    pass


def test_a_program_asks():
    subprocess.run(["true"])


def test_a_thread_asks():
    thread = threading.Thread(target=str)
    thread.start()
    thread.join()


def test_it_fails():
    list(User.objects.all())
    raise AssertionError


@pytest.mark.engine
def test_of_the_engine():
    pass


@pytest.mark.real
def test_the_other_leg_cannot_run_it():
    pass
"""


PASSED = {
    "test_two_are_looked_for", "test_three_are_looked_for", "test_one_is_locked", "test_two_may_not_be_one",
    "test_something_is_remembered", "test_nothing_is_asked", "test_a_program_asks", "test_a_thread_asks",
    "test_of_the_engine",
}  # fmt: skip


def run(file: Path, **surroundings: str) -> str:
    plugins = [part for name in ("prepared", "servers", "asked") for part in ("-p", f"tests.{name}")]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider", "-v", *plugins, file],
        cwd=ROOT, env={**os.environ, **surroundings, "LEG": "lite"}, capture_output=True, text=True,
    )  # fmt: skip
    return ran.stdout + ran.stderr


@pytest.mark.once
def test_who_asks_nothing_new_is_left_out(tmp_path: Path):
    """Kept are: one of two that ask the same, what is locked, refused or remembered, what was not seen, what failed."""
    file = tmp_path / "test_written.py"
    file.write_text(WRITTEN)

    said = run(file, **{asked.NOTED: str(tmp_path)})
    assert "1 failed, 9 passed, 1 deselected" in said, said
    assert {line["test"].rpartition("::")[2] for line in asked.read(tmp_path)} == PASSED

    said = run(file, **{asked.READ: str(tmp_path)})
    assert "1 failed, 7 passed, 3 deselected" in said, said
    assert {name for name in PASSED if f"::{name} PASSED" not in said} == {
        "test_nothing_is_asked",
        "test_two_are_looked_for",
    }


def test_a_statement_is_the_same_question_however_many_values_it_takes():
    two, three = "SELECT a FROM b WHERE id IN (%s, %s) LIMIT 1", "SELECT a FROM b WHERE id IN (%s, %s, %s) LIMIT 21"
    rows = "INSERT INTO a VALUES (%s, %s), (%s, %s)"

    assert asked.digest(two) == asked.digest(three) != asked.digest("SELECT a FROM b WHERE no IN (%s, %s) LIMIT 1")
    assert asked.digest(rows) == asked.digest("INSERT INTO a VALUES (%s, %s)")


def test_every_question_is_asked_again_by_those_who_ask_most_for_what_they_cost():
    lines = [
        {"test": "all of it slowly", "questions": ["a", "b", "c"], "cost": 500},
        {"test": "half", "questions": ["a", "b"], "cost": 20},
        {"test": "half again", "questions": ["a", "b"], "cost": 20},
        {"test": "nothing", "questions": [], "cost": 10},
        {"test": "the other half", "questions": ["b", "c"], "cost": 30},
    ]

    assert asked.enough(lines) == asked.enough(reversed(lines)) == {"half", "the other half"}
