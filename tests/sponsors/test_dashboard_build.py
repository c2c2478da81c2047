from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assignments.actions.assignment import raise_revision
from assignments.models import Assignment, BriefStatus, DashboardChange, Evidence, Measurement, Milestone
from sponsors.actions import dashboard as actions
from sponsors.actions.acknowledgement import acknowledge
from sponsors.dashboard import build, build_packed
from sponsors.models import DashboardSnapshot, SponsorCheckIn
from stretchhub.env import now, today
from tests.factories import (
    AskFactory,
    AssignmentFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    CharterFactory,
    CheckInAnswerFactory,
    DecisionFactory,
    EvidenceFactory,
    MilestoneFactory,
    OptionFactory,
    ReviewFactory,
    ScopeBaselineFactory,
    ScopeChangeFactory,
    UserFactory,
)
from tests.sponsors.things import card_of, cards_of

pytestmark = pytest.mark.django_db


def behind():
    """Whose dashboards do not show everything yet."""
    return set(DashboardChange.objects.values_list("sponsor_id", flat=True))


def test_the_card_says_what_a_sponsor_needs():
    assignment = AssignmentFactory(title="Shorten the claims backlog")
    MilestoneFactory(assignment=assignment, title="Map", weight=2, done_at=now(), done_by=assignment.mentee)
    MilestoneFactory(assignment=assignment, title="Pilot", weight=3, due_on=today() + timedelta(days=9))
    MilestoneFactory(assignment=assignment, title="Hand over", weight=1, due_on=today() + timedelta(days=40))
    EvidenceFactory(assignment=assignment, title="Demo", changed="Two regions joined.", shared_with_sponsor=True)

    card = card_of(assignment)

    assert (card.title, card.mentee, card.mentor) == (
        "Shorten the claims backlog",
        assignment.mentee.name,
        assignment.mentor.name,
    )
    assert (card.next_step.title, card.next_step.due_on) == ("Pilot", today() + timedelta(days=9))
    assert (card.weight_done, card.weight_total) == (2, 6)
    assert [(each.title, each.changed) for each in card.evidence] == [("Demo", "Two regions joined.")]
    assert (card.charter_to_acknowledge, card.changes, card.acknowledged_at) == (False, (), None)


def test_the_outcomes_are_those_of_the_version_the_sponsor_accepted():
    assignment = AssignmentFactory()
    brief = BriefFactory(option=assignment.option)
    BriefVersionFactory(brief=brief, status=BriefStatus.SPONSOR_DECLINED, outcome__metric="An older promise")
    accepted = BriefVersionFactory(brief=brief, status=BriefStatus.SPONSOR_ACCEPTED, outcome=None)
    BriefOutcomeFactory(version=accepted, metric="Cycle time", unit="days", baseline=Decimal("21.50"), target=14)

    [outcome] = card_of(assignment).outcomes

    assert (outcome.metric, outcome.baseline, outcome.target, outcome.unit) == ("Cycle time", "21.5", "14", "days")


def test_what_a_sponsor_may_not_see_is_not_in_the_dashboard():
    assignment = AssignmentFactory()
    EvidenceFactory(assignment=assignment, title="SECRET evidence", learned="SECRET lesson")
    EvidenceFactory(assignment=assignment, title="Shared", learned="SECRET lesson", shared_with_sponsor=True)
    CheckInAnswerFactory(check_in__assignment=assignment, moved="SECRET words", next_try="SECRET try", load=5)
    OptionFactory(mentorship=assignment.option.mentorship, title="SECRET option")
    ReviewFactory(assignment=assignment, summary="SECRET review")

    stored = str(build([assignment.sponsor_id])[assignment.sponsor_id].content())

    assert "Shared" in stored
    assert "SECRET" not in stored


def test_closed_assignments_stay_for_thirty_days_and_others_sponsors_are_not_shown():
    sponsor = UserFactory()
    AssignmentFactory(sponsor=sponsor, title="Closed lately", closed=True)
    AssignmentFactory(sponsor=sponsor, title="Long closed", closed=True, closed_at=now() - timedelta(days=31))
    AssignmentFactory(sponsor=sponsor, title="Being chartered", chartering=True)
    AssignmentFactory(title="Somebody else's")

    cards = cards_of(sponsor.pk)

    assert {card.title for card in cards} == {"Closed lately", "Being chartered"}


def test_the_charter_waits_until_the_sponsor_has_acknowledged_this_version():
    waiting = CharterFactory(assignment__chartering=True)
    agreed = CharterFactory(acknowledged=True)
    changed = CharterFactory(acknowledged=True)
    type(changed).objects.filter(pk=changed.pk).update(version=2)

    assert card_of(waiting.assignment).charter_to_acknowledge is True
    assert card_of(agreed.assignment).charter_to_acknowledge is False
    assert card_of(changed.assignment).charter_to_acknowledge is True


def test_a_build_takes_the_same_queries_for_one_sponsor_and_for_many():
    def queries(count):
        sponsors = []
        for _number in range(count):
            charter = CharterFactory(acknowledged=True)
            assignment = charter.assignment
            brief = BriefFactory(option=assignment.option)
            version = BriefVersionFactory(brief=brief, status=BriefStatus.SPONSOR_ACCEPTED)
            Measurement.objects.create(
                assignment=assignment,
                outcome=version.outcomes.get(),
                value=16,
                measured_on=today(),
                recorded_by=assignment.mentee,
            )
            AskFactory(assignment=assignment)
            AskFactory(assignment=assignment, state="accepted", answered_at=now(), answered_by=assignment.sponsor)
            SponsorCheckIn.objects.create(assignment=assignment, sponsor=assignment.sponsor, due_on=today())
            MilestoneFactory(assignment=assignment)
            ScopeBaselineFactory(assignment=assignment)
            ScopeChangeFactory(assignment=assignment)
            DecisionFactory(assignment=assignment)
            EvidenceFactory(assignment=assignment, shared_with_sponsor=True)
            CheckInAnswerFactory(check_in__assignment=assignment)
            sponsors.append(assignment.sponsor_id)
        with CaptureQueriesContext(connection) as captured:
            build(sponsors)
        return len(captured)

    assert queries(1) == queries(3)


def test_a_batch_is_read_and_written_in_the_same_queries_for_one_sponsor_and_for_many():
    def queries(count):
        boards = [AssignmentFactory() for number in range(count)]
        actions.rebuild([board.sponsor_id for board in boards])
        for board in boards:
            raise_revision(board)
        with CaptureQueriesContext(connection) as captured:
            assert actions.rebuild([board.sponsor_id for board in boards]) == count
        assert behind() == set()
        return len(captured)

    assert queries(1) == queries(3)


def test_a_change_is_built_and_nothing_behind_is_one_query():
    AssignmentFactory()

    assert actions.rebuild_behind() == 1
    assert behind() == set()
    with CaptureQueriesContext(connection) as captured:
        assert actions.rebuild_behind() == 0
    assert len(captured) == 1


@pytest.mark.parametrize(
    ("count", "parts"),
    [
        (7, [7]),
        (8, [8]),
        (9, [4, 2, 3]),
        (21, [8, 6, 3, 2, 2]),
        (40, [8, 8, 8, 8, 4, 2, 2]),
    ],
)
def test_the_last_ones_of_what_workers_share_are_taken_in_ever_smaller_parts(monkeypatch, count, parts):
    monkeypatch.setattr(actions, "BATCH", 8)
    monkeypatch.setattr(actions, "LEAST", 2)
    called, taken = [], []
    monkeypatch.setattr(actions, "wake", lambda task: called.append((task, len(taken))))
    monkeypatch.setattr(actions, "_rebuild_free", lambda sponsors: taken.append(sponsors) or len(sponsors))
    sponsors = sorted(each.pk for each in UserFactory.create_batch(count))
    DashboardChange.objects.note(sponsors)

    assert actions.rebuild_behind() == count

    assert [len(each) for each in taken] == parts
    assert [sponsor for each in taken for sponsor in each] == sponsors
    assert called == [("sponsors.tasks.build_dashboards", 1)] * (count > 8), "once, after the first part"


@pytest.mark.parametrize(("built", "called"), [([0, 0, 0, 0, 0], 0), ([0, 0, 2, 2, 0], 1)])
def test_another_worker_is_called_only_where_something_could_be_built(monkeypatch, built, called):
    monkeypatch.setattr(actions, "BATCH", 8)
    monkeypatch.setattr(actions, "LEAST", 2)
    calls, results = [], iter(built)
    monkeypatch.setattr(actions, "wake", calls.append)
    monkeypatch.setattr(actions, "_rebuild_free", lambda sponsors: next(results))
    monkeypatch.setattr(actions, "_make_missing", lambda sponsors: [])
    DashboardChange.objects.note([each.pk for each in UserFactory.create_batch(21)])

    assert actions.rebuild_behind() == sum(built)

    assert calls == ["sponsors.tasks.build_dashboards"] * called
    assert list(results) == []


def test_an_older_build_never_covers_a_newer_one():
    assignment = AssignmentFactory(title="Old words")
    sponsor = assignment.sponsor_id
    generations, changes = actions._generations([sponsor]), actions._changes([sponsor])
    slow = build_packed([sponsor])
    Assignment.objects.filter(pk=assignment.pk).update(title="New words")
    raise_revision(assignment)
    assert actions.rebuild([sponsor]) == 1

    assert actions.write(slow, generations, changes) == 0

    snapshot = DashboardSnapshot.objects.get(sponsor=sponsor)
    assert [card["title"] for card in snapshot.content["cards"]] == ["New words"]
    assert snapshot.generation == 1
    assert snapshot.content["cards"][0]["revision"] == 2
    assert behind() == set()


def test_a_change_during_a_build_stays_behind_and_the_next_run_shows_it():
    assignment = AssignmentFactory(title="Old words")
    sponsor = assignment.sponsor_id
    generations, changes = actions._generations([sponsor]), actions._changes([sponsor])
    boards = build_packed([sponsor])
    Assignment.objects.filter(pk=assignment.pk).update(title="New words")
    raise_revision(assignment)

    assert actions.write(boards, generations, changes) == 1
    assert behind() == {sponsor}

    assert actions.rebuild_behind() == 1
    snapshot = DashboardSnapshot.objects.get(sponsor=sponsor)
    assert [card["title"] for card in snapshot.content["cards"]] == ["New words"]
    assert behind() == set()


def test_a_change_that_comes_while_a_worker_builds_what_is_behind_stays_behind(monkeypatch):
    assignment = AssignmentFactory(title="Old words")

    def build_slowly(sponsors):
        boards = build_packed(sponsors)
        Assignment.objects.filter(pk=assignment.pk).update(title="New words")
        raise_revision(assignment)
        return boards

    with monkeypatch.context() as slow:
        slow.setattr(actions, "build_packed", build_slowly)
        assert actions.rebuild_behind() == 1
    assert behind() == {assignment.sponsor_id}

    assert actions.rebuild_behind() == 1
    [card] = DashboardSnapshot.objects.get(sponsor=assignment.sponsor_id).content["cards"]
    assert (card["title"], behind()) == ("New words", set())


def test_a_worker_killed_in_the_middle_leaves_the_old_snapshot_behind():
    assignment = AssignmentFactory(title="Old words")
    sponsor = assignment.sponsor_id
    actions.rebuild([sponsor])
    Assignment.objects.filter(pk=assignment.pk).update(title="New words")
    raise_revision(assignment)

    class Killed(BaseException):
        pass

    with pytest.raises(Killed), transaction.atomic():
        actions.rebuild([sponsor])
        raise Killed

    snapshot = DashboardSnapshot.objects.get(sponsor=sponsor)
    assert ([card["title"] for card in snapshot.content["cards"]], snapshot.generation) == (["Old words"], 1)
    assert behind() == {sponsor}


def test_the_nightly_build_reaches_everybody_even_when_nothing_changed():
    assignments = [AssignmentFactory() for _number in range(3)]
    actions.rebuild_behind()

    assert actions.rebuild_all() == 3
    assert {s.generation for s in DashboardSnapshot.objects.all()} == {2}
    assert DashboardSnapshot.objects.count() == len(assignments)


@pytest.mark.parametrize("run", [actions.rebuild_behind, actions.rebuild_all])
def test_one_that_cannot_be_built_keeps_no_other_from_being_built(run, caplog):
    odd, *others = (AssignmentFactory() for _each in range(5))
    type(odd.mentee).objects.filter(pk=odd.mentee_id).update(time_zone="Nowhere/Land")

    assert run() == 4

    assert behind() == {odd.sponsor_id}
    assert {each.sponsor_id for each in others} == set(
        DashboardSnapshot.objects.filter(as_of__isnull=False).values_list("sponsor", flat=True)
    )
    assert "Left out, for it cannot be read" in caplog.text


def test_what_changed_is_told_from_what_was_acknowledged():
    assignment = AssignmentFactory()
    pilot = MilestoneFactory(assignment=assignment, title="Pilot", due_on=today() + timedelta(days=9))
    moved = MilestoneFactory(assignment=assignment, title="Hand over", due_on=today() + timedelta(days=30))
    EvidenceFactory(assignment=assignment, title="Seen before", shared_with_sponsor=True)
    shared_later = EvidenceFactory(assignment=assignment, title="Interview notes")
    actions.rebuild_behind()
    acknowledge(assignment, by=assignment.sponsor, revision=1)

    Milestone.objects.filter(pk=pilot.pk).update(done_at=now(), done_by=assignment.mentee)
    Milestone.objects.filter(pk=moved.pk).update(due_on=today() + timedelta(days=37))
    MilestoneFactory(assignment=assignment, title="Second region", due_on=today() + timedelta(days=50))
    Evidence.objects.filter(pk=shared_later.pk).update(shared_with_sponsor=True)
    Assignment.objects.filter(pk=assignment.pk).update(ends_on=today() + timedelta(days=75))
    raise_revision(assignment)

    assert {(change.code, change.words) for change in card_of(assignment).changes} == {
        ("done", "Pilot"),
        ("moved", "Hand over"),
        ("added", "Second region"),
        ("evidence", "Interview notes"),
        ("ends_on", ""),
    }
