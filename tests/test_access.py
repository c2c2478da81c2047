"""Every address × everybody × method, plain and by htmx; an address missing from the table fails.

Each private text holds a marker naming who may read it; nobody else ever receives it, whatever they ask.
"""

import copy
import itertools
import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.access_table import EVERYBODY, TABLE, Row
from tests.world import World

pytestmark = pytest.mark.django_db

SIGNED_OUT = ["signed_out", "deactivated"]
LOGIN = "/accounts/login/"
MARK = re.compile(rb"canary-\d+-[0-9a-f]{8}")
# With its middleware, which each browser would load anew.
HANDLER = Client().handler
HANDLER.load_middleware()


def addresses(patterns, prefix: str = "") -> Iterator[str]:
    """The name of every address there is, straight from the resolver."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}" if pattern.name else f"{prefix}?{pattern.pattern}"


def test_every_address_is_in_the_table_and_every_row_is_an_address():
    # One address may stand for several things, each in a row of its own.
    assert sorted(set(addresses(get_resolver().url_patterns))) == sorted({row.name for row in TABLE})
    assert len({(row.name, row.thing) for row in TABLE}) == len(TABLE)


def browser(world: World, person: str) -> Client:
    """A fresh browser that this person is signed in with."""
    client = Client()
    client.handler = copy.copy(HANDLER)
    if person != "signed_out":
        client.cookies = copy.deepcopy(world.sessions[person])
    return client


def ask(client: Client, method: str, url: str, *, htmx: bool):
    """What the address answers; whatever it wrote is taken back."""
    headers = {"HX-Request": "true"} if htmx else {}
    with transaction.atomic():
        response = getattr(client, method)(url, headers=headers)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response


def expected(row: Row, person: str, method: str) -> int | str:
    """A status, or in words: `answer` for one of the person's own, `login` for the way in."""
    allowed = row.get if method == "get" else row.post
    if not row.public and person in SIGNED_OUT:
        return "login"
    if not allowed and not row.closed:
        return 405
    if row.public and allowed:
        return "answer"
    if person in allowed:
        return "answer"
    return 403 if person in row.forbidden else row.other


def seen(response, row: Row) -> int | str:
    if row.closed and response.status_code in (404, 405):
        return row.other
    if not row.public and response.status_code == 302 and response["Location"].startswith(LOGIN):
        return "login"
    if response.status_code in (200, 204, 301, 302, 303, 409, 422, 429):
        return "answer"
    return response.status_code


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_everybody_gets_the_answer_of_the_table(world, row):
    url = world.address(row)
    wrong, leaked = [], []
    for person, method, htmx in itertools.product([*sorted(EVERYBODY), *SIGNED_OUT], ("get", "post"), (False, True)):
        response = ask(browser(world, person), method, url, htmx=htmx)
        if seen(response, row) != (wanted := expected(row, person, method)):
            wrong.append(f"{person} {method}{' htmx' * htmx}: {response.status_code}, wanted {wanted}")
        marks = {mark for mark in MARK.findall(response.body) if person not in world.canaries[mark]}
        leaked += [f"{person} {method}{' htmx' * htmx}: {mark.decode()}" for mark in sorted(marks)]
    assert not wrong, "\n".join(wrong)
    assert not leaked, "\n".join(leaked)


CODED = [
    row for row in TABLE if row.thing and row.other == 404 and not row.public and "stranger" not in row.get | row.post
]


@pytest.mark.parametrize("row", CODED, ids=lambda row: row.name)
def test_what_is_not_mine_answers_exactly_like_what_does_not_exist(world, row):
    client = browser(world, "stranger")
    method = "get" if row.get else "post"

    foreign = ask(client, method, world.address(row), htmx=False)
    codes = [uuid.uuid4() for _each in resolve(world.address(row)).captured_kwargs]
    missing = ask(client, method, reverse(row.name, args=codes), htmx=False)

    assert (foreign.status_code, foreign.body) == (missing.status_code, missing.body) == (404, missing.body)
    assert b"<form" not in missing.body
