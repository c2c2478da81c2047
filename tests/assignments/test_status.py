import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assignments.models import Assignment, Status
from assignments.signal_rows import Kept
from assignments.signals import Reading, judgement, read, read_latest, signals_of
from assignments.status import ATTENTION, OFF_TRACK, ON_TRACK, Judgement, Reason, Signals, judge
from assignments.status_words import standing
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    EvidenceFactory,
    MilestoneFactory,
)

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
NAMES = {"checkin": "check_in"}
LIGHTS = {"G": "green", "A": "amber", "R": "red"}
GOOD = Signals(0, 0, 1, 1, 1, 5, 0, False, False, 1.0, 40)
EXAMPLES = {
    "H.ex1": Signals(5, 1, 0.8, 1.0, 1.5, 10, 0.1375, False, False, 1.02, 41, False),
    "H.ex2": Signals(0, 0, 1, 1, 1, 5, 0, False, False, 1.18, 47, False),
    "H.ex3": Signals(0, 0, 0.95, 1.3, 1, 20, 0.05, False, False, 1.0, 40, False),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_come_out_as_printed(name):
    parts, value = PINS[name]

    judgement = judge(EXAMPLES[name])

    assert judgement.value == value.replace(" ", "_")
    assert dict(judgement.parts) == {NAMES.get(code, code): LIGHTS[light] for code, light in parts.items()}


@pytest.mark.parametrize(
    ("days", "count", "light"), [(3, 1, "green"), (4, 1, "amber"), (14, 1, "amber"), (15, 1, "red"), (1, 3, "red")]
)
def test_an_overdue_milestone_turns_with_its_age_and_number(days, count, light):
    assert dict(judge(GOOD._replace(overdue_days=days, overdue_count=count)).parts)["milestone"] == light


@pytest.mark.parametrize(("share", "light"), [(0.9, "green"), (0.89, "amber"), (0.7, "amber"), (0.69, "red")])
def test_the_schedule_turns_with_what_is_done(share, light):
    assert dict(judge(GOOD._replace(schedule=share)).parts)["schedule"] == light


@pytest.mark.parametrize(("ratio", "light"), [(1.25, "green"), (1.26, "amber"), (2, "amber"), (2.01, "red")])
def test_check_ins_turn_with_the_rhythm(ratio, light):
    assert dict(judge(GOOD._replace(check_in_ratio=ratio)).parts)["check_in"] == light


@pytest.mark.parametrize(("days", "light"), [(21, "green"), (22, "amber"), (42, "amber"), (43, "red")])
def test_evidence_turns_with_its_age(days, light):
    assert dict(judge(GOOD._replace(evidence_days=days)).parts)["evidence"] == light


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({"scope_growth": 0.10}, "green"),
        ({"scope_growth": 0.11}, "amber"),
        ({"scope_growth": 0.26}, "red"),
        ({"scope_growth": 0.0, "scope_unapproved": True}, "amber"),
        ({"objective_changed": True}, "red"),
    ],
)
def test_scope_turns_with_growth_and_approval(changes, light):
    assert dict(judge(GOOD._replace(**changes)).parts)["scope"] == light


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({"utilisation": 1.06, "hours": None}, "amber"),
        ({"utilisation": None, "hours": 48}, "amber"),
        ({"utilisation": None, "hours": 49}, "red"),
        ({"strained": True}, "red"),
    ],
)
def test_workload_turns_with_share_hours_or_strain(changes, light):
    assert dict(judge(GOOD._replace(**changes)).parts)["workload"] == light


def test_what_does_not_apply_is_ignored():
    assert judge(Signals()) == Judgement(None)
    assert judge(Signals(overdue_days=0)).value == ON_TRACK


def test_one_red_needs_attention_and_two_are_off_track():
    assert judge(GOOD._replace(evidence_days=50)).value == ATTENTION
    assert judge(GOOD._replace(evidence_days=50, schedule=0.1)).value == OFF_TRACK


def test_an_aim_changed_undecided_is_off_track():
    assert judge(GOOD._replace(objective_changed=True)).value == OFF_TRACK


def test_the_weightiest_reason_comes_first():
    judgement = judge(GOOD._replace(overdue_days=9, overdue_count=1, evidence_days=50))

    assert judgement.reason == Reason("evidence", "red", 50)
    assert [reason.code for reason in judgement.reasons] == ["evidence", "milestone"]
    assert judge(GOOD).reason is None


def test_signals_are_read_from_what_is_on_record(db):
    assignment = AssignmentFactory(starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 1))
    late = MilestoneFactory.build(assignment=assignment, due_on=date(2026, 10, 20), weight=3)
    done = MilestoneFactory.build(assignment=assignment, due_on=date(2026, 10, 1), weight=1)
    done.done_at = datetime(2026, 10, 1, tzinfo=ZoneInfo("UTC"))
    kept = Kept(date(2026, 10, 18), 2, datetime(2026, 10, 18, 12, tzinfo=ZoneInfo("UTC")))
    reading = Reading((done, late), (kept,), (date(2026, 10, 10),), "fortnightly")

    signals = signals_of(assignment, reading, date(2026, 11, 1))

    assert signals == Signals(overdue_days=12, overdue_count=1, schedule=0.25, check_in_ratio=1.0, evidence_days=22)


def test_the_clocks_begin_anew_after_a_pause(db):
    assignment = AssignmentFactory(starts_on=date(2026, 6, 1), ends_on=date(2026, 12, 1), resumed_on=date(2026, 10, 25))

    signals = signals_of(assignment, Reading((), (), (date(2026, 6, 5),), "weekly"), date(2026, 11, 1))

    assert signals == Signals(check_in_ratio=1.0)


def test_only_active_work_is_judged(db):
    paused = AssignmentFactory(paused=True)
    MilestoneFactory(assignment=paused, due_on=today() - timedelta(days=30))

    assert read_latest([paused]) == {}
    assert judgement(paused, read([paused])[paused.pk]) == Judgement(None)


def test_many_assignments_take_as_many_queries_as_one(db, django_assert_num_queries):
    for number in (1, 3):
        found = [AssignmentFactory() for _ in range(number)]
        for assignment in found:
            CharterFactory(assignment=assignment)
            EvidenceFactory(assignment=assignment)
            MilestoneFactory(assignment=assignment)
        fresh = list(Assignment.objects.filter(pk__in=[a.pk for a in found]).select_related("mentee"))
        with django_assert_num_queries(3):
            assert len(read(fresh)) == number
        with django_assert_num_queries(7):
            assert len(read_latest(fresh)) == number


def test_the_sentence_names_the_work_and_not_the_person(db):
    assignment = AssignmentFactory()

    stands = standing(assignment, judge(Signals(overdue_days=9, overdue_count=1, evidence_days=30)))

    assert stands.word == "Needs attention"
    assert stands.sentence == "Because a milestone is 9 days late and no evidence for 30 days."


@pytest.mark.parametrize("status", [Status.CHARTERING, Status.PAUSED, Status.REVIEWING, Status.CLOSED])
def test_work_that_stands_still_says_so(db, status):
    assignment = AssignmentFactory.build(status=status, ending="delivered")

    assert standing(assignment, Judgement(None)).word == str(Status(status).label)
