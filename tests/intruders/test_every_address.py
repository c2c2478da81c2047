"""Every address there is: what merely looks changes nothing, a form from elsewhere changes nothing, and every answer
carries the header set, errors too."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.access_table import TABLE, Row
from tests.asked import ALL
from tests.intruders.rows import Rows, changed, everything, told
from tests.test_headers import ALWAYS, CSP

pytestmark = pytest.mark.django_db

POSTED = [row for row in TABLE if row.post]
ONE_OF_EACH = list({row.name: row for row in TABLE}.values())
# The one form that a mail program sends by itself; the token in its address is what it goes by.
WITHOUT_A_TOKEN = {"notices:stop", "assignments:feedback-stop"}
# What looking may leave behind: who read whose record; and that the address somebody signs in with is theirs.
LEFT_BY_LOOKING = {"account_email": {"account_emailaddress"}}
TRAIL = {"audit_auditentry"}
# Signing in is allauth's, which takes other methods for looking, or asks them for the token of a form.
BY_ALLAUTH = ("account_", "mfa_")
# A file that somebody brought is handed out under a stricter set: it runs and loads nothing, wherever it is opened.
OF_A_FILE = {"default-src 'none'", "sandbox"}


def somebody(row: Row, people: frozenset[str]) -> str:
    return "mentee" if "mentee" in people or not people else sorted(people)[0]


def name_of(row: Row) -> str:
    return f"{row.name} {row.thing}".strip()


def resolve_of(row: Row):
    """The view behind an address, whatever it is about."""
    *spaces, name = row.name.split(":")
    resolver = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    return next(pattern.callback for pattern in patterns_of(resolver) if pattern.name == name)


def patterns_of(resolver):
    for pattern in resolver.url_patterns:
        yield from patterns_of(pattern) if isinstance(pattern, URLResolver) else [pattern]


@cache
def at_first(_world_key: int) -> Rows:
    return everything()


def sent(world, row: Row, methods: list[str], person: str, **more: Any):
    """The answer to each, and what all of them changed in the database; taken back."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = copy.deepcopy(world.sessions[person])
    before = at_first(id(world))
    with transaction.atomic():
        answers = [getattr(client, method)(world.address(row), **more) for method in methods]
        for answer in answers:
            _body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        moved = changed(before, everything())
        transaction.set_rollback(True)
    return answers, moved


def assert_header_set(answer, what: str) -> None:
    handed_out = answer.get("Content-Disposition", "").startswith("attachment")
    policy = set(answer["Content-Security-Policy"].split("; "))
    assert policy == CSP or (handed_out and policy == OF_A_FILE), what
    wanted = dict(ALWAYS)
    if answer.request["PATH_INFO"].startswith("/m/"):
        wanted["Referrer-Policy"] = "strict-origin"
    assert {name: answer[name] for name in wanted} == wanted, what
    assert "camera=()" in answer["Permissions-Policy"], what
    assert "no-store" in answer["Cache-Control"], what


@pytest.mark.parametrize("row", [row for row in POSTED if not row.get], ids=name_of)
def test_an_address_that_changes_something_answers_who_only_looks_with_405_and_changes_nothing(world, row):
    answers, moved = sent(world, row, ["get", "head"], somebody(row, row.post))

    assert [answer.status_code for answer in answers] == [405, 405]
    assert told(moved) == []
    for answer in answers:
        assert "POST" in answer["Allow"]
        assert_header_set(answer, row.name)


@pytest.mark.parametrize("row", ONE_OF_EACH, ids=name_of)
def test_no_other_method_does_anything(world, row):
    answers, moved = sent(world, row, ["put", "patch", "delete", "trace"], somebody(row, row.post | row.get))

    wanted = {200, 302, 403, 404, 405} if row.name.startswith(BY_ALLAUTH) else {403, 404, 405}
    assert {answer.status_code for answer in answers} <= wanted
    assert {table for table, _key, _column in moved} <= LEFT_BY_LOOKING.get(row.name, set())
    for answer in answers:
        assert_header_set(answer, row.name)


@pytest.mark.parametrize("row", [row for row in TABLE if row.get], ids=name_of)
def test_looking_changes_nothing_but_the_trail(world, row):
    for person in [somebody(row, row.get), *(["stranger"] if ALL else [])]:
        (answer,), moved = sent(world, row, ["get"], person)
        assert {table for table, _key, _column in moved} <= LEFT_BY_LOOKING.get(row.name, set()) | TRAIL, person
        assert {key for _table, key, _column in moved} <= {"+"}, person
        assert_header_set(answer, person)


@pytest.mark.parametrize("row", [row for row in POSTED if row.name not in WITHOUT_A_TOKEN], ids=name_of)
def test_a_form_from_elsewhere_changes_nothing(world, row):
    (answer,), moved = sent(world, row, ["post"], somebody(row, row.post), data={"version": 1})

    assert (answer.status_code, told(moved)) == (403, [])
    assert_header_set(answer, row.name)


def test_only_whoever_stops_mails_by_their_address_needs_no_token_of_the_page():
    exempt = {row.name for row in TABLE if getattr(resolve_of(row), "csrf_exempt", False)}

    assert exempt == WITHOUT_A_TOKEN
