"""What is gathered in JSON by the database, and many ids in one parameter."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import OuterRef
from orjson import loads

from assignments.models import Assignment, DashboardChange, Milestone
from stretchhub.among import Among, Keys, grouped
from stretchhub.env import today
from stretchhub.gathered import Gathered, Listed
from stretchhub.plain import Plain
from tests.factories import AssignmentFactory, MilestoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def test_what_belongs_to_a_row_is_gathered_in_its_order_with_codes_and_nothing_as_json_has_them():
    assignment, other = AssignmentFactory(), AssignmentFactory()
    late = MilestoneFactory(assignment=assignment, title="Später “2”", due_on=today() + timedelta(days=9))
    soon = MilestoneFactory(assignment=assignment, title="Soon", due_on=today())
    plan = Milestone.objects.filter(assignment=OuterRef("pk")).order_by("due_on")
    within = Gathered(Milestone.objects.filter(assignment=OuterRef("assignment"), pk=OuterRef("pk")), "weight")

    rows = Assignment.objects.order_by("pk").values_list(
        Plain(Listed("pk", Gathered(plan, Plain("code"), "title", "due_on", Plain("done_at"), within)))
    )

    assert [loads(row) for (row,) in rows] == [
        [
            assignment.pk,
            [
                [str(soon.code), "Soon", soon.due_on.isoformat(), None, [[soon.weight]]],
                [str(late.code), "Später “2”", late.due_on.isoformat(), None, [[late.weight]]],
            ],
        ],
        [other.pk, [] if connection.vendor == "sqlite" else None],
    ]


def test_the_keys_of_a_group_are_taken_by_among_as_they_come():
    sponsors = [AssignmentFactory().sponsor_id for _each in range(2)]
    DashboardChange.objects.all().delete()
    DashboardChange.objects.note([*sponsors, sponsors[0]])

    keys = dict(DashboardChange.objects.order_by().values_list("sponsor_id").annotate(keys=Keys("pk")))

    assert {sponsor: len(text.split(",")) for sponsor, text in keys.items()} == {sponsors[0]: 2, sponsors[1]: 1}
    assert DashboardChange.objects.filter(Among("pk", [keys[sponsors[0]]])).count() == 2
    assert DashboardChange.objects.filter(Among("pk", keys.values())).count() == 3


def test_rows_are_grouped_by_a_column_in_their_order_however_they_come():
    rows = [(1, "a"), (2, "a"), (3, "b"), (4, "a")]

    assert grouped(rows) == {"a": [(1, "a"), (2, "a"), (4, "a")], "b": [(3, "b")]}
    assert grouped(rows, 0) == {row[0]: [row] for row in rows}
    assert grouped([]).get("a", ()) == ()
