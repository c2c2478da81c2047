"""Lists by key, panels that come back whole, and the pages shown when something went wrong."""

import base64
import json

import pytest
from django import forms
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from stretchhub import pages
from stretchhub.compiled import compiled
from stretchhub.people.models import User
from tests.factories import UserFactory


class Said(BaseStorage):
    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, messages, response, *args, **kwargs):
        return []


def asked(*, htmx: bool = False, **headers) -> HttpRequest:
    request = RequestFactory().post("/", headers={"HX-Request": "true"} | headers if htmx else headers)
    request.htmx = HtmxDetails(request)
    request._messages = Said(request)
    request.user = UserFactory.build(pk=1)
    request.resolver_match = None
    return request


# --- lists by key -------------------------------------------------------------------------------


@pytest.fixture
def people(db) -> list[User]:
    names = ["Ada", "Ada", "Bea", "Cai", "Dee"]
    return [UserFactory(full_name=name) for name in names]


def walk(by: tuple[str, ...], size: int = 2) -> list[int]:
    seen, key = [], ""
    for _page in range(9):
        page = pages.page_by_key(User.objects.all(), key, by=by, size=size)
        seen += [person.pk for person in page]
        key = page.next_key
        if not key:
            return seen
    raise AssertionError("the list does not end")


@pytest.mark.parametrize(
    "by", [("full_name", "pk"), ("-full_name", "pk"), ("-joined_at", "-pk"), ("full_name", "-pk"), ("-pk",)]
)
def test_every_row_is_shown_once_and_in_order(people, by):
    assert walk(by) == [person.pk for person in User.objects.order_by(*by)]


@pytest.mark.parametrize("by", [("-joined_at", "-pk"), ("joined_at", "pk"), ("-pk",)])
def test_the_pages_of_a_compiled_question_are_the_same(people, by):
    made = []

    def joined(joined_at, pk):
        made.append(pk)
        return pages.rows_after(User.objects.all(), (joined_at, pk), by=by, size=2)

    def numbered(pk):
        made.append(pk)
        return pages.rows_after(User.objects.all(), (pk,), by=by, size=2)

    question = compiled(joined if len(by) == 2 else numbered)
    seen, key, shown = [], "", []
    for _page in range(3):
        page = pages.page_of(question, model=User, after=key, by=by, size=2)
        plain = pages.page_by_key(User.objects.all(), key, by=by, size=2)
        assert (page.items, page.next_key, page.first) == (plain.items, plain.next_key, plain.first)
        seen += page.items
        key = page.next_key
        shown.append(len(page))

    assert seen == list(User.objects.order_by(*by))
    assert (shown, key) == ([2, 2, 1], "")
    assert len(made) == 4, "for the two stand-ins of the first page, and of one with a key"


def test_the_longest_names_of_any_script_lead_to_the_next_page(db):
    longest = User._meta.get_field("full_name").max_length
    people = [UserFactory(full_name=letter * longest) for letter in "語😀"]

    key = pages.page_by_key(User.objects.all(), by=("full_name", "pk"), size=1).next_key

    assert walk(("full_name", "pk"), size=1) == [person.pk for person in User.objects.order_by("full_name", "pk")]
    assert len(people) == 2
    # A web server takes lines of about 4,000 bytes.
    assert len(key) < pages.LONGEST_KEY


def test_the_last_page_has_no_next_key(people):
    assert pages.page_by_key(User.objects.all(), size=5).next_key == ""
    assert len(pages.page_by_key(User.objects.all(), size=4)) == 4


def test_a_row_added_meanwhile_does_not_shift_the_next_page(people):
    first = pages.page_by_key(User.objects.all(), by=("full_name", "pk"), size=3)
    UserFactory(full_name="Aaron")

    second = pages.page_by_key(User.objects.all(), first.next_key, by=("full_name", "pk"), size=3)

    assert [person.full_name for person in second] == ["Cai", "Dee"]
    assert (first.first, second.first) == (True, False)


@pytest.mark.parametrize(
    "key", ["x", "!!!", "bnVsbA", "WzFd", "WyJ4IiwieCJd", "WyJ4Iiw5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "ÿ"]
)
def test_a_key_that_cannot_be_read_shows_a_page_and_no_error(people, key):
    assert pages.page_by_key(User.objects.all(), key, by=("full_name", "pk")) is not None


@pytest.mark.parametrize(
    ("by", "values"),
    [
        (("full_name", "pk"), [None, 1]),
        (("full_name", "pk"), ["Ada", None]),
        (("full_name", "pk"), ["A\x00", 1]),
        (("full_name", "pk"), ["\ud800", 1]),
        (("-joined_at", "-pk"), ["0001-01-01T00:00:00+14:00", 1]),
        (("-joined_at", "-pk"), ["9999-12-31T23:59:59-14:00", 1]),
        (("-joined_at", "-pk"), ["2026-01-01T00:00:00+00:00", 2**63]),
        (("-joined_at", "-pk"), ["2026-01-01T00:00:00+00:00", -(2**63) - 1]),
        (("-joined_at", "-pk"), ["2026-01-01T00:00:00+00:00", "1" + "0" * 30]),
        (("-joined_at", "-pk"), ["2026-01-01T00:00:00+00:00", 1e30]),
    ],
)
def test_a_key_that_no_database_can_be_asked_for_shows_the_first_page(people, by, values):
    key = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")

    page = pages.page_by_key(User.objects.all(), key, by=by)
    question = compiled(lambda first, pk: pages.rows_after(User.objects.all(), (first, pk), by=by))
    compiled_page = pages.page_of(question, model=User, after=key, by=by)

    assert page.items == compiled_page.items == pages.page_by_key(User.objects.all(), by=by).items
    assert page.first
    assert compiled_page.first


def test_a_page_takes_one_query(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        pages.page_by_key(User.objects.all(), size=2)


# --- panels -------------------------------------------------------------------------------------


class Name(forms.Form):
    name = forms.CharField()


@pytest.fixture
def drawn(monkeypatch):
    """What was asked to be drawn, by name; drawing itself is Django's."""
    calls = []

    def render(request, template, context, status):
        calls.append(template)
        return pages.HttpResponse(template, status=status)

    monkeypatch.setattr(pages, "render", render)
    return calls


def test_without_script_the_whole_page_comes_back(drawn):
    answer = pages.panel(asked(), "page.html", {"form": Name({})})

    assert (answer.status_code, drawn) == (422, ["page.html"])


def test_htmx_gets_the_panel_alone(drawn):
    answer = pages.panel(asked(htmx=True), "page.html", {"form": Name({"name": "Ada"})})

    assert (answer.status_code, drawn) == (200, ["page.html#panel"])
    assert answer["Vary"] == "HX-Request"


def test_htmx_gets_the_whole_page_back_from_its_history(drawn):
    pages.panel(asked(htmx=True, **{"HX-History-Restore-Request": "true"}), "page.html")

    assert drawn == ["page.html"]


def test_a_form_not_yet_sent_is_no_error(drawn):
    assert pages.panel(asked(), "page.html", {"form": Name()}).status_code == 200


def test_after_a_change_a_browser_without_script_is_sent_on():
    answer = pages.done(asked(), "/there/", "Saved.")

    assert (answer.status_code, answer["Location"]) == (302, "/there/")


def test_after_a_change_htmx_gets_the_panel_and_what_was_said(drawn):
    answer = pages.done(asked(htmx=True), "/there/", "Saved <it>.", template="page.html")

    assert (answer.status_code, drawn) == (200, ["page.html#panel"])
    assert b"Saved &lt;it&gt;." in answer.content
    assert b'hx-swap-oob="true"' in answer.content
    assert answer["Content-Location"] == "/there/"


def test_after_a_change_without_a_panel_htmx_is_sent_on():
    answer = pages.done(asked(htmx=True), "/there/")

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/there/")


# --- when something went wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (pages.bad_request, 400),
        (pages.forbidden, 403),
        (pages.not_found, 404),
        (pages.server_error, 500),
        (pages.csrf_failure, 403),
    ],
)
def test_the_pages_of_errors_are_the_same_bytes_for_everybody_and_have_no_form(rf, view, status):
    one, other = view(rf.get("/a")), view(rf.post("/b"))

    assert one.status_code == status
    assert one.content == other.content
    assert b"<form" not in one.content
    assert b"csrf" not in one.content.lower()
    assert b"<h1" in one.content
