"""Words that are code elsewhere: templates, addresses that lead away or inside, lines that would be headers."""

from __future__ import annotations

import socket
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from assignments.actions import evidence_file
from assignments.models import Evidence, LearningItem
from stretchhub.env import today
from stretchhub.notices import delivery, outbox
from stretchhub.people.models import User
from tests.factories import PASSWORD, AgendaItemFactory, AssignmentFactory, MentorshipFactory, UserFactory
from tests.intruders.payloads import HEADERS, REDIRECTS, SSRF, TEMPLATES, XSS

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def assignment(mentee, mentor):
    return AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor))


def test_the_lists_are_as_long_as_promised_and_say_nothing_twice():
    lists = {"XSS": XSS, "TEMPLATES": TEMPLATES, "REDIRECTS": REDIRECTS, "SSRF": SSRF, "HEADERS": HEADERS}

    assert {name: len(set(each)) for name, each in lists.items()} == {
        "XSS": 120,
        "TEMPLATES": 25,
        "REDIRECTS": 30,
        "SSRF": 40,
        "HEADERS": 15,
    }


# --- Templates ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", TEMPLATES)
def test_what_looks_like_a_template_is_shown_as_it_was_typed(assignment, mentor, sign_in, typed):
    AgendaItemFactory(assignment=assignment, text=typed)
    User.objects.filter(pk=assignment.mentee_id).update(preferred_name=typed[:60])

    page = sign_in(mentor).get(reverse("assignments:check-ins", args=[assignment.code]))

    assert typed in unescaped(page.text)
    assert page.status_code == 200


@pytest.mark.parametrize("typed", TEMPLATES)
def test_a_mail_says_such_words_as_they_are(mentee, typed):
    User.objects.filter(pk=mentee.pk).update(full_name=typed[:150], preferred_name="")
    mentee.refresh_from_db()
    UserFactory(full_name="x")
    outbox.queue("people.changed.password_changed", mentee, recipient=mentee)

    delivery.deliver()

    words = mail.outbox[0].body
    assert "49" not in words.replace(typed, "")
    assert "SECRET" not in words.replace(typed, "")


def unescaped(text: str) -> str:
    return (
        text.replace("&#x27;", "'")
        .replace("&quot;", '"')
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )


# --- Leading away -------------------------------------------------------------------------------


def leads_away(answer) -> bool:
    to = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    where = urlsplit(to.replace("\\", "/").strip())
    return bool(where.scheme or where.netloc) or to.startswith("//") or "\n" in to or "\t" in to


@pytest.mark.parametrize("to", REDIRECTS)
def test_nothing_that_somebody_added_to_an_address_leads_to_another_site(assignment, mentor, to):
    person = UserFactory(password=PASSWORD)
    client = Client()
    signed_in = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": to})
    again = client.get("/accounts/login/", {"next": to})
    theme = client.post("/me/theme/", {"theme": "dark", "next": to})
    out = client.post("/accounts/logout/", {"next": to})
    agenda = Client()
    agenda.force_login(mentor, backend="django.contrib.auth.backends.ModelBackend")
    item = AgendaItemFactory(assignment=assignment)
    settled = agenda.post(reverse("assignments:agenda-settle", args=[item.code]), {"next": to})
    late = Client().post(reverse("people:theme"), {"theme": "dark", "next": to}, headers={"HX-Request": "true"})
    answers = [signed_in, again, theme, out, settled, late]

    assert [answer.status_code for answer in answers if answer.status_code not in (200, 204, 302)] == []
    assert [answer.headers.get("Location") for answer in answers if leads_away(answer)] == []


@pytest.mark.parametrize("to", REDIRECTS)
def test_no_page_that_refuses_a_form_links_to_where_a_header_says_it_came_from(assignment, mentor, sign_in, to):
    safe = to.replace("\n", "").replace("\r", "")
    page = Client().post(
        reverse("assignments:goal-add", args=[assignment.option.mentorship.code]),
        {"title": "Words to be kept"},
        headers={"Referer": safe},
    )

    assert page.status_code == 403
    assert 'href="http' not in page.text
    assert "evil" not in page.text.lower()


# --- Reaching inside ----------------------------------------------------------------------------


@pytest.mark.parametrize("address", SSRF)
def test_no_address_that_somebody_enters_is_ever_opened_by_the_server(assignment, sign_in, monkeypatch, address):
    reached: list[object] = []

    def refuse(*place, **_more):
        reached.append(place)
        raise OSError("nothing is reached from here")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    client = sign_in(assignment.mentee)
    words = {"title": "x", "learned": "x", "happened_on": today().isoformat(), "link": address}
    client.post(reverse("assignments:evidence-log", args=[assignment.code]), words)
    mentorship = assignment.option.mentorship
    client.post(
        reverse("assignments:learning-add", args=[mentorship.code]),
        {"title": "x", "kind": "reading", "link": address},
    )
    Evidence.objects.create(
        assignment=assignment, logged_by=assignment.mentee, title="x", learned="x", link=address, happened_on=today()
    )
    evidence_file.redraw_pictures()
    client.get(reverse("assignments:evidence-list", args=[assignment.code]))
    for each in Evidence.objects.all():
        page = client.get(reverse("assignments:evidence", args=[each.code]))
        assert page.status_code == 200
    client.get(reverse("assignments:learning", args=[mentorship.code]))

    assert reached == []
    schemes = {urlsplit(each.link).scheme for each in [*LearningItem.objects.all()] if each.link}
    assert schemes <= {"http", "https"}


# --- Headers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", HEADERS)
def test_a_line_break_in_a_name_makes_no_header_of_a_mail(mentee, typed):
    User.objects.filter(pk=mentee.pk).update(full_name=typed, preferred_name=typed[:60])
    mentee.refresh_from_db()
    for kind in ("people.changed.password_changed",):
        outbox.queue(kind, mentee, recipient=mentee)

    delivery.deliver()

    (message,) = mail.outbox
    sent = message_from_bytes(message.message().as_bytes())
    assert (sent["To"], sent["Bcc"]) == (mentee.email, None)
    assert sent.get_all("Subject") == [sent["Subject"]]
    assert sent.get_content_type() == "multipart/alternative"
    assert message.recipients() == [mentee.email]
