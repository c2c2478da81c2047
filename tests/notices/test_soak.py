"""A small soak: planners and senders are killed at work, and no reminder is lost or sent twice."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests import services

# It says itself where nothing moves any more; how long it takes is the machine's affair.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(0)]

COUNT, KILLS = "300", "6"


def soak(**environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.soak", "small", COUNT, KILLS], cwd=services.ROOT, text=True,
        env={**os.environ, "LEG": settings.LEG, **environment}, capture_output=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_senders_and_planners_killed_at_work_lose_and_repeat_nothing(tmp_path):
    """On committed rows of this very database; SQLite's is copied out of memory."""
    if connection.vendor == "sqlite":
        (tmp_path / "alone").mkdir()
        with sqlite3.connect(tmp_path / "alone/stretchhub.sqlite3") as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        said = soak(TEST_DATA_DIR=str(tmp_path), PYTEST_XDIST_WORKER="alone")
    else:
        said = soak(TEST_DATABASE_NAME=str(connection.settings_dict["NAME"]), TEST_DATA_DIR=str(tmp_path))

    assert f"{COUNT} reminders have come due" in said
    assert "lost 0, under two keys 0, repeats 0" in said
