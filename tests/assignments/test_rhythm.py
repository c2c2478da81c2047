from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments import cadence
from assignments.actions import assignment as assignments
from assignments.actions import check_in as check_ins
from assignments.actions import milestone as milestones
from assignments.models import Assignment, Charter, CheckIn, CheckInAnswer, Milestone
from stretchhub.env import now, today
from stretchhub.invitations import Sender, Series, calendar_of
from stretchhub.notices.models import Notice
from tests.factories import AssignmentFactory, CharterFactory, CheckInAnswerFactory, MilestoneFactory

pytestmark = pytest.mark.django_db

INVITED = "assignments.rhythm_invited"


@pytest.fixture
def assignment():
    made = AssignmentFactory(starts_on=today(), ends_on=today() + timedelta(days=120))
    made.mentee.working_days = "1234567"
    made.mentee.save()
    CharterFactory(assignment=made, rhythm="by_milestone")
    return made


@pytest.fixture
def begun(assignment):
    """There is one, which each example loads afresh."""


def live(assignment) -> list[date]:
    rows = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True)
    return list(rows.order_by("due_on").values_list("due_on", flat=True))


def after(days: int) -> date:
    return today() + timedelta(days=days)


# --- by milestone ---------------------------------------------------------------------------------------


def test_each_milestone_ahead_has_a_check_in_on_its_day(assignment):
    pilot = MilestoneFactory(assignment=assignment, due_on=after(9))
    MilestoneFactory(assignment=assignment, due_on=after(-9))

    assert check_ins.plan(assignment)

    assert live(assignment) == [after(9)]
    assert CheckIn.objects.get().milestone == pilot


def test_a_day_off_moves_the_check_in_and_two_on_one_day_are_one():
    days = cadence.milestone_days(
        {1: date(2026, 11, 28), 2: date(2026, 11, 30), 3: date(2026, 11, 20)}, date(2026, 11, 25), "12345"
    )

    assert days == {date(2026, 11, 30): 1}


def test_a_milestone_that_moves_takes_its_check_in_along_and_calendars_hear_of_it(assignment):
    pilot = milestones.add(
        assignment, by=assignment.mentee, title="Pilot", definition_of_progress="Ten claims.", due_on=after(9), weight=1
    )
    told = Notice.objects.filter(kind=INVITED).count()

    milestones.change(pilot, by=assignment.mentee, due_on=after(16))
    milestones.change(pilot, by=assignment.mentee, title="The pilot")

    assert live(assignment) == [after(16)]
    assert Notice.objects.filter(kind=INVITED).count() == told + 3


def test_a_check_in_whose_day_is_still_right_stays_the_same_one(assignment):
    MilestoneFactory(assignment=assignment, due_on=after(9))
    check_ins.plan(assignment)
    planned = CheckIn.objects.get().code

    milestones.add(
        assignment, by=assignment.mentee, title="More", definition_of_progress="Seen.", due_on=after(20), weight=1
    )

    assert live(assignment) == [after(9), after(20)]
    assert CheckIn.objects.get(due_on=after(9)).code == planned
    assert not CheckIn.objects.filter(cancelled_at__isnull=False).exists()


def test_a_check_in_belongs_to_the_milestone_that_is_due_on_its_day_now(assignment):
    pilot, demo = (MilestoneFactory(assignment=assignment, due_on=after(9)) for _each in range(2))
    check_ins.plan(assignment)
    planned = CheckIn.objects.get()
    assert planned.milestone == pilot

    milestones.change(pilot, by=assignment.mentee, due_on=after(16))

    rows = CheckIn.objects.filter(cancelled_at__isnull=True).order_by("due_on")
    assert [(row.due_on, row.milestone) for row in rows] == [(after(9), demo), (after(16), pilot)]
    assert rows[0].code == planned.code


def test_what_is_finished_early_is_still_talked_about(assignment):
    pilot = MilestoneFactory(assignment=assignment, due_on=after(9))
    check_ins.plan(assignment)
    milestones.finish(pilot, by=assignment.mentee)

    assert not check_ins.plan(assignment)
    assert live(assignment) == [after(9)]


def test_a_milestone_already_talked_about_ahead_of_its_day_has_no_second_check_in(assignment):
    pilot = MilestoneFactory(assignment=assignment, due_on=after(9))
    check_ins.plan(assignment)
    CheckInAnswerFactory(check_in=CheckIn.objects.get())

    milestones.change(pilot, by=assignment.mentee, due_on=after(30))

    assert live(assignment) == [after(9)]


def test_another_rhythm_does_not_follow_milestones(assignment):
    Charter.objects.update(rhythm="weekly")

    check_ins.follow_milestones(assignment)

    assert live(assignment) == []


def test_a_calendar_shows_the_days_of_milestones_one_by_one(assignment):
    zone = assignment.mentee.zone
    days = (date(2026, 11, 9), date(2026, 11, 23), date(2026, 12, 31))
    series = Series("u@example.org", "Check-in", days, "by_milestone", 20, zone)

    content = calendar_of(series, Sender("o@example.org", "Mina", "m@example.org"), number=0, at=now()).decode()

    assert "RRULE" not in content
    assert "20261109T100000" in content
    assert "20261123T100000" in content
    assert "20261231T100000" in content


def test_another_rhythm_after_a_pause_counts_a_full_period_from_its_end(begun, clock):
    assignment = Assignment.objects.select_related("charter", "mentee", "mentor").get()
    check_ins.plan(assignment)
    rest(assignment, clock, 1)

    Charter.objects.update(rhythm="weekly")
    assignment.charter.refresh_from_db()
    check_ins.plan(assignment)

    assert live(assignment)[0] >= after(7)


def test_a_milestone_whose_talk_was_answered_early_gets_no_second_one_when_it_moves(assignment, clock):
    pilot = MilestoneFactory(assignment=assignment, due_on=after(12))
    check_ins.plan(assignment)
    CheckInAnswerFactory(check_in=CheckIn.objects.get())
    moved_to = after(13)
    milestones.change(pilot, by=assignment.mentee, due_on=moved_to)
    clock(days=12)

    check_ins.plan(assignment)

    assert moved_to not in live(assignment)


def test_one_that_was_answered_on_its_day_and_then_moves_gets_another(assignment, clock):
    pilot = MilestoneFactory(assignment=assignment, due_on=after(12))
    check_ins.plan(assignment)
    clock(days=12)
    CheckInAnswerFactory(check_in=CheckIn.objects.get())

    milestones.change(pilot, by=assignment.mentee, due_on=after(20))

    assert live(assignment) == [today(), after(20)]


# --- changes, answers and days in any order -------------------------------------------------------------

RHYTHMS = st.sampled_from(["weekly", "fortnightly", "monthly", "by_milestone"])
STEPS = st.one_of(
    st.tuples(st.just("rhythm"), RHYTHMS),
    st.tuples(st.just("wait"), st.integers(1, 25)),
    st.tuples(st.just("answer"), st.sampled_from(["due", "ahead"])),
    st.tuples(st.just("move"), st.integers(-10, 40)),
    st.tuples(st.just("rest"), st.integers(1, 20)),
)
PERIODS = {"weekly": (7, 7), "fortnightly": (14, 14), "monthly": (28, 31)}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=7))
def test_no_change_doubles_or_skips_a_check_in(begun, clock, steps):
    with transaction.atomic():
        clock()
        assignment = Assignment.objects.select_related("charter", "mentee", "mentor").get()
        gone = 0
        for number in (1, 2, 3):
            MilestoneFactory(assignment=assignment, due_on=after(12 * number))
        counted_from = assignment.starts_on
        check_ins.plan(assignment)
        for what, value in steps:
            gone += value if what in ("wait", "rest") else 0
            if what == "rest":
                rest(assignment, clock, gone)
                counted_from = today()
            else:
                take(assignment, clock, what, value, gone)
            assignment.refresh_from_db(fields=["ends_on"])
            fits(assignment, counted_from)
        transaction.set_rollback(True)


def take(assignment, clock, what, value, gone):
    if what == "rhythm":
        Charter.objects.filter(assignment=assignment).update(rhythm=value)
        assignment.charter.refresh_from_db()
        check_ins.plan(assignment)
    elif what == "wait":
        clock(days=gone)
    elif what == "answer":
        rows = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True, answers=None)
        due = rows.filter(due_on__lte=today()) if value == "due" else rows.filter(due_on__gt=today())
        if row := due.order_by("due_on").first():
            CheckInAnswerFactory(check_in=row)
    elif milestone := Milestone.objects.filter(assignment=assignment, due_on__gte=today()).first():
        milestones.change(milestone, by=assignment.mentee, due_on=after(value))


def rest(assignment, clock, gone):
    """A pause from today until the day the clock shows then."""
    assignments.pause(assignment, by=assignment.mentor, reason="Holiday")
    clock(days=gone)
    assignments.resume(assignment, by=assignment.mentor)


def fits(assignment, counted_from):
    """No two on a day; ahead no gap is longer than the rhythm, and none comes before a full period has gone."""
    rhythm, days = assignment.charter.rhythm, live(assignment)
    assert days == sorted(set(days))
    answered = set(CheckIn.objects.filter(answers__isnull=False).values_list("due_on", flat=True))
    if rhythm == "by_milestone":
        milestone_days = Milestone.objects.filter(assignment=assignment, due_on__gt=today())
        answers = CheckInAnswer.objects.filter(check_in__assignment=assignment).select_related("check_in")
        had = {one.check_in.milestone_id for one in answers if one.answered_at.date() < one.check_in.due_on}
        wanted = {m.due_on for m in milestone_days if m.pk not in had}
        assert {day for day in days if day > today()} - answered == wanted - answered
        return
    shortest, longest = PERIODS[rhythm]
    last = max([counted_from, *(day for day in days if day <= today() or day in answered)])
    planned = [day for day in days if day > max(last, today())]
    steps = [(later - earlier).days for earlier, later in pairwise([last, *planned])]
    assert all(step >= shortest for step in steps), "one comes too early"
    assert all(step <= longest for step in steps[1:]), "one is skipped"
    if max(last, today()) + timedelta(days=longest) <= assignment.ends_on:
        assert planned, "none lies ahead"
        assert (planned[0] - max(last, today())).days <= longest, "the next is too far away"
