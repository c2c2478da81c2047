"""What Celery's worker does before its pool is forked."""

import os
import subprocess
import sys

from tests.services import ROOT

CODE = """
import sys
import django
django.setup()
from celery.signals import worker_init
from stretchhub import celery
assert "stretchhub.urls" not in sys.modules
worker_init.send(sender=celery)
print([name in sys.modules for name in ("stretchhub.urls", "assignments.views.check_in", "stretchhub.notices.views")])
"""


def test_the_pages_that_mails_lead_to_are_loaded_once_for_all_processes_of_the_pool():
    ran = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True, text=True,
    )  # fmt: skip

    assert (ran.stdout.strip(), ran.returncode) == ("[True, True, True]", 0), ran.stderr
