"""What the web server has loaded before it forks."""

import os
import subprocess
import sys

from tests.services import ROOT

LOADED = "import sys, stretchhub.wsgi; print('assignments.views.evidence' in sys.modules)"


def test_all_pages_are_found_before_processes_are_forked(tmp_path):
    """One that takes the place of another is there at once, and shares what they take up in memory."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATA_DIR": str(tmp_path)}

    ran = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert ran.stdout == "True\n", ran.stderr
