"""Asking for feedback, and what the mentee does with it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from assignments import tasks
from assignments.actions import feedback as actions
from assignments.actions import feedback_round
from assignments.actions.feedback import MOST_A_DAY, MOST_A_ROUND, Question, Whom
from assignments.actions.feedback_giving import Said, give
from assignments.feedback_page import at_review
from assignments.messages.feedback import who_reads
from assignments.models import FeedbackAnswer, FeedbackRequest, FeedbackRound, FeedbackState
from assignments.refusals import Refused
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery
from stretchhub.notices.models import Notice, State
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

QUESTIONS = [Question("What helped?", "words"), Question("How clear was it?", "scale")]


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    return AssignmentFactory(
        option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, sponsor=sponsor, title="Halve the backlog"
    )


def outsiders(n: int) -> list[Whom]:
    return [Whom("end_user", name=f"Guest {i}", email=f"guest{i}@customer.example") for i in range(n)]


def ask(assignment, people=None, **words):
    said = {"about": "The pilot", "note": "", "confidential": False}
    said |= {"closes_on": today() + timedelta(days=10), "keep_until": today() + timedelta(days=375)} | words
    people = outsiders(1) if people is None else people
    return actions.ask_feedback(assignment, by=assignment.mentee, words=said, questions=QUESTIONS, people=people)


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk").first()


def kinds() -> list[str]:
    return sorted(Notice.objects.values_list("kind", flat=True))


def test_a_colleague_and_an_outsider_are_asked_by_a_mail_of_their_own(assignment, stranger, mailoutbox):
    people = [Whom("peer", giver=stranger), Whom("end_user", name="Ola Berg", email="Ola@Customer.example")]

    made = ask(assignment, people, note="Be frank.")
    delivery.deliver()

    assert [(r.name, r.group, r.state) for r in made.requests.all()] == [
        ("Sam Stone", "peer", "asked"),
        ("Ola Berg", "end_user", "asked"),
    ]
    assert [(q.position, q.text, q.form) for q in made.questions.all()] == [
        (1, "What helped?", "words"),
        (2, "How clear was it?", "scale"),
    ]
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ola@customer.example", "sam@example.org"]
    mail = mailoutbox[0]
    assert mail.subject.endswith(": Mina Okafor asks for your feedback")
    assert mail.reply_to == ["mina@example.org"]
    assert "Be frank." in mail.body
    assert "By name: Mina Okafor and the mentor Tom Berg read it." in mail.body
    assert "the sponsor, Ruth Adeyemi" in mail.body
    assert "/m/" in mail.body and "/feedback/" in mail.body
    assert (last_entry().verb, last_entry().actor) == ("feedback.asked", assignment.mentee)


def test_the_mail_of_a_confidential_round_says_how_it_is_read(assignment, mailoutbox):
    ask(assignment, outsiders(3), confidential=True)
    delivery.deliver()
    assert "Confidential: Mina Okafor, the mentor Tom Berg and HR read answers of at least three" in mailoutbox[0].body


def test_of_work_that_ended_without_a_sponsor_none_is_named():
    request = FeedbackRequestFactory(round__assignment=AssignmentFactory(closed=True, sponsor=None))
    assert who_reads(request).endswith("may show it to HR at the review.")


@pytest.mark.parametrize("who", ["mentor", "sponsor", "stranger"])
def test_only_the_mentee_asks(assignment, who, request):
    words = {"about": "x", "closes_on": today(), "keep_until": today()}
    with pytest.raises(PermissionDenied):
        actions.ask_feedback(
            assignment, by=request.getfixturevalue(who), words=words, questions=QUESTIONS, people=outsiders(1)
        )
    assert not FeedbackRound.objects.exists()


def test_nobody_asks_when_the_work_is_over(assignment):
    assignment.status, assignment.ending, assignment.closed_at = "closed", "delivered", now()
    assignment.save()
    with pytest.raises(PermissionDenied):
        ask(assignment)


def test_confidential_rounds_want_three_people_and_no_evidence_and_not_the_mentor(assignment, mentor):
    with pytest.raises(Refused, match="at least three"):
        ask(assignment, outsiders(2), confidential=True)
    with pytest.raises(Refused, match="Your mentor reads"):
        ask(assignment, [Whom("coach", giver=mentor), *outsiders(2)], confidential=True)
    words = {"about": "x", "confidential": True, "closes_on": today(), "keep_until": today()}
    with pytest.raises(Refused, match="Judging evidence is done by name"):
        actions.ask_feedback(
            assignment,
            by=assignment.mentee,
            words=words,
            questions=QUESTIONS,
            people=outsiders(3),
            evidence=[EvidenceFactory(assignment=assignment)],
        )
    assert not FeedbackRound.objects.exists()


def test_by_name_the_mentor_may_be_asked_and_evidence_judged(assignment, mentor):
    piece = EvidenceFactory(assignment=assignment)
    words = {"about": "x", "closes_on": today(), "keep_until": today() + timedelta(days=90)}
    question = Question("Where?", "words", CompetencyFactory())
    made = actions.ask_feedback(
        assignment,
        by=assignment.mentee,
        words=words,
        questions=[question],
        people=[Whom("coach", giver=mentor)],
        evidence=[piece],
    )
    assert list(made.evidence.all()) == [piece]
    assert made.questions.get().competency == question.competency
    assert "evidence" in last_entry().fields


def test_nobody_is_asked_twice_and_nobody_asks_themselves(assignment, mentee):
    with pytest.raises(Refused, match="cannot ask yourself"):
        ask(assignment, [Whom("peer", giver=mentee)])
    with pytest.raises(Refused, match="named twice"):
        ask(assignment, [*outsiders(1), Whom("peer", name="G", email="GUEST0@customer.example")])
    made = ask(assignment)
    with pytest.raises(Refused, match="asked in this round already"):
        actions.ask_more(made, by=mentee, people=outsiders(1))


def test_another_name_of_a_mailbox_is_the_same_person(assignment, mentee, mentor):
    """Else somebody answers in confidence several times and takes their own words out of the cells."""
    with pytest.raises(Refused, match="cannot ask yourself"):
        ask(assignment, [Whom("peer", name="A friend", email="Mina+friend@example.org")])
    with pytest.raises(Refused, match="Your mentor reads"):
        ask(assignment, [Whom("coach", name="Tom", email="tom+two@example.org"), *outsiders(2)], confidential=True)
    with pytest.raises(Refused, match="named twice"):
        ask(assignment, [Whom("peer", name=n, email=f"guest+{n}@customer.example") for n in "ab"])
    made = ask(assignment, [Whom("peer", name="G", email="guest@customer.example")])
    with pytest.raises(Refused, match="asked in this round already"):
        actions.ask_more(made, by=mentee, people=[Whom("peer", name="G", email="guest+2@customer.example")])


def test_a_round_and_a_day_have_bounds(assignment):
    with pytest.raises(Refused, match="One round goes to 20 people"):
        ask(assignment, outsiders(MOST_A_ROUND + 1))
    for _each in range(MOST_A_DAY // MOST_A_ROUND):
        ask(assignment, outsiders(MOST_A_ROUND))
    with pytest.raises(Refused, match="many people today"):
        ask(assignment)


def test_more_people_are_asked_while_the_round_is_open(assignment, stranger):
    made = ask(assignment)
    actions.ask_more(made, by=assignment.mentee, people=[Whom("expert", giver=stranger)])
    assert made.requests.count() == 2
    assert kinds() == ["assignments.feedback_asked"] * 2
    feedback_round.end(made)
    with pytest.raises(Refused, match="is closed"):
        actions.ask_more(made, by=assignment.mentee, people=outsiders(2)[1:])


def test_a_question_taken_back_is_not_mailed_any_more(assignment, mailoutbox):
    made = ask(assignment)
    request = made.requests.get()
    actions.take_back(request, by=assignment.mentee)
    delivery.deliver()
    assert mailoutbox == []
    assert Notice.objects.get().state == State.CANCELLED
    request.refresh_from_db()
    assert request.state == FeedbackState.WITHDRAWN


def test_by_name_what_was_answered_is_not_taken_back(assignment):
    request = FeedbackRequestFactory(round__assignment=assignment, says="It helped.")
    with pytest.raises(Refused, match="answered meanwhile"):
        actions.take_back(request, by=assignment.mentee)
    assert FeedbackAnswer.objects.count() == 1


def test_in_confidence_taking_back_tells_nothing_and_takes_the_answer_along(assignment):
    round = FeedbackRoundFactory(assignment=assignment, confidential=True)
    answered = FeedbackRequestFactory(round=round, says="It helped.")
    waiting = FeedbackRequestFactory(round=round)
    for each in (answered, waiting):
        assert actions.take_back(each, by=assignment.mentee) is None
    assert set(round.requests.values_list("state", flat=True)) == {"withdrawn"}
    assert not FeedbackAnswer.objects.exists()


def test_once_answers_were_shown_nobody_is_taken_out_of_them(assignment, mentor):
    round = published_round(assignment)
    actions.reopen(round, by=assignment.mentee, closes_on=today() + timedelta(days=5))
    with pytest.raises(Refused, match="shown already"):
        actions.take_back(round.requests.select_related("round__assignment").first(), by=assignment.mentee)


def published_round(assignment, n=3, **more):
    round = FeedbackRoundFactory(assignment=assignment, confidential=True, **more)
    for number in range(n):
        FeedbackRequestFactory(round=round, says=f"Words {number}.", says__level=4)
    feedback_round.end(round)
    return round


def test_closing_a_round_ends_the_waiting_and_tells_the_mentee(assignment, mailoutbox):
    made = ask(assignment, outsiders(2))
    first = made.requests.first()
    FeedbackRequest.objects.filter(pk=first.pk).update(draft={"edit": 1, "words": {"words_1": "Half"}})

    actions.close(made, by=assignment.mentee)
    delivery.deliver()

    assert list(made.requests.values_list("state", "draft")) == [("expired", {}), ("expired", {})]
    assert [mail.subject for mail in mailoutbox] == ["Your round of feedback is closed: The pilot"]
    assert "What was answered is on the page." in mailoutbox[0].body
    with pytest.raises(Refused, match="closed already"):
        actions.close(made, by=assignment.mentee)


@pytest.mark.parametrize(
    ("answers", "publication", "words"), [(3, 1, "can be read now"), (2, 0, "Fewer than three people answered")]
)
def test_confidential_answers_come_out_at_the_close_from_three_on(assignment, mailoutbox, answers, publication, words):
    round = published_round(assignment, answers)
    delivery.deliver()
    assert round.publication == publication
    assert (round.published_at is not None) == bool(publication)
    assert set(round.requests.values_list("publication", flat=True)) == {publication}
    assert words in mailoutbox[0].body


def test_later_answers_come_out_only_in_threes(assignment):
    round = published_round(assignment)
    late = []
    for expected in (1, 1, 2):
        actions.reopen(round, by=assignment.mentee, closes_on=today() + timedelta(days=5))
        late.append(FeedbackRequestFactory(round=round, says="Later."))
        feedback_round.end(round)
        assert round.publication == expected
    for each in late:
        each.refresh_from_db()
    assert [each.publication for each in late] == [2, 2, 2]


def test_a_round_opens_again_for_those_who_have_not_answered(assignment, mailoutbox):
    made = ask(assignment, outsiders(2))
    answered, waiting = made.requests.all()
    FeedbackRequest.objects.filter(pk=answered.pk).update(state="submitted", settled_at=now())
    delivery.deliver()
    actions.close(made, by=assignment.mentee)
    mailoutbox.clear()

    actions.reopen(made, by=assignment.mentee, closes_on=today() + timedelta(days=7))
    delivery.deliver()

    assert [mail.to for mail in mailoutbox] == [["guest1@customer.example"]]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_at) == ("asked", None)
    assert (made.closed_at, made.closes_on, made.opening) == (None, today() + timedelta(days=7), 2)
    with pytest.raises(Refused, match="is open"):
        actions.reopen(made, by=assignment.mentee, closes_on=today() + timedelta(days=8))


def test_a_round_does_not_stay_open_longer_than_its_givers_were_told(assignment):
    round = published_round(assignment, keep_until=today() + timedelta(days=20))
    with pytest.raises(Refused, match="how long it is kept"):
        actions.reopen(round, by=assignment.mentee, closes_on=today() + timedelta(days=20))


def test_a_named_answer_is_passed_on_to_the_sponsor_and_taken_from_them_again(assignment, sponsor, mailoutbox):
    request = FeedbackRequestFactory(round__assignment=assignment, says="It helped.", giver__full_name="Ada Vale")
    revision = assignment.revision

    actions.share(request, by=assignment.mentee, shared=True)
    actions.share(request, by=assignment.mentee, shared=True)
    delivery.deliver()

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([sponsor.email], "Mina Okafor shared feedback with you")
    ]
    assert list(FeedbackRequest.objects.shared_with(sponsor)) == [request]
    assignment.refresh_from_db()
    assert assignment.revision == revision + 1
    actions.share(request, by=assignment.mentee, shared=False)
    assert not FeedbackRequest.objects.shared_with(sponsor).exists()
    assert last_entry().verb == "feedback.unshared"


def test_without_a_sponsor_nobody_is_told_of_sharing():
    assignment = AssignmentFactory(closed=True, sponsor=None)
    request = FeedbackRequestFactory(round__assignment=assignment, says="It helped.")
    actions.share(request, by=assignment.mentee, shared=True)
    assert not Notice.objects.filter(kind="assignments.feedback_shared").exists()


def test_confidential_answers_are_never_passed_on(assignment):
    request = published_round(assignment).requests.first()
    with pytest.raises(Refused, match="not passed on"):
        actions.share(request, by=assignment.mentee, shared=True)


def test_the_mentee_alone_shows_a_named_answer_to_hr_at_review_and_takes_it_back(assignment):
    request = FeedbackRequestFactory(round__assignment=assignment, says="Ask first.")
    with pytest.raises(PermissionDenied):
        actions.show_at_review(request, by=assignment.mentor, shown=True)
    actions.show_at_review(request, by=assignment.mentee, shown=True)
    actions.show_at_review(request, by=assignment.mentee, shown=True)
    assert [each.request for each in at_review(assignment)] == [request]
    actions.show_at_review(request, by=assignment.mentee, shown=False)
    assert at_review(assignment) == []
    verbs = AuditEntry.objects.filter(verb__endswith="_at_review").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["feedback.shown_at_review", "feedback.hidden_at_review"]


def test_nothing_said_in_confidence_and_nothing_that_is_gone_is_shown_to_hr(assignment, clock):
    confidential = published_round(assignment).requests.first()
    with pytest.raises(Refused, match="not passed on"):
        actions.show_at_review(confidential, by=assignment.mentee, shown=True)
    named = FeedbackRequestFactory(round__assignment=assignment, says="Ask first.")
    actions.show_at_review(named, by=assignment.mentee, shown=True)
    clock(days=800)
    feedback_round.forget()
    assert at_review(assignment) == []


def test_what_changed_is_told_to_the_giver_and_anew_when_the_words_change(assignment, mailoutbox, clock):
    request = FeedbackRequestFactory(round__assignment=assignment, outsider=True, says="Ask first.")
    actions.thank(request, by=assignment.mentee, words="I ask first now.")
    actions.thank(request, by=assignment.mentee, words="I ask first now.")
    delivery.deliver()
    clock(seconds=5)
    actions.thank(request, by=assignment.mentee, words="I ask twice now.")
    delivery.deliver()

    assert [mail.subject for mail in mailoutbox] == ["What Mina Okafor changed because of your feedback"] * 2
    assert mailoutbox[0].to == [request.giver_email]
    assert "I ask first now." in mailoutbox[0].body
    assert "I ask twice now." in mailoutbox[1].body


def test_words_that_were_changed_before_they_went_out_are_told_once(assignment, mailoutbox, clock):
    request = FeedbackRequestFactory(round__assignment=assignment, says="Ask first.")
    actions.thank(request, by=assignment.mentee, words="I ask first now.")
    clock(seconds=5)
    actions.thank(request, by=assignment.mentee, words="I ask twice now.")
    delivery.deliver()
    assert ["I ask twice now." in mail.body for mail in mailoutbox] == [True]


def test_what_changed_because_of_a_confidential_round_goes_to_everybody_who_was_asked(assignment, mailoutbox):
    round = FeedbackRoundFactory(assignment=assignment, confidential=True)
    for number in range(3):
        FeedbackRequestFactory(round=round, says=f"Words {number}.")
    FeedbackRequestFactory(round=round)
    gone = FeedbackRequestFactory(round=round)
    actions.take_back(gone, by=assignment.mentee)
    feedback_round.end(round)
    delivery.deliver()
    mailoutbox.clear()

    actions.thank_all(round, by=assignment.mentee, words="I pause more.")
    actions.thank_all(round, by=assignment.mentee, words="I pause more.")
    delivery.deliver()

    asked = round.requests.exclude(pk=gone.pk).values_list("giver__email", flat=True)
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(asked)
    assert {mail.subject for mail in mailoutbox} == {"What Mina Okafor changed because of the feedback"}
    assert all("I pause more." in mail.body and "nobody is singled out" in mail.body for mail in mailoutbox)


@pytest.mark.parametrize("do", ["close", "reopen", "take_back", "share", "thank", "thank_all"])
def test_nobody_but_the_mentee_keeps_a_round(assignment, mentor, do):
    request = FeedbackRequestFactory(round__assignment=assignment, says="It helped.")
    more = {
        "reopen": {"closes_on": today()},
        "share": {"shared": True},
        "thank": {"words": "x"},
        "thank_all": {"words": "x"},
    }
    thing = request if do in ("take_back", "share", "thank") else request.round
    with pytest.raises(PermissionDenied):
        getattr(actions, do)(thing, by=mentor, **more.get(do, {}))


def test_a_round_closes_by_itself_after_its_last_day_where_the_mentee_is(assignment, clock):
    assignment.mentee.time_zone = "America/Los_Angeles"
    assignment.mentee.save()
    zone_day = today("America/Los_Angeles")
    late = FeedbackRoundFactory(assignment=assignment, closes_on=zone_day - timedelta(days=1))
    open_still = FeedbackRoundFactory(assignment=assignment, closes_on=zone_day)

    assert feedback_round.close_due() == 1
    assert feedback_round.close_due() == 0

    late.refresh_from_db()
    open_still.refresh_from_db()
    assert late.closed_at is not None
    assert open_still.closed_at is None
    assert (last_entry().verb, last_entry().actor) == ("feedback.closed", None)


def test_whoever_has_not_answered_is_reminded_once_before_the_close(assignment, mailoutbox, clock):
    made = ask(assignment, outsiders(3), closes_on=today() + timedelta(days=10))
    delivery.deliver()
    mailoutbox.clear()
    first, second, third = made.requests.all()
    FeedbackRequest.objects.filter(pk=second.pk).update(state="declined", settled_at=now())
    FeedbackRequest.objects.filter(pk=third.pk).update(state="withdrawn", settled_at=now())

    clock(days=5)
    assert feedback_round.remind_givers() == 0
    clock(days=8)
    assert feedback_round.remind_givers() == 1
    assert feedback_round.remind_givers() == 0
    clock(days=9)
    delivery.deliver()

    assert [mail.to for mail in mailoutbox] == [[first.giver_email]]
    assert "This is the only reminder." in mailoutbox[0].body


def test_somebody_asked_just_now_is_not_reminded_at_once(assignment):
    ask(assignment, closes_on=today() + timedelta(days=2))
    assert feedback_round.remind_givers() == 0


def test_answers_are_deleted_after_the_day_their_givers_were_told(assignment, clock):
    named = FeedbackRequestFactory(
        round__assignment=assignment,
        round__keep_until=today() + timedelta(days=30),
        outsider=True,
        says="Ask first.",
    )
    asked = FeedbackRequestFactory(round=named.round)
    clock(days=30)
    assert feedback_round.forget() == 0
    clock(days=31)
    assert feedback_round.forget() == 1
    assert feedback_round.forget() == 0

    named.refresh_from_db()
    asked.refresh_from_db()
    assert not FeedbackAnswer.objects.exists()
    assert (named.giver_name, named.giver_email) == ("Somebody from outside", f"{named.code.hex}@removed.invalid")
    assert asked.state == "expired"
    round = FeedbackRound.objects.get(pk=named.round_id)
    assert (round.kept, round.closed_at is not None, round.purged_at is not None) == ([], True, True)


def test_of_confidential_answers_the_numbers_that_were_shown_stay(assignment, clock):
    round = published_round(assignment, keep_until=today() + timedelta(days=30))
    clock(days=31)
    feedback_round.forget()
    round.refresh_from_db()
    assert round.kept == [{"publication": 1, "question": 2, "label": "Peer", "people": 3, "middle": 4.0}]


def test_a_closed_round_whose_answers_are_gone_is_not_opened_again(assignment, clock):
    round = published_round(assignment, keep_until=today() + timedelta(days=30))
    FeedbackRound.objects.filter(pk=round.pk).update(purged_at=now())
    with pytest.raises(Refused, match="its answers are gone"):
        actions.reopen(round, by=assignment.mentee, closes_on=today() + timedelta(days=5))


def test_a_notice_of_a_giver_who_left_is_not_sent(assignment, mailoutbox):
    giver = UserFactory()
    ask(assignment, [Whom("peer", giver=giver)])
    giver.is_active = False
    giver.deactivated_at = now()
    giver.save()
    delivery.deliver()
    assert mailoutbox == []


def test_the_tasks_run_twice_and_change_nothing_the_second_time(assignment, clock):
    ask(assignment, outsiders(2), closes_on=today() + timedelta(days=10), keep_until=today() + timedelta(days=40))
    clock(days=8)
    assert [tasks.follow_feedback() for _each in range(2)] == [
        {"closed": 0, "reminded": 2},
        {"closed": 0, "reminded": 0},
    ]
    clock(days=12)
    assert [tasks.follow_feedback()["closed"] for _each in range(2)] == [1, 0]
    clock(days=42)
    assert [tasks.forget_feedback() for _each in range(2)] == [1, 0]


def test_of_two_who_forget_a_round_at_once_one_does(assignment):
    round = FeedbackRequestFactory(round__assignment=assignment, says="x").round
    assert [feedback_round._forget(round, now()) for _each in range(2)] == [True, False]


def test_the_mentee_is_told_who_answered_by_name(assignment, mailoutbox):
    request = FeedbackRequestFactory(
        round__assignment=assignment, giver__full_name="Ada Vale", round__about="The pilot"
    )
    said = Said(request.round.questions.first(), "You asked first.")
    give(request, by=request.giver, answers=[said])
    delivery.deliver()
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["mina@example.org"], "Ada Vale gave you feedback")
    assert f"/feedback/{request.round.code}/" in mail.body
    assert "You asked first." not in mail.body


def test_whoever_is_asked_once_more_does_not_count_for_the_day(assignment, mentee, clock):
    """Else the bound would tell how many of a confidential round had not answered."""
    made = ask(assignment, outsiders(MOST_A_ROUND), confidential=True)
    actions.close(made, by=mentee)
    clock(days=2)
    actions.reopen(made, by=mentee, closes_on=today() + timedelta(days=20))
    for number in range(MOST_A_DAY // MOST_A_ROUND):
        ask(assignment, [Whom("peer", name="G", email=f"{number}-{n}@customer.example") for n in range(MOST_A_ROUND)])

    with pytest.raises(Refused, match="many people today"):
        ask(assignment, outsiders(1))
