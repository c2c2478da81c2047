"""The pages on which one thing is asked of a sponsor and answered."""

from datetime import timedelta

import pytest

from assignments.models import Assignment
from sponsors.actions import ask as actions
from sponsors.models import Ask, AskState
from stretchhub.env import today
from tests.factories import AskFactory, AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def typed(**more):
    return {
        "kind": "unblock",
        "question": "May we read the queue?",
        "why": "The export is late.",
        "needed_by": str(today() + timedelta(days=3)),
    } | more


def test_a_mentee_asks_and_the_assignment_shows_it(sign_in):
    assignment = AssignmentFactory()
    client = sign_in(assignment.mentee)

    answer = client.post(f"/assignments/{assignment.code}/ask/", typed())

    ask = Ask.objects.get()
    assert answer["Location"] == f"/asks/{ask.code}/"
    assert (ask.kind, ask.question, ask.asked_by) == ("unblock", "May we read the queue?", assignment.mentee)
    assert b"May we read the queue?" in client.get(f"/assignments/{assignment.code}/asks/").content
    assert f"/assignments/{assignment.code}/asks/".encode() in client.get(f"/assignments/{assignment.code}/").content


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("question", "", "Ask one question that can be answered with yes or no."),
        ("needed_by", "", "Choose the day by which you need the answer."),
        ("needed_by", "1066-10-14", "Choose a day between"),
        ("why", "x" * 2001, "fewer than 2,000"),
        ("kind", "favour", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(sign_in, field, value, words):
    assignment = AssignmentFactory()

    page = sign_in(assignment.mentee).post(f"/assignments/{assignment.code}/ask/", typed(**{field: value}))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "The export is late." in page.content.decode() or field == "why"
    assert not Ask.objects.exists()


def test_a_second_ask_is_refused_and_its_words_stay(sign_in):
    ask = AskFactory()
    page = sign_in(ask.assignment.mentor).post(f"/assignments/{ask.assignment.code}/ask/", typed())

    assert page.status_code == 409
    assert "Something is asked already" in page.content.decode()
    assert "May we read the queue?" in page.content.decode()


def test_a_double_click_asks_once(sign_in):
    assignment = AssignmentFactory()
    client = sign_in(assignment.mentee)
    for _twice in range(2):
        answer = client.post(f"/assignments/{assignment.code}/ask/", typed(submit_key="k1"))
        assert answer.status_code == 302
    assert Ask.objects.count() == 1


def test_the_sponsor_answers_on_the_page(sign_in):
    ask = AskFactory()
    client = sign_in(ask.addressee)
    page = client.get(f"/asks/{ask.code}/").content.decode()
    assert all(word in page for word in ("Accept", "Delegate…", "Decline…", "Both team leads wait for it."))

    answer = client.post(f"/asks/{ask.code}/accept/")

    assert answer["Location"] == f"/sponsoring/#assignment-{ask.assignment.code}"
    assert Ask.objects.get().state == AskState.ACCEPTED
    late = client.post(f"/asks/{ask.code}/decline/", {"reason": "Too late for this."})
    assert late.status_code == 409
    assert "answered meanwhile" in late.content.decode()


def test_a_no_without_a_reason_comes_back_with_the_field_open(sign_in):
    ask = AskFactory()

    page = sign_in(ask.addressee).post(f"/asks/{ask.code}/decline/", {"reason": " "})

    assert page.status_code == 422
    assert "Say why not in a sentence" in page.content.decode()
    assert "<details" in page.content.decode() and " open>" in page.content.decode()
    answer = sign_in(ask.addressee).post(f"/asks/{ask.code}/decline/", {"reason": "Not this year."})
    assert answer.status_code == 302
    assert Ask.objects.get().reason == "Not this year."


def test_it_is_passed_on_by_searching_a_person(sign_in):
    ask, other = AskFactory(), UserFactory(full_name="Iris Vale", job_title="Team lead north")
    client = sign_in(ask.addressee)
    url = f"/asks/{ask.code}/delegate/"
    found = client.post(url, {"find": "1", "q": "iris", "reason": "You know the north."}).content.decode()
    assert "Iris Vale" in found and "You know the north." in found
    assert "Nobody found" in client.get(url, {"q": ask.assignment.mentee.full_name}).content.decode()
    assert client.post(url, {"q": "iris"}).status_code == 422

    client.post(url, {"q": "iris", "person": str(other.code), "reason": "You know the north."})

    ask.refresh_from_db()
    assert (ask.state, ask.delegated_to) == (AskState.DELEGATED, other)
    theirs = sign_in(other)
    page = theirs.get(f"/asks/{ask.code}/").content.decode()
    assert "names you to answer" in page
    assert "Delegate…" not in page
    assert theirs.get(f"/assignments/{ask.assignment.code}/").status_code == 404
    assert theirs.post(f"/asks/{ask.code}/accept/")["Location"] == f"/asks/{ask.code}/"
    refused = client.post(url, {"person": str(UserFactory().code)})
    assert refused.status_code == 409


def test_it_can_be_taken_back_by_whoever_works_on_it(sign_in):
    ask = AskFactory()
    client = sign_in(ask.assignment.mentor)

    answer = client.post(f"/asks/{ask.code}/withdraw/")

    assert answer["Location"] == f"/asks/{ask.code}/"
    assert Ask.objects.get().state == AskState.WITHDRAWN
    assert client.post(f"/asks/{ask.code}/withdraw/").status_code == 409


def test_after_three_times_the_page_tells_the_pair_and_not_the_sponsor(sign_in):
    ask = AskFactory(times_put=3)
    actions.tell_mentor(ask)

    for person, told in ((ask.assignment.mentor, True), (ask.assignment.mentee, True), (ask.addressee, False)):
        page = sign_in(person).get(f"/asks/{ask.code}/").content.decode()
        assert ("The sponsor needs attention" in page) is told


def test_the_page_names_whom_the_sponsor_named_where_they_do_not_answer(sign_in):
    ask, named = AskFactory(), UserFactory(full_name="Iris Vale")
    actions.delegate(ask, by=ask.addressee, to=named)
    for _each in range(2):
        actions.put_again(ask)
    actions.tell_mentor(ask)

    for person, told in ((ask.assignment.mentor, True), (ask.addressee, False), (named, False)):
        page = sign_in(person).get(f"/asks/{ask.code}/").content.decode()
        assert ("Iris Vale does not answer" in page) is told
        assert "The sponsor needs attention" not in page
        assert "Iris Vale, 3 times, the last on" in page
    panel = sign_in(ask.assignment.mentor).get(f"/assignments/{ask.assignment.code}/asks/").content.decode()
    assert "Iris Vale answers instead · put 3 times" in panel
    assert "Not answered" in panel


def test_after_a_hand_over_a_new_sponsor_sees_only_what_is_asked_of_them(sign_in):
    old = AskFactory(question="Asked of the one before")
    actions.accept(old, by=old.addressee)
    new = UserFactory()
    Assignment.objects.update(sponsor=new)

    page = sign_in(new).get(f"/assignments/{old.assignment.code}/asks/")

    assert page.status_code == 200
    assert "Asked of the one before" not in page.content.decode()
    assert sign_in(new).get(f"/asks/{old.code}/").status_code == 404


def test_the_pages_take_the_same_queries_for_one_ask_and_for_three(sign_in, count_queries):
    assignment = AssignmentFactory()
    client = sign_in(assignment.mentee)
    counted = []
    for _each in range(2):
        AskFactory(assignment=assignment, state="withdrawn")
        counted.append(count_queries(client, f"/assignments/{assignment.code}/asks/"))
        AskFactory(assignment=assignment, state="withdrawn")
    assert counted[0] == counted[1] <= 12
