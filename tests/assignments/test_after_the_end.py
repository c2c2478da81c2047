"""What somebody goes on to show after a mentorship is no longer for the mentor they had."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assignments.assessing import as_of, both, shown, standings
from assignments.method import DEFAULT
from assignments.models import CompetencyLevel, DemonstratedLevel, OptionCompetency, Provenance, StretchProfile
from assignments.models.stretch import Component
from stretchhub.env import today
from tests.assignments.ranked import SUPPORT, text_of
from tests.factories import CompetencyFactory, GoalFactory, MentorshipFactory, OptionFactory

pytestmark = pytest.mark.django_db

ENDED = timedelta(days=40)


@pytest.fixture
def mentorship(mentor, mentee):
    return MentorshipFactory(
        mentor=mentor, mentee=mentee, started_on=today() - timedelta(days=200), ended_on=today() - ENDED
    )


@pytest.fixture
def competency():
    return CompetencyFactory(name="Influence")


@pytest.fixture
def goal(mentorship, competency):
    goal = GoalFactory(mentorship=mentorship, title="Lead beyond my team")
    goal.targets.create(competency=competency, weight=5, level_wanted=4, level_now=1)
    for title in ("One", "Two"):
        option = OptionFactory(mentorship=mentorship, title=title, goal=goal)
        OptionCompetency.objects.create(option=option, competency=competency)
        profile = StretchProfile.objects.create(option=option, saved_by=mentorship.mentee, **SUPPORT)
        for component in Component.values:
            profile.demands.create(component=component, level=3)
    return goal


def show(mentorship, competency, level, days_ago):
    """The mentee has shown this level in the competency and in every component."""
    more = {
        "person": mentorship.mentee,
        "level": level,
        "provenance": Provenance.SELF_DECLARED,
        "dated_on": today() - timedelta(days=days_ago),
        "recorded_by": mentorship.mentee,
    }
    CompetencyLevel.objects.create(competency=competency, **more)
    for component in Component.values:
        DemonstratedLevel.objects.create(component=component, **more)


def page(client, name, mentorship, goal):
    code = goal.code if name == "goal" else mentorship.code
    return text_of(client.get(reverse(f"assignments:{name}", args=[code])))


@pytest.mark.parametrize("name", ["mentorship", "board", "balance", "ranking", "goal"])
def test_new_levels_change_the_pages_of_the_mentee_alone(name, mentorship, competency, goal, mentor, mentee, sign_in):
    show(mentorship, competency, 2, days_ago=60)
    theirs, own = sign_in(mentor), sign_in(mentee)
    before = {client: page(client, name, mentorship, goal) for client in (theirs, own)}

    show(mentorship, competency, 3, days_ago=39)

    assert page(theirs, name, mentorship, goal) == before[theirs]
    assert page(own, name, mentorship, goal) != before[own]


def test_the_learning_plan_of_a_former_mentor_stays_as_it_was(mentorship, competency, goal, mentor, sign_in):
    client = sign_in(mentor)
    before = page(client, "learning", mentorship, goal)

    show(mentorship, competency, 3, days_ago=39)

    assert page(client, "learning", mentorship, goal) == before


def test_a_level_of_the_last_day_is_still_for_the_mentor(mentorship, competency, mentor, mentee):
    show(mentorship, competency, 2, days_ago=40)
    show(mentorship, competency, 3, days_ago=39)

    day, own_day = as_of(mentorship, mentor), as_of(mentorship, mentee)

    assert day == mentorship.ended_on
    for found, value in ((day, 2), (own_day, 3)):
        assert standings(mentee.pk, found)[competency.pk].value == value
        assert {standing.value for standing in shown(mentee.pk, found).values()} == {value}
        demonstrated, levels = both(mentee.pk, found, DEFAULT)
        assert {standing.value for standing in (*demonstrated.values(), *levels.values())} == {value}


def test_while_a_mentorship_runs_the_day_is_the_one_where_the_mentee_lives(mentor, mentee):
    running = MentorshipFactory(mentor=mentor, mentee=mentee)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        mentee.time_zone = zone
        mentee.save(update_fields=["time_zone"])
        running.refresh_from_db()

        assert as_of(running, mentor) == as_of(running, mentee) == today(zone)
