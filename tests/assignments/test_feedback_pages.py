"""The pages on which the mentee asks, reads and closes, and what mentor and sponsor see of it."""

import re
from datetime import timedelta

import pytest

from assignments.actions.feedback_round import end
from assignments.models import FeedbackRequest, FeedbackRound
from assignments.waiting import waiting_for
from stretchhub.env import now, today
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    GoalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    return AssignmentFactory(
        option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, sponsor=sponsor, title="Halve the backlog"
    )


@pytest.fixture
def page(assignment):
    return f"/assignments/{assignment.code}/feedback/"


@pytest.fixture
def browser(sign_in, mentee):
    return sign_in(mentee)


def form(*people, **fields) -> dict:
    said = {
        "about": "The pilot",
        "confidential": "named",
        "keep": "12",
        "closes_on": (today() + timedelta(days=9)).isoformat(),
        "question_1": "What helped?",
        "form_1": "words",
        "form_2": "words",
        "form_3": "words",
        "people-TOTAL_FORMS": "3",
        "people-INITIAL_FORMS": "0",
    }
    for number, (who, email, group) in enumerate(people):
        said |= {f"people-{number}-who": who, f"people-{number}-email": email, f"people-{number}-group": group}
    return said | fields


OUTSIDER = ("Ola Berg", "ola@customer.example", "end_user")


def errors(response) -> str:
    assert response.status_code == 422
    return response.content.decode()


# --- asking -------------------------------------------------------------------------------------


def test_an_empty_page_says_how_to_begin(browser, page):
    words = browser.get(page).content.decode()
    assert "Nobody was asked yet" in words and f'href="{page}ask/"' in words


def test_the_mentee_asks_and_is_led_to_the_round(browser, page, stranger):
    answer = browser.post(f"{page}ask/", form(("sam stone, analyst", "", "peer"), OUTSIDER))
    round = FeedbackRound.objects.get()
    assert answer.headers["Location"] == f"/feedback/{round.code}/"
    assert [(r.giver, r.giver_name, r.group) for r in round.requests.all()] == [
        (stranger, "", "peer"),
        (None, "Ola Berg", "end_user"),
    ]
    assert round.keep_until.month == round.closes_on.month and round.keep_until.year == round.closes_on.year + 1
    assert "2 people get a link by mail." in browser.get(answer.headers["Location"]).content.decode()
    assert "0 of 2 people answered" in browser.get(page).content.decode()


def test_a_form_sent_twice_asks_once(browser, page):
    shown = browser.get(f"{page}ask/").content.decode()
    key = re.search(r'name="submit_key" value="([^"]+)', shown)[1]
    for _each in range(2):
        browser.post(f"{page}ask/", form(OUTSIDER, submit_key=key))
    assert FeedbackRound.objects.count() == 1
    assert Notice.objects.count() == 1


def test_a_colleague_is_known_by_the_address_too(browser, page, stranger):
    browser.post(f"{page}ask/", form(("Sam", stranger.email.upper(), "peer")))
    assert FeedbackRequest.objects.get().giver == stranger


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (("Nobody Known", "", "peer"), "Nobody here has this name."),
        (("Sam", "", "peer"), "Is it one of these: Sam Stone, Analyst?"),
        (("Ola Berg", "ola@", "peer"), "It looks like name@example.org."),
        (("", "ola@customer.example", "peer"), "Say who it is: the name is in the mail."),
    ],
)
def test_somebody_who_cannot_be_found_is_said_beside_the_name(browser, page, stranger, person, words):
    assert words in errors(browser.post(f"{page}ask/", form(person)))
    assert not FeedbackRound.objects.exists()


def test_of_two_with_one_name_the_job_tells(browser, page):
    UserFactory(full_name="Ann Lee", job_title="Buyer")
    driver = UserFactory(full_name="Ann Lee", job_title="Driver")
    assert "Several people have this name: Ann Lee, Buyer; Ann Lee, Driver." in errors(
        browser.post(f"{page}ask/", form(("Ann Lee", "", "peer")))
    )
    browser.post(f"{page}ask/", form(("Ann Lee, Driver", "", "peer")))
    assert FeedbackRequest.objects.get().giver == driver


def test_whoever_has_left_is_not_asked(browser, page, stranger):
    stranger.is_active, stranger.deactivated_at = False, now()
    stranger.save()
    assert "has left and cannot be asked" in errors(browser.post(f"{page}ask/", form(("Sam", stranger.email, "peer"))))


def test_nobody_is_named_twice(browser, page):
    words = errors(browser.post(f"{page}ask/", form(OUTSIDER, OUTSIDER)))
    assert '<a href="#id_people-1-who">Name – This person is named in another row.</a>' in words


def test_somebody_has_to_be_asked_something(browser, page):
    assert "Name at least one person to ask." in errors(browser.post(f"{page}ask/", form()))
    words = errors(browser.post(f"{page}ask/", form(OUTSIDER, question_1="")))
    assert "Ask at least one question" in words
    words = errors(browser.post(f"{page}ask/", form(OUTSIDER, question_2="what helped? ")))
    assert "Two of the questions are the same." in words


@pytest.mark.parametrize("days", [0, 61])
def test_the_last_day_is_from_tomorrow_on_within_two_months(browser, page, days):
    closes = (today() + timedelta(days=days)).isoformat()
    assert "within two months" in errors(browser.post(f"{page}ask/", form(OUTSIDER, closes_on=closes)))


def test_a_competency_without_words_is_asked_about_in_ours(browser, page, assignment):
    competency = CompetencyFactory(name="Courage")
    way = f"{page}ask/?competency={competency.code}&group=end_user"
    shown = browser.get(way).content.decode()
    assert "Where have you seen me show “Courage”" in shown
    assert shown.count('value="end_user" selected') == 3
    browser.post(way, form(OUTSIDER, question_1="", competency_1=str(competency.pk)))
    browser.post(way, form(OUTSIDER, question_1="", competency_1=str(competency.pk), form_1="scale"))
    first, second = [round.questions.get() for round in FeedbackRound.objects.order_by("pk")]
    assert (first.competency, first.text.startswith("Where have you seen me show “Courage”")) == (competency, True)
    assert second.text == "How well did what you saw show this: Courage?"


def test_the_competencies_of_the_goal_can_be_asked_about(browser, page, assignment):
    goal = GoalFactory(mentorship=assignment.option.mentorship)
    goal.targets.create(competency=CompetencyFactory(name="Courage"), level_now=2, level_wanted=4, weight=3)
    assignment.option.goal = goal
    assignment.option.save()
    assert ">Courage</option>" in browser.get(f"{page}ask/").content.decode()


@pytest.mark.parametrize("way", ["competency=1", "competency=x&group=nobody", "competency=99999999999999999999"])
def test_a_way_here_that_means_nothing_is_no_error(browser, page, way):
    assert browser.get(f"{page}ask/?{way}").status_code == 200


def test_in_confidence_three_people_are_asked_and_no_evidence_judged(browser, page, assignment):
    piece = EvidenceFactory(assignment=assignment)
    confidential = {"confidential": "confidential"}
    assert "Ask at least three" in errors(browser.post(f"{page}ask/", form(OUTSIDER, **confidential)))
    people = [(f"Guest {n}", f"g{n}@customer.example", "peer") for n in range(3)]
    both = form(*people, evidence=[str(piece.code)], **confidential)
    assert "Judging evidence is done by name." in errors(browser.post(f"{page}ask/", both))
    assert browser.post(f"{page}ask/", form(*people, **confidential)).status_code == 302
    browser.post(f"{page}ask/", form(OUTSIDER, evidence=[str(piece.code)]))
    assert [list(round.evidence.all()) for round in FeedbackRound.objects.order_by("pk")] == [[], [piece]]


def test_names_are_suggested_while_one_types(browser, stranger):
    found = browser.get("/feedback/people/?people-0-who=stone").content.decode()
    assert '<option value="Sam Stone, Analyst">' in found
    assert browser.get("/feedback/people/").content.decode().strip() == ""


# --- a round ------------------------------------------------------------------------------------


def test_more_people_are_asked_in_an_open_round(browser, assignment):
    round = FeedbackRoundFactory(assignment=assignment)
    address = f"/feedback/{round.code}/ask/"
    assert browser.get(address).status_code == 200
    assert "Name at least one person" in errors(browser.post(address, form()))
    assert browser.post(address, form(OUTSIDER)).status_code == 302
    assert round.requests.get().giver_name == "Ola Berg"
    end(round)
    assert browser.get(address).status_code == 409


def test_a_named_round_shows_who_said_what_and_who_said_no(browser, assignment):
    round = FeedbackRoundFactory(assignment=assignment)
    FeedbackRequestFactory(round=round, giver__full_name="Ada Vale", says="You asked first.", says__level=4)
    FeedbackRequestFactory(round=round, outsider=True, state="no_contact", settled_at=round.created_at)
    words = browser.get(f"/feedback/{round.code}/").content.decode()
    assert "Ada Vale" in words and "You asked first." in words and "4 of 5" in words
    assert "Not enough contact to judge" in words


def test_an_open_confidential_round_says_nothing_of_its_answers(browser, assignment):
    round = FeedbackRoundFactory(assignment=assignment, confidential=True)
    for _each in range(5):
        FeedbackRequestFactory(round=round, says="You asked first.")
    words = browser.get(f"/feedback/{round.code}/").content.decode()
    assert "You asked first." not in words and "Answered" not in words
    assert "5 people asked in confidence" in browser.get(f"/assignments/{assignment.code}/feedback/").content.decode()
    end(round)
    words = browser.get(f"/feedback/{round.code}/").content.decode()
    assert words.count("You asked first.") == 5 and "Everybody together" not in words and "Peer, 5 people" in words


def test_fewer_than_three_show_nothing_and_say_so(browser, assignment):
    round = FeedbackRoundFactory(assignment=assignment, confidential=True)
    FeedbackRequestFactory(round=round, says="You asked first.")
    end(round)
    words = browser.get(f"/feedback/{round.code}/").content.decode()
    assert "Fewer than three people answered" in words and "You asked first." not in words
    assert "Too few answered" in browser.get(f"/assignments/{assignment.code}/feedback/").content.decode()
    assert browser.post(f"/feedback/{round.code}/thank/", {"changed_because": "x"}).status_code == 409


def test_the_mentee_closes_opens_again_and_takes_back(browser, assignment):
    request = FeedbackRequestFactory(round__assignment=assignment)
    round = request.round
    address = f"/feedback/{round.code}/"
    assert browser.post(f"{address}close/").status_code == 302
    assert browser.post(f"{address}close/").status_code == 409
    assert "within two months" in errors(browser.post(f"{address}reopen/", {"closes_on": "2030-01-01"}))
    later = (today() + timedelta(days=5)).isoformat()
    assert browser.post(f"{address}reopen/", {"closes_on": later}).status_code == 302
    assert browser.post(f"/feedback/requests/{request.code}/take-back/").status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_each_named_answer_is_closed_by_what_changed(browser, assignment, mentee):
    request = FeedbackRequestFactory(round__assignment=assignment, giver__full_name="Ada Vale", says="Ask first.")
    address = f"/feedback/requests/{request.code}/thank/"
    assert [line.title for line in waiting_for(mentee) if line.kind == "feedback_given"] == [
        "Read what Ada Vale said, and say what you changed"
    ]
    assert "Ask first." in browser.get(address).content.decode()
    assert "One sentence is enough" in errors(browser.post(address, {"changed_because": " "}))
    assert browser.post(address, {"changed_because": "I ask first now."}).status_code == 302
    assert "I ask first now." in browser.get(f"/feedback/{request.round.code}/").content.decode()
    assert not [line for line in waiting_for(mentee) if line.kind == "feedback_given"]


def test_an_answer_that_is_not_there_is_not_closed(browser, assignment):
    request = FeedbackRequestFactory(round__assignment=assignment)
    assert browser.get(f"/feedback/requests/{request.code}/thank/").status_code == 409


def test_a_confidential_round_is_closed_for_everybody_at_once(browser, assignment, mentee):
    round = FeedbackRoundFactory(assignment=assignment, confidential=True)
    for _each in range(3):
        FeedbackRequestFactory(round=round, says="Ask first.")
    end(round)
    assert "feedback_published" in [line.kind for line in waiting_for(mentee)]
    address = f"/feedback/{round.code}/thank/"
    assert "One sentence is enough" in errors(browser.post(address, {"changed_because": ""}))
    assert browser.post(address, {"changed_because": "I ask first now."}).status_code == 302
    assert "I ask first now." in browser.get(f"/feedback/{round.code}/").content.decode()
    assert "feedback_published" not in [line.kind for line in waiting_for(mentee)]


def test_what_is_shared_reaches_the_sponsor_and_nothing_else(browser, sign_in, assignment, sponsor, page):
    round = FeedbackRoundFactory(assignment=assignment)
    shown = FeedbackRequestFactory(round=round, says="You led well.")
    FeedbackRequestFactory(round=round, says="You hesitate.")
    theirs = sign_in(sponsor)
    assert "Nothing is shared with you" in theirs.get(page).content.decode()
    assert browser.post(f"/feedback/requests/{shown.code}/share/", {"shared": "1"}).status_code == 302
    words = theirs.get(page).content.decode()
    assert "You led well." in words and "You hesitate." not in words
    browser.post(f"/feedback/requests/{shown.code}/share/", {"shared": "0"})
    assert "You led well." not in theirs.get(page).content.decode()


def test_the_mentor_reads_and_changes_nothing(sign_in, assignment, mentor, page):
    request = FeedbackRequestFactory(round__assignment=assignment, says="You asked first.")
    theirs = sign_in(mentor)
    assert "Ask for feedback" not in theirs.get(page).content.decode()
    words = theirs.get(f"/feedback/{request.round.code}/").content.decode()
    assert "You asked first." in words
    assert "Close now" not in words and "Share with the sponsor" not in words and "Take back" not in words


def test_a_purged_round_says_that_the_answers_are_gone(browser, assignment):
    request = FeedbackRequestFactory(round__assignment=assignment, says="x")
    FeedbackRound.objects.filter(pk=request.round_id).update(purged_at=request.asked_at, closed_at=request.asked_at)
    assert "are deleted." in browser.get(f"/feedback/{request.round.code}/").content.decode()
    assert "Answers deleted" in browser.get(f"/assignments/{assignment.code}/feedback/").content.decode()


# --- queries and Today --------------------------------------------------------------------------


def fill(assignment, rounds=1, givers=1):
    for number in range(rounds):
        round = FeedbackRoundFactory(assignment=assignment, confidential=bool(number % 2))
        round.evidence.add(EvidenceFactory(assignment=assignment))
        for _giver in range(givers):
            FeedbackRequestFactory(round=round, says="Words.", says__level=4)
    return round


def test_pages_take_the_same_queries_for_three_as_for_one(browser, assignment, page, count_queries, mentee):
    addresses = [page, f"{page}ask/"]
    round = fill(assignment)
    addresses.append(f"/feedback/{round.code}/")
    for address in addresses:
        browser.get(address)
    before = [count_queries(browser, address) for address in addresses]
    fill(assignment, rounds=3, givers=3)
    for _giver in range(2):
        FeedbackRequestFactory(round=round, says="Words.", says__level=2)
    assert [count_queries(browser, address) for address in addresses] == before
    assert max(before) <= 12


def test_the_givers_page_takes_the_same_queries_for_three_questions_as_for_one(sign_in, count_queries, stranger):
    counts = []
    for questions in ([("What?", "words")], [(f"What {n}?", "scale") for n in range(3)]):
        request = FeedbackRequestFactory(giver=stranger, round=FeedbackRoundFactory(questions=questions))
        request.round.evidence.add(*[EvidenceFactory(assignment=request.round.assignment) for _each in questions])
        counts.append(count_queries(sign_in(stranger), f"/feedback/asked/{request.code}/"))
    assert counts[0] == counts[1] <= 12


def test_today_names_whom_to_answer_until_the_last_day(stranger, clock):
    FeedbackRequestFactory(
        giver=stranger,
        round__about="The pilot",
        round__assignment__option__mentorship__mentee__full_name="Mina Okafor",
        round__closes_on=today(),
    )
    [line] = waiting_for(stranger)
    assert (line.kind, line.title, line.due_on) == ("feedback_asked", "Give Mina Okafor feedback", today())
    assert "The pilot" in line.reason
    clock(days=1)
    assert waiting_for(stranger) == []
