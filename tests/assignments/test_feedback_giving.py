"""The giver: by the link of a mail or signed in. Opening changes nothing, answering happens once."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from assignments import feedback_links, messages
from assignments.actions import feedback as asking
from assignments.actions import feedback_giving as actions
from assignments.actions import feedback_round
from assignments.actions.evidence import change_evidence
from assignments.actions.feedback_giving import Judged, Said
from assignments.models import (
    EvidenceFile,
    EvidenceVerification,
    FeedbackAnswer,
    FeedbackRequest,
    FeedbackRound,
    FeedbackState,
)
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery
from stretchhub.notices.models import Notice
from stretchhub.people.actions.person import change_person
from tests.factories import EvidenceFactory, FeedbackRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return FeedbackRequestFactory(outsider=True)


@pytest.fixture
def browser() -> Client:
    """Somebody without an account, whose browser sends the token of a form as browsers do."""
    return Client(enforce_csrf_checks=True)


def address(asked) -> str:
    return feedback_links.path_of(asked)


def send(browser, asked, **fields):
    page = browser.get(address(asked)).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)
    return browser.post(address(asked), {"csrfmiddlewaretoken": token[1] if token else "", **fields})


def questions(asked):
    return list(asked.round.questions.all())


def give(asked, words="It helped.", **more):
    actions.give(asked, by=None, answers=[Said(questions(asked)[0], words)], **more)


def state(asked) -> str:
    return FeedbackRequest.objects.get(pk=asked.pk).state


# --- the link -----------------------------------------------------------------------------------


def test_the_link_opens_the_form_and_says_who_asks_who_reads_and_how_long(browser, asked):
    mentee, mentor = asked.round.assignment.mentee, asked.round.assignment.mentor
    page = browser.get(address(asked))
    words = page.content.decode()
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert f"Feedback for {mentee.name}" in words
    assert f"By name: {mentee.name} and the mentor {mentor.name} read it." in words
    assert "Your answer is kept until" in words
    assert "What helped?" in words and "How clear was it?" in words


def test_a_scanner_opens_asks_and_posts_a_hundred_times_and_the_person_still_answers(browser, asked):
    scanner = Client()
    before = FeedbackRequest.objects.filter(pk=asked.pk).values().get()
    rows = AuditEntry.objects.count(), Notice.objects.count()
    for _each in range(100):
        assert scanner.get(address(asked)).status_code == 200
        assert scanner.head(address(asked)).status_code == 200
        assert scanner.post(address(asked)).status_code == 422
        assert scanner.post(address(asked), {"do": "decline"}).status_code == 422
        assert scanner.post(address(asked), {"do": "send", "version": "0"}).status_code == 422
    assert FeedbackRequest.objects.filter(pk=asked.pk).values().get() == before
    assert (AuditEntry.objects.count(), Notice.objects.count()) == rows

    assert send(browser, asked, do="send", words_1="It helped.").status_code == 302
    assert state(asked) == "submitted"


def test_without_the_token_of_the_page_nothing_is_taken(asked):
    assert Client(enforce_csrf_checks=True).post(address(asked), {"words_1": "Forged."}).status_code == 403
    assert state(asked) == "asked"


def wrong_tokens(asked) -> list[str]:
    token = feedback_links.token_of(asked)
    flipped = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    return [*flipped, token[:-1], token + "a", token.split(".")[0], "x", asked.link.hex, str(asked.code)]


def test_every_wrong_token_is_the_same_plain_404(browser, asked):
    missing = browser.get("/m/nothing/feedback/")
    assert missing.status_code == 404
    for token in wrong_tokens(asked):
        answer = browser.get(reverse("assignments:feedback-give", args=[token]))
        assert (answer.status_code, answer.content) == (404, missing.content), token
    assert b"<form" not in missing.content


def test_a_link_taken_back_or_of_somebody_who_left_is_that_404_too(browser, asked):
    missing = browser.get("/m/nothing/feedback/").content
    asking.take_back(asked, by=asked.round.assignment.mentee)
    left = FeedbackRequestFactory()
    left.giver.is_active, left.giver.deactivated_at = False, now()
    left.giver.save()
    for each in (asked, left):
        answer = browser.get(address(each))
        assert (answer.status_code, answer.content) == (404, missing)
        assert browser.post(address(each), {"words_1": "Too late."}).status_code in (403, 404)
    assert not FeedbackAnswer.objects.exists()


def test_a_link_mailed_to_an_address_that_was_corrected_opens_nothing_and_the_next_mail_has_another(browser, hr):
    asked, others = FeedbackRequestFactory(), FeedbackRequestFactory()
    old = address(asked)

    change_person(asked.giver, by=hr, email="right@example.org")

    asked.refresh_from_db()
    assert browser.get(old).status_code == 404
    assert browser.get(address(asked)).status_code == 200
    assert FeedbackRequest.objects.get(pk=others.pk).link == others.link


def test_a_link_of_another_purpose_opens_nothing_here(browser, asked):
    signed = feedback_links.SIGNER.sign(asked.code.hex).replace(":", ".")
    assert browser.get(f"/m/{signed}/feedback/").status_code == 404
    assert browser.get(f"/m/{feedback_links.SIGNER.sign('no-code').replace(':', '.')}/feedback/").status_code == 404
    assert browser.get(f"/m/{feedback_links.token_of(asked)}/hours/").status_code == 404


def test_the_link_works_on_the_last_day_and_not_on_the_next(browser, asked, clock):
    zone = asked.round.assignment.mentee.time_zone
    FeedbackRound.objects.filter(pk=asked.round_id).update(closes_on=today(zone))
    assert b"What helped?" in browser.get(address(asked)).content
    clock(days=1)
    page = browser.get(address(asked))
    assert page.status_code == 200
    assert b"This round is closed" in page.content and b"<form" not in page.content
    asked.refresh_from_db()
    with pytest.raises(Refused, match="is closed"):
        give(asked)
    assert state(asked) == "asked"


def test_the_link_signs_nobody_in(browser, asked):
    browser.get(address(asked))
    assert browser.get("/").status_code == 302
    assert "sessionid" not in browser.cookies


# --- answering ----------------------------------------------------------------------------------


def test_answers_are_sent_once_and_the_mentee_is_told(browser, asked):
    answer = send(browser, asked, do="send", words_1="You asked everybody first.", level_2="4", words_2="Clear.")

    assert answer.status_code == 302
    assert [(a.question.position, a.words, a.level) for a in FeedbackAnswer.objects.order_by("question__position")] == [
        (1, "You asked everybody first.", None),
        (2, "Clear.", 4),
    ]
    thanks = browser.get(address(asked)).content.decode()
    assert "Thank you" in thanks and "<form" not in thanks
    # A forwarded mail shows nobody what was answered.
    assert "You asked everybody first." not in thanks
    notice = Notice.objects.get(kind="assignments.feedback_answered")
    assert notice.recipient == asked.round.assignment.mentee
    again = browser.post(
        address(asked), {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "words_1": "Other."}
    )
    assert again.status_code == 200
    assert FeedbackAnswer.objects.count() == 2


def test_two_who_send_at_once_leave_one_answer(asked):
    twin = FeedbackRequest.objects.select_related("round__assignment__mentee").get(pk=asked.pk)
    give(asked)
    with pytest.raises(Refused, match="answered already"):
        give(twin, "Again.")
    assert FeedbackAnswer.objects.get().words == "It helped."


def test_an_answer_that_lost_the_race_gets_the_page_that_says_so(browser, asked, monkeypatch):
    def too_late(*args, **kwargs):
        FeedbackRequest.objects.filter(pk=asked.pk).update(state=FeedbackState.SUBMITTED, settled_at=now())
        raise Refused("This was answered already.")

    monkeypatch.setattr(actions, "give", too_late)
    answer = send(browser, asked, words_1="Mine.")
    assert answer.status_code == 409
    assert b"Thank you" in answer.content


def test_nothing_at_all_is_not_an_answer(browser, asked):
    answer = send(browser, asked, do="send", words_1="  ")
    assert answer.status_code == 422
    assert b"Answer at least one of the questions" in answer.content
    with pytest.raises(Refused, match="at least one"):
        actions.give(asked, by=None, answers=[])


def test_a_number_that_is_none_of_the_five_is_said_and_the_words_stay(browser, asked):
    answer = send(browser, asked, level_2="9", words_1="Keep me.")
    assert answer.status_code == 422
    assert b"Choose a number from 1 to 5" in answer.content and b"Keep me." in answer.content
    assert not FeedbackAnswer.objects.exists()


def test_somebody_else_does_not_answer_for_the_giver(stranger):
    request = FeedbackRequestFactory()
    with pytest.raises(PermissionDenied):
        actions.give(request, by=stranger, answers=[Said(questions(request)[0], "Forged.")])


def test_whoever_has_an_account_answers_from_today_and_reads_it_again(sign_in, stranger):
    request = FeedbackRequestFactory(giver=stranger, round__about="The pilot")
    browser = sign_in(stranger)
    assert "Give Person" in browser.get("/").content.decode()
    page = reverse("assignments:feedback-own", args=[request.code])
    assert browser.post(page, {"words_1": "You listened.", "do": "send"}).status_code == 302
    assert b"You listened." in browser.get(page).content
    assert b"feedback/asked" not in browser.get("/").content
    assert AuditEntry.objects.get(verb="feedback.given").actor == stranger


# --- the draft ----------------------------------------------------------------------------------


def autosave(browser, asked, **fields):
    browser.get(address(asked))
    token = browser.cookies["csrftoken"].value
    return browser.post(address(asked), {"csrfmiddlewaretoken": token, **fields}, headers={"X-Autosave": "1"})


def test_a_draft_saves_itself_and_is_there_in_another_browser(browser, asked):
    first = autosave(browser, asked, version="0", words_1="Half a thou", level_2="3")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert "Not sent yet." in first.json()["words"]
    second = autosave(browser, asked, version="1", words_1="Half a thought", level_2="3")
    assert second.json()["version"] == 2

    page = Client().get(address(asked)).content.decode()
    assert "Half a thought" in page
    assert re.search(r'name="level_2" value="3"[^>]*checked', page)
    assert state(asked) == "asked" and not FeedbackAnswer.objects.exists()


def test_the_same_words_again_are_no_conflict_and_write_nothing(browser, asked):
    autosave(browser, asked, version="0", words_1="Half")
    at = FeedbackRequest.objects.get(pk=asked.pk).drafted_at
    assert autosave(browser, asked, version="0", words_1="Half").json()["version"] == 1
    assert FeedbackRequest.objects.get(pk=asked.pk).drafted_at == at


def test_a_draft_from_another_window_is_not_overwritten(browser, asked):
    autosave(browser, asked, version="0", words_1="From the phone")
    answer = autosave(browser, asked, version="0", words_1="From the desk")
    assert answer.status_code == 409
    told = answer.json()
    assert told["version"] == 1
    assert "From the phone" in told["both"] and "From the desk" in told["both"]
    page = send(browser, asked, do="save", version="0", words_1="From the desk")
    assert page.status_code == 409
    assert b"From the phone" in page.content and b"From the desk" in page.content
    assert FeedbackRequest.objects.get(pk=asked.pk).draft["words"] == {"words_1": "From the phone"}


def test_without_script_a_button_saves_the_draft(browser, asked):
    assert send(browser, asked, do="save", version="0", words_1="Half").status_code == 302
    assert b"Saved as a draft." in browser.get(address(asked)).content


def test_a_draft_that_comes_too_late_says_why(browser, asked):
    browser.get(address(asked))
    twin = FeedbackRequest.objects.select_related("round__assignment__mentee").get(pk=asked.pk)
    give(asked)
    with pytest.raises(Refused, match="answered already"):
        actions.save_draft(twin, by=None, words={"words_1": "x"}, edit=0)
    FeedbackRequest.objects.filter(pk=asked.pk).update(draft={})
    feedback_round.end(asked.round)
    twin.round.refresh_from_db()
    with pytest.raises(Refused, match="is closed"):
        actions.save_draft(twin, by=None, words={"words_1": "x"}, edit=0)


def test_an_autosave_that_is_refused_is_told_as_data(browser, asked, monkeypatch):
    def refused(*args, **kwargs):
        raise Refused("This round of feedback is closed.")

    monkeypatch.setattr(actions, "save_draft", refused)
    answer = autosave(browser, asked, version="0", words_1="x")
    assert (answer.status_code, json.loads(answer.content)) == (422, {"words": "This round of feedback is closed."})


def test_of_two_windows_the_second_draft_is_stale(asked):
    assert actions.save_draft(asked, by=None, words={"words_1": "a"}, edit=0) == 1
    with pytest.raises(Stale):
        actions.save_draft(asked, by=None, words={"words_1": "b"}, edit=0)
    assert actions.save_draft(asked, by=None, words={"words_1": "b"}, edit=1) == 2


def test_older_words_are_not_sent_over_a_newer_draft_of_another_window(browser, asked, clock):
    autosave(browser, asked, version="0", words_1="A long answer from the phone")
    clock(minutes=1)

    older = send(browser, asked, version="0", words_1="A short one")
    assert older.status_code == 409
    assert b"A long answer from the phone" in older.content and b"A short one" in older.content
    assert state(asked) == "asked"

    assert send(browser, asked, version="1", words_1="Both of them").status_code == 302
    assert FeedbackAnswer.objects.get().words == "Both of them"


def test_an_autosave_still_on_its_way_holds_no_answer_up(browser, asked):
    autosave(browser, asked, version="0", words_1="A long ans")

    assert send(browser, asked, version="0", words_1="A long answer").status_code == 302
    assert FeedbackAnswer.objects.get().words == "A long answer"


def test_sending_takes_the_draft_away(browser, asked):
    autosave(browser, asked, version="0", words_1="Half")
    send(browser, asked, words_1="Whole")
    asked.refresh_from_db()
    assert (asked.draft, asked.drafted_at) == ({}, None)


# --- saying no ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "shown"), [("declined", "would rather not answer"), ("no_contact", "not had enough contact to judge")]
)
def test_one_says_no_and_may_still_change_ones_mind(browser, asked, why, shown):
    assert send(browser, asked, do="decline", why=why, reason="On leave.").status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decline_reason) == (why, "On leave.")
    assert shown in browser.get(address(asked)).content.decode()
    assert send(browser, asked, do="send", words_1="After all: it helped.").status_code == 302
    assert state(asked) == "submitted"


def test_in_confidence_nobody_learns_who_said_no(browser):
    asked = FeedbackRequestFactory(outsider=True, round__confidential=True)
    assert b"Nobody is told that you said so." in browser.get(address(asked)).content
    send(browser, asked, do="decline", why="declined", reason="Kept by nobody.")
    asked.refresh_from_db()
    assert (asked.state, asked.decline_reason) == ("declined", "")
    entry = AuditEntry.objects.get(verb="feedback.declined")
    assert (entry.actor, entry.object_type) == (None, "assignments.feedbackround")


def test_no_is_one_of_two(asked):
    with pytest.raises(PermissionDenied):
        actions.decline(asked, by=None, why="submitted")
    give(asked)
    with pytest.raises(Refused, match="answered already"):
        actions.decline(asked, by=None, why="declined")


def test_in_confidence_nothing_names_who_answered(stranger):
    """No notice to the mentee, and no entry that holds the person or their request."""
    asked = FeedbackRequestFactory(giver=stranger, round__confidential=True)
    actions.give(asked, by=stranger, answers=[Said(questions(asked)[0], "It helped.")])
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.object_type, entry.object_id) == (None, "assignments.feedbackround", asked.round_id)
    assert not Notice.objects.exists()


# --- evidence to judge --------------------------------------------------------------------------


@pytest.fixture
def judged(asked):
    piece = EvidenceFactory(assignment=asked.round.assignment, title="The board", learned="I was afraid.")
    asked.round.evidence.add(piece)
    return piece


def add_file(piece, state="ready"):
    kept = EvidenceFile(
        evidence=piece, name="board.html", size=4, content_type="text/html", sha256="0" * 64, state=state
    )
    kept.file.save("board.html", ContentFile(b"<b>x"), save=True)
    return kept


def test_evidence_is_judged_by_somebody_else_and_counts_as_theirs(browser, asked, judged):
    page = browser.get(address(asked)).content.decode()
    assert "The board" in page and "I was afraid." not in page
    fields = {f"verdict_{judged.code.hex}": "confirmed", f"saw_{judged.code.hex}": "I was there."}
    assert send(browser, asked, do="send", **fields).status_code == 302
    said = EvidenceVerification.objects.get()
    assert (said.evidence, said.by, said.request, said.source) == (judged, None, asked, "end_user")
    assert (said.verdict, said.words) == ("confirmed", "I was there.")


def test_nobody_confirms_what_they_have_not_read(browser, asked, judged):
    page = browser.get(address(asked)).content.decode()
    name = f"version_{judged.code.hex}"
    seen = re.search(rf'name="{name}" value="(\d+)"', page)[1]
    change_evidence(judged, by=judged.logged_by, version=1, words={"title": "Quite another claim"})
    fields = {f"verdict_{judged.code.hex}": "confirmed", "words_1": "It helped."}

    older = send(browser, asked, do="send", **fields, **{name: seen})
    assert older.status_code == 422
    assert b"This was changed after you opened the page." in older.content
    assert b"Quite another claim" in older.content and b"It helped." in older.content
    assert not EvidenceVerification.objects.exists()

    assert send(browser, asked, do="send", **fields, **{name: "2"}).status_code == 302
    assert EvidenceVerification.objects.get().evidence_version == 2


def test_words_without_a_verdict_are_asked_about(browser, asked, judged):
    answer = send(browser, asked, **{f"saw_{judged.code.hex}": "I was there.", "words_1": "x"})
    assert answer.status_code == 422
    assert b"Choose one of the three as well." in answer.content


def test_whoever_has_verified_it_elsewhere_is_not_asked_for_a_second_word(asked, judged, stranger):
    mine = FeedbackRequestFactory(round=asked.round, giver=stranger)
    EvidenceVerification.objects.create(evidence=judged, by=stranger, source="peer", verdict="partly")
    actions.give(mine, by=stranger, answers=[], judged=[Judged(judged, "confirmed")])
    assert EvidenceVerification.objects.get().verdict == "partly"


def test_the_mentors_word_counts_as_the_mentors(asked, judged):
    mentor = asked.round.assignment.mentor
    mine = FeedbackRequestFactory(round=asked.round, giver=mentor, group="coach")
    actions.give(mine, by=mentor, answers=[], judged=[Judged(judged, "confirmed")])
    assert EvidenceVerification.objects.get().source == "mentor"


def test_files_of_the_evidence_come_by_the_link_to_be_saved_and_only_those(browser, asked, judged):
    file, pending = add_file(judged), add_file(judged, "pending")
    other = add_file(EvidenceFactory(assignment=asked.round.assignment))
    answer = browser.get(f"{address(asked)}files/{file.code}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"<b>x"
    assert answer["Content-Disposition"] == 'attachment; filename="board.html"'
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )
    for each in (pending, other):
        assert browser.get(f"{address(asked)}files/{each.code}/").status_code == 404
    file.file.storage.delete(file.file.name)
    assert browser.get(f"{address(asked)}files/{file.code}/").status_code == 404
    give(asked)
    assert browser.get(f"{address(asked)}files/{file.code}/").status_code == 404


def test_whoever_is_signed_in_gets_the_files_too(asked, judged, stranger, sign_in):
    mine = FeedbackRequestFactory(round=asked.round, giver=stranger)
    file = add_file(judged)
    address = f"/feedback/asked/{mine.code}/files/{file.code}/"
    assert b"".join(sign_in(stranger).get(address).streaming_content) == b"<b>x"
    assert sign_in(asked.round.assignment.mentor).get(address).status_code == 404


def stop_address(asked) -> str:
    return feedback_links.stop_path_of(asked)


def test_a_mail_to_somebody_outside_says_how_to_get_no_reminder(asked, mailoutbox):
    messages.feedback.asked([asked])
    delivery.deliver()

    [mail] = mailoutbox
    link = f"{settings.SITE_URL}{stop_address(asked)}"
    assert mail.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"No reminder of this, please: {link}" in mail.body
    assert f'href="{link}"' in mail.alternatives[0].content


def test_opening_the_stop_page_changes_nothing_and_a_post_without_any_cookie_stops(asked, browser):
    for _often in range(3):
        page = browser.get(stop_address(asked)).text
        browser.head(stop_address(asked))
    asked.refresh_from_db()
    assert asked.reminders_stopped_at is None
    assert "What may still come" in page

    answer = Client(enforce_csrf_checks=True).post(stop_address(asked), {"List-Unsubscribe": "One-Click"})

    asked.refresh_from_db()
    assert (answer.status_code, asked.state) == (200, FeedbackState.ASKED)
    assert asked.reminders_stopped_at is not None
    assert "No reminder will come" in answer.text
    assert f'href="{address(asked)}"' in answer.text


def test_who_wants_no_reminder_gets_none_also_where_it_waits_already(asked, mailoutbox):
    FeedbackRound.objects.update(closes_on=today() + timedelta(days=1))
    FeedbackRequest.objects.update(asked_at=now() - timedelta(days=9))
    actions.stop_reminders(asked)
    assert feedback_round.remind_givers() == 0

    other = FeedbackRequestFactory(round=asked.round, outsider=True, asked_at=now() - timedelta(days=9))
    assert feedback_round.remind_givers() == 1
    actions.stop_reminders(other)
    Notice.objects.update(due_at=now())
    delivery.deliver()

    assert [notice.state for notice in Notice.objects.all()] == ["cancelled"]
    assert mailoutbox == []


def test_stopping_twice_is_as_once_and_the_question_can_still_be_answered(asked):
    actions.stop_reminders(asked)
    first = FeedbackRequest.objects.get().reminders_stopped_at
    actions.stop_reminders(asked)

    assert FeedbackRequest.objects.get().reminders_stopped_at == first
    assert AuditEntry.objects.filter(verb="feedback.reminders_stopped").count() == 1
    give(asked)
    assert FeedbackRequest.objects.get().state == FeedbackState.SUBMITTED


def test_of_a_confidential_round_the_trail_does_not_say_who_stopped(asked):
    FeedbackRound.objects.update(confidential=True)
    asked.round.refresh_from_db()

    actions.stop_reminders(asked)

    entry = AuditEntry.objects.get(verb="feedback.reminders_stopped")
    assert (entry.object_type, entry.fields) == ("assignments.feedbackround", ["requests"])


def test_a_wrong_token_stops_nothing_and_once_it_is_over_no_question_is_offered(asked, browser):
    assert browser.post("/m/nonsense/feedback/stop/").status_code == 404
    feedback_round.end(asked.round)

    page = browser.get(stop_address(asked)).text

    assert "You can still answer" not in page
    assert not FeedbackRequest.objects.filter(reminders_stopped_at__isnull=False).exists()
