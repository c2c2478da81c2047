"""A worker that is killed while it builds dashboards leaves each of them as it was or as it should be."""

import pytest

from assignments.actions.assignment import raise_revision
from assignments.models import Assignment, DashboardChange
from sponsors.actions import dashboard as actions
from sponsors.models import DashboardSnapshot
from tests.factories import AssignmentFactory
from tests.killed import work_and_be_killed

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

# Builds two at a time.
WORK = """
from sponsors import tasks
from sponsors.actions import dashboard

dashboard.BATCH = 2
stop_in(dashboard)
tasks.build_dashboards()
"""


def titles() -> list[str]:
    """What each dashboard shows, in the order of the sponsors."""
    snapshots = DashboardSnapshot.objects.order_by("sponsor_id")
    return [card["title"] for snapshot in snapshots for card in snapshot.content["cards"]]


# `_note_again` runs within the transaction, when the snapshots of a batch are written and not yet kept.
@pytest.mark.parametrize(
    ("name", "batches", "new"),
    [("build_packed", 0, 0), ("_note_again", 0, 0), ("build_packed", 1, 2), ("_note_again", 2, 4)],
)
def test_each_dashboard_is_old_or_new_and_the_next_run_finds_the_rest(surroundings, name, batches, new):
    for number in range(5):
        AssignmentFactory(title=f"Old {number}")
    assert actions.rebuild_behind() == 5
    for number, assignment in enumerate(Assignment.objects.order_by("sponsor_id")):
        Assignment.objects.filter(pk=assignment.pk).update(title=f"New {number}")
        raise_revision(assignment)

    work_and_be_killed(surroundings, WORK, name, batches)

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
