"""What is stored for two sponsors with work of every kind, byte for byte beside a file that people can read."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from assignments.models import BriefStatus
from sponsors.actions import dashboard as actions
from sponsors.models import AskState, DashboardAcknowledgement, DashboardSnapshot, SponsorCheckIn
from tests import factories as f

pytestmark = pytest.mark.django_db

EXPECTED = Path(__file__).with_name("dashboard_stored.json")
# Half past eleven at night in London: in Tokyo it is the next day.
NOW = datetime(2026, 11, 2, 23, 30, 15, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 2)


def ago(days):
    return TODAY - timedelta(days=days)


def numbers(start):
    """An id and a code that are the same in every run."""
    return {"id": start, "code": UUID(int=start)}


def person(number, name, zone="Europe/London", **more):
    return f.UserFactory(id=number, full_name=name, time_zone=zone, **more)


def assignment(number, sponsor, *, zone="Europe/London", **more):
    mentee = person(number + 1, f"Mentee of {number}", zone, preferred_name="Amá" if number % 2 else "")
    mentor = person(number + 2, f"Mentor of {number}")
    people = {"option__mentorship__mentee": mentee, "option__mentorship__mentor": mentor}
    return f.AssignmentFactory(
        **numbers(number), title=f"Assignment “{number}”", sponsor=sponsor, revision=number % 7 + 1, **people, **more
    )


def milestones(start, work, *, others=()):
    plan = [(-40, 3, True), (-16, 1, False), (1, 2, False), (0, 5, True), (0, 1, False), (20, 4, False), (45, 1, False)]
    for number, (days, weight, done) in enumerate([*plan, *others], start):
        f.MilestoneFactory(
            **numbers(number), assignment=work, title=f"Milestone {number}", due_on=ago(-days), weight=weight,
            done_at=NOW if done else None, done_by=work.mentee if done else None,
        )  # fmt: skip


def evidence(start, work, count):
    for number in range(count):
        f.EvidenceFactory(
            **numbers(start + number), assignment=work, title=f"Evidence {number}", happened_on=ago(number % 4 + 2),
            changed="" if number == 1 else "Zwei Regionen <b>gehen</b> mit – 😀", shared_with_sponsor=number % 3 != 0,
        )  # fmt: skip


def outcomes(start, work):
    brief = f.BriefFactory(option=work.option)
    version = f.BriefVersionFactory(brief=brief, status=BriefStatus.SPONSOR_ACCEPTED, outcome=None, risk=None)
    f.BriefVersionFactory(brief=brief, status=BriefStatus.DRAFT, outcome__metric="Not promised yet")
    ranged = {"estimate": "pert", "low": Decimal("12.50"), "likely": 14, "high": Decimal("100.00")}
    kinds = [
        {"counter_metric": "Errors found later", "attribution": "before_after", "other_causes": "A\n\n  B  \n"},
        {"baseline": Decimal("0.30"), "target": Decimal("1200"), "direction": "increase", **ranged},
        {"direction": "maintain", "tolerance": Decimal("0.50"), "baseline": 10, "target": 10, "due_on": ago(5)},
        {"baseline": 7, "target": 7, "due_on": None, "attribution": "comparison"},
        {"metric": "Never measured", "unit": ""},
    ]
    made = [f.BriefOutcomeFactory(id=start + number, version=version, **kind) for number, kind in enumerate(kinds)]
    f.BriefRiskFactory(id=start, version=version, risk="A risk", trigger="A sign", mitigation="")
    f.BriefRiskFactory(id=start + 1, version=version, risk="Another")
    return made


def measured(start, work, outcomes):
    values = [
        (outcomes[0], "18", 20, {"low": 17, "high": 19}),
        (outcomes[0], "16.25", 3, {"low": Decimal("14.5"), "high": 18, "n": 8}),
        (outcomes[0], "15", 1, {"taken_back_at": NOW}),
        (outcomes[1], "0.10", 4, {"n": None}),
        (outcomes[2], "10.4", 6, {}),
        (outcomes[2], "11", 6, {}),
        (outcomes[3], "7", 0, {}),
    ]
    for number, (outcome, value, days, more) in enumerate(values, start):
        f.MeasurementFactory(
            id=number, assignment=work, outcome=outcome, value=Decimal(value), measured_on=ago(days), **more
        )


def asks(start, work):
    answered = {"answered_by": work.mentor, "answered_at": NOW - timedelta(hours=20)}
    kinds = [
        {"state": AskState.OPEN},
        {"state": AskState.ACCEPTED, **answered, "question": "May we?"},
        {"state": AskState.DECLINED, **answered, "reason": "Not now."},
        {"state": AskState.DELEGATED, **answered, "delegated_to": work.mentor},
        {"state": AskState.ACCEPTED, **answered, "question": "The fourth is too much"},
        {"state": AskState.ACCEPTED, **answered, "addressee": work.mentor, "question": "Asked of somebody before"},
        {"state": AskState.ACCEPTED, **answered | {"answered_at": NOW - timedelta(days=31)}},
        {"state": AskState.WITHDRAWN},
    ]
    for number, kind in enumerate(kinds):
        f.AskFactory(id=start + number, assignment=work, asked_at=NOW - timedelta(days=number // 2), **kind)


def charter(number, work, *parts, version=1, **more):
    made = f.CharterFactory(id=number, assignment=work, version=version, updated_at=NOW - timedelta(days=9), **more)
    for part in parts:
        f.CharterAcknowledgementFactory(charter=made, part=part)


def check_ins(work, *answers):
    for days, sides in answers:
        check_in = f.CheckInFactory(assignment=work, due_on=ago(days))
        for by in [work.mentee, work.mentor][:sides]:
            f.CheckInAnswerFactory(check_in=check_in, by=by, answered_at=NOW - timedelta(days=days))


def talks(work, *days):
    for number in days:
        SponsorCheckIn.objects.create(assignment=work, sponsor=work.sponsor, due_on=ago(-number))


def acknowledged(work, by=None, revision=1, **facts):
    at = NOW - timedelta(days=4)
    DashboardAcknowledgement.objects.create(
        assignment=work, sponsor=by or work.sponsor, revision=revision, as_of=NOW, acknowledged_at=at, facts=facts
    )


def decided(start, work):
    f.ScopeBaselineFactory(id=start, assignment=work, hours=160)
    at = {"asked_at": NOW - timedelta(days=6), "decided_at": NOW - timedelta(days=2), "decided_by": work.sponsor}
    kinds = [
        {"asked_at": NOW - timedelta(days=1), "title": "Waits for the approver", "why": "Sie fragen danach – 😀"},
        {"asked_at": NOW - timedelta(days=2), "kind": "removed", "hours": -8, "asked_by": work.sponsor},
        {**at, "state": "approved", "kind": "moved", "hours": 0, "ends_on": ago(-40)},
        {**at, "state": "declined", "decision_reason": "Not now."},
        {**at, "state": "approved", "decided_at": NOW - timedelta(days=31), "kind": "changed", "hours": Decimal("6.5")},
        {**at, "state": "withdrawn", "decided_by": work.mentee},
    ]
    for number, kind in enumerate(kinds, start):
        f.ScopeChangeFactory(**numbers(number), assignment=work, **kind)
    log = [{"review_on": ago(-9)}, {"looked_back": True, "review_on": ago(3)}, {"review_on": None}]
    for number, kind in enumerate([*log, {"review_on": None, "decided_on": ago(70)}], start):
        f.DecisionFactory(
            **numbers(number),
            **{"assignment": work, "decision": f"Decision {number}", "decided_on": ago(number % 3 + 2), **kind},
        )


def everything(sponsor):
    """One active assignment with all that a card can say, far east of London."""
    work = assignment(1001, sponsor, zone="Asia/Tokyo", starts_on=ago(60), resumed_on=ago(50))
    charter(10, work, "mentee", "mentor", version=2)
    milestones(100, work)
    evidence(200, work, 13)
    made = outcomes(300, work)
    measured(400, work, made)
    asks(500, work)
    check_ins(work, (40, 2), (33, 2), (12, 1))
    talks(work, -3, 4, 18)
    decided(600, work)
    before = {"100": [ago(40).isoformat(), False], "101": [ago(30).isoformat(), False]}
    facts = {"milestones": before, "evidence": [201, 202], "measured": [402], "asks": [500, 502], "charter": 1}
    acknowledged(work, status="chartering", judgement=None, ends_on=None, milestones={}, evidence=[], charter=0)
    acknowledged(work, None, 2, status="active", judgement="on_track", ends_on=ago(1).isoformat(), **facts)


def the_rest(sponsor):
    """Work of every other kind: good, paused, in review, chartering, closed lately and long ago, taken over."""
    good = assignment(1010, sponsor, zone="America/Los_Angeles", starts_on=ago(10))
    charter(11, good, "sponsor", "mentee")
    milestones(120, good, others=[(2, 1, False)] * 2)
    check_ins(good, (2, 2))
    paused = assignment(1021, sponsor, paused=True, pause_reason="Illness")
    milestones(140, paused)
    charter(12, paused, "sponsor", rhythm="monthly", version=3)
    reviewing = assignment(1030, sponsor, reviewing=True)
    evidence(240, reviewing, 2)
    outcomes(320, reviewing)
    starting = assignment(1041, sponsor, chartering=True, pause_reason="")
    charter(13, starting)
    talks(starting, 0)
    assignment(1050, sponsor, chartering=True)
    closed = assignment(1061, sponsor, closed=True, closed_at=NOW - timedelta(days=30))
    milestones(160, closed)
    charter(14, closed)
    talks(closed, 5)
    measured(440, closed, outcomes(340, closed))
    acknowledged(closed, status="active", judgement="on_track", ends_on=None, milestones={}, evidence=[], charter=1)
    assignment(1070, sponsor, closed=True, closed_at=NOW - timedelta(days=30, seconds=1))
    taken_over = assignment(1081, sponsor, starts_on=ago(100), ends_on=ago(-3))
    evidence(260, taken_over, 1)
    acknowledged(
        taken_over, taken_over.mentor, status="paused", judgement=None, ends_on=None, milestones={}, evidence=[]
    )


def stored():
    """Both snapshots as they stand in the database, in the order of their keys."""
    rows = DashboardSnapshot.objects.order_by("sponsor_id").values_list("sponsor_id", "as_of", "content")
    return [[sponsor, as_of.isoformat(), content] for sponsor, as_of, content in rows]


def test_the_content_is_what_it_was_byte_for_byte(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    first, second, idle = person(1, "First"), person(2, "Second"), person(3, "Idle")
    everything(first)
    the_rest(second)

    assert actions.rebuild([first.pk, second.pk, idle.pk]) == 3

    written = json.dumps(stored(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert written.encode() == EXPECTED.read_bytes()
