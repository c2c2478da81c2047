"""What the web server and the worker have loaded before they fork, and what everybody else starts without."""

import os
import subprocess
import sys

import pytest

from tests.services import ROOT

PAGES, SCIENCE = "assignments.views.evidence", "scipy.special"
READY = """
import gc, sys
{starts}
print([name in sys.modules for name in ({pages!r}, {science!r})], gc.get_freeze_count() > 100_000, gc.isenabled())
"""
SITE = "import stretchhub.wsgi"
WORKER = "import django; django.setup(); from stretchhub.celery import load_pages; load_pages()"
OTHERS = f"""
import sys, django
django.setup()
from django.urls import reverse
reverse("today")
print([name in sys.modules for name in ({PAGES!r}, {SCIENCE!r})])
"""


def said(code, tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATA_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    return ran.stdout or ran.stderr


@pytest.mark.parametrize("starts", [SITE, WORKER], ids=["site", "worker"])
def test_all_pages_are_found_before_processes_are_forked(starts, tmp_path):
    """One that takes the place of another is there at once, and shares what they take up in memory."""
    assert said(READY.format(starts=starts, pages=PAGES, science=SCIENCE), tmp_path) == "[True, True] True True\n"


def test_who_computes_nothing_starts_without_what_that_takes(tmp_path):
    assert said(OTHERS, tmp_path) == "[True, False]\n"
