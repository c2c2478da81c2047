"""The way to somebody who might sponsor: the words, the introducer, what goes out, and what comes back."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions import sponsor_request as requests
from assignments.models import BriefVersion, SponsorRequest, Stage
from assignments.refusals import Refused, Stale
from sponsors.actions import introduction as actions
from sponsors.messages.introduction import follow_up_words
from sponsors.models import Introduction
from sponsors.reaching import ledger
from sponsors.tasks import follow_replies
from sponsors.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery
from stretchhub.notices.models import Notice
from tests.factories import (
    BriefFactory,
    BriefVersionFactory,
    IntroductionFactory,
    MentorshipFactory,
    OptionFactory,
    SponsorCandidateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LONG = "word " * 131


@pytest.fixture
def vera():
    return UserFactory(full_name="Vera Lund", email="vera@example.org")


@pytest.fixture
def candidate(mentee, mentor, vera):
    option = OptionFactory(mentorship=MentorshipFactory(mentor=mentor, mentee=mentee), stage=Stage.BRIEFED)
    return SponsorCandidateFactory(option=option, person=vera, priority="Fewer calls by spring")


@pytest.fixture
def drafted(candidate):
    return IntroductionFactory(candidate=candidate)


def endorse(candidate):
    return BriefVersionFactory(brief=BriefFactory(option=candidate.option), number=1, status="endorsed")


def url(name, thing):
    return reverse(f"sponsors:{name}", args=[thing.code])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def states():
    return list(Introduction.objects.values_list("state", flat=True))


def told(kind):
    return [notice.recipient.email for notice in Notice.objects.filter(kind=f"sponsors.introduction_{kind}")]


# --- the words ----------------------------------------------------------------------------------


def test_the_page_opens_with_a_draft_and_keeps_nothing_until_it_is_saved(candidate, mentee, sign_in):
    page = sign_in(mentee).get(url("introduction", candidate))

    assert "you care about this: Fewer calls by spring." in text_of(page)
    assert "If this is not your priority now, who should I ask?" in text_of(page)
    assert re.search(r"\d+ of 130 words", text_of(page))
    assert not Introduction.objects.exists()


def test_the_words_are_kept_by_either_of_the_two(candidate, mentor, mentee, sign_in):
    first = sign_in(mentor).post(url("introduction", candidate), {"version": "0", "message": "Hello Vera"})
    sign_in(mentee).post(url("introduction", candidate), {"version": "1", "message": "Hello, Vera"})

    assert first["Location"] == url("introduction", candidate)
    introduction = Introduction.objects.get()
    assert (introduction.message, introduction.version, introduction.drafted_by) == ("Hello, Vera", 2, mentor)
    assert AuditEntry.objects.filter(verb="introduction.written", fields=["message"]).count() == 2


def test_more_than_130_words_are_refused_with_the_count_and_nothing_is_lost(candidate, mentee, sign_in):
    page = sign_in(mentee).post(url("introduction", candidate), {"version": "0", "message": LONG, "do": "send"})

    assert page.status_code == 422
    assert "131 words; at most 130 are read. Leave out 1." in text_of(page)
    assert "131 of 130 words" in text_of(page)
    assert LONG.strip().encode() in page.content
    assert not Introduction.objects.exists()
    with pytest.raises(Refused, match="Leave out 1"):
        actions.save_message(candidate, by=mentee, version=0, message=LONG)


def test_it_saves_itself_and_says_so(candidate, mentee, sign_in):
    client, headers = sign_in(mentee), {"X-Autosave": "1"}
    send = {"version": "0", "message": "Hello"}

    first = client.post(url("introduction", candidate), send, headers=headers)
    lost_answer = client.post(url("introduction", candidate), send, headers=headers)
    refused = client.post(url("introduction", candidate), {"version": "1", "message": LONG}, headers=headers)
    other = client.post(url("introduction", candidate), {"version": "0", "message": "Dear Vera"}, headers=headers)

    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert (lost_answer.status_code, lost_answer.json()["version"]) == (200, 1)
    assert (refused.status_code, refused.json()["words"]) == (422, "131 words; at most 130 are read. Leave out 1.")
    assert (other.status_code, other.json()["version"]) == (409, 1)
    assert "Dear Vera" in other.json()["both"]


def test_whoever_saves_second_sees_both(drafted, candidate, mentee, mentor, sign_in):
    actions.save_message(candidate, by=mentor, version=1, message="From the mentor")

    page = sign_in(mentee).post(url("introduction", candidate), {"version": "1", "message": "From the mentee"})

    assert page.status_code == 409
    assert "Your message From the mentor From the mentee" in text_of(page)
    assert b'name="version" value="2"' in page.content


def test_what_was_sent_stays_as_it_is(candidate, mentee, sign_in):
    sent = IntroductionFactory(candidate=candidate, sent=True)
    client = sign_in(mentee)

    page = client.post(url("introduction", candidate), {"version": "1", "message": "Other words"})
    by_itself = client.post(
        url("introduction", candidate), {"version": "1", "message": "Other"}, headers={"X-Autosave": "1"}
    )

    assert (page.status_code, by_itself.status_code) == (409, 422)
    assert "The message has gone out; what was sent stays as it is." in text_of(page)
    assert Introduction.objects.get().message == sent.message
    assert b"data-autosave" not in client.get(url("introduction", candidate)).content


# --- sending ------------------------------------------------------------------------------------


def test_sending_mails_the_words_with_answers_to_the_mentee(
    candidate, mentee, vera, sign_in, mailoutbox, django_capture_on_commit_callbacks
):
    words = {"version": "0", "message": "Hello Vera\n\nCould we talk?", "do": "send"}
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(mentee).post(url("introduction", candidate), words)
    delivery.deliver()

    introduction = Introduction.objects.get()
    assert (introduction.state, introduction.request) == ("introduced", None)
    assert introduction.sent_at
    assert introduction.introduced_at
    (mail,) = [mail for mail in mailoutbox if mail.to == [vera.email]]
    assert mail.reply_to == [mentee.email]
    assert "Could we talk?" in mail.body
    assert url("approach", introduction) in mail.body
    assert url("introduction", candidate) not in mail.body


def test_with_an_endorsed_brief_sending_asks_formally_and_the_brief_comes_by_link(
    candidate, mentee, vera, sign_in, mailoutbox, django_capture_on_commit_callbacks
):
    version = endorse(candidate)
    client = sign_in(mentee)

    assert "Send with the brief" in text_of(client.get(url("introduction", candidate)))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("introduction", candidate), {"version": "0", "message": "Could we talk?", "do": "send"})
    delivery.deliver()

    asked = SponsorRequest.objects.get()
    assert (asked.version, asked.sponsor, asked.message) == (version, vera, "Could we talk?")
    assert Introduction.objects.get().request == asked
    assert told("sent") == []
    (mail,) = [mail for mail in mailoutbox if mail.to == [vera.email]]
    assert mail.reply_to == [mentee.email]
    assert reverse("assignments:sponsor-request", args=[asked.code]) in mail.body
    candidate.option.refresh_from_db()
    assert candidate.option.stage == Stage.SEEKING_SPONSOR
    assert "See the request and its answer" in text_of(client.get(url("introduction", candidate)))


def test_while_somebody_else_is_asked_nothing_goes_out_and_the_words_are_kept(candidate, mentee, sign_in):
    version = endorse(candidate)
    requests.ask_sponsor(version, by=mentee, sponsor=UserFactory(), message="")

    page = sign_in(mentee).post(url("introduction", candidate), {"version": "0", "message": "Hello", "do": "send"})

    assert page.status_code == 409
    assert "Somebody has been asked already." in text_of(page)
    introduction = Introduction.objects.get()
    assert (introduction.message, introduction.state, introduction.sent_at) == ("Hello", "drafted", None)


def test_sent_once_is_sent_once_until_there_is_a_brief(candidate, mentee, sign_in):
    introduction = IntroductionFactory(candidate=candidate, sent=True)
    client = sign_in(mentee)

    with pytest.raises(Refused, match="gone out"):
        actions.send(introduction, by=mentee)
    endorse(candidate)
    assert "Ask with the brief" in text_of(client.get(url("introduction", candidate)))
    client.post(url("introduction-step", candidate), {"do": "send"})

    assert SponsorRequest.objects.get().message == introduction.message
    again = client.post(url("introduction-step", candidate), {"do": "send"})
    assert again.status_code == 409
    assert "Vera Lund has been asked already." in text_of(again)


def test_after_the_request_was_taken_back_it_can_be_asked_anew(candidate, drafted, mentee):
    endorse(candidate)
    actions.send(drafted, by=mentee)
    requests.withdraw(drafted.request, by=mentee)
    again = Introduction.objects.select_related("request").get()

    actions.send(again, by=mentee)

    assert SponsorRequest.objects.filter(status="asked").get() == again.request


def test_nothing_goes_to_whoever_left_or_without_words_or_behind_the_mentees_back(drafted, mentee, mentor, vera):
    with pytest.raises(PermissionDenied):
        actions.send(drafted, by=mentor)
    drafted.message = " "
    with pytest.raises(Refused, match="Write a few words first"):
        actions.send(drafted, by=mentee)
    drafted.message = "Hello"
    vera.is_active, vera.deactivated_at = False, now()
    vera.save()
    drafted.candidate.person.refresh_from_db()
    with pytest.raises(Refused, match="no longer active"):
        actions.send(drafted, by=mentee)
    assert states() == ["drafted"]


def test_words_changed_meanwhile_are_read_before_they_go_out(drafted, candidate, mentee, mentor):
    opened = Introduction.objects.select_related("request").get()
    actions.save_message(candidate, by=mentor, version=1, message="Other words")

    with pytest.raises(Stale, match="Read it again"):
        actions.send(opened, by=mentee)
    assert told("sent") == []


# --- introducing --------------------------------------------------------------------------------


def test_the_mentor_is_asked_from_the_page_and_answers_on_today_in_one_press(
    candidate, mentee, mentor, sign_in, mailoutbox, django_capture_on_commit_callbacks
):
    client = sign_in(mentor)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(mentee).post(
            url("introduction", candidate), {"version": "0", "message": "Hello Vera", "do": "ask-mentor"}
        )
    delivery.deliver()
    introduction = Introduction.objects.get()

    (line,) = [line for line in waiting_for(mentor) if line.kind == "sponsors.introduce"]
    assert line.title == "Make this introduction: Mina Okafor to Vera Lund"
    assert (line.action, line.post_url) == ("I have introduced them", url("introduce-done", introduction))
    assert [mail.to for mail in mailoutbox] == [[mentor.email]]
    assert "Hello Vera" in text_of(client.get(url("introduce", introduction)))
    answer = client.post(line.post_url, {"from": "today"})
    client.post(line.post_url)

    assert answer["Location"] == reverse("today")
    introduction.refresh_from_db()
    assert introduction.state == "introduced"
    assert introduction.introduced_at
    assert waiting_for(mentor) == []
    assert told("made") == [mentee.email]
    assert AuditEntry.objects.filter(verb="introduction.made").count() == 1


def test_whoever_introduces_sees_the_request_and_nothing_else_of_the_option(candidate, mentee, sign_in):
    ole = UserFactory(full_name="Ole Dahl")
    candidate.option.title, candidate.option.why = "Secret title", "Secret reason"
    candidate.option.save()
    introduction = IntroductionFactory(
        candidate=candidate, state="intro_asked", introducer=ole, asked_at=now(), message="Words to pass on"
    )

    page = text_of(sign_in(ole).get(url("introduce", introduction)))

    assert "Introduce Mina Okafor to Vera Lund" in page
    assert "Words to pass on" in page
    assert "Secret" not in page
    assert "Fewer calls" not in page
    assert sign_in(ole).get(url("introduction", candidate)).status_code == 404
    assert sign_in(ole).get(f"/options/{candidate.option.code}/").status_code == 404


def test_the_mentee_chooses_who_introduces_and_they_hand_it_on(drafted, candidate, mentee, vera, sign_in):
    ole, ida = UserFactory(full_name="Ole Dahl"), UserFactory(full_name="Ida Moe")
    client = sign_in(mentee)

    found = client.post(url("introduction-ask", candidate), {"q": "ole", "find": "1"})
    client.post(url("introduction-ask", candidate), {"person": str(ole.code)})
    theirs = sign_in(ole)
    assert "Somebody else knows them better" in text_of(theirs.get(url("introduce", drafted)))
    seek = theirs.post(url("introduce-hand-on", drafted), {"q": "moe", "find": "1"})
    answer = theirs.post(url("introduce-hand-on", drafted), {"person": str(ida.code)})

    assert "Ole Dahl" in text_of(found)
    assert "Ida Moe" in text_of(seek)
    assert answer["Location"] == reverse("today")
    assert theirs.get(url("introduce", drafted)).status_code == 404
    assert sign_in(ida).get(url("introduce", drafted)).status_code == 200
    assert [line.kind for line in waiting_for(ida)] == ["sponsors.introduce"]
    assert waiting_for(ole) == []
    assert sorted(told("asked")) == sorted([ole.email, ida.email])
    assert "Ida Moe was asked on" in text_of(client.get(url("introduction", candidate)))


def test_a_request_handed_on_is_not_mailed_to_the_one_before(drafted, mentee, mailoutbox):
    ole, ida = UserFactory(email="ole@example.org"), UserFactory(email="ida@example.org")
    actions.ask_introducer(drafted, by=mentee, introducer=ole)
    actions.hand_on(drafted, by=ole, introducer=ida)

    delivery.deliver()

    assert [mail.to for mail in mailoutbox] == [["ida@example.org"]]


def test_who_cannot_introduce_is_refused(drafted, mentee, mentor, vera, sign_in, candidate):
    gone = UserFactory(is_active=False, deactivated_at=now())
    for person in (mentee, vera, gone):
        with pytest.raises(Refused):
            actions.ask_introducer(drafted, by=mentee, introducer=person)
    with pytest.raises(PermissionDenied):
        actions.ask_introducer(drafted, by=mentor, introducer=mentor)
    page = sign_in(mentee).post(url("introduction-ask", candidate), {"person": str(vera.code)})
    assert page.status_code == 422
    assert "This person cannot be chosen. Search again." in text_of(page)
    assert states() == ["drafted"]


def test_an_introduction_is_asked_once_and_handed_on_by_its_owner_alone(drafted, mentee, mentor, candidate, sign_in):
    ole = UserFactory()
    actions.ask_introducer(drafted, by=mentee, introducer=mentor)

    page = sign_in(mentee).post(url("introduction-ask", candidate), {"person": str(ole.code)})
    with pytest.raises(PermissionDenied):
        actions.hand_on(drafted, by=ole, introducer=ole)
    with pytest.raises(PermissionDenied):
        actions.made(drafted, by=ole)
    actions.made(drafted, by=mentor)
    late = sign_in(mentor).post(url("introduce-hand-on", drafted), {"person": str(ole.code)})

    assert (page.status_code, late.status_code) == (409, 409)
    assert "This has gone on meanwhile: “Introduction asked”." in text_of(page)
    assert "This introduction is not yours to make any more." in text_of(late)


def test_without_words_the_way_leads_back_to_them(candidate, mentee, sign_in):
    client = sign_in(mentee)

    assert client.get(url("introduction-ask", candidate))["Location"] == url("introduction", candidate)
    assert client.post(url("introduction-step", candidate), {"do": "reached"})["Location"] == url(
        "introduction", candidate
    )
    assert not Introduction.objects.exists()


# --- what comes back ----------------------------------------------------------------------------


def test_whoever_was_written_to_reads_the_message_and_answers_once(candidate, mentee, vera, sign_in):
    introduction = IntroductionFactory(candidate=candidate, sent=True, message="Could we talk?")
    client = sign_in(vera)

    page = client.get(url("approach", introduction))
    empty = client.post(url("approach", introduction), {"reply": ""})
    client.post(url("approach", introduction), {"reply": "On Thursday."})
    again = client.post(url("approach", introduction), {"reply": "On Friday."})

    assert "Could we talk?" in text_of(page)
    assert candidate.option.title not in text_of(page)
    assert empty.status_code == 422
    assert again.status_code == 409
    introduction.refresh_from_db()
    assert (introduction.state, introduction.reply) == ("replied", "On Thursday.")
    assert told("replied") == [mentee.email]
    assert "On Thursday." in text_of(sign_in(mentee).get(url("introduction", candidate)))
    with pytest.raises(PermissionDenied):
        actions.reply(introduction, by=mentee, words="No.")
    with pytest.raises(Refused):
        actions.reply(introduction, by=vera, words=" ")


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_the_answer_to_the_request_counts_as_the_reply(candidate, drafted, mentee, vera, answer, sign_in):
    endorse(candidate)
    actions.send(drafted, by=mentee)
    assert follow_replies() == 0
    if answer == "accept":
        requests.accept(drafted.request, by=vera)
    else:
        requests.decline(drafted.request, by=vera, reason="Not this year.")

    assert "Answered on" in text_of(sign_in(mentee).get(url("introduction", candidate)))
    assert Introduction.objects.select_related("request").get().shown_state == "Replied"
    assert (follow_replies(), follow_replies()) == (1, 0)
    kept = Introduction.objects.select_related("request").get()
    assert (kept.state, kept.replied_at) == ("replied", kept.request.answered_at)


# --- asked on the brief's own page --------------------------------------------------------------


def ask_on_the_briefs_page(candidate, mentee, version=None, words="Would you?"):
    version = BriefVersion.objects.get(pk=(version or endorse(candidate)).pk)
    return requests.ask_sponsor(version, by=mentee, sponsor=candidate.person, message=words)


def test_who_is_asked_on_the_briefs_page_has_been_reached(candidate, drafted, mentee, vera, sign_in):
    request = ask_on_the_briefs_page(candidate, mentee)

    assert (follow_replies(), follow_replies()) == (1, 0)

    kept = Introduction.objects.get()
    assert (kept.request, kept.state) == (request, "introduced")
    assert kept.introduced_at == kept.sent_at == request.asked_at
    # What was drafted is kept, and what went out is shown.
    assert kept.message == drafted.message
    page = text_of(sign_in(mentee).get(url("introduction", candidate)))
    assert "Would you?" in page and "See the request and its answer" in page
    assert drafted.message not in page
    assert "Would you?" in follow_up_words(kept)
    assert AuditEntry.objects.get(verb="introduction.sent").fields == ["request", "sent_at", "state"]

    requests.accept(request, by=vera)
    assert follow_replies() == 1
    assert states() == ["replied"]


def test_an_answer_given_before_the_minute_was_over_is_joined_too(candidate, drafted, mentee, vera):
    requests.decline(ask_on_the_briefs_page(candidate, mentee), by=vera, reason="Not this year.")

    assert follow_replies() == 2
    assert states() == ["replied"]


def test_what_was_asked_and_answered_before_anybody_drafted_is_left_alone(candidate, mentee, vera):
    requests.decline(ask_on_the_briefs_page(candidate, mentee), by=vera, reason="Not this year.")
    IntroductionFactory(candidate=candidate)

    assert follow_replies() == 0
    assert states() == ["drafted"]


def test_somebody_else_and_another_option_stay_as_they_are(candidate, drafted, mentee, mentor):
    other = SponsorCandidateFactory(
        option=OptionFactory(mentorship=candidate.option.mentorship, stage=Stage.BRIEFED), person=candidate.person
    )
    ask_on_the_briefs_page(other, mentee)
    elsewhere = SponsorCandidateFactory(option=candidate.option)
    ask_on_the_briefs_page(elsewhere, mentee)

    assert follow_replies() == 0
    assert states() == ["drafted"]


def test_what_was_taken_back_joins_nothing_and_the_next_question_does(candidate, drafted, mentee, sign_in):
    version = endorse(candidate)
    requests.withdraw(ask_on_the_briefs_page(candidate, mentee, version), by=mentee)
    assert follow_replies() == 0

    first = ask_on_the_briefs_page(candidate, mentee, version, "Would you now? " + LONG)
    assert follow_replies() == 1
    requests.withdraw(first, by=mentee)
    actions.send(Introduction.objects.get(), by=mentee)

    kept = Introduction.objects.get()
    assert kept.request != first
    assert kept.request.message == kept.sent_words == first.message


def test_of_two_who_join_at_once_one_does(candidate, drafted, mentee):
    request = ask_on_the_briefs_page(candidate, mentee)
    [read] = Introduction.objects.asked_elsewhere()

    assert [actions._join(read, request), actions._join(read, request)] == [True, False]


def test_what_came_another_way_is_noted_and_the_kickoff_gets_its_day(candidate, drafted, mentee, mentor, sign_in):
    client, theirs, step = sign_in(mentee), sign_in(mentor), url("introduction-step", candidate)
    early = theirs.post(step, {"do": "kickoff", "kickoff_on": today().isoformat()})
    for _twice in range(2):
        client.post(step, {"do": "reached"})
        theirs.post(step, {"do": "replied"})
    without = theirs.post(step, {"do": "kickoff", "kickoff_on": ""})
    theirs.post(step, {"do": "kickoff", "kickoff_on": "2026-12-01"})
    theirs.post(step, {"do": "kickoff", "kickoff_on": "2026-12-03"})

    assert (early.status_code, without.status_code) == (409, 422)
    assert "First somebody has to be introduced." in text_of(early)
    drafted.refresh_from_db()
    assert (drafted.state, drafted.kickoff_on.isoformat()) == ("kickoff", "2026-12-03")
    assert [step.state for step in ledger(drafted)] == ["done", "passed", "done", "done", "done"]
    verbs = list(AuditEntry.objects.filter(verb__startswith="introduction").values_list("verb", flat=True))
    assert verbs.count("introduction.reached") == verbs.count("introduction.replied") == 1


def test_the_ledger_of_nothing_begins_with_the_draft():
    assert [step.state for step in ledger(None)] == ["now", "next", "next", "next", "next"]


# --- following up -------------------------------------------------------------------------------


def follow_ups(person):
    return [line for line in waiting_for(person) if line.kind == "sponsors.follow_up"]


def test_after_seven_working_days_a_follow_up_is_suggested_once_and_sent(
    candidate, mentee, mentor, vera, sign_in, clock, mailoutbox
):
    type(mentee).objects.update(working_days="1234567")
    mentee.refresh_from_db()
    introduction = IntroductionFactory(candidate=candidate, sent=True, message="Could we talk?")
    client = sign_in(mentee)
    clock(days=6)
    assert follow_ups(mentee) == []
    clock(days=7.1)

    (line,) = follow_ups(mentee)
    page = text_of(client.get(url("introduction", candidate)))
    client.post(url("introduction-step", candidate), {"do": "follow-up"})
    again = client.post(url("introduction-step", candidate), {"do": "follow-up"})
    delivery.deliver()

    assert line.url == url("introduction", candidate) + "#follow-up"
    assert follow_ups(mentor) == []
    assert "No word for 7 working days" in page
    assert "I will not ask again." in page
    assert again.status_code == 409
    (mail,) = [mail for mail in mailoutbox if "once more" in mail.subject]
    assert (mail.to, mail.reply_to) == ([vera.email], [mentee.email])
    assert "Could we talk?" in mail.body
    clock(days=60)
    assert follow_ups(mentee) == []
    introduction.refresh_from_db()
    assert introduction.followed_up_at


def test_a_weekend_is_not_waited_for(candidate, mentee, clock):
    type(mentee).objects.update(working_days="1")
    mentee.refresh_from_db()
    IntroductionFactory(candidate=candidate, sent=True)

    clock(days=41)
    assert follow_ups(mentee) == []
    clock(days=50)
    assert len(follow_ups(mentee)) == 1


def test_leaving_it_is_an_answer_too(candidate, mentee, sign_in, clock):
    IntroductionFactory(candidate=candidate, sent=True)
    clock(days=30)

    for _twice in range(2):
        sign_in(mentee).post(url("introduction-step", candidate), {"do": "leave"})

    assert follow_ups(mentee) == []
    assert told("followed_up") == []
    assert AuditEntry.objects.filter(verb="introduction.left_alone").count() == 1


def test_the_follow_up_of_a_formal_question_leads_to_the_request(candidate, drafted, mentee, clock, mailoutbox):
    endorse(candidate)
    actions.send(drafted, by=mentee)
    delivery.deliver()
    clock(days=30)
    assert len(follow_ups(mentee)) == 1

    actions.follow_up(Introduction.objects.get(), by=mentee)
    delivery.deliver()

    mail = mailoutbox[-1]
    assert reverse("assignments:sponsor-request", args=[drafted.request.code]) in mail.body


def test_the_follow_up_of_words_that_went_another_way_can_be_answered(
    candidate, drafted, mentee, vera, sign_in, mailoutbox
):
    actions.reached(drafted, by=mentee)
    actions.follow_up(drafted, by=mentee)
    delivery.deliver()

    assert url("approach", drafted) in mailoutbox[-1].body
    assert drafted.message in text_of(sign_in(vera).get(url("approach", drafted)))
    with pytest.raises(Refused, match="gone out"):
        actions.save_message(candidate, by=mentee, version=drafted.version, message="Other words")


@pytest.mark.parametrize("answer", ["accept", "withdraw"])
def test_nobody_is_followed_up_who_answered_or_was_let_off(candidate, drafted, mentee, vera, answer, clock):
    endorse(candidate)
    actions.send(drafted, by=mentee)
    by = vera if answer == "accept" else mentee
    getattr(requests, answer)(drafted.request, by=by)
    clock(days=30)

    assert follow_ups(mentee) == []
    with pytest.raises(Stale):
        actions.follow_up(Introduction.objects.get(), by=mentee)


def test_a_follow_up_is_not_sent_once_they_have_answered(candidate, mentee, vera, mailoutbox):
    introduction = IntroductionFactory(candidate=candidate, sent=True)
    actions.follow_up(introduction, by=mentee)
    actions.reply(introduction, by=vera, words="Yes.")

    delivery.deliver()

    assert [mail.to for mail in mailoutbox] == [[mentee.email]]


# --- pages --------------------------------------------------------------------------------------


def test_the_pages_take_a_fixed_number_of_queries(mentee, mentor, vera, sign_in, count_queries):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)

    def queries(number):
        for _each in range(number):
            candidate = SponsorCandidateFactory(option=OptionFactory(mentorship=mentorship))
            IntroductionFactory(candidate=candidate, state="intro_asked", introducer=mentor, asked_at=now())
        return [
            count_queries(sign_in(mentee), url("introduction", candidate)),
            count_queries(sign_in(mentor), url("introduce", candidate.introduction)),
            count_queries(sign_in(mentor), reverse("today")),
        ]

    first, third = queries(1), queries(2)
    assert first == third
    assert max(first[:2]) <= 12


def test_what_waits_takes_one_query(drafted, mentee, mentor, django_assert_num_queries):
    actions.ask_introducer(drafted, by=mentee, introducer=mentor)

    with django_assert_num_queries(1):
        assert len(waiting_for(mentor)) == 1


def test_after_the_end_of_a_mentorship_nothing_goes_out(candidate, drafted, mentee, sign_in, clock):
    candidate.option.mentorship.ended_on = today() - timedelta(days=1)
    candidate.option.mentorship.save()

    page = sign_in(mentee).get(url("introduction", candidate))

    assert b"data-autosave" not in page.content
    assert sign_in(mentee).post(url("introduction", candidate), {"version": "1", "message": "x"}).status_code == 403
    assert sign_in(mentee).post(url("introduction-step", candidate), {"do": "send"}).status_code == 403
