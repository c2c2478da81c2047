"""What a card of the dashboard says of measures, risks, steps, answers and talks."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assignments.models import Assignment, BriefStatus, Measurement
from sponsors.actions import dashboard as actions
from sponsors.actions.acknowledgement import acknowledge
from sponsors.models import AskState, SponsorCheckIn
from stretchhub.env import now, today
from tests.factories import (
    AskFactory,
    AssignmentFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefRiskFactory,
    BriefVersionFactory,
    CharterFactory,
    MilestoneFactory,
    UserFactory,
)
from tests.sponsors.things import card_of

pytestmark = pytest.mark.django_db


def accepted_version(assignment):
    brief = BriefFactory(option=assignment.option)
    return BriefVersionFactory(brief=brief, status=BriefStatus.SPONSOR_ACCEPTED, outcome=None, risk=None)


def measure(assignment, outcome, value, days_ago=0, **more):
    return Measurement.objects.create(
        assignment=assignment,
        outcome=outcome,
        value=Decimal(value),
        measured_on=today() - timedelta(days=days_ago),
        recorded_by=assignment.mentee,
        **more,
    )


def outcome_with(assignment, **fields):
    return BriefOutcomeFactory(version=accepted_version(assignment), baseline=21, target=14, **fields)


def test_an_early_result_comes_with_its_range_its_cases_and_its_day():
    assignment = AssignmentFactory()
    outcome = outcome_with(assignment, counter_metric="Errors found later", due_on=today() + timedelta(days=30))
    measure(assignment, outcome, "18", days_ago=20, n=5)
    measure(assignment, outcome, "16", days_ago=3, n=12, low=Decimal("14.5"), high=Decimal("17.5"))

    [shown] = card_of(assignment).outcomes

    assert (shown.actual, shown.low, shown.high, shown.n) == ("16", "14.5", "17.5", 12)
    assert (shown.measured_on, shown.early) == (today() - timedelta(days=3), True)
    assert shown.progress == pytest.approx(0.7143, abs=0.00005)
    assert (shown.standing, shown.counter_metric) == ("on_the_way", "Errors found later")


def test_a_value_taken_back_is_not_shown_and_without_any_nothing_is_made_up():
    assignment = AssignmentFactory()
    outcome = outcome_with(assignment)
    measure(assignment, outcome, "9", taken_back_at=now())

    [shown] = card_of(assignment).outcomes

    assert (shown.actual, shown.low, shown.n, shown.progress, shown.standing) == (
        None,
        None,
        None,
        None,
        "not_measured",
    )


def test_what_was_measured_on_its_day_or_after_the_end_is_not_called_early():
    assignment = AssignmentFactory()
    outcome = outcome_with(assignment, due_on=today() - timedelta(days=1))
    measure(assignment, outcome, "23")
    [shown] = card_of(assignment).outcomes
    assert (shown.early, shown.standing) == (False, "moved_away")

    closed = AssignmentFactory(closed=True)
    outcome = outcome_with(closed, due_on=None)
    measure(closed, outcome, "14", days_ago=9)
    [shown] = card_of(closed).outcomes
    assert (shown.early, shown.standing) == (False, "reached")


def test_of_two_values_of_one_day_the_later_written_counts():
    assignment = AssignmentFactory()
    outcome = outcome_with(assignment)
    measure(assignment, outcome, "17")
    measure(assignment, outcome, "18")

    assert card_of(assignment).outcomes[0].actual == "18"


def test_a_measure_to_keep_says_whether_it_was_kept_and_the_range_hoped_for_stands():
    assignment = AssignmentFactory()
    kept = BriefOutcomeFactory(
        version=accepted_version(assignment),
        direction="maintain",
        baseline=5,
        target=5,
        tolerance=1,
        estimate="pert",
        low=4,
        likely=5,
        high=6,
        attribution="before_after",
        other_causes="A new tool\n\nFewer claims",
    )
    measure(assignment, kept, "5.50")

    [shown] = card_of(assignment).outcomes

    assert (shown.standing, shown.progress, shown.expected) == ("kept", None, ("4", "6"))
    assert (shown.attribution, shown.other_causes) == ("before_after", ("A new tool", "Fewer claims"))


def test_the_risks_are_those_of_the_accepted_version():
    assignment = AssignmentFactory()
    version = accepted_version(assignment)
    BriefRiskFactory(version=version, risk="The export is late", trigger="No file on Monday", mitigation="Ask earlier")
    BriefVersionFactory(brief=version.brief, status=BriefStatus.DRAFT, risk__risk="A newer thought")

    [risk] = card_of(assignment).risks
    assert (risk.risk, risk.trigger, risk.mitigation) == ("The export is late", "No file on Monday", "Ask earlier")


def test_after_the_next_step_come_the_three_that_follow():
    assignment = AssignmentFactory()
    for number in range(6):
        MilestoneFactory(assignment=assignment, title=f"Step {number}", due_on=today() + timedelta(days=number))

    card = card_of(assignment)

    assert card.next_step.title == "Step 0"
    assert [step.title for step in card.later_steps] == ["Step 1", "Step 2", "Step 3"]


def test_what_was_answered_lately_stays_and_a_new_sponsor_does_not_read_it():
    assignment = AssignmentFactory()
    by = {"answered_by": assignment.sponsor, "asked_by": assignment.mentee}
    AskFactory(assignment=assignment, question="Lately", state=AskState.ACCEPTED, answered_at=now(), **by)
    long_ago = now() - timedelta(days=31)
    AskFactory(assignment=assignment, question="Long ago", state=AskState.ACCEPTED, answered_at=long_ago, **by)
    AskFactory(assignment=assignment, question="Taken back", state=AskState.WITHDRAWN)
    AskFactory(assignment=assignment, question="Open")

    [answer] = card_of(assignment).answers
    assert (answer.question, answer.state, answer.by) == ("Lately", "accepted", assignment.sponsor.name)

    Assignment.objects.filter(pk=assignment.pk).update(sponsor=UserFactory())
    assignment.refresh_from_db()
    assert card_of(assignment).answers == []


def test_the_next_talk_and_the_version_of_the_charter_are_said():
    charter = CharterFactory(acknowledged=True)
    assignment = charter.assignment
    assert (card_of(assignment).next_talk, card_of(assignment).charter_changed_at) == (None, None)
    for days in (-3, 5, 19):
        SponsorCheckIn.objects.create(
            assignment=assignment, sponsor=assignment.sponsor, due_on=today() + timedelta(days=days)
        )
    type(charter).objects.update(version=3)

    card = card_of(assignment)

    assert card.next_talk == today() + timedelta(days=5)
    assert (card.charter_version, card.charter_changed_at) == (3, charter.updated_at)


def test_a_new_value_and_a_new_ask_are_named_among_what_changed():
    assignment = AssignmentFactory()
    outcome = outcome_with(assignment, metric="Cycle time")
    actions.rebuild_behind()
    acknowledge(assignment, by=assignment.sponsor, revision=assignment.revision)
    measure(assignment, outcome, "18")
    ask = AskFactory(assignment=assignment, question="May it go on?")

    changes = {(change.code, change.words, change.day) for change in card_of(assignment).changes}

    assert changes == {("measured", "Cycle time", today()), ("ask", "May it go on?", ask.needed_by)}


def test_what_the_one_before_acknowledged_is_not_counted_for_a_new_sponsor():
    assignment = AssignmentFactory()
    actions.rebuild_behind()
    acknowledge(assignment, by=assignment.sponsor, revision=assignment.revision)
    Assignment.objects.filter(pk=assignment.pk).update(sponsor=UserFactory())
    assignment.refresh_from_db()

    assert (card_of(assignment).acknowledged_at, card_of(assignment).acknowledged_revision) == (None, 0)
