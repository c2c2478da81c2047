"""A small sample of what `make torture` does: processes are killed at work, and the books fit before and after."""

import os
import re
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests import services

# It says itself where something hangs; how long it takes is the machine's affair.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(0)]

FAULTS = ("kill-form", "kill-export", "kill-picture")


def test_what_is_killed_at_work_is_whole_or_not_there_and_finished_by_the_next_run(tmp_path):
    """On committed rows of this very database; SQLite's is copied out of memory."""
    own = {"TEST_DATA_DIR": str(tmp_path)}
    if connection.vendor == "sqlite":
        (tmp_path / "alone").mkdir()
        with sqlite3.connect(tmp_path / "alone/stretchhub.sqlite3") as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        own["PYTEST_XDIST_WORKER"] = "alone"
    else:
        own["TEST_DATABASE_NAME"] = str(connection.settings_dict["NAME"])

    ran = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--engine", "here", "--seeds", "2", "--only", *FAULTS],
        cwd=services.ROOT, text=True, env={**os.environ, "LEG": settings.LEG, **own}, capture_output=True,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    for fault in FAULTS:
        assert re.search(rf"^{fault} +2 +0 ", ran.stdout, re.MULTILINE), ran.stdout
