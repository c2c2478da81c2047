"""Every form of every page, sent as nobody should: with fields it does not have, and with what no keyboard types."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.db import connection, transaction
from django.urls import resolve

from tests.access_table import TABLE, Row
from tests.asked import ALL
from tests.intruders.extra import WORD, additions, every_column
from tests.intruders.forms import Form, forms_of
from tests.intruders.rows import changed, everything
from tests.test_access import browser

pytestmark = pytest.mark.django_db

READ = [row for row in TABLE if row.get and not row.name.startswith(("account_", "mfa_"))]
# An eighth of the pages, others on each engine.
PAGES = READ if ALL else READ[settings.LEG == "real" :: 8]
# On every page; taken where they belong.
EVERYWHERE = {"people:theme", "account_logout"}
# One press without a sign-in, of which nothing is read.
UNREAD = {"notices:stop", "assignments:feedback-stop"}
# Whoever signs out, or is asked who they are, has another session after that.
NOT_SENT = {"account_logout", "account_reauthenticate"}
# Fields that belong to a form as well: once somebody was looked for; in the form beside it that puts an option aside.
LATER = {"sponsors:stakeholder-add": {"person"}, "assignments:option-move": {"reason"}}
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{10,}|[\w-]{43}\b")


@pytest.fixture(scope="module", autouse=True)
def _numbers_of_their_own(world, django_db_blocker) -> None:
    """New rows get numbers that no row of the world has, so that a number alone tells one from the other.

    PostgreSQL gives none twice, SQLite the same to the honest and to the hostile.
    """
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences")
        last = dict(cursor.fetchall())
        above = max(value or 0 for value in last.values()) + 1
        for name in last:
            cursor.execute("SELECT setval(%s, %s)", [name, above])


def name_of(row: Row) -> str:
    return f"{row.name} {row.thing}".strip()


def whose(row: Row) -> str:
    return "mentee" if "mentee" in row.get else sorted(row.get)[0]


def forms_at(world, row: Row) -> Iterator[tuple[str, Form]]:
    """Each form of the page once, by the name of where it is sent."""
    address, seen = world.address(row), set()
    with transaction.atomic():
        page = browser(world, whose(row)).get(address)
        body = page.content if not page.streaming else b""
        transaction.set_rollback(True)
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return
    for form in forms_of(body, address):
        match = resolve(form.action)
        name = match.view_name
        if name in NOT_SENT or name in seen or (name in EVERYWHERE and row.name != "today"):
            continue
        seen.add(name)
        yield name, form


def send(world, row: Row, form: Form, data: Any, content_type: str = "", *, guarded: bool = False) -> tuple[int, dict]:
    """The status, and what it changed; taken back.

    `guarded` as it is outside of tests: the token against forgeries is looked for in the form before anything is done.
    """
    before = everything()
    with transaction.atomic():
        client = browser(world, whose(row))
        if guarded:
            client.handler.enforce_csrf_checks = True
            client.cookies["csrftoken"] = "t" * 32
        more = {"content_type": content_type} if content_type else {}
        answer = client.post(form.action, data, **more)
        moved = plain(changed(before, everything()))
        transaction.set_rollback(True)
    return answer.status_code, moved


def plain(changes: dict[tuple[str, str, str], list[Any]]) -> dict[tuple[str, str, str], list[str]]:
    """The same without what differs each time: numbers of new rows, moments, codes, what stands for no password."""
    fresh = {table: set(values) for (table, key, column), values in changes.items() if key == "+" and column == "id"}
    targets = {
        (model._meta.db_table, field.column): field.related_model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation
    }

    def say(table: str, column: str, value: Any) -> str:
        about = targets.get((table, column), table if column == "id" else "")
        # What a message or an entry of the trail is about is named by its number alone.
        news = set().union(*fresh.values()) if column == "object_id" else fresh.get(about, set())
        if value in news:
            return "a new row"
        if isinstance(value, datetime.datetime):
            return "a moment"
        if column == "password" and not is_password_usable(value):
            return "no password"
        return re.sub(r"\d+", "#", CODE.sub("a code", str(value))) if not isinstance(value, int) else str(value)

    found: dict[tuple[str, str, str], list[str]] = {}
    for (table, key, column), values in changes.items():
        found[table, key, column] = sorted(say(table, column, value) for value in values)
    return found


def differences(honest: dict, hostile: dict) -> list[str]:
    return [
        f"{'.'.join(place)}: {honest.get(place)} → {hostile.get(place)}"
        for place in sorted(honest.keys() | hostile.keys())
        if honest.get(place) != hostile.get(place)
    ]


def honest(world, row: Row, form: Form) -> tuple[dict[str, list[str]], dict]:
    """What is sent, all filled in or only what must be, whichever is taken; and what it changes."""
    for data in (form.data(), form.least()):
        _status, moved = send(world, row, form, data)
        if any(table not in ("people_submission", "people_draft") for table, _key, _column in moved):
            break
    return data, moved


@pytest.mark.parametrize("row", PAGES, ids=name_of)
def test_fields_that_a_form_does_not_have_change_nothing(world, row):
    stranger, wrong = world.stranger.pk, []
    for name, form in forms_at(world, row):
        data, usual = honest(world, row, form)
        for more in additions(form.names | set(data) | LATER.get(name, set()), stranger):
            status, hostile = send(world, row, form, {**more, **data})
            assert status < 500, name
            wrong += [f"{name}: {line}" for line in differences(usual, hostile)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", PAGES, ids=name_of)
def test_no_form_breaks_on_what_no_keyboard_types(world, row):
    for name, form in forms_at(world, row):
        data = form.data()
        twice = {key: [*values, *values, WORD] for key, values in data.items()}
        arrays = {**data, **{f"{key}[]": WORD for key in data}, **{f"{key}[0]": WORD for key in data}}
        nothing = dict.fromkeys(data, "")
        for sent in (twice, arrays, nothing, {}):
            assert send(world, row, form, sent)[0] < 500, name
        for typed in ("a\x00b", "\u202etxt.exe\u2066\ufeff", "İ" * 300, "%ED%A0%80", "9" * 400, "-1e309"):
            raw = typed if typed.startswith("%") else quote_plus(typed)
            pairs = [(key, raw if key in form.texts else quote_plus(value)) for key in data for value in data[key]]
            body = "&".join(f"{quote_plus(key)}={value}" for key, value in pairs)
            assert send(world, row, form, body, "application/x-www-form-urlencoded")[0] < 500, (name, typed[:9])


MILLION = "x" * 1_000_000


@pytest.mark.parametrize("row", PAGES if ALL else PAGES[::4], ids=name_of)
def test_no_form_takes_ten_thousand_fields_or_breaks_on_a_million_letters(world, row):
    for name, form in forms_at(world, row):
        many = {} if name in UNREAD else {**form.data(), **{f"field_{number}": "x" for number in range(10_000)}}
        assert not many or send(world, row, form, many, guarded=True) == (400, {}), name
        if form.texts:
            status, moved = send(world, row, form, {**form.data(), form.texts[0]: MILLION})
            assert status < 500, name
            kept = [place for place, values in moved.items() if any(MILLION in value for value in values)]
            assert kept == [], name


@pytest.mark.parametrize(
    ("name", "thing", "column"),
    [
        ("assignments:goal-edit", "goal", "assignments_goal.success"),
        ("assignments:milestone-add", "assignment", "assignments_milestone.title"),
        ("assignments:option-edit", "option", "assignments_option.why"),
        ("people:edit", "mentee", "people_user.job_title"),
    ],
)
def test_an_honest_form_is_saved_and_one_field_more_would_be_seen(world, name, thing, column):
    row = next(row for row in READ if (row.name, row.thing) == (name, thing))
    form = next(form for sent_to, form in forms_at(world, row) if sent_to == name)
    table, field = column.split(".")

    data, usual = honest(world, row, form)
    _status, other = send(world, row, form, {**data, field: "Said otherwise."})

    assert any(column in f"{where}.{what}" for where, _key, what in other)
    assert [line for line in differences(usual, other) if line.startswith(f"{table}.")]


def test_the_fields_added_are_the_columns_of_all_tables():
    assert {"owner_id", "mentee", "mentor_id", "is_active", "status", "version", "id"} <= every_column().keys()
    added = {name: value for more in additions({"title"}, 9) for name, value in more.items()}
    assert (added["mentee_id"], added["is_superuser"], "title" in added) == ("9", "9", False)
