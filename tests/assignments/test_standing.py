from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions import assignment as assignments
from assignments.actions import status as actions
from assignments.models import Decision, Pause, ScopeBaseline, ScopeChange, StatusOverride
from assignments.momentum import Pair, momentum, window
from assignments.objective import digest_of
from assignments.refusals import Refused, Stale
from assignments.signals import Reading, judgement, read, read_latest, signals_of
from assignments.status import OFF_TRACK, ByHand, Judgement, set_by_hand
from assignments.status_words import standing
from sponsors.actions import dashboard as dashboards
from sponsors.models import SponsorCheckIn
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    EvidenceFactory,
    MentorshipFactory,
    MilestoneFactory,
)

DAY = date(2026, 11, 2)


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor, base_hours=36, contracted_hours=40)
    made = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)
    CharterFactory(assignment=made, acknowledged=True)
    return made


def ago(days):
    return today() - timedelta(days=days)


def read_signals(assignment):
    """By both ways of reading, which must agree."""
    reading = read([assignment])[assignment.pk]
    found = signals_of(assignment, reading, today(assignment.mentee.zone))
    latest = Reading.of(reading.milestones, read_latest([assignment])[assignment.pk], reading.rhythm)
    assert judgement(assignment, latest) == judgement(assignment, reading)
    return found


# --- momentum -----------------------------------------------------------------------------------------------


def pairs(*shares):
    return [Pair(name, *share) for name, share in zip("abcd", shares, strict=True)]


def test_the_worked_example_of_momentum_comes_out_as_printed():
    found = momentum(pairs((1, 2), (2, 2), (1, 2), (3, 2)), pairs((2, 2), (2, 2), (2, 2), (1, 2)))

    assert (found.value, found.before, found.trend) == (75.0, 87.5, "steady")
    assert found.reason.params == {"change": -12.5}


@pytest.mark.parametrize(("now_done", "before_done", "trend"), [(4, 2, "up"), (2, 4, "down"), (3, 3, "steady")])
def test_more_than_fifteen_points_are_a_trend(now_done, before_done, trend):
    assert momentum([Pair("a", now_done, 4)], [Pair("a", before_done, 4)]).trend == trend


def test_what_was_not_expected_does_not_count():
    assert momentum([Pair("a", 0, 0), Pair("b", 1, 2)]).value == 50
    assert momentum([Pair("a", 0, 0)]).reason.code == "nothing_expected"
    assert momentum([Pair("b", 1, 2)]).reason.code == "no_earlier"


def test_days_of_a_pause_do_not_count_and_the_stretch_reaches_back_over_them():
    pause = (DAY - timedelta(days=14), DAY - timedelta(days=4))

    assert window(DAY, [], date(2026, 1, 1)) == (DAY - timedelta(days=27), DAY, 28)
    assert window(DAY, [pause], date(2026, 1, 1)) == (DAY - timedelta(days=37), DAY, 28)
    assert window(DAY, [(DAY, None)], DAY - timedelta(days=3)) == (DAY - timedelta(days=3), DAY, 3)
    assert window(DAY, [], DAY + timedelta(days=1)) is None


# --- signals ------------------------------------------------------------------------------------------------


def test_the_last_talk_with_the_sponsor_counts_against_what_was_agreed(assignment):
    assert read_signals(assignment).sponsor_ratio is None

    for days in (21, 25):
        SponsorCheckIn.objects.create(
            assignment=assignment, sponsor=assignment.sponsor, due_on=ago(days), held_on=ago(days),
            result="Ten claims.", recorded_by=assignment.mentee, recorded_at=now(),
        )  # fmt: skip

    assert read_signals(assignment).sponsor_ratio == 1.5


def test_scope_counts_with_its_growth_what_waits_and_an_objective_nobody_decided(assignment):
    ScopeBaseline.objects.create(
        assignment=assignment, hours=100, hours_per_week=4, starts_on=ago(30), ends_on=ago(-60),
        objective="Old", objective_digest=digest_of(assignment.charter.outcome),
    )  # fmt: skip
    ScopeChange.objects.create(
        assignment=assignment, kind="added", title="x", hours=20, why="y", asked_by=assignment.mentee
    )
    found = read_signals(assignment)

    assert (found.scope_growth, found.scope_unapproved, found.objective_changed) == (0.2, True, False)

    assignment.charter.outcome = "Something else."
    assignment.charter.version = 2
    assignment.charter.save()
    assert read_signals(assignment).objective_changed
    assert judgement(assignment, read([assignment])[assignment.pk]).value == OFF_TRACK


def test_hours_the_mentee_told_fill_the_week_but_strain_never_shows(assignment):
    for days, hours in ((14, 10), (7, 12)):
        row = CheckInFactory(assignment=assignment, due_on=ago(days))
        CheckInAnswerFactory(check_in=row, load=5, hours=hours)
        CheckInAnswerFactory(check_in=row, by=assignment.mentor, load=5, hours=40)
    found = read_signals(assignment)
    stands = standing(assignment, judgement(assignment, read([assignment])[assignment.pk]))

    assert (found.hours, found.utilisation, found.strained) == (47, 1.175, False)
    assert stands.word == "Off track"
    assert "there is a capacity concern" in stands.sentence
    assert "47" not in stands.sentence and "11" not in stands.sentence


def test_strain_alone_changes_nothing_that_is_shared(assignment):
    before = read_signals(assignment)
    for days in (14, 7):
        CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment, due_on=ago(days)), load=5)

    assert read_signals(assignment) == before


def test_by_milestone_the_interval_reaches_to_the_next_milestone(assignment):
    assignment.charter.rhythm = "by_milestone"
    assignment.charter.save()
    assert read_signals(assignment).check_in_ratio is None

    MilestoneFactory(assignment=assignment, due_on=ago(10))

    assert read_signals(assignment).check_in_ratio == 1.5


# --- set by hand --------------------------------------------------------------------------------------------


def test_what_somebody_set_holds_until_its_day_and_ends_by_itself(assignment, mentee, clock):
    actions.set_status(assignment, by=mentee, value="on_track", reason="The pilot moved.", expires_on=ago(-3))
    MilestoneFactory(assignment=assignment, due_on=ago(20))

    stands = standing(assignment, judgement(assignment, read([assignment])[assignment.pk]))

    assert (stands.word, stands.by_hand) == ("On track", True)
    assert stands.sentence.startswith("Set by Mina Okafor until")
    assert "a milestone is 20 days late" in stands.reasons
    clock(days=4)
    later = standing(assignment, judgement(assignment, read([assignment])[assignment.pk]))
    assert (later.word, later.by_hand) == ("Needs attention" if later.mark == "watch" else "Off track", False)


def test_by_hand_is_the_status_alone_and_the_signals_stay_beside_it():
    judged = Judgement("off_track", (("scope", "red"),))
    hand = ByHand("on_track", "Agreed.", "Mina", DAY)

    assert set_by_hand(judged, hand, DAY) == Judgement("on_track", (("scope", "red"),), (), hand)
    assert set_by_hand(judged, hand, DAY + timedelta(days=1)) == judged
    assert set_by_hand(judged, None, DAY) == judged


def test_the_sponsor_reads_who_set_it_and_why(assignment, mentee, sponsor, sign_in):
    actions.set_status(assignment, by=mentee, value="needs_attention", reason="The audit comes.", expires_on=ago(-3))
    dashboards.rebuild([sponsor.pk])

    words = sign_in(sponsor).get("/sponsoring/").content.decode()

    assert "Set by Mina Okafor until" in words
    assert "The audit comes." in words


def test_a_new_one_ends_the_one_before_and_it_can_be_taken_back(assignment, mentee, mentor, sign_in):
    actions.set_status(assignment, by=mentee, value="on_track", reason="First.", expires_on=ago(-3))
    actions.set_status(assignment, by=mentor, value="off_track", reason="Second.", expires_on=ago(-3))

    assert StatusOverride.objects.get(ended_at__isnull=True).reason == "Second."
    url = reverse("assignments:status-take-back", args=[assignment.code])
    for _ in range(2):
        sign_in(mentee).post(url)
    assert not StatusOverride.objects.filter(ended_at__isnull=True).exists()


@pytest.mark.parametrize("days", [-1, 15])
def test_it_holds_from_today_for_fourteen_days_at_the_most(assignment, mentee, days):
    with pytest.raises(Refused):
        actions.set_status(assignment, by=mentee, value="on_track", reason="x", expires_on=ago(-days))


def test_two_at_the_same_moment_leave_one(assignment, mentee, monkeypatch):
    actions.set_status(assignment, by=mentee, value="on_track", reason="First.", expires_on=ago(-3))
    monkeypatch.setattr(actions, "standing", lambda assignment: StatusOverride.objects.none())

    with pytest.raises(Stale):
        actions.set_status(assignment, by=mentee, value="off_track", reason="Second.", expires_on=ago(-3))


def test_the_sponsor_sets_no_status(assignment, sponsor):
    with pytest.raises(PermissionDenied):
        actions.set_status(assignment, by=sponsor, value="on_track", reason="x", expires_on=ago(-3))


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_shows_each_signal_and_the_pace_to_the_two_alone(assignment, mentee, sponsor, sign_in):
    MilestoneFactory(assignment=assignment, due_on=ago(20))
    EvidenceFactory(assignment=assignment)
    Decision.objects.create(
        assignment=assignment,
        decided_on=ago(3),
        decision="Go on",
        reason="It helps",
        decided_by="Mina",
        logged_by=mentee,
    )
    url = reverse("assignments:status", args=[assignment.code])

    mine, theirs = (sign_in(person).get(url).content.decode() for person in (mentee, sponsor))

    assert "Late milestones" in mine and "Late milestones" in theirs
    assert "of 100 over the last four weeks" in mine and "Milestones done of those due: 0 of 1" in mine
    assert "of 100" not in theirs and "You know better" not in theirs


def test_the_status_is_set_on_the_page_and_errors_keep_what_was_typed(assignment, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:status", args=[assignment.code])

    wrong = client.post(url, {"value": "on_track", "reason": "Typed", "expires_on": ago(-40)})
    right = client.post(url, {"value": "on_track", "reason": "It moved.", "expires_on": ago(-14)})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Typed" in wrong.content.decode()
    assert "Set by Mina Okafor" in client.get(url).content.decode()
    assert "Take it back" in client.get(url).content.decode()


def test_the_page_takes_the_same_queries_for_one_and_for_three(assignment, mentee, sign_in, count_queries):
    client, url, counts = sign_in(mentee), reverse("assignments:status", args=[assignment.code]), []
    for number in (1, 2):
        for each in range(number):
            MilestoneFactory(assignment=assignment)
            CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment, due_on=ago(7 * (number + each))))
        client.get(url)
        counts.append(count_queries(client, url))

    assert counts[0] == counts[1] <= 12


def test_work_that_rests_has_no_signals(mentee, sign_in):
    resting = AssignmentFactory(option__mentorship__mentee=mentee, paused=True)

    words = sign_in(mentee).get(reverse("assignments:status", args=[resting.code])).content.decode()

    assert "all clocks stand still" in words


# --- pauses -------------------------------------------------------------------------------------------------


def test_a_pause_is_noted_and_ends_with_the_work_going_on_or_over(assignment, mentor, clock):
    assignments.pause(assignment, by=mentor, reason="Leave")
    began = today()
    clock(days=6)
    assignments.resume(assignment, by=mentor)
    assignments.pause(assignment, by=mentor, reason="Again")
    clock(days=8)
    assignments.close(assignment, by=mentor, ending="stopped", reason="Enough was learned.")

    assert list(Pause.objects.values_list("from_on", "until_on")) == [
        (began, began + timedelta(days=6)),
        (began + timedelta(days=6), began + timedelta(days=8)),
    ]
