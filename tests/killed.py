"""A worker that stops for good in the middle of its work and is killed there."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.services import ROOT

# What it works on comes after this, and says in which module it is to stop.
WORKER = """
import sys, time
import django
django.setup()

name, left = sys.argv[1], int(sys.argv[2])

def stop_in(module):
    went_on = getattr(module, name)

    def stop(*arguments, **named):
        global left
        if not left:
            print("here", flush=True)
            time.sleep(600)
        left -= 1
        return went_on(*arguments, **named)

    setattr(module, name, stop)
"""


def work_and_be_killed(surroundings: dict[str, str], work: str, name: str, times: int) -> None:
    """Kill it where the function of this `name` would be called after so many `times`."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER + work, name, str(times)],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "here\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    assert worker.returncode == -signal.SIGKILL
