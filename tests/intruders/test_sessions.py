"""Whose session it is, whose address stands in a mail, and what ends at the next request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as site_settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from stretchhub.notices import stopping
from stretchhub.notices.delivery import deliver
from stretchhub.people import links
from stretchhub.people.actions import calendar_feed
from stretchhub.people.actions.person import deactivate
from stretchhub.people.actions.role import grant, revoke
from stretchhub.people.models import Purpose, Role, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "Forwarded": "host=evil.example",
    "Origin": "https://evil.example",
    "Referer": "https://evil.example/",
}


@pytest.mark.parametrize("sends", ["reset", "invite", "code", "change address"])
def test_no_forged_host_reaches_a_mail(settings, sends, hr, sponsor, sign_in):
    settings.ALLOWED_HOSTS = ["*"]
    person = UserFactory(email="known@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    token = links.token_of(links.issue(Purpose.SPONSOR_DASHBOARD, sponsor))
    new = UserFactory(email="new@example.org")
    new.set_unusable_password()
    new.save()
    acts: dict[str, Callable[[], object]] = {
        "reset": lambda: Client().post("/accounts/password/reset/", {"email": person.email}, headers=FORGED),
        "invite": lambda: sign_in(hr).post("/people/invite/", {"person": [str(new.code)]}, headers=FORGED),
        "code": lambda: Client().post(reverse("sponsors:door-code", args=[token]), headers=FORGED),
        "change address": lambda: _change_address(person),
    }

    acts[sends]()
    deliver()

    assert mail.outbox
    for message in mail.outbox:
        assert "evil" not in message.message().as_string()
        assert site_settings.SITE_URL in message.body


def _change_address(person: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/email/", {"email": "later@example.org", "action_add": ""}, headers=FORGED)


# --- Sessions -----------------------------------------------------------------------------------


def test_the_session_of_before_signing_in_is_not_the_one_after():
    person = UserFactory(password=PASSWORD)
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[site_settings.SESSION_COOKIE_NAME] = session.session_key

    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})

    assert client.get("/me/").status_code == 200
    assert client.session.session_key != session.session_key
    planted = Client()
    planted.cookies[site_settings.SESSION_COOKIE_NAME] = session.session_key
    assert planted.get("/me/").status_code == 302


def test_the_session_changes_again_when_the_second_factor_is_shown():
    person = UserFactory(password=PASSWORD)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    between = client.session.session_key
    assert client.get("/me/").status_code == 302

    client.post("/accounts/2fa/authenticate/", {"code": totp.format_hotp_value(_code(secret))})

    assert client.get("/me/").status_code == 200
    assert client.session.session_key != between


def _code(secret: str) -> int:
    return totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))


def test_a_role_is_asked_for_at_each_request_and_stands_in_no_session(administrator, mentee, sign_in):
    client = sign_in(mentee)
    assert client.get("/people/").status_code == 403
    grant(mentee, by=administrator, role=Role.HR)
    assert client.get("/people/").status_code == 200
    assert not any("role" in key.lower() or "hr" in str(value) for key, value in client.session.items())

    revoke(mentee, by=administrator, role=Role.HR)

    assert client.get("/people/").status_code == 403


def test_whoever_is_deactivated_reaches_nothing_by_session_link_calendar_or_mail(administrator, sponsor, sign_in):
    client = sign_in(sponsor)
    link, feed = links.token_of(links.issue(Purpose.SPONSOR_DASHBOARD, sponsor)), calendar_feed.make(sponsor)
    stop = stopping.token_of(sponsor)
    addresses = [reverse("sponsors:door", args=[link]), reverse("calendar-feed", args=[feed])]
    addresses.append(reverse("notices:stop", args=[stop]))
    assert [Client().get(each).status_code for each in addresses] == [200, 200, 200]

    deactivate(sponsor, by=administrator)

    assert client.get("/me/").status_code == 302
    assert [Client().get(each).status_code for each in addresses] == [404, 404, 404]


def test_a_changed_password_ends_every_other_session(sign_in):
    person = UserFactory(password=PASSWORD)
    elsewhere = sign_in(person)
    assert elsewhere.get("/me/").status_code == 200

    person.set_password("another-long-password")
    person.save()

    assert elsewhere.get("/me/").status_code == 302
