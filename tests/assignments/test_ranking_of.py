"""What the ranking is made of: the rows of one mentorship, and nothing about who people are."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.actions.ranking import packed
from assignments.factors import SponsorOutlook as Outlook
from assignments.models import OptionGoal, SponsorOutlook, Stage
from assignments.ranking_kept import unpack_result
from assignments.ranking_of import read
from tests.assignments.ranked import TODAY, accept, running, two_goals, whole
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    MentorshipFactory,
    OptionFactory,
    ReviewFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentor, mentee):
    return running(mentor, mentee)


@pytest.fixture
def goals(mentorship):
    return two_goals(mentorship)


def test_the_rows_of_the_worked_example_give_its_score(mentorship, goals):
    option = whole(mentorship, goals)
    accept(option)

    (score,) = read(mentorship, TODAY).ranking().value

    points = [round(part.contribution_low, 2) for part in score.parts]
    assert points == [26.25, 17.65, 14.55, 10.31, 6.0]
    assert (round(score.value, 2), score.unknown) == (74.76, ())


def test_what_nobody_has_said_is_unknown_and_adds_nothing(mentorship, goals):
    OptionFactory(mentorship=mentorship)
    mentorship.base_hours = None

    reading = read(mentorship, TODAY)
    (candidate,) = reading.candidates
    (score,) = reading.ranking().value

    assert (candidate.fits, candidate.q_low, candidate.sponsor, candidate.util) == ({}, None, Outlook(), None)
    assert (score.value, score.high) == (0, 75)
    assert score.unknown == ("goal", "stretch", "sponsor", "workload")


RATED = dict.fromkeys(("owns", "influences", "develops", "engaged"), 3)


@pytest.mark.parametrize(
    ("saved", "accepted", "expected"),
    [
        (None, False, Outlook()),
        ({"state": "unknown"}, False, Outlook()),
        ({"state": "none"}, False, Outlook("none")),
        ({"state": "none"}, True, Outlook("found", None, True)),
        (None, True, Outlook("found", None, True)),
        ({"state": "found", "name": "Vera Lund", **RATED}, False, Outlook("found", (3, 3, 3, 3))),
        ({"state": "found", "name": "Vera Lund", **RATED}, True, Outlook("found", (3, 3, 3, 3), True)),
        ({"state": "found", "name": "  vera  LUND ", **RATED}, True, Outlook("found", (3, 3, 3, 3), True)),
        ({"state": "found", "name": "Ver Lund", **RATED}, True, Outlook("found", (3, 3, 3, 3), True)),
        ({"state": "found", "name": "Somebody Else", **RATED}, True, Outlook("found", None, True)),
    ],
)  # fmt: skip
def test_a_sponsor_counts_by_what_was_said_and_by_who_accepted(mentorship, saved, accepted, expected):
    option = OptionFactory(mentorship=mentorship)
    if saved:
        SponsorOutlook.objects.create(option=option, **saved)
    if accepted:
        accept(option, preferred_name="Ver")

    (candidate,) = read(mentorship, TODAY).candidates

    assert candidate.sponsor == expected


@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.CLOSED, Stage.DECLINED])
def test_only_what_is_still_to_be_chosen_is_ranked(mentorship, stage):
    OptionFactory(mentorship=mentorship, stage=stage, stage_reason="No.")

    assert read(mentorship, TODAY).candidates == ()


def test_a_fit_to_a_goal_that_is_reached_does_not_count(mentorship, goals):
    option = OptionFactory(mentorship=mentorship)
    OptionGoal.objects.create(option=option, goal=goals[1], fit=3)
    goals[1].status = "reached"
    goals[1].save()

    (candidate,) = read(mentorship, TODAY).candidates

    assert candidate.fits == {}


def test_what_runs_already_leaves_less_room(mentorship, mentee):
    OptionFactory(mentorship=mentorship, hours_per_week=4)
    elsewhere = AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee))
    CharterFactory(assignment=elsewhere, hours_per_week=5)

    (candidate,) = read(mentorship, TODAY).candidates

    assert candidate.util == pytest.approx((36.5 + 5 + 4) / 37.5)


def _frozen(mentorship):
    return repr(packed(read(mentorship, TODAY))).encode()


def test_who_people_are_and_how_they_were_rated_changes_nothing_byte_for_byte(mentorship, goals, mentor, mentee):
    accepted = accept(whole(mentorship, goals)).sponsor
    OptionFactory(mentorship=mentorship, title="Teach the new tool")
    before = _frozen(mentorship)

    manager = UserFactory(full_name="Another Manager")
    for number, person in enumerate((mentee, mentor, manager, accepted)):
        person.department, person.location, person.job_title = f"Elsewhere/{number}", "Lisbon", "Chief of something"
        if person != accepted:
            person.preferred_name, person.full_name = f"Zed{number}", f"Zora Zimmer {number}"
        person.employee_id, person.joined_at = f"X{number:09}", datetime(1999, 1, number + 1, tzinfo=UTC)
        person.manager = manager if person != manager else None
        person.save()
    mentorship.started_on = date(2001, 1, 1)
    mentorship.save()
    option = OptionFactory(mentorship=mentorship, stage=Stage.CLOSED)
    done = AssignmentFactory(option=option, sponsor=manager, closed=True)
    for relation, rater in (("self", mentee), ("mentor", mentor), ("sponsor", manager)):
        ReviewFactory(assignment=done, rater=rater, relation=relation, final=True, summary="Outstanding, or poor.")
    mentorship.refresh_from_db()

    assert _frozen(mentorship) == before


ALLOWED = {
    "assignments_assignment",
    "assignments_brief",
    "assignments_briefversion",
    "assignments_charter",
    "assignments_competency",
    "assignments_competencylevel",
    "assignments_demonstratedlevel",
    "assignments_goal",
    "assignments_goalcompetency",
    "assignments_mentorship",
    "assignments_methodsettings",
    "assignments_option",
    "assignments_optioncompetency",
    "assignments_optiongoal",
    "assignments_rankingweights",
    "assignments_sponsoroutlook",
    "assignments_sponsorrequest",
    "assignments_stretchdemand",
    "assignments_stretchprofile",
    "people_user",
}


def test_the_ranking_reads_no_table_of_reviews_and_of_people_only_the_name_of_who_accepted(mentorship, goals):
    accept(whole(mentorship, goals))

    with CaptureQueriesContext(connection) as queries:
        read(mentorship, TODAY)

    tables = {name for query in queries for name in re.findall(r'(?:FROM|JOIN)\s+"(\w+)"', query["sql"])}
    assert tables == ALLOWED
    (asked,) = [query["sql"] for query in queries if "people_user" in query["sql"]]
    aliases = re.findall(r'JOIN "people_user"(?: (\w+))? ON', asked)
    read_of_people = {name for alias in aliases for name in re.findall(rf'(?<!\w)"?{alias}"?\."(\w+)"', asked)}
    assert (len(aliases), read_of_people) == (2, {"id", "full_name", "preferred_name"})


def test_what_is_packed_comes_back_as_it_was(mentorship, goals):
    whole(mentorship, goals)
    half = OptionFactory(mentorship=mentorship, title="Half known")
    OptionGoal.objects.create(option=half, goal=goals[0], fit=2)
    OptionFactory(mentorship=mentorship, title="Unknown")
    reading = read(mentorship, TODAY)

    result, _inputs = packed(reading)

    weights = {"goal": 30, "gap": 25, "stretch": 20, "sponsor": 15, "workload": 10}
    back, ranking = unpack_result(result, weights), reading.ranking()
    neighbours = [(one.key, other.key) for one, other in pairwise(ranking.value)]
    near = tuple(pair for pair in ranking.cannot_separate if (pair.first, pair.second) in neighbours)
    assert back == replace(ranking, cannot_separate=near)
