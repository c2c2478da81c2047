"""Secrets that are missing, misshapen or guessed open nothing, and none stands in a log."""

from __future__ import annotations

import io
import logging

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from stretchhub.logs import Redact
from stretchhub.people import links, setup
from stretchhub.people.models import Purpose, User
from tests.factories import PASSWORD, UserFactory
from tests.intruders.tokens import DOORS

pytestmark = pytest.mark.django_db

SHAPES: list[dict] = [{}, {"{}": ""}, {"{}": "null"}, {"{}": "None"}, {"{}": ["", ""]}, {"{}[]": "x"}, {"{}": "0"},
          {"{}": "undefined"}, {"{}": "000000"}, {"{}": " "}, {"{}": "\x00"}]  # fmt: skip


def shaped(shape: dict, field: str) -> dict:
    return {key.format(field): value for key, value in shape.items()}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_missing_or_misshapen_secret_opens_anything(shape, sponsor):
    person = UserFactory(password=PASSWORD)
    nobody = UserFactory(email="none@example.org")
    nobody.set_unusable_password()
    nobody.save()
    for each in (person, nobody):
        client = Client()
        client.post("/accounts/login/", {"login": each.email, **shaped(shape, "password")})
        assert client.get("/me/").status_code == 302
    totp.TOTP.activate(person, totp.generate_totp_secret())
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", shaped(shape, "code"))
    assert client.get("/me/").status_code == 302
    link = links.issue(Purpose.SPONSOR_DASHBOARD, sponsor)
    door = reverse("sponsors:door", args=[links.token_of(link)])
    client.post(reverse("sponsors:door-enter", args=[links.token_of(link)]), shaped(shape, "code"))
    assert not client.session.get(links.OPEN_DOORS)
    assert Client().get(door).status_code == 200


@pytest.mark.parametrize("token", ["null", "None", "0", "undefined", "setup"])
def test_no_made_up_token_founds_the_first_administrator(token):
    User.objects.all().delete()
    assert setup.setup_line()

    answer = Client().post(reverse("people:setup", args=[token]), {"full_name": "X", "email": "x@example.org"})

    assert answer.status_code == 404
    assert not User.objects.exists()


def test_a_recovery_code_opens_once():
    codes = RecoveryCodes.activate(UserFactory(password=PASSWORD))
    code = codes.get_unused_codes()[0]

    assert [codes.validate_code(each) for each in ("", "0", code, code)] == [False, False, True, False]


# --- Guessing -----------------------------------------------------------------------------------

LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}


def guess(client: Client, email: str, password: str, **more) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}, **more).status_code


def test_after_five_wrong_passwords_even_the_right_one_waits(settings):
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    cache.clear()
    person = UserFactory(password=PASSWORD)
    for number in range(5):
        guess(Client(), person.email, f"wrong-{number}", REMOTE_ADDR=f"192.0.2.{number}")

    client = Client()
    guess(client, person.email, PASSWORD, REMOTE_ADDR="192.0.2.99")

    assert client.get("/me/").status_code == 302
    cache.clear()


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_invented_forwarded_address_does_not_start_the_count_anew(settings, proxies):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    cache.clear()
    person = UserFactory(password=PASSWORD)
    for number in range(6):
        # The last address is the proxy's word; what stands before it anybody can write.
        told = f"198.51.100.{number}" + (", 203.0.113.5" if proxies else "")
        wrong = {"headers": {"X-Forwarded-For": told}, "REMOTE_ADDR": "203.0.113.9"}
        guess(Client(), f"other-{number}@example.org", "wrong", **wrong)

    client = Client()
    told = "198.51.100.77" + (", 203.0.113.5" if proxies else "")
    guess(client, person.email, PASSWORD, headers={"X-Forwarded-For": told}, REMOTE_ADDR="203.0.113.9")

    assert client.get("/me/").status_code == 302
    cache.clear()


# --- What the log says --------------------------------------------------------------------------


def test_no_token_password_or_code_stands_in_any_log(tokens, sponsor):
    person = UserFactory(password="a-secret-of-mine-1")
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.addFilter(Redact())
    handler.setLevel(logging.DEBUG)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        for kind, token in tokens.items():
            for other in DOORS.values():
                Client().get(reverse(other, args=[token]))
            Client(enforce_csrf_checks=True).post(reverse(DOORS[kind], args=[token]), {"code": "135791"})
        Client().post("/accounts/login/", {"login": person.email, "password": "a-secret-of-mine-1"})
        Client().get("/setup/a-secret-of-mine-2/")
        logging.getLogger("kombu").warning("Cannot connect to redis://:a-secret-of-mine-3@localhost:6379/0")
        logging.getLogger("celery").error("postgres://hub:a-secret-of-mine-4@db/hub is away")
        logging.getLogger("django.request").error("Internal Server Error: /m/%s/calendar.ics", tokens["calendar"])
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    words = said.getvalue()
    assert "Internal Server Error: /m/***/calendar.ics" in words
    assert [each for each in [*tokens.values(), "a-secret-of-mine", "135791"] if each in words] == []
