"""Outsiders of a confidential round count once the mentor knows who they are, so nobody fills a cell with addresses."""

import random

import pytest
from django.core.exceptions import PermissionDenied

from assignments.actions import feedback as actions
from assignments.actions import feedback_round
from assignments.actions.feedback import Question, Whom
from assignments.feedback_cells import published
from assignments.models import FeedbackRequest
from assignments.refusals import Refused
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery
from tests.factories import AssignmentFactory, FeedbackRequestFactory, FeedbackRoundFactory, UserFactory
from tests.reviews.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(mentee, mentor):
    assignment = AssignmentFactory(option__mentorship__mentee=mentee, option__mentorship__mentor=mentor)
    return FeedbackRoundFactory(assignment=assignment, confidential=True)


def colleagues(round, n, **said):
    return [FeedbackRequestFactory(round=round, **{"says": "Frank.", "says__level": 2} | said) for _each in range(n)]


def outsiders(round, n, **said):
    usual = {"outsider": True, "group": "peer", "says": "My own words.", "says__level": 5}
    return [FeedbackRequestFactory(round=round, **usual | said) for _each in range(n)]


def close(round):
    feedback_round.end(round)
    round.refresh_from_db()
    return round


def shown(round):
    """Of each publication how many gave a number and what was written."""
    return [
        ([cell.people for cell in batch.questions[1].numbers], [cell.words for cell in batch.questions[0].words])
        for batch in published(round, list(round.questions.all()))
    ]


def vouch(request, by):
    actions.vouch(request, by=by, known=True)


def page(round):
    return f"/feedback/{round.code}/"


def test_one_colleague_among_addresses_of_the_mentees_own_is_never_read(round, mentee, sign_in):
    colleagues(round, 1, says="I would not say so to your face.")
    outsiders(round, 4)

    close(round)

    assert (round.publication, shown(round)) == (0, [])
    words = sign_in(mentee).get(page(round)).text
    assert "I would not say so" not in words and "My own words." not in words
    assert "Fewer than three people answered who count" in words
    assert "4 of those you asked have no account here." in words
    assert "until Tom Berg, who has been asked, confirms who they are" in words


@pytest.mark.parametrize(("known", "comes_out"), [(2, 0), (3, 3)])
def test_three_who_count_are_read_without_those_whom_nobody_knows(round, known, comes_out):
    """Neither in a number, whose middle their own could push to the highest or lowest, nor among the words."""
    colleagues(round, known)
    outsiders(round, 5)

    close(round)

    assert [people for people, _words in shown(round)] == [[comes_out]] * bool(comes_out)
    assert all(words == [] for _people, words in shown(round))
    assert set(round.requests.filter(giver=None).values_list("publication", flat=True)) == {0}


def test_real_people_from_outside_are_read_once_the_mentor_knows_them(round, mentor):
    colleagues(round, 2)
    for each in outsiders(round, 3, says="It saved us a week."):
        vouch(each, mentor)

    close(round)

    ((people, words),) = shown(round)
    assert people == [5]
    assert sorted(words[0]) == ["Frank."] * 2 + ["It saved us a week."] * 3


def test_of_a_closed_round_the_last_word_of_the_mentor_lets_out_what_waits(round, mentor):
    """Not each by itself: what came out with one of them would tell that this one had answered."""
    colleagues(round, 3)
    outside = outsiders(round, 3)
    outside += [FeedbackRequestFactory(round=round, outsider=True)]
    close(round)
    first = shown(round)

    for number, each in enumerate(outside, start=1):
        vouch(each, mentor)
        round.refresh_from_db()
        assert round.publication == (2 if number == 4 else 1)

    assert shown(round)[:1] == first
    assert [people for people, _words in shown(round)] == [[3], [3]]
    assert round.requests.get(publication=0) == outside[-1]


def test_where_the_mentor_does_not_know_one_of_them_the_others_come_out_at_the_next_close(round, mentor, mentee):
    outside = outsiders(round, 4)
    close(round)
    for each in outside[1:]:
        vouch(each, mentor)
    round.refresh_from_db()
    assert round.publication == 0

    actions.reopen(round, by=mentee, closes_on=today())
    close(round)

    assert shown(round) == [([3], [])]
    assert round.requests.get(publication=0) == outside[0]


def test_two_who_wait_wait_on_when_everybody_is_known(round, mentor):
    colleagues(round, 1)
    (outsider,) = outsiders(round, 1)
    close(round)

    vouch(outsider, mentor)

    round.refresh_from_db()
    assert (round.publication, shown(round)) == (0, [])


def test_what_was_let_out_stays_where_the_mentor_knows_somebody_no_more(round, mentor):
    outside = outsiders(round, 3)
    for each in outside:
        vouch(each, mentor)
    close(round)
    before = shown(round)

    actions.vouch(outside[0], by=mentor, known=False)

    assert before == shown(round) == [([3], [])]
    assert AuditEntry.objects.filter(verb="feedback.vouched_no_more", object_id=outside[0].pk, actor=mentor).exists()


def test_before_the_close_the_mentor_takes_a_word_back(round, mentor):
    outside = outsiders(round, 3)
    for each in outside:
        vouch(each, mentor)
        vouch(each, mentor)
    actions.vouch(outside[0], by=mentor, known=False)

    assert close(round).publication == 0
    assert AuditEntry.objects.filter(verb="feedback.vouched").count() == 3


@pytest.mark.parametrize("who", ["mentee", "sponsor", "hr", "stranger"])
def test_nobody_but_the_mentor_says_who_is_known(round, who, request, sign_in):
    (outsider,) = outsiders(round, 1)
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        vouch(outsider, person)
    assert sign_in(person).post(f"/feedback/requests/{outsider.code}/vouch/", {"known": "1"}).status_code in (403, 404)
    outsider.refresh_from_db()
    assert outsider.vouched_at is None


def test_there_is_nobody_to_confirm_by_name_or_when_the_answers_are_gone(round, mentor):
    (outsider,) = outsiders(round, 1)
    for other in ({"purged_at": now()}, {"purged_at": None, "confidential": False}):
        type(round).objects.filter(pk=round.pk).update(**other)
        with pytest.raises(Refused, match="nobody to confirm"):
            vouch(outsider, mentor)


def test_whoever_has_an_account_or_is_not_asked_any_more_is_left_as_they_are(round, mentor):
    (colleague,) = colleagues(round, 1)
    (gone,) = outsiders(round, 1, state="withdrawn", settled_at=now(), says="", says__level=None)

    for each in (colleague, gone):
        vouch(each, mentor)
        each.refresh_from_db()
        assert each.vouched_at is None
    assert not AuditEntry.objects.exists()


def ask(assignment, people, **words):
    said = {"about": "The pilot", "note": "", "confidential": True}
    said |= {"closes_on": today(), "keep_until": today()} | words
    questions = [Question("What helped?", "words")]
    return actions.ask_feedback(assignment, by=assignment.mentee, words=said, questions=questions, people=people)


def named(*numbers):
    return [Whom("end_user", name=f"Guest {n}", email=f"guest{n}@customer.example") for n in numbers]


def test_the_mentor_is_asked_whom_they_know_by_mail_and_on_today(round, mentor, mailoutbox, sign_in):
    assignment = round.assignment
    made = ask(assignment, [Whom("peer", giver=UserFactory()), *named(1, 2)])
    actions.ask_more(made, by=assignment.mentee, people=named(3))
    delivery.deliver()

    mails = [mail for mail in mailoutbox if mail.to == [mentor.email]]
    assert [mail.subject for mail in mails] == ["Do you know whom Mina Okafor asks from outside?"] * 2
    assert f"/feedback/{made.code}/" in mails[0].body
    kinds = [line.kind for line in waiting_for(mentor)]
    assert kinds.count("feedback_outside") == 1

    browser = sign_in(mentor)
    words = browser.get(page(made)).text
    assert "3 of those whom Mina asked have no account here." in words and "guest1@customer.example" in words
    for each in made.requests.filter(giver=None):
        assert browser.post(f"/feedback/requests/{each.code}/vouch/", {"known": "1"}).url == page(made)
    assert "feedback_outside" not in [line.kind for line in waiting_for(mentor)]
    words = browser.get(page(made)).text
    assert words.count("Not any more") == 3 and "Not confirmed yet" not in words


def test_the_mentor_is_not_asked_about_colleagues_or_where_answers_are_given_by_name(round, mentor, mailoutbox):
    ask(round.assignment, [Whom("peer", giver=UserFactory()) for _each in range(3)])
    named_round = ask(round.assignment, named(1), confidential=False)
    delivery.deliver()

    assert not [mail for mail in mailoutbox if mail.to == [mentor.email]]
    assert "feedback_outside" not in [line.kind for line in waiting_for(mentor)]
    assert named_round.requests.get().vouched_at is None


def test_whoever_is_asked_in_confidence_is_told_how_many_are_named_by_an_address(round, sign_in):
    giver = FeedbackRequestFactory(round=round)
    browser = sign_in(giver.giver)
    assert "asked so far" not in browser.get(f"/feedback/asked/{giver.code}/").text

    outsiders(round, 2)

    words = browser.get(f"/feedback/asked/{giver.code}/").text
    assert "2 of the people asked so far have no account here: Mina named them by an address." in words
    assert "counts only once Tom Berg has confirmed who they are" in words


def test_whether_an_outsider_is_confirmed_says_nothing_of_an_answer(round, mentee, mentor, sign_in):
    answered, silent = outsiders(round, 1)[0], FeedbackRequestFactory(round=round, outsider=True, group="peer")
    colleagues(round, 3)
    for each in (answered, silent):
        vouch(each, mentor)
    close(round)
    words = sign_in(mentee).get(page(round)).text
    assert words.count("Confirmed") == 2 and "Not confirmed yet" not in words


def test_no_mix_of_colleagues_and_outsiders_shows_fewer_than_three_who_count(round, mentor):
    dice = random.Random(7)
    for _mix in range(12):
        tried = FeedbackRoundFactory(assignment=round.assignment, confidential=True)
        known = [*colleagues(tried, dice.randrange(4)), *outsiders(tried, dice.randrange(4), vouched_at=now())]
        outsiders(tried, dice.randrange(6))
        close(tried)
        out = FeedbackRequest.objects.filter(round=tried, publication__gt=0)
        assert set(out) == (set(known) if len(known) >= 3 else set())


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_a_word_taken_back_while_the_round_closes_leaves_three_or_none(mentee, mentor):
    for _time in range(6):
        round = FeedbackRoundFactory(assignment=AssignmentFactory(option__mentorship__mentor=mentor), confidential=True)
        outside = outsiders(round, 3, vouched_at=now())
        last = FeedbackRequest.objects.select_related("round__assignment").get(pk=outside[0].pk)

        def act(number, round=round, last=last):
            if number:
                feedback_round.end(type(round).objects.select_related("assignment__mentee").get(pk=round.pk))
            else:
                actions.vouch(last, by=mentor, known=False)

        at_once(2, act)

        assert FeedbackRequest.objects.filter(round=round, publication__gt=0).count() in (0, 3)
