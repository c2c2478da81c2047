"""A week of work by keyboard alone: each page is walked through, filled in and sent without a pointer."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from assignments.models import CheckInAnswer, Decision, FeedbackRequest, Reflection, SavedPlan, ScopeChange, Setback
from stretchhub.env import today
from stretchhub.notices.models import ReminderSettings
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    CharterFactory,
    CheckInFactory,
    MentorshipFactory,
    MilestoneFactory,
    ScopeBaselineFactory,
    UserFactory,
)
from tests.visitor import KeyboardVisitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@pytest.fixture
def work(live_site):
    mentee, mentor, sponsor = (
        UserFactory(full_name=name, email=f"{part}@example.org", password=PASSWORD)
        for part, name in (("mina", "Mina Okafor"), ("tom", "Tom Berg"), ("ruth", "Ruth Adeyemi"))
    )
    made = AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor), sponsor=sponsor)
    CharterFactory(assignment=made, acknowledged=True, approver=sponsor)
    ScopeBaselineFactory(assignment=made)
    MilestoneFactory(assignment=made, title="Pilot")
    return made


@pytest.fixture
def mina(work, new_page):
    return KeyboardVisitor(new_page(1280), work.mentee, looks=False).sign_in()


def test_a_check_in_is_answered(work, mina):
    check_in = CheckInFactory(assignment=work, due_on=today())

    mina.go(f"/check-ins/{check_in.code}/").walk()
    mina.fill(moved="The pilot runs.", avoided="The hard call.").choose("load", "3").fill(next_try="Call first.")
    mina.press("Send my side").sees("The pilot runs.")

    answer = CheckInAnswer.objects.get()
    assert (answer.moved, answer.avoided, answer.load, answer.next_try) == (
        "The pilot runs.",
        "The hard call.",
        3,
        "Call first.",
    )


def test_feedback_is_asked_for(work, mina):
    mina.go(f"/assignments/{work.code}/feedback/ask/").walk()
    mina.fill(about="The pilot", people__0__who="Ola Berg", people__0__email="ola@customer.example")
    mina.fill(people__0__group="End user").choose("confidential", "named")
    mina.press("Ask them").is_told("1 person gets a link by mail.")

    assert FeedbackRequest.objects.get().giver_email == "ola@customer.example"


def test_a_change_of_scope_is_written_down_and_decided(work, mina, new_page):
    mina.go(f"/assignments/{work.code}/scope/").walk()
    mina.choose("kind", "added").fill(title="South too", hours="12", why="Same queue.", comes_off="The report.")
    mina.press("Write it down and ask").sees("South too")
    change = ScopeChange.objects.get()

    ruth = KeyboardVisitor(new_page(1280), work.sponsor, looks=False).sign_in()
    ruth.go(f"/scope-changes/{change.code}/").walk()
    ruth.choose("decision", "approve").fill(reason="Yes, as the report comes off.").press("Decide", exact=True)

    ruth.sees("Decided by Ruth Adeyemi")
    change.refresh_from_db()
    assert (change.state, change.decision_reason) == ("approved", "Yes, as the report comes off.")


def test_a_decision_a_setback_and_a_reflection_are_written_down(work, mina):
    mina.go(f"/assignments/{work.code}/decisions/add/").walk()
    mina.fill(decision="We sort by hand.", decided_by="Tom", reason="The tool is late.")
    mina.open_details("Options, who was heard").walk().fill(expected="Two days saved.")
    mina.press("Log decision").sees("We sort by hand.")

    mina.go(f"/assignments/{work.code}/setbacks/add/").walk()
    mina.fill(title="Two leads stayed away", assumed="They had time.", happened="They had none.", did="I asked.")
    mina.press("Keep it").sees("Two leads stayed away")

    mina.go(f"/assignments/{work.code}/reflections/add/").walk()
    mina.fill(worked="Asking first.", surprised="How few knew.", differently="Ask on Monday.")
    mina.press("Keep it").sees("Asking first.")

    assert Decision.objects.get().expected == "Two days saved."
    assert Setback.objects.get().did == "I asked."
    assert Reflection.objects.get().differently == "Ask on Monday."


def test_how_i_am_told_is_chosen(work, mina):
    mina.go("/notices/preferences/").walk()
    mina.fill(topic_plan="In one mail a day").fill_time("remind_at", 10, 30)
    mina.press("Save", exact=True).is_told("Saved")

    chosen = ReminderSettings.objects.get(user=work.mentee)
    assert chosen.remind_at == time(10, 30)
    assert dict(work.mentee.topic_deliveries.values_list("topic", "delivery"))["plan"] == "daily"


def test_a_plan_is_saved_and_begun_from_again(work, mina):
    mina.go(f"/assignments/{work.code}/plan/").follow("Save as a plan to use again")
    mina.sees("Only you will read it, until").walk().fill(name="Pilot first").press("Save", exact=True).sees(
        "Only you can read it."
    )
    kept = SavedPlan.objects.get()

    mina.go(f"/assignments/{work.code}/plan/propose/?plan={kept.code}").walk()
    mina.press("Add these steps").is_told("1 milestone added.")

    assert [step.title for step in work.milestones.all()] == ["Pilot", "Pilot"]
    assert work.milestones.order_by("-pk")[0].due_on >= today() - timedelta(days=1)
