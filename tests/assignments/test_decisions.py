"""The decision log: written, put in better words, looked back at, and brought back on its day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from assignments import reminders
from assignments.actions.decision import edit_decision, log_decision, look_back, look_back_later
from assignments.models import Decision
from assignments.refusals import Stale
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from tests.factories import AssignmentFactory, DecisionFactory, OptionFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "decision": "We begin with two teams.",
    "decided_on": date(2026, 11, 2),
    "decided_by": "Sponsor",
    "reason": "Two show whether it works.",
    "options": "",
    "heard": "",
    "expected": "Both come.",
    "review_on": None,
    "reversible": True,
}


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)


def typed(**changed):
    sent = {name: "" if value is None else str(value) for name, value in (WORDS | changed).items()}
    sent["reversible"] = "on"
    return sent


# --- written down -------------------------------------------------------------------------------


def test_a_decision_is_logged_once_by_a_form_sent_twice_and_the_sponsor_page_is_built_anew(assignment, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:decision-add", args=[assignment.code])
    before = assignment.revision

    answers = [client.post(url, typed() | {"submit_key": "k"}) for _again in range(2)]

    decision = Decision.objects.get()
    assert [answer.url for answer in answers] == [reverse("assignments:decision", args=[decision.code])] * 2
    assert {name: getattr(decision, name) for name in WORDS} == WORDS
    assert (decision.logged_by, decision.version, decision.looked_back_at) == (mentee, 1, None)
    assignment.refresh_from_db()
    assert assignment.revision == before + 1
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.fields) == (
        "decision.logged",
        ["decided_by", "decided_on", "decision", "expected", "reason", "reversible"],
    )


def test_a_decision_can_begin_with_the_words_of_a_check_in(assignment, mentor, sign_in):
    url = reverse("assignments:decision-add", args=[assignment.code])

    page = sign_in(mentor).get(url, {"decision": "Who may change the export?"}).content.decode()

    assert "Who may change the export?" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"decision": ""}, "Write the decision down in one sentence."),
        ({"reason": ""}, "Say why; without it nobody can learn from the decision later."),
        ({"decided_by": ""}, "Say who had the right to decide."),
        ({"decided_on": "2098-01-01"}, "This day is still to come. A decision is logged once it is made."),
        ({"review_on": "2026-01-01"}, "Choose a day that is still to come, or leave it empty."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(assignment, mentee, sign_in, changed, words):
    url = reverse("assignments:decision-add", args=[assignment.code])

    response = sign_in(mentee).post(url, typed(expected="Both of them come.", **changed))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Both of them come." in response.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["sponsor", "stranger", "hr", "administrator"])
def test_only_mentee_and_mentor_write_decisions(request, assignment, who):
    person = request.getfixturevalue(who)
    decision = DecisionFactory(assignment=assignment)

    with pytest.raises(PermissionDenied):
        log_decision(assignment, by=person, words=WORDS)
    with pytest.raises(PermissionDenied):
        edit_decision(decision, by=person, version=1, words=WORDS)
    with pytest.raises(PermissionDenied):
        look_back(decision, by=person, version=1, happened="It went well.")
    with pytest.raises(PermissionDenied):
        look_back_later(decision, by=person, version=1, on=today() + timedelta(days=9))


def test_after_the_end_nothing_is_logged_but_what_happened_can_still_be_said(mentor, mentee):
    closed = AssignmentFactory(mentee=mentee, mentor=mentor, closed=True)
    decision = DecisionFactory(assignment=closed)

    with pytest.raises(PermissionDenied):
        log_decision(closed, by=mentor, words=WORDS)
    with pytest.raises(PermissionDenied):
        edit_decision(decision, by=mentor, version=1, words=WORDS)
    look_back(decision, by=mentor, version=1, happened="The second team came in spring.")

    assert decision.happened == "The second team came in spring."


# --- changed by two -----------------------------------------------------------------------------


def test_a_stale_save_answers_409_with_both_texts(assignment, mentee, mentor, sign_in):
    decision = DecisionFactory(assignment=assignment)
    edit_decision(decision, by=mentor, version=1, words=WORDS | {"reason": "The mentor’s reason."})
    url = reverse("assignments:decision-edit", args=[decision.code])

    response = sign_in(mentee).post(url, typed(reason="The mentee’s reason.") | {"version": "1"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s reason." in page
    assert page.count("The mentee’s reason.") == 2
    assert sign_in(mentee).post(url, typed(reason="Both.") | {"version": "2"}).status_code == 302
    decision.refresh_from_db()
    assert (decision.reason, decision.version) == ("Both.", 3)


def test_an_action_with_an_old_version_changes_nothing(assignment, mentee):
    decision = DecisionFactory(assignment=assignment, version=2)

    with pytest.raises(Stale):
        edit_decision(decision, by=mentee, version=1, words=WORDS)

    assert not AuditEntry.objects.exists()


def test_the_trail_names_what_was_changed_and_no_words(assignment, mentee):
    decision = DecisionFactory(assignment=assignment, **WORDS)

    edit_decision(decision, by=mentee, version=1, words=WORDS | {"heard": "Both leads"})

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.fields) == ("decision.edited", ["heard"])


def test_an_edit_keeps_a_day_of_looking_back_that_has_come(assignment, mentee, sign_in):
    decision = DecisionFactory(assignment=assignment, review_on=today())
    url = reverse("assignments:decision-edit", args=[decision.code])

    answer = sign_in(mentee).post(url, typed(review_on=today()) | {"version": "1"})

    assert answer.status_code == 302


# --- looked back at -----------------------------------------------------------------------------


def test_what_happened_stands_beside_the_decision(assignment, mentee, sponsor, sign_in):
    decision = DecisionFactory(assignment=assignment, review_on=today())
    url = reverse("assignments:decision-look-back", args=[decision.code])

    answer = sign_in(mentee).post(url, {"happened": "Both came on Monday.", "version": "1"})

    decision.refresh_from_db()
    assert answer.url == reverse("assignments:decision", args=[decision.code])
    assert (decision.happened, decision.looked_back_by, decision.version) == ("Both came on Monday.", mentee, 2)
    page = sign_in(sponsor).get(answer.url).content.decode()
    assert "Both came on Monday." in page
    assert "Look back" not in page.split("<main")[1].split("page-aside")[0]


def test_when_it_is_too_early_to_tell_it_comes_back_on_another_day(assignment, mentee, sign_in):
    decision = DecisionFactory(assignment=assignment, review_on=today())
    url, later = reverse("assignments:decision-look-back", args=[decision.code]), today() + timedelta(days=14)

    answer = sign_in(mentee).post(url, {"again_on": later.isoformat(), "version": "1", "from": "today"})

    decision.refresh_from_db()
    assert answer.url == reverse("today")
    assert (decision.review_on, decision.looked_back_at) == (later, None)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Say in a sentence what happened, or choose a later day below."),
        ({"again_on": "2026-01-01"}, "Choose a day that is still to come, or leave it empty."),
    ],
)
def test_looking_back_needs_words_or_a_later_day(assignment, mentee, sign_in, sent, words):
    decision = DecisionFactory(assignment=assignment)
    url = reverse("assignments:decision-look-back", args=[decision.code])

    response = sign_in(mentee).post(url, sent | {"version": "1"})

    assert response.status_code == 422
    assert words in response.content.decode()


def test_two_who_look_back_at_once_see_both_texts(assignment, mentee, mentor, sign_in):
    decision = DecisionFactory(assignment=assignment)
    look_back(decision, by=mentor, version=1, happened="The mentor saw two.")
    url = reverse("assignments:decision-look-back", args=[decision.code])

    response = sign_in(mentee).post(url, {"happened": "The mentee saw three.", "version": "1"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor saw two." in page
    assert page.count("The mentee saw three.") == 2


def test_the_database_refuses_to_have_looked_back_without_words(assignment, mentee):
    with pytest.raises(IntegrityError):
        DecisionFactory(assignment=assignment, looked_back=True, happened="")


# --- on Today and by mail -----------------------------------------------------------------------

MONDAY = date(2026, 11, 23)


def at(hour, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def waits(user):
    return [line.title for line in waiting_for(user) if line.kind == "decision_look_back"]


def test_on_its_day_it_waits_for_whoever_wrote_it_down(assignment, mentee, mentor):
    DecisionFactory(assignment=assignment, decision="Two teams first.", review_on=today())
    DecisionFactory(assignment=assignment, review_on=today() + timedelta(days=1))
    DecisionFactory(assignment=assignment, review_on=today(), looked_back=True)
    DecisionFactory(assignment=assignment, review_on=None)

    assert waits(mentee) == ["Say what came of “Two teams first.”"]
    assert waits(mentor) == []


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_while_the_work_rests_or_is_over_nobody_is_asked(mentee, mentor, state):
    decision = DecisionFactory(
        assignment=AssignmentFactory(mentee=mentee, mentor=mentor, **{state: True}), review_on=MONDAY
    )

    reminders.plan(at(12))

    assert waits(mentee) == []
    assert not Notice.objects.filter(object_id=decision.pk, kind="assignments.decision_look_back").exists()


def test_there_is_one_reminder_at_nine_on_the_day(assignment, mentee):
    DecisionFactory(assignment=assignment, review_on=MONDAY)

    for hour in (8, 9, 20):
        reminders.plan(at(hour))

    found = Notice.objects.filter(kind="assignments.decision_look_back")
    assert [(notice.recipient, notice.due_at) for notice in found] == [(mentee, at(9))]


def test_the_reminder_is_asked_again_before_it_is_sent(assignment, mentee):
    decision = DecisionFactory(assignment=assignment, decision="Two teams first.", review_on=MONDAY)
    reminders.plan(at(9))
    notice = Notice.objects.get(kind="assignments.decision_look_back")
    kind = kinds.get(notice.kind)
    assert kind.load([decision.pk]) == {decision.pk: decision}
    letter = kind.render(notice, decision)

    assert letter.subject.startswith("Mon 23 Nov")
    assert "Two teams first." in letter.paragraphs
    assert letter.path == reverse("assignments:decision-look-back", args=[decision.code])
    assert kind.still_due(notice, decision)
    look_back_later(decision, by=mentee, version=1, on=MONDAY + timedelta(days=7))
    assert not kind.still_due(notice, decision)


def test_put_off_it_is_reminded_of_once_more_on_the_new_day(assignment, mentee):
    decision = DecisionFactory(assignment=assignment, review_on=MONDAY)
    reminders.plan(at(9))
    next_week = MONDAY + timedelta(days=7)
    look_back_later(decision, by=mentee, version=1, on=next_week)

    reminders.plan(at(9, next_week))

    found = Notice.objects.filter(kind="assignments.decision_look_back").order_by("due_at")
    assert [notice.due_at for notice in found] == [at(9), at(9, next_week)]
