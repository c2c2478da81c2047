"""A worker that is killed while it builds dashboards leaves each of them as it was or as it should be."""

import signal
import subprocess
import sys

import pytest

from assignments.actions.assignment import raise_revision
from assignments.models import Assignment, DashboardChange
from sponsors.actions import dashboard as actions
from sponsors.models import DashboardSnapshot
from tests.factories import AssignmentFactory
from tests.services import ROOT

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

# Builds two at a time and stops for good where it is told to: after that many batches, before this function.
WORKER = """
import sys, time
import django
django.setup()
from sponsors import tasks
from sponsors.actions import dashboard

name, left = sys.argv[1], int(sys.argv[2])
went_on = getattr(dashboard, name)

def stop(*arguments, **named):
    global left
    if not left:
        print("here", flush=True)
        time.sleep(600)
    left -= 1
    return went_on(*arguments, **named)

dashboard.BATCH = 2
setattr(dashboard, name, stop)
tasks.build_dashboards()
"""


def build_and_be_killed(surroundings: dict[str, str], name: str, batches: int) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, name, str(batches)],
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


def titles() -> list[str]:
    """What each dashboard shows, in the order of the sponsors."""
    snapshots = DashboardSnapshot.objects.order_by("sponsor_id")
    return [card["title"] for snapshot in snapshots for card in snapshot.content["cards"]]


# `_take_away` runs within the transaction, when the snapshots of a batch are written and not yet kept.
@pytest.mark.parametrize(
    ("name", "batches", "new"), [("build", 0, 0), ("_take_away", 0, 0), ("build", 1, 2), ("_take_away", 2, 4)]
)
def test_each_dashboard_is_old_or_new_and_the_next_run_finds_the_rest(surroundings, name, batches, new):
    for number in range(5):
        AssignmentFactory(title=f"Old {number}")
    assert actions.rebuild_behind() == 5
    for number, assignment in enumerate(Assignment.objects.order_by("sponsor_id")):
        Assignment.objects.filter(pk=assignment.pk).update(title=f"New {number}")
        raise_revision(assignment)

    build_and_be_killed(surroundings, name, batches)

    shown = titles()
    assert shown[:new] == [f"New {number}" for number in range(new)]
    assert [title.startswith("Old ") for title in shown[new:]] == [True] * (5 - new)
    assert DashboardChange.objects.count() == 5 - new
    assert list(DashboardSnapshot.objects.order_by("sponsor_id").values_list("generation", flat=True)) == [
        *[2] * new,
        *[1] * (5 - new),
    ]

    assert actions.rebuild_behind() == 5 - new
    assert titles() == [f"New {number}" for number in range(5)]
    assert not DashboardChange.objects.exists()
