"""A form that cannot be saved gives its words back: whoever lost the right, the place or the session copies them."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import Assignment, Charter, Evidence, ScopeChange, Status
from stretchhub.env import today
from tests.factories import AssignmentFactory, CharterFactory, ScopeChangeFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = "Three teams asked for the list by themselves."


@pytest.fixture
def assignment(db) -> Assignment:
    return CharterFactory(assignment=AssignmentFactory()).assignment


def log(assignment: Assignment) -> tuple[str, dict[str, str]]:
    address = reverse("assignments:evidence-log", args=[assignment.code])
    return address, {"title": "The list", "text": WORDS, "learned": "Ask first.", "csrfmiddlewaretoken": "t"}


def test_a_form_sent_after_the_work_was_paused_gives_its_words_back(assignment, sign_in):
    address, words = log(assignment)
    Assignment.objects.update(status=Status.PAUSED, paused_on=today())

    response = sign_in(assignment.mentee).post(address, words)

    assert response.status_code == 403
    assert WORDS in response.content.decode() and "<form" not in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_form_sent_after_a_hand_over_gives_its_words_back_and_tells_nothing_of_the_place(assignment, sign_in):
    change = ScopeChangeFactory(assignment=assignment, asked_by=assignment.mentee)
    former, said = sign_in(assignment.sponsor), {"decision": "decline", "reason": WORDS}
    successor = UserFactory()
    Assignment.objects.update(sponsor=successor)
    Charter.objects.update(approver=successor)

    foreign = former.post(reverse("assignments:scope-decide", args=[change.code]), said)
    missing = former.post(reverse("assignments:scope-decide", args=[uuid.uuid4()]), said)

    assert foreign.status_code == 404 and WORDS in foreign.content.decode()
    assert foreign.content == missing.content
    assert ScopeChange.objects.get().state == "proposed"


def test_a_form_sent_after_the_session_has_ended_gives_its_words_back(assignment):
    address, words = log(assignment)

    response = Client().post(address, words)

    page = response.content.decode()
    assert response.status_code == 403 and WORDS in page
    assert "csrfmiddlewaretoken" not in page.lower()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/evidence/some/?kind=text", "%2Fevidence%2Fsome%2F%3Fkind%3Dtext"),
        ("https://elsewhere.example/evil/", ""),
        ("http://testserver.example/evil/", ""),
        ("//testserver/evil/", ""),
        ("http://[/", ""),
        ("", ""),
    ],
)
def test_after_signing_in_one_is_back_where_the_form_stood(assignment, referer, back):
    address, words = log(assignment)

    page = Client().post(address, words, headers={"Referer": referer}).content.decode()

    assert f'href="{reverse("account_login")}?next={back or address.replace("/", "%2F")}"' in page


@pytest.mark.parametrize("headers", [{}, {"X-Autosave": "1"}], ids=["a button alone", "an autosave"])
def test_what_holds_no_words_to_lose_leads_to_the_sign_in_page(assignment, headers):
    address, words = log(assignment)

    response = Client().post(address, words if headers else {}, headers=headers)

    assert response.status_code == 302 and response["Location"].startswith(reverse("account_login"))


def test_nobody_sees_a_password_again(client, assignment):
    address, _words = log(assignment)

    response = client.post(address, {"title": "The list", "password": "correct horse"})

    assert "The list" in response.content.decode() and "correct horse" not in response.content.decode()


@pytest.mark.parametrize(("origin", "kept"), [("http://testserver", True), ("https://elsewhere.example", False)])
def test_a_form_that_was_open_too_long_gives_its_words_back_where_it_came_from_here(assignment, origin, kept):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(assignment.mentee, backend="django.contrib.auth.backends.ModelBackend")
    address, words = log(assignment)

    response = browser.post(address, words, headers={"Origin": origin})

    assert response.status_code == 403
    assert (WORDS in response.content.decode()) == kept


def test_a_place_that_mail_programs_post_to_repeats_nothing(client):
    response = client.post(reverse("notices:stop", args=["not-a-token"]), {"note": WORDS})

    assert response.status_code == 404
    assert WORDS not in response.content.decode()
