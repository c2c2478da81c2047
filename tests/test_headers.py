"""The header set that every answer carries, and what a public address adds."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from tests import services

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def assert_header_set(answer) -> None:
    assert set(answer["Content-Security-Policy"].split("; ")) == CSP
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/accounts/login/", 200), ("/", 302), ("/no-such-page/", 404), ("/accounts/login", 301)],
)
def test_pages_errors_and_redirects_carry_the_whole_set_and_are_not_kept(client, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    assert_header_set(answer)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_foreign_host_is_refused_with_the_whole_set(client):
    answer = client.get("/accounts/login/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert_header_set(answer)


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_with_the_whole_set():

    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example", "password": "x"})

    assert answer.status_code == 403
    assert_header_set(answer)


@pytest.mark.django_db
def test_static_files_carry_the_set_but_may_be_kept(client):
    answer = client.get("/static/css/tokens.css")

    assert answer.status_code == 200
    assert_header_set(answer)
    assert "no-store" not in answer["Cache-Control"]


def settings_with(**environment: str) -> dict:
    """Some settings as a process started with this environment has them."""
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
             "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS", "DEBUG"]  # fmt: skip
    code = (
        "import json; from django.conf import settings; "
        f"print(json.dumps({{name: getattr(settings, name) for name in {names}}}))"
    )
    kept = {name: value for name, value in os.environ.items() if name != "SITE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=services.ROOT, capture_output=True, text=True, check=True,
        env={**kept, "DJANGO_SETTINGS_MODULE": "stretchhub.settings", **environment},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_a_public_address_has_secure_prefixed_cookies_https_only_and_its_own_host():
    assert settings_with(SITE_URL="https://hub.example.org", SECRET_KEY="k" * 60) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "ALLOWED_HOSTS": ["hub.example.org"],
        "DEBUG": False,
    }


def test_this_machine_has_plain_cookies_and_no_redirect():
    assert settings_with(SITE_URL="http://localhost:8000") == {
        "SESSION_COOKIE_NAME": "sessionid",
        "CSRF_COOKIE_NAME": "csrftoken",
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "SECURE_SSL_REDIRECT": False,
        "SECURE_HSTS_SECONDS": 0,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "DEBUG": False,
    }
