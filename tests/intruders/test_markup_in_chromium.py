"""Markup in every text that people wrote, on every page, in a real browser with a trap: nothing of it runs.

The pages are served without the content policy, so that escaping alone must hold, and their own scripts run. In the
sample one set of payloads stands in all texts at once; with all tests each payload stands in each text once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import connection, models, transaction
from playwright.sync_api import Browser, Route

from tests.access_table import TABLE
from tests.asked import ALL
from tests.intruders.payloads import XSS
from tests.test_access import browser as signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.real]

SITE = "http://hub.example"
READ = [row for row in TABLE if row.get and not row.name.startswith(("account_", "mfa_"))]
PAGES = READ if ALL else READ[::12]
ROUNDS = range(len(XSS)) if ALL else [0]
APPS = {"assignments", "reviews", "sponsors", "people", "notices", "insights"}
# Names that the product itself goes by, and what a page is checked against.
KEYS = {"sha256", "digest", "body_digest", "key", "kind", "form", "about", "route", "result", "password", "locale",
        "time_zone", "file", "code", "email", "content_type", "message_id", "dedup_key", "check_code", "fingerprint",
        "quarter", "verb", "owner", "last_error", "subject", "content"}  # fmt: skip
MARK = re.compile(r"canary-\d+-[0-9a-f]{8}")
KINDS_OF_FILE = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}

TRAP = """
window.hits = [];
window.trap = (...said) => { window.hits.push(String(said)); };
for (const name of ["alert", "confirm", "prompt"]) window[name] = window.trap;
"""
# What would run as soon as somebody touches it: none of our own pages has any.
LURKING = """() => {
  const found = [];
  for (const each of document.querySelectorAll("*")) {
    for (const { name, value } of each.attributes) {
      if (name.startsWith("on") || /^(data-)?hx-on/.test(name) || name === "srcdoc" || name === "style")
        found.push(`${each.tagName} ${name}=${value}`);
      if (/^(href|src|action|formaction|xlink:href|data)$/.test(name) && /^[\\s\\0]*(javascript|data:text|vbscript)/i.test(value))
        found.push(`${each.tagName} ${name}=${value}`);
      if (/^(href|src|action|formaction|data)$/.test(name) && each.tagName !== "A" && /evil\\.example/.test(value))
        found.push(`${each.tagName} ${name}=${value}`);
    }
    if (/^(IFRAME|OBJECT|EMBED|BASE|MARQUEE|STYLE|MATH)$/i.test(each.tagName)) found.push(each.tagName);
    if (each.tagName === "SCRIPT" && !each.src.startsWith(location.origin + "/static/") && each.type !== "application/json")
      found.push(`SCRIPT ${each.textContent.slice(0, 40)}`);
  }
  return found;
}"""  # noqa: E501


def texts() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Where people's own words are kept."""
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        for field in model._meta.concrete_fields:
            words = type(field) in (models.CharField, models.TextField, models.URLField) and not field.choices
            if words and field.name not in KEYS and not field.unique and not field.primary_key:
                yield model, field


def fill(number: int) -> int:
    """Put payloads into all of them; a constraint that refuses one keeps the words that are there."""
    places, filled = count(number), 0
    for model, field in texts():
        at = next(places)
        fits = [each for each in XSS[at % len(XSS) :] + XSS[: at % len(XSS)] if len(each) <= (field.max_length or 9999)]
        if not fits:
            continue
        try:
            with transaction.atomic():
                model._base_manager.exclude(**{field.name: ""}).update(**{field.name: fits[0]})
                connection.check_constraints()
            filled += 1
        except Exception as error:
            if "onstraint" not in str(error):
                raise
    return filled


def fill_frozen(number: int) -> int:
    """The same within what is kept as JSON: frozen packets and documents, drafts, answers; where a marker stands."""
    filled = 0
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        for field in model._meta.concrete_fields:
            if type(field) is models.JSONField or (type(field) is models.TextField and field.name == "content"):
                filled += sum(_plant(thing, field.name, number) for thing in model._base_manager.all())
    return filled


def _plant(thing: models.Model, name: str, number: int) -> int:
    kept = getattr(thing, name)
    told = json.dumps(kept) if not isinstance(kept, str) else kept
    planted, count_of = MARK.subn(lambda found: json.dumps(XSS[(number + found.start()) % len(XSS)])[1:-1], told)
    if count_of:
        value = planted if isinstance(kept, str) else json.loads(planted)
        type(thing)._base_manager.filter(pk=thing.pk).update(**{name: value})
    return count_of


def served(address: str, bodies: dict[str, tuple[bytes, str]], asked: list[str]):
    """The page as the server made it, its own static files, and a note of whatever else it asks for."""

    def answer(route: Route) -> Any:
        url = route.request.url
        path = url.removeprefix(SITE).partition("?")[0]
        if url.startswith(SITE) and path in bodies:
            body, kind = bodies[path]
            return route.fulfill(status=200, body=body, content_type=kind)
        if url.startswith(f"{SITE}/static/") and (found := finders.find(path.removeprefix("/static/"))):
            with open(found, "rb") as file:
                return route.fulfill(body=file.read(), content_type=KINDS_OF_FILE.get(path.rpartition(".")[2], ""))
        if not url.startswith((SITE, "data:")):
            asked.append(url)
        return route.abort()

    return answer


@pytest.mark.parametrize("number", ROUNDS)
def test_nothing_that_people_typed_runs_on_any_page(world, browser: Browser, number):
    context = browser.new_context()
    context.add_init_script(TRAP)
    page = context.new_page()
    wrong, shown = [], 0
    with transaction.atomic():
        filled, frozen = fill(number), fill_frozen(number)
        pages = []
        for row in PAGES:
            person = "mentee" if "mentee" in row.get else sorted(row.get)[0]
            answer = signed_in(world, person).get(world.address(row))
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                pages.append((world.address(row), answer.content))
        transaction.set_rollback(True)
    for address, body in pages:
        asked: list[str] = []
        page.route("**/*", served(address, {address: (body, "text/html; charset=utf-8")}, asked))
        page.goto(f"{SITE}{address}", wait_until="load")
        found = [*page.evaluate("window.hits"), *page.evaluate(LURKING), *asked]
        wrong += [f"{address}: {each}" for each in found]
        shown += any(mark in body for mark in (b"trap()", b"evil.example"))
        page.unroute("**/*")
    context.close()
    assert not wrong, "\n".join(wrong)
    assert (filled > 150, frozen > 20) == (True, True), (filled, frozen)
    assert shown * 2 > len(pages)


def test_the_trap_closes_on_a_page_that_does_not_escape(browser: Browser):
    context = browser.new_context()
    context.add_init_script(TRAP)
    page, asked = context.new_page(), []
    unsafe = "".join(f"<div>{each}</div>" for each in XSS[:90:7])
    page.route("**/*", served("/", {"/": (f"<!doctype html>{unsafe}".encode(), "text/html")}, asked))
    page.goto(f"{SITE}/", wait_until="load")

    assert page.evaluate("window.hits.length") > 0
    assert page.evaluate(LURKING)
    context.close()
