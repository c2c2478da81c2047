"""What the web server has loaded before it forks, and what everybody else starts without."""

import os
import subprocess
import sys

from tests.services import ROOT

PAGES, SCIENCE = "assignments.views.evidence", "scipy.special"
LOADED = f"""
import gc, sys, stretchhub.wsgi
print([name in sys.modules for name in ({PAGES!r}, {SCIENCE!r})], gc.get_freeze_count() > 100_000, gc.isenabled())
"""
OTHERS = f"""
import gc, sys, django
django.setup()
from django.urls import reverse
reverse("today")
print([name in sys.modules for name in ({PAGES!r}, {SCIENCE!r})])
"""

SAYS_WHICH = "from django.conf import settings; print(settings.LEG)"


def said(code, tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATA_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    return ran.stdout or ran.stderr


def test_all_pages_are_found_before_processes_are_forked(tmp_path):
    """One that takes the place of another is there at once, and shares what they take up in memory."""
    assert said(LOADED, tmp_path) == "[True, True] True True\n"


def test_a_command_takes_the_settings_that_it_is_given(tmp_path):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "no.such.settings", "TEST_DATA_DIR": str(tmp_path)}
    command = ["manage.py", "shell", "--settings", "tests.settings", "-v0", "-c", SAYS_WHICH]

    ran = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert ran.stdout == f"{os.environ['LEG']}\n", ran.stderr


def test_who_computes_nothing_starts_without_what_that_takes(tmp_path):
    assert said(OTHERS, tmp_path) == "[True, False]\n"
