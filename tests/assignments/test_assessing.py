"""What the rows say is what the pure modules are asked."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.assessing import load_of, method_now, running_hours, shown, standings, think
from assignments.method import DEFAULT
from assignments.models import (
    CompetencyLevel,
    DemonstratedLevel,
    Goal,
    GoalCompetency,
    MethodSettings,
    OptionCompetency,
    SponsorOutlook,
    StretchDemand,
    StretchProfile,
)
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CompetencyFactory,
    GoalFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
DEMANDED = [4, 3, 2, 1, 3, 3, 2, 5, 2, 2]
SHOWN = [2, 2, 2, 2, 2, 2, 1, 2, 2, 2]


def demonstrate(person, levels=SHOWN, dated_on=TODAY):
    DemonstratedLevel.objects.bulk_create(
        DemonstratedLevel(
            person=person, component=i, level=level, provenance="mentor_rated", dated_on=dated_on, recorded_by=person
        )
        for i, level in enumerate(levels, start=1)
    )


def profile(option, demands=DEMANDED, support=(4, 4, 3, 3, 3)):
    names = ("feedback", "access", "peers", "resources", "safety")
    saved = StretchProfile.objects.create(
        option=option, saved_by=option.created_by, **dict(zip(names, support, strict=True))
    )
    StretchDemand.objects.bulk_create(
        StretchDemand(profile=saved, component=i, level=level, reason="It is all new." if level > 3 else "")
        for i, level in enumerate(demands, start=1)
    )
    return saved


def test_think_reads_the_stretch_of_a_saved_profile():
    option = OptionFactory()
    demonstrate(option.mentorship.mentee)
    profile(option)

    thinking = think(option.mentorship, TODAY)

    found = thinking.stretches[option.pk]
    assert (found.value, found.load, found.ceiling, found.leaps) == ("overstretch", 10, 8.8, (8,))
    assert [(item.key, item.stakes, item.zone) for item in thinking.items] == [(str(option.code), 3, "overstretch")]


def test_an_option_without_profile_is_not_assessed():
    option = OptionFactory()

    found = think(option.mentorship, TODAY).stretches[option.pk]

    assert (found.value, found.reason.code) == (None, "demand_missing")


def test_think_asks_as_often_for_three_options_as_for_one():
    mentorship = MentorshipFactory()

    def add():
        option = OptionFactory(mentorship=mentorship, goal=GoalFactory(mentorship=mentorship))
        GoalCompetency.objects.create(
            goal=option.goal, competency=CompetencyFactory(), level_now=2, level_wanted=4, weight=5
        )
        OptionCompetency.objects.create(option=option, competency=CompetencyFactory())
        SponsorOutlook.objects.create(option=option)
        profile(option)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            think(mentorship, TODAY)
        return len(queries)

    add()
    once = asked()
    add()
    add()

    assert once == asked() == 8


def test_wants_take_the_level_that_counts_and_the_highest_weight_and_target_of_all_goals():
    mentorship, competency = MentorshipFactory(), CompetencyFactory(name="Influence")
    for now, wanted, weight in ((1, 3, 5), (2, 4, 2)):
        goal = GoalFactory(mentorship=mentorship)
        GoalCompetency.objects.create(
            goal=goal, competency=competency, level_now=now, level_wanted=wanted, weight=weight
        )
    GoalCompetency.objects.create(
        goal=GoalFactory(mentorship=mentorship, status="dropped"),
        competency=competency, level_now=1, level_wanted=5, weight=5,
    )  # fmt: skip

    without = think(mentorship, TODAY).wants
    CompetencyLevel.objects.create(
        person=mentorship.mentee, competency=competency, level=3, provenance="mentor_rated",
        dated_on=TODAY, recorded_by=mentorship.mentor,
    )  # fmt: skip
    known = think(mentorship, TODAY).wants

    assert [(want.weight, want.target, want.level) for want in without] == [(5, 4, 2)]
    assert [(want.name, want.weight, want.target, want.level) for want in known] == [("Influence", 5, 4, 3)]


def test_a_self_declared_level_does_not_replace_a_fresh_mentor_rated_one():
    person, competency = UserFactory(), CompetencyFactory()
    for level, provenance, day in ((2, "mentor_rated", date(2026, 1, 1)), (5, "self_declared", TODAY)):
        CompetencyLevel.objects.create(
            person=person, competency=competency, level=level, provenance=provenance, dated_on=day, recorded_by=person
        )

    found = standings(person.pk, TODAY)[competency.pk]

    assert (found.value, found.provenance, found.stale) == (2, "mentor_rated", False)


def test_what_was_shown_long_ago_is_stale():
    person = UserFactory()
    demonstrate(person, dated_on=date(2024, 11, 1))

    assert {standing.stale for standing in shown(person.pk, TODAY).values()} == {True}


def test_the_method_is_the_newest_version_saved():
    assert method_now() == DEFAULT
    for version, bold in ((2, 0.7), (3, 0.9)):
        MethodSettings.objects.create(
            version=version, values={"bold_q": bold}, reason="Tried it.", set_by=UserFactory()
        )

    assert (method_now().version, method_now().bold_q) == (3, 0.9)


def test_hours_nobody_told_are_not_made_up():
    mentorship = MentorshipFactory()
    option = OptionFactory(mentorship=mentorship, hours_per_week=Decimal("4"))

    assert load_of(option, mentorship, running={}).value is None
    mentorship.contracted_hours, mentorship.base_hours = Decimal("40"), Decimal("39.2")
    assert load_of(option, mentorship, running={}).value == 1.08
    assert Goal.objects.count() == 0


def work(mentorship, hours, covered=None, **more):
    assignment = AssignmentFactory(option__mentorship=mentorship, option__backfill_hours=covered, **more)
    CharterFactory(assignment=assignment, hours_per_week=hours)
    return assignment.option


def test_what_runs_in_any_mentorship_of_the_mentee_is_in_the_week():
    mentorship, other = MentorshipFactory(), MentorshipFactory()
    elsewhere = MentorshipFactory(mentee=mentorship.mentee)
    rows = {
        work(mentorship, 6): 6,
        work(mentorship, 5, covered=2, paused=True): 3,
        work(elsewhere, Decimal("4.5"), reviewing=True): Decimal("4.5"),
        work(elsewhere, 2, covered=9): 0,
    }
    work(mentorship, 7, closed=True)
    work(mentorship, 7, chartering=True)
    work(other, 7)

    with CaptureQueriesContext(connection) as queries:
        found = running_hours(mentorship.mentee_id)

    assert found == {option.pk: hours for option, hours in rows.items()}
    assert len(queries) == 1


def test_an_option_is_weighed_beside_what_runs_and_not_beside_itself():
    mentorship = MentorshipFactory(base_hours=Decimal("36"), contracted_hours=Decimal("40"))
    option = OptionFactory(mentorship=mentorship, hours_per_week=Decimal("2"))
    running = {work(mentorship, 12).pk: Decimal("12"), option.pk: Decimal("2")}

    found = load_of(option, mentorship, running=running)

    assert found.parts == (("base", 36), ("running", 12), ("stretch", 2), ("backfill", 0))
    assert (found.hours, found.light, found.contracted) == (50, "red", 40)


def test_nobody_takes_over_more_than_the_option_takes():
    mentorship = MentorshipFactory(base_hours=Decimal("0"), contracted_hours=Decimal("40"))
    option = OptionFactory(mentorship=mentorship, hours_per_week=Decimal("4"), backfill_hours=Decimal("9"))

    assert load_of(option, mentorship, running={}).hours == 0
    assert load_of(option, mentorship, running={}, agreed=Decimal("3")).hours == 0
