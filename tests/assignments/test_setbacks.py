"""Setbacks: kept as cards between mentee and mentor, shared by their author alone, and asked about after a month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from assignments import reminders
from assignments.actions.setback import answer_later, edit_setback, share_setback, write_setback
from assignments.models import Setback
from assignments.refusals import Stale
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from stretchhub.people.models import Draft
from tests.factories import AssignmentFactory, OptionFactory, SetbackFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "title": "Nobody came",
    "happened_on": date(2026, 11, 2),
    "assumed": "An invitation is enough.",
    "happened": "The room stayed empty.",
    "did": "Called each of them.",
    "would_do": "",
    "changed": "I call first now.",
    "team_lesson": "",
}


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)


def test_a_setback_is_kept_for_the_two_and_asks_again_in_thirty_days(assignment, mentee, mentor, sponsor, sign_in):
    client, url = sign_in(mentee), reverse("assignments:setback-add", args=[assignment.code])
    before = assignment.revision

    answers = [client.post(url, WORDS | {"submit_key": "k"}) for _again in range(2)]

    setback = Setback.objects.get()
    here = reverse("assignments:setback", args=[setback.code])
    assert [answer.url for answer in answers] == [here] * 2
    assert {name: getattr(setback, name) for name in WORDS} == WORDS
    assert (setback.by, setback.shared_with_sponsor) == (mentee, False)
    assert setback.ask_again_on == today(mentee.zone) + timedelta(days=30)
    assignment.refresh_from_db()
    assert assignment.revision == before
    assert sign_in(mentor).get(here).status_code == 200
    assert sign_in(sponsor).get(here).status_code == 404
    assert AuditEntry.objects.get().fields == ["assumed", "changed", "did", "happened", "happened_on", "title"]


def test_shared_from_the_start_the_sponsor_is_told_without_its_words(assignment, mentee, sponsor):
    before = assignment.revision

    setback = write_setback(assignment, by=mentee, words=WORDS | {"shared_with_sponsor": True})

    notice = Notice.objects.get()
    kind = kinds.get(notice.kind)
    letter = kind.render(notice, kind.load([setback.pk])[setback.pk])
    assert (notice.recipient, kind.still_due(notice, setback)) == (sponsor, True)
    assert letter.path == reverse("assignments:setback", args=[setback.code])
    assert not any(words in " ".join((letter.subject, *letter.paragraphs)) for words in ("Nobody came", "empty"))
    assert assignment.revision == before + 1


def test_it_is_shared_and_taken_back_by_its_author_and_told_of_once(assignment, mentee, sponsor, sign_in):
    setback, client = SetbackFactory(assignment=assignment), sign_in(mentee)
    url, here = (reverse(f"assignments:{name}", args=[setback.code]) for name in ("setback-share", "setback"))

    seen = []
    for shared in ("1", "1", "0", "1"):
        client.post(url, {"shared": shared})
        seen.append(sign_in(sponsor).get(here).status_code)

    assert seen == [200, 200, 404, 200]
    assert Notice.objects.filter(kind="assignments.setback_shared").count() == 1
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "setback.shared",
        "setback.unshared",
        "setback.shared",
    ]


def test_before_there_is_a_sponsor_nobody_is_told(mentee, mentor):
    chartering = AssignmentFactory(mentee=mentee, mentor=mentor, sponsor=None, chartering=True)
    setback = SetbackFactory(assignment=chartering)

    share_setback(setback, by=mentee, shared=True)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", ["mentor", "sponsor", "stranger", "hr", "administrator"])
def test_nobody_but_the_mentee_writes_changes_shares_or_answers(request, assignment, who):
    person, setback = request.getfixturevalue(who), SetbackFactory(assignment=assignment, shared_with_sponsor=True)

    with pytest.raises(PermissionDenied):
        write_setback(assignment, by=person, words=WORDS)
    with pytest.raises(PermissionDenied):
        edit_setback(setback, by=person, version=1, words=WORDS)
    with pytest.raises(PermissionDenied):
        share_setback(setback, by=person, shared=False)
    with pytest.raises(PermissionDenied):
        answer_later(setback, by=person, version=1, later="It held.")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "Give it a name you will recognise in half a year."),
        ({"assumed": ""}, "Write what you took for granted; there lies the lesson."),
        ({"happened": ""}, "Write what happened, in a sentence or two."),
        ({"did": ""}, "Write what you did then, even if that was nothing."),
        ({"happened_on": "2098-01-01"}, "This day is still to come. Choose the day on which it happened."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(assignment, mentee, sign_in, changed, words):
    url = reverse("assignments:setback-add", args=[assignment.code])

    response = sign_in(mentee).post(url, WORDS | changed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert "I call first now." in response.content.decode()


def test_a_stale_save_answers_409_with_both_texts(assignment, mentee, sign_in):
    setback = SetbackFactory(assignment=assignment, shared_with_sponsor=True)
    edit_setback(setback, by=mentee, version=1, words=WORDS | {"did": "Wrote to them."})
    url = reverse("assignments:setback-edit", args=[setback.code])

    response = sign_in(mentee).post(url, WORDS | {"did": "Drove there.", "version": "1"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Wrote to them." in page
    assert page.count("Drove there.") == 2
    assert sign_in(mentee).post(url, WORDS | {"did": "Both.", "version": "2"}).status_code == 302
    setback.refresh_from_db()
    assert (setback.did, setback.version, setback.shared_with_sponsor) == ("Both.", 3, True)


def test_an_action_with_an_old_version_changes_nothing(assignment, mentee):
    setback = SetbackFactory(assignment=assignment, version=2)

    with pytest.raises(Stale):
        edit_setback(setback, by=mentee, version=1, words=WORDS)

    assert not AuditEntry.objects.exists()


def test_the_form_of_a_change_does_not_share(assignment, mentee, sign_in):
    setback = SetbackFactory(assignment=assignment)
    url = reverse("assignments:setback-edit", args=[setback.code])

    sign_in(mentee).post(url, WORDS | {"shared_with_sponsor": "on", "version": "1"})

    setback.refresh_from_db()
    assert (setback.version, setback.shared_with_sponsor) == (2, False)


# --- a month later ------------------------------------------------------------------------------

MONDAY = date(2026, 11, 23)


def at(hour, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def waits(user):
    return [line.title for line in waiting_for(user) if line.kind == "setback_again"]


def test_after_a_month_it_waits_for_its_author(assignment, mentee, mentor):
    SetbackFactory(assignment=assignment, title="Nobody came", ask_again_on=today())
    SetbackFactory(assignment=assignment, ask_again_on=today() + timedelta(days=1))

    assert waits(mentee) == ["“Nobody came”: did the change hold?"]
    assert waits(mentor) == []


def test_there_is_one_reminder_and_none_once_it_is_answered(assignment, mentee, clock):
    waiting = SetbackFactory(assignment=assignment, title="Nobody came", ask_again_on=MONDAY)
    SetbackFactory(assignment=assignment, ask_again_on=MONDAY, later="It held.", later_at=at(7))
    for hour in (8, 9, 20):
        reminders.plan(at(hour))

    notice = Notice.objects.get(kind="assignments.setback_ask_again")
    kind = kinds.get(notice.kind)
    clock(to=at(9))
    letter = kind.render(notice, waiting)
    assert (notice.recipient, notice.object_id, notice.due_at) == (mentee, waiting.pk, at(9))
    assert letter.subject == "Mon 23 Nov: did the change hold?"
    assert letter.path == reverse("assignments:setback-later", args=[waiting.code])
    assert kind.still_due(notice, waiting)
    answer_later(waiting, by=mentee, version=1, later="It held.")
    assert not kind.still_due(notice, waiting)


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_while_the_work_rests_or_is_over_nobody_is_asked(mentee, mentor, state):
    SetbackFactory(assignment=AssignmentFactory(mentee=mentee, mentor=mentor, **{state: True}), ask_again_on=MONDAY)

    reminders.plan(at(12))

    assert waits(mentee) == []
    assert not Notice.objects.filter(kind="assignments.setback_ask_again").exists()


def test_whether_the_change_held_is_said_and_can_be_said_better(assignment, mentee, mentor, sign_in):
    setback, client = SetbackFactory(assignment=assignment, changed="I call first."), sign_in(mentee)
    url, here = (reverse(f"assignments:{name}", args=[setback.code]) for name in ("setback-later", "setback"))

    assert client.post(url, {"later": "", "version": "1"}).status_code == 422
    assert client.post(url, {"later": "I still call first.", "version": "1"}).url == here
    stale = client.post(url, {"later": "Not on Mondays.", "version": "1"})

    assert stale.status_code == 409
    assert stale.content.decode().count("Not on Mondays.") == 2
    assert "I still call first." in sign_in(mentor).get(here).content.decode()


def test_the_database_refuses_an_answer_without_words(assignment):
    with pytest.raises(IntegrityError):
        SetbackFactory(assignment=assignment, later_at=at(9))


# --- drafts -------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_a_draft_comes_back_and_goes_when_it_is_sent(assignment, mentee, mentor, sign_in):
    client, url = sign_in(mentee), reverse("assignments:setback-add", args=[assignment.code])

    kept = client.post(url, {"title": "Nobody ca", "version": "0"}, headers={"X-Autosave": "1"})
    again = client.get(url).content.decode()

    assert (kept.status_code, kept.json()["version"]) == (200, 1)
    assert 'value="Nobody ca"' in again
    assert "This is your draft of" in again
    assert not Setback.objects.exists()
    assert client.post(url, WORDS | {"version": "1"}).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_can_be_thrown_away(assignment, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:setback-add", args=[assignment.code])
    client.post(url, {"title": "Nobody ca", "version": "0"}, headers={"X-Autosave": "1"})

    assert client.post(url, {"do": "discard"}).url == url
    assert "Nobody ca" not in client.get(url).content.decode()


def test_a_form_with_errors_keeps_what_was_typed_and_the_draft(assignment, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:setback-add", args=[assignment.code])
    client.post(url, {"title": "Nobody ca", "version": "0"}, headers={"X-Autosave": "1"})

    page = client.post(url, WORDS | {"did": "", "version": "1"}).content.decode()

    assert 'value="Nobody came"' in page
    assert 'data-autosave-unsaved="1"' in page
    assert Draft.objects.get().content["title"] == "Nobody ca"


def test_nobody_but_the_mentee_can_keep_a_draft_here(assignment, mentor, sign_in):
    url = reverse("assignments:setback-add", args=[assignment.code])

    assert sign_in(mentor).post(url, {"title": "Mine"}, headers={"X-Autosave": "1"}).status_code == 403
    assert not Draft.objects.exists()
