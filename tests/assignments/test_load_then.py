"""How far work reached on the day it began, whatever was shown since."""

from datetime import timedelta

import pytest

from assignments.load_then import loads_then
from assignments.models import DemonstratedLevel, StretchDemand, StretchProfile
from stretchhub.env import today
from tests.factories import AssignmentFactory

pytestmark = pytest.mark.django_db

DEMAND = [4, 3, 2, 1, 3, 3, 2, 5, 2, 2]
SHOWN = [2, 2, 2, 2, 2, 2, 1, 2, 2, 2]


def profile(option, demand=DEMAND, support=(4, 4, 3, 3, 3)):
    names = ("feedback", "access", "peers", "resources", "safety")
    made = StretchProfile.objects.create(
        option=option, saved_by=option.created_by, **dict(zip(names, support, strict=True))
    )
    StretchDemand.objects.bulk_create(
        StretchDemand(profile=made, component=place, level=level, reason="It is so." if level > 3 else "")
        for place, level in enumerate(demand, start=1)
    )


def show(person, day, levels, provenance="self_declared", assignment=None):
    DemonstratedLevel.objects.bulk_create(
        DemonstratedLevel(
            person=person,
            component=place,
            level=level,
            provenance=provenance,
            dated_on=day,
            recorded_by=person,
            assignment=assignment,
            reason="Seen." if level > 3 else "",
        )
        for place, level in enumerate(levels, start=1)
    )


def test_the_load_is_that_of_the_worked_example_and_stays_so_when_more_is_shown_later():
    assignment = AssignmentFactory(starts_on=today() - timedelta(days=100))
    profile(assignment.option)
    show(assignment.mentee, today() - timedelta(days=100), SHOWN)
    show(assignment.mentee, today() - timedelta(days=5), [4, 3, 2, 1, 3, 3, 2, 3, 2, 2], "verified", assignment)

    found = loads_then(assignment.mentee_id, [assignment])[assignment.pk]

    assert (found.load, found.q, found.value) == (10, pytest.approx(1.1364, abs=5e-5), "overstretch")


def test_what_was_not_shown_by_then_makes_a_range_and_nothing_said_no_load():
    told, silent = AssignmentFactory(), AssignmentFactory()
    profile(told.option)
    show(told.mentee, told.starts_on, SHOWN[:7])

    found = loads_then(told.mentee_id, [told, silent])

    assert (found[told.pk].load_low, found[told.pk].load_high) == (6, 12)
    assert (found[silent.pk].load_low, found[silent.pk].value) == (None, None)


def test_what_has_not_started_has_no_load_yet(django_assert_num_queries):
    waiting = AssignmentFactory(chartering=True)
    works = [AssignmentFactory() for _ in range(3)]

    with django_assert_num_queries(3):
        found = loads_then(waiting.mentee_id, [waiting, *works])

    assert waiting.pk not in found and len(found) == 3
