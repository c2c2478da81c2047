"""Asking a sponsor with an endorsed brief, and what each answer sets in motion."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.sponsor_request import accept, ask_sponsor, decline, withdraw
from assignments.models import Assignment, SponsorRequest
from assignments.outreach import MOST_WORDS, draft, shorten
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from tests.factories import (
    BriefFactory,
    BriefOutcomeFactory,
    BriefRiskFactory,
    BriefStakeholderFactory,
    BriefVersionFactory,
    OptionFactory,
    SponsorRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def endorsed(mentorship):
    option = OptionFactory(mentorship=mentorship, stage="briefed", title="Cut the queue")
    return BriefVersionFactory(brief=BriefFactory(option=option), number=1, status="endorsed")


@pytest.fixture
def asked(endorsed, mentee, sponsor):
    return ask_sponsor(endorsed, by=mentee, sponsor=sponsor, message="Could you?")


def page(name, thing):
    return reverse(f"assignments:{name}", args=[thing.code])


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


# --- asking -------------------------------------------------------------------------------------


def test_ask_tells_the_sponsor_and_moves_the_option(endorsed, mentee, sponsor):
    request = ask_sponsor(endorsed, by=mentee, sponsor=sponsor, message="Could you?")

    assert (request.status, request.sponsor, request.version) == ("asked", sponsor, endorsed)
    assert endorsed.brief.option.stage == "seeking_sponsor"
    assert [(n.kind, n.recipient) for n in Notice.objects.all()] == [("assignments.sponsor_asked", sponsor)]
    assert verbs() == ["option.moved", "sponsor_request.asked"]


@pytest.mark.parametrize("who", ["mentor", "stranger", "hr", "administrator", "sponsor"])
def test_only_the_mentee_asks(request, endorsed, sponsor, who):
    with pytest.raises(PermissionDenied):
        ask_sponsor(endorsed, by=request.getfixturevalue(who), sponsor=sponsor, message="")

    assert not SponsorRequest.objects.exists()


@pytest.mark.parametrize("status", ["draft", "submitted", "declined", "sponsor_accepted", "sponsor_declined"])
def test_only_an_endorsed_brief_is_sent(endorsed, mentee, sponsor, status):
    endorsed.status = status

    with pytest.raises(Refused, match="endorses the brief first"):
        ask_sponsor(endorsed, by=mentee, sponsor=sponsor, message="")


def test_neither_mentee_nor_mentor_nor_somebody_gone_is_asked(endorsed, mentee, mentor):
    gone = UserFactory(is_active=False, deactivated_at=now())

    for person, words in ((mentee, "sponsor themselves"), (mentor, "mentor"), (gone, "no longer active")):
        with pytest.raises(Refused, match=words):
            ask_sponsor(endorsed, by=mentee, sponsor=person, message="")

    assert not SponsorRequest.objects.exists()


def test_one_sponsor_is_asked_at_a_time(asked, endorsed, mentee, stranger):
    with pytest.raises(Refused, match="asked already"):
        ask_sponsor(endorsed, by=mentee, sponsor=stranger, message="")

    assert SponsorRequest.objects.count() == 1


def test_an_option_put_back_is_moved_to_briefed_first(endorsed, mentee, sponsor):
    endorsed.brief.option.stage = "exploring"
    endorsed.brief.option.save()

    with pytest.raises(Refused, match="Move it to “Briefed” first"):
        ask_sponsor(endorsed, by=mentee, sponsor=sponsor, message="")


def test_an_option_moved_to_seeking_sponsor_by_hand_can_be_asked_for(endorsed, mentee, sponsor):
    endorsed.brief.option.stage = "seeking_sponsor"
    endorsed.brief.option.save()

    assert ask_sponsor(endorsed, by=mentee, sponsor=sponsor, message="").status == "asked"


# --- the draft of the message -------------------------------------------------------------------


def test_the_message_is_drawn_from_problem_and_outcome(endorsed, mentee, mentor):
    words = draft(endorsed)

    assert "Forty claimants a week wait more than three weeks." in words
    assert "Cycle time of a claim from 21 to 14 days by" in words
    assert "“Cut the queue”" in words
    assert mentor.name in words
    assert words.endswith(mentee.name)


def test_the_message_stays_within_130_words_whatever_the_brief_says(endorsed):
    endorsed.problem = "word " * 900
    endorsed.brief.option.title = "title " * 33
    endorsed.outcomes.update(metric="metric " * 25)

    assert len(draft(endorsed).split()) <= MOST_WORDS == 130


def test_shorten_cuts_at_a_word_and_keeps_lines():
    assert shorten("one two three", 2) == "one two…"
    assert shorten("one\n\ntwo three", 2) == "one\n\ntwo…"
    assert shorten("one two", 2) == "one two"


# --- the answers --------------------------------------------------------------------------------


def test_accept_makes_the_assignment_and_tells_the_two(asked, endorsed, mentee, mentor, sponsor):
    Notice.objects.all().delete()

    assignment = accept(asked, by=sponsor)

    endorsed.refresh_from_db()
    assert (asked.status, endorsed.status, endorsed.decided_by) == ("accepted", "sponsor_accepted", sponsor)
    assert (assignment.status, assignment.mentee, assignment.mentor, assignment.sponsor) == (
        "chartering",
        mentee,
        mentor,
        sponsor,
    )
    assert assignment.option.stage == "seeking_sponsor"
    told = {(n.kind, n.recipient) for n in Notice.objects.filter(kind__startswith="assignments.sponsor_")}
    assert told == {("assignments.sponsor_accepted", mentee), ("assignments.sponsor_accepted", mentor)}
    assert "sponsor_request.accepted" in verbs()


def test_decline_pins_the_reason_and_brings_the_option_back(asked, endorsed, mentee, mentor, sponsor):
    Notice.objects.all().delete()

    decline(asked, by=sponsor, reason="My budget is spent until May.")

    endorsed.refresh_from_db()
    endorsed.brief.option.refresh_from_db()
    assert (asked.status, asked.reason) == ("declined", "My budget is spent until May.")
    assert (endorsed.status, endorsed.decision_reason) == ("sponsor_declined", "My budget is spent until May.")
    assert endorsed.brief.option.stage == "briefed"
    assert {n.recipient for n in Notice.objects.filter(kind="assignments.sponsor_declined")} == {mentee, mentor}
    assert not Assignment.objects.exists()


def test_withdraw_leaves_the_brief_endorsed_for_somebody_else(asked, endorsed, mentee, stranger):
    withdraw(asked, by=mentee)

    endorsed.refresh_from_db()
    endorsed.brief.option.refresh_from_db()
    assert (asked.status, endorsed.status, endorsed.brief.option.stage) == ("withdrawn", "endorsed", "briefed")
    again = ask_sponsor(endorsed, by=mentee, sponsor=stranger, message="")
    assert again.status == "asked"


@pytest.mark.parametrize("who", ["mentee", "mentor", "stranger", "hr", "administrator"])
def test_only_the_asked_sponsor_answers(request, asked, who):
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        accept(asked, by=person)
    with pytest.raises(PermissionDenied):
        decline(asked, by=person, reason="No.")


@pytest.mark.parametrize("who", ["mentor", "sponsor", "stranger", "hr", "administrator"])
def test_only_the_mentee_withdraws(request, asked, who):
    with pytest.raises(PermissionDenied):
        withdraw(asked, by=request.getfixturevalue(who))


def test_a_decline_needs_a_reason(asked, sponsor):
    with pytest.raises(Refused):
        decline(asked, by=sponsor, reason="  ")

    assert SponsorRequest.objects.get().status == "asked"


@pytest.mark.parametrize("first", [accept, lambda r, by: decline(r, by=by, reason="No.")])
def test_the_first_answer_counts(asked, sponsor, mentee, first):
    again = SponsorRequest.objects.get()
    first(asked, by=sponsor)

    for act in (
        lambda: accept(again, by=sponsor),
        lambda: decline(again, by=sponsor, reason="No."),
        lambda: withdraw(again, by=mentee),
    ):
        with pytest.raises(Stale, match="answered meanwhile"):
            act()

    assert Assignment.objects.count() == (1 if first is accept else 0)


def test_a_withdrawn_request_is_not_accepted_any_more(asked, sponsor, mentee, sign_in):
    withdraw(asked, by=mentee)

    response = sign_in(sponsor).post(page("sponsor-accept", asked))

    assert response.status_code == 409
    assert "Withdrawn" in response.content.decode()
    assert not Assignment.objects.exists()


# --- on the page --------------------------------------------------------------------------------


def test_the_mentee_asks_from_the_brief(endorsed, mentee, sponsor, sign_in):
    client, url = sign_in(mentee), page("sponsor-ask", endorsed.brief)
    first = client.get(url).content.decode()
    found = client.post(url, {"q": "Ruth", "message": "My own words.", "find": "1"}).content.decode()

    sent = client.post(url, {"person": str(sponsor.code), "message": "My own words.", "submit_key": "k"})

    request = SponsorRequest.objects.get()
    assert "Forty claimants a week" in first
    assert str(sponsor.code) in found
    assert "My own words." in found
    assert sent.url == page("sponsor-request", request)
    assert request.message == "My own words."


def test_mentee_and_mentor_are_not_among_those_found(endorsed, mentee, mentor, sign_in):
    client, url = sign_in(mentee), page("sponsor-ask", endorsed.brief)

    assert 'name="person"' not in client.get(url, {"q": "Mina"}).content.decode()
    assert 'name="person"' not in client.get(url, {"q": "Tom"}).content.decode()
    assert client.post(url, {"person": str(mentor.code), "message": "x"}).status_code == 422


def test_asking_again_while_somebody_is_asked_loses_nothing(asked, endorsed, mentee, stranger, sign_in):
    response = sign_in(mentee).post(
        page("sponsor-ask", endorsed.brief), {"person": str(stranger.code), "message": "Kept words."}
    )

    assert response.status_code == 409
    assert "Somebody has been asked already" in response.content.decode()
    assert "Kept words." in response.content.decode()


def test_the_sponsor_reads_the_version_and_the_message(asked, endorsed, sponsor, sign_in):
    BriefVersionFactory(brief=endorsed.brief, number=2, status="sponsor_declined", problem="Another text.")

    shown = sign_in(sponsor).get(page("sponsor-request", asked)).content.decode()

    assert "Forty claimants a week" in shown
    assert "Could you?" in shown
    assert "Another text." not in shown
    assert str(endorsed.brief.option.code) not in shown


def test_the_sponsor_accepts_on_the_page(asked, sponsor, sign_in):
    client = sign_in(sponsor)

    assert client.post(page("sponsor-accept", asked)).status_code == 302
    assert client.post(page("sponsor-accept", asked)).status_code == 409
    shown = client.get(page("sponsor-request", asked)).content.decode()
    assert page("charter", Assignment.objects.get()) in shown


def test_declining_on_the_page_needs_words_and_ends_the_reading(asked, sponsor, sign_in):
    client = sign_in(sponsor)

    empty = client.post(page("sponsor-decline", asked), {"reason": ""})
    given = client.post(page("sponsor-decline", asked), {"reason": "Not my field."})

    assert (empty.status_code, given.status_code) == (422, 302)
    after = client.get(page("sponsor-request", asked)).content.decode()
    assert "Not my field." in after
    assert "Forty claimants a week" not in after


def test_the_mentee_withdraws_on_the_page(asked, endorsed, mentee, sign_in):
    response = sign_in(mentee).post(page("sponsor-withdraw", asked))

    assert response.url == page("brief", endorsed.brief)
    assert SponsorRequest.objects.get().status == "withdrawn"


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator"])
@pytest.mark.parametrize("name", ["sponsor-request", "sponsor-accept", "sponsor-decline", "sponsor-withdraw"])
def test_a_request_is_not_there_for_anybody_else(request, asked, sign_in, who, name):
    client = sign_in(request.getfixturevalue(who))
    answer = client.get if name == "sponsor-request" else client.post

    assert answer(page(name, asked)).status_code == 404


def test_seeing_a_request_is_not_answering_it(asked, mentor, sponsor, sign_in):
    assert sign_in(mentor).get(page("sponsor-request", asked)).status_code == 200
    assert sign_in(mentor).post(page("sponsor-accept", asked)).status_code == 403
    assert sign_in(mentor).post(page("sponsor-withdraw", asked)).status_code == 403
    assert sign_in(sponsor).post(page("sponsor-withdraw", asked)).status_code == 403


@pytest.mark.parametrize(
    ("status", "kind", "subject"),
    [
        ("asked", "assignments.sponsor_asked", "Would you sponsor “Cut the queue”?"),
        ("accepted", "assignments.sponsor_accepted", "Ruth Adeyemi sponsors “Cut the queue”"),
        ("declined", "assignments.sponsor_declined", "Ruth Adeyemi does not sponsor “Cut the queue”"),
    ],
)
def test_each_letter_says_what_happened_and_is_held_once_overtaken(asked, status, kind, subject):
    asked.status, asked.reason = status, "No budget."
    known = kinds.get(kind)

    letter = known.render(None, asked)

    assert letter.subject == subject
    assert letter.path == page("sponsor-request", asked)
    assert known.still_due(None, asked)
    assert set(known.load([asked.pk])) == {asked.pk}
    asked.status = "withdrawn"
    assert not known.still_due(None, asked)


def test_request_pages_take_the_same_queries_for_one_and_three(asked, endorsed, sponsor, sign_in, count_queries):
    client, url = sign_in(sponsor), page("sponsor-request", asked)

    def grow(number):
        BriefVersionFactory(brief=endorsed.brief, number=number, status="changes_requested", refused=True)
        SponsorRequestFactory(version=endorsed, status="withdrawn")
        for factory in (BriefOutcomeFactory, BriefStakeholderFactory, BriefRiskFactory):
            factory(version=endorsed)

    grow(2)
    one = count_queries(client, url)
    grow(3)
    grow(4)

    assert count_queries(client, url) == one


def test_an_answer_to_a_version_that_moved_on_changes_nothing(asked, endorsed, sponsor):
    BriefFactory._meta.model.objects.get(pk=endorsed.brief_id).versions.update(status="declined", decision_reason="No.")

    with pytest.raises(Stale, match="brief has changed"):
        accept(asked, by=sponsor)

    assert SponsorRequest.objects.get().status == "asked"
    assert not Assignment.objects.exists()


def test_asking_without_an_endorsed_brief_leads_back_to_it(endorsed, mentee, sign_in):
    endorsed.status = "draft"
    endorsed.save()

    assert sign_in(mentee).get(page("sponsor-ask", endorsed.brief)).url == page("brief", endorsed.brief)


def test_late_answers_on_the_page_say_where_it_stands(asked, sponsor, mentee, sign_in):
    decline(asked, by=sponsor, reason="No budget.")

    late = sign_in(sponsor).post(page("sponsor-decline", asked), {"reason": "Again."})
    withdrawn = sign_in(mentee).post(page("sponsor-withdraw", asked))

    assert (late.status_code, withdrawn.status_code) == (409, 409)
    assert "answered meanwhile" in late.content.decode()
