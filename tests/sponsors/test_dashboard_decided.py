"""What a card of the dashboard says of changes of scope and of decisions."""

from datetime import timedelta

import pytest

from assignments.actions.decision import edit_decision, log_decision, look_back, look_back_later
from assignments.actions.scope import approve, ask_change, decline, withdraw
from assignments.models import Decision, ScopeChange, ScopeState
from sponsors.actions import dashboard as actions
from sponsors.actions.acknowledgement import acknowledge
from sponsors.dashboard import build
from sponsors.decided_words import scope_words
from sponsors.models import DashboardSnapshot
from sponsors.reading import parts_of
from stretchhub.env import now, today
from tests.factories import DecisionFactory, ScopeBaselineFactory, ScopeChangeFactory, UserFactory
from tests.sponsors.things import card_of

pytestmark = pytest.mark.django_db


def part_of(assignment):
    actions.rebuild([assignment.sponsor_id])
    [part] = parts_of(DashboardSnapshot.objects.get(sponsor=assignment.sponsor_id))
    return part


def page_of(assignment, sign_in):
    actions.rebuild([assignment.sponsor_id])
    return sign_in(assignment.sponsor).get("/sponsoring/").text


def change(assignment, **more):
    words = {"kind": "added", "title": "The south region too", "hours": 24, "why": "They have the same queue."}
    return ask_change(assignment, by=more.pop("by", assignment.mentee), **words | more)


def decide(assignment, decision="We begin with two teams.", **more):
    words = {"decision": decision, "decided_on": today(), "reason": "Two show it.", "decided_by": "Sponsor"}
    return log_decision(assignment, by=assignment.mentee, words=words | more)


def test_a_change_of_scope_stands_with_its_hours_its_growth_and_whoever_is_asked(running):
    ScopeBaselineFactory(assignment=running, hours=160)
    change(running)

    scope = part_of(running).scope

    [line] = scope.mine
    assert scope.sentence == "Scope has grown 15 %. It may be right: decide."
    assert (line["title"], line["by_how_much"], line["why"]) == (
        "The south region too",
        "+24 hours",
        "They have the same queue.",
    )
    assert (line["asked_by"], line["whose"], line["mine"]) == (running.mentee.name, running.sponsor.name, True)
    assert (scope.others, scope.settled) == ([], [])


def test_what_waits_for_the_sponsor_is_on_top_and_leads_to_the_decision(running, sign_in):
    waiting = change(running)

    page = page_of(running, sign_in)

    assert "asked on" in page and "the decision is yours." in page
    assert page.count(f'href="/scope-changes/{waiting.code}/"') == 1


def test_what_another_decides_says_whom_it_waits_for(running, sign_in):
    approver = UserFactory(full_name="Vera Lund")
    running.charter.approver = approver
    running.charter.save()
    change(running)

    page = page_of(running, sign_in)

    assert "asked Vera Lund to approve on" in page
    assert "the decision is yours." not in page


def test_the_right_falls_to_the_next_where_the_approver_asked_or_has_left(running):
    running.charter.approver = running.sponsor
    running.charter.save()
    own = ScopeChangeFactory(assignment=running, asked_by=running.sponsor)
    assert [line.whose for line in card_of(running).scope.waiting] == [running.mentor.name]

    ScopeChange.objects.filter(pk=own.pk).update(asked_by=running.mentee)
    running.charter.approver = UserFactory(is_active=False, deactivated_at=now())
    running.charter.save()
    assert [(line.whose, line.mine) for line in card_of(running).scope.waiting] == [(running.sponsor.name, True)]


def test_where_nobody_can_decide_the_card_says_so(running, sign_in):
    change(running, by=running.mentor)
    type(running.sponsor).objects.filter(pk=running.charter.approver_id).update(is_active=False, deactivated_at=now())
    [part] = parts_of(DashboardSnapshot(content=build([running.sponsor_id])[running.sponsor_id].content()))

    assert [(line["whose"], line["mine"]) for line in part.scope.others] == [("", False)]


def test_what_was_decided_lately_stays_and_what_was_taken_back_is_gone(running, clock):
    ScopeBaselineFactory(assignment=running, hours=100)
    approve(change(running, title="Came on", hours=12), by=running.sponsor)
    decline(change(running, title="Too much"), by=running.sponsor, reason="Not now.")
    withdraw(change(running, title="Thought better"), by=running.mentee)

    scope = part_of(running).scope
    assert {(line["title"], line["word"]) for line in scope.settled} == {
        ("Came on", "Approved"),
        ("Too much", "Declined"),
    }
    assert scope.sentence == "Scope has grown 12 %. It may be right: decide."

    clock(days=31)
    scope = part_of(running).scope
    assert (scope.settled, scope.sentence) == ([], "Scope has grown 12 %. It may be right: decide.")


def test_without_a_baseline_no_growth_is_made_up(running):
    change(running)

    assert card_of(running).scope.growth is None
    assert part_of(running).scope.sentence == ""


def test_where_nothing_ever_changed_there_is_no_part_about_scope(running, sign_in):
    ScopeBaselineFactory(assignment=running)

    assert card_of(running).scope is None
    assert "Scope since kickoff" not in page_of(running, sign_in)


def test_an_older_card_without_scope_and_decisions_is_still_read(running):
    part_of(running)
    snapshot = DashboardSnapshot.objects.get(sponsor=running.sponsor_id)
    for name in ("scope", "decisions"):
        del snapshot.content["cards"][0][name]

    [part] = parts_of(snapshot)

    assert (part.scope, part.decisions, scope_words({})) == (None, [], None)


def test_the_card_names_the_latest_decisions_and_first_those_whose_day_comes(running):
    for days in (1, 2, 3, 4):
        DecisionFactory(
            assignment=running, decision=f"{days} days ago", decided_on=today() - timedelta(days=days), review_on=None
        )
    DecisionFactory(assignment=running, decision="Old", decided_on=today() - timedelta(days=61), review_on=None)
    DecisionFactory(
        assignment=running,
        decision="Comes back",
        decided_on=today() - timedelta(days=90),
        review_on=today() + timedelta(days=14),
    )
    DecisionFactory(
        assignment=running,
        decision="Later",
        decided_on=today() - timedelta(days=80),
        review_on=today() + timedelta(days=15),
    )

    decisions = card_of(running).decisions

    assert [(each.decision, each.review_on) for each in decisions] == [
        ("Comes back", today() + timedelta(days=14)),
        ("1 days ago", None),
        ("2 days ago", None),
    ]


def test_what_came_of_a_decision_is_said_and_its_day_is_over(running, sign_in):
    DecisionFactory(assignment=running, looked_back=True, happened="Both leads came.")

    [decision] = card_of(running).decisions
    page = page_of(running, sign_in)

    assert (decision.happened, decision.review_on) == ("Both leads came.", None)
    assert "What came of it: Both leads came." in page
    assert f'href="/assignments/{running.code}/log/"' in page


def test_decisions_of_others_are_not_on_the_card(running):
    DecisionFactory(decision="SECRET decision")
    ScopeChangeFactory(title="SECRET change")

    card = card_of(running)

    assert (card.scope, card.decisions) == (None, ())


def test_what_changed_since_the_sponsor_acknowledged_names_scope_and_decisions(running):
    known = decide(running, "Known", review_on=today() + timedelta(days=3))
    asked = change(running, title="Asked before")
    actions.rebuild([running.sponsor_id])
    running.refresh_from_db()
    acknowledge(running, by=running.sponsor, revision=running.revision)
    assert card_of(running).changes == ()

    approve(asked, by=running.sponsor)
    change(running, title="Asked since")
    decide(running, "New")
    look_back(known, by=running.mentee, version=1, happened="It went well.")

    assert [(each.code, each.words) for each in card_of(running).changes] == [
        ("scope_proposed", "Asked since"),
        ("scope_approved", "Asked before"),
        ("decided", "New"),
        ("looked_back", "Known"),
    ]
    assert [words for words, _day in part_of(running).changes] == [
        "Change of scope asked for: Asked since",
        "Change of scope approved: Asked before",
        "Decided: New",
        "Looked back at: Known",
    ]


def test_an_acknowledgement_older_than_these_parts_names_none_of_them(running):
    decide(running)
    actions.rebuild([running.sponsor_id])
    running.refresh_from_db()
    acknowledge(running, by=running.sponsor, revision=running.revision)
    said = running.sponsor_acknowledgements.get()
    del said.facts["scope"], said.facts["decisions"]
    said.save()

    assert card_of(running).changes == ()


def test_whatever_is_done_to_scope_and_decisions_raises_the_revision(running):
    def raised(act, *args, **more):
        running.refresh_from_db()
        before = running.revision
        made = act(*args, **more)
        running.refresh_from_db()
        assert running.revision > before, act.__name__
        return made

    for act, more in [(approve, {}), (decline, {"reason": "No."})]:
        raised(act, raised(change, running), by=running.sponsor, **more)
    raised(withdraw, raised(change, running), by=running.mentee)
    decision = raised(decide, running, review_on=today())
    raised(edit_decision, decision, by=running.mentee, version=1, words={"decision": "With three teams."})
    raised(look_back_later, decision, by=running.mentee, version=2, on=today() + timedelta(days=9))
    raised(look_back, decision, by=running.mentee, version=3, happened="Well.")
    assert Decision.objects.get().happened == "Well."
    assert set(ScopeChange.objects.values_list("state", flat=True)) == {
        ScopeState.APPROVED,
        ScopeState.DECLINED,
        ScopeState.WITHDRAWN,
    }


def test_closed_work_waits_for_nobody(running):
    change(running)
    type(running).objects.filter(pk=running.pk).update(
        status="closed", ending="stopped", closed_at=now(), ends_on=today()
    )

    assert card_of(running).scope.waiting == ()
