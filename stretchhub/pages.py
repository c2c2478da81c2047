"""What every page knows, lists read by key, panels that come back whole, and the pages of errors."""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from stretchhub.away import is_away
from stretchhub.typed import typed_words

PAGE_SIZE = 25
LONGEST_KEY = 3000
# The numbers that fit into the databases' widest whole number.
NUMBERS = range(-(2**63), 2**63)
# When to try again where something is away.
RETRY_SECONDS = 10


def site(request: HttpRequest) -> dict[str, object]:
    """The context of every template."""
    return {"DEMO": settings.DEMO, "SITE_URL": settings.SITE_URL}


# --- lists by key -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One stretch of a list and the key at which the next begins."""

    items: list[Any]
    next_key: str = ""
    first: bool = True

    def __iter__(self):
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def page_by_key(queryset: QuerySet, after: str = "", *, by: Sequence[str] = ("-pk",), size: int = PAGE_SIZE) -> Page:
    """The rows after a key, in the order of `by`: columns that are never empty, the last one unique.

    A key that cannot be read gives the first page: an address typed wrongly is no error.
    """
    values = _read_key(queryset.model, after, by)
    return _page(list(rows_after(queryset, values, by=by, size=size)), by, size, first=not values)


def page_of(
    question: Callable[..., list[Any]],
    *slots: Any,
    model: type[Model],
    after: str = "",
    by: Sequence[str] = ("-pk",),
    size: int = PAGE_SIZE,
) -> Page:
    """The same of a compiled question, whose last slots are the values of the key and None each on the first page."""
    values = _read_key(model, after, by)
    return _page(question(*slots, *(values or [None] * len(by))), by, size, first=not values)


def rows_after(queryset: QuerySet, values: Sequence[Any], *, by: Sequence[str], size: int = PAGE_SIZE) -> QuerySet:
    """The rows that come after these values, and one more than a page has, which says whether the list goes on."""
    rows = queryset.order_by(*by)
    if any(value is not None for value in values):
        rows = rows.filter(_beyond(by, values))
    return rows[: size + 1]


def _page(items: list[Any], by: Sequence[str], size: int, *, first: bool) -> Page:
    return Page(items[:size], _write_key(items[size - 1], by) if len(items) > size else "", first=first)


def _beyond(by: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows that come after these values: (a, b) > (x, y), written out column by column."""
    beyond, equal = Q(), Q()
    for name, value in zip(by, values, strict=True):
        column, sign = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        beyond |= equal & Q(**{f"{column}__{sign}": value})
        equal &= Q(**{column: value})
    return beyond


def _write_key(row: Model, by: Sequence[str]) -> str:
    values = []
    for name in by:
        value: Any = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part)
        values.append(value)
    raw = json.dumps(values, cls=_Exact, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class _Exact(DjangoJSONEncoder):
    """Keeps the microseconds, which the usual encoder cuts and so would show a row twice."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _read_key(model: type[Model], after: str, by: Sequence[str]) -> list[Any]:
    if not 0 < len(after) <= LONGEST_KEY:
        return []
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if not isinstance(values, list) or len(values) != len(by):
            return []
        read = [_field(model, name).to_python(value) for name, value in zip(by, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError, ValidationError):
        return []
    return read if all(_can_be_asked(value) for value in read) else []


def _can_be_asked(value: Any) -> bool:
    """Whether a database can compare with it: nothing empty, no letters or numbers it cannot keep, no end of time."""
    if isinstance(value, str):
        return not any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, datetime):
        return 1 < value.year < 9999
    if isinstance(value, int):
        return value in NUMBERS
    return value is not None


def _field(model: Any, name: str) -> Field:
    parts = name.lstrip("-").split("__")
    for part in parts[:-1]:
        model = model._meta.get_field(part).related_model
    return model._meta.pk if parts[-1] == "pk" else model._meta.get_field(parts[-1])


# --- panels -------------------------------------------------------------------------------------


def panel(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, part: str = "panel", status: int = 0
) -> HttpResponse:
    """The page, or for htmx only its partial `part`; 422 when a form in it has errors.

    Without script the same address shows the whole page, with what was typed still in it.
    """
    context = context or {}
    htmx = _wants_part(request)
    answer = render(request, f"{template}#{part}" if htmx else template, context, status=status or _status(context))
    if htmx:
        _say(request, answer)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def done(
    request: HttpRequest,
    to: Any,
    message: object = "",
    *,
    template: str = "",
    context: dict[str, Any] | None = None,
    part: str = "panel",
) -> HttpResponse:
    """After a change: htmx gets the panel anew when `template` is given; everybody else goes to `to`."""
    if message:
        messages.success(request, str(message))
    if not _wants_part(request):
        return redirect(to)
    if template:
        answer = panel(request, template, context, part=part, status=200)
        answer["Content-Location"] = redirect(to)["Location"]
        return answer
    return HttpResponse(status=204, headers={"HX-Redirect": redirect(to)["Location"]})


def _wants_part(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def _status(context: dict[str, Any]) -> int:
    forms = [value for value in context.values() if isinstance(value, BaseForm)]
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


def _say(request: HttpRequest, answer: HttpResponse) -> None:
    """What was said to the person goes with the panel, out of its band."""
    waiting = messages.get_messages(request)
    if len(waiting):
        words = render_to_string("components/messages.html", {"messages": waiting, "oob": True}, request)
        answer.content += words.encode()


# --- when something went wrong ------------------------------------------------------------------
# These pages are drawn without the request: the same bytes for whoever asks, and no form in them. Only what
# somebody typed comes back to them.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("403.html", {"typed": _typed(request)}), status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(render_to_string("404.html", {"typed": _typed(request)}), status=404)


def signed_out(request: HttpRequest) -> HttpResponse:
    """A form sent after the session had ended: the way in and back to its page, and the words to be copied."""
    login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': _form_page(request)})}"
    context = {"typed": _typed(request), "login": login}
    return HttpResponse(render_to_string("signed_out.html", context), status=403)


def _form_page(request: HttpRequest) -> str:
    """Where the form stood, if that is a page of ours; else where it was sent."""
    before, here = request.headers.get("Referer", ""), f"{request.scheme}://{request.get_host()}/"
    return before.removeprefix(here.removesuffix("/")) if before.startswith(here) else request.path


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The words of a form that cannot be saved: of one whose token was asked for, so it came from a page of ours."""
    match = request.resolver_match
    if request.method != "POST" or match is None or getattr(match.func, "csrf_exempt", False):
        return []
    return typed_words(request.POST)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or 503 with what was typed, where the database or the disk is away and it will work again."""
    if not is_away(sys.exception()):
        return HttpResponse(render_to_string("500.html"), status=500)
    answer = HttpResponse(render_to_string("503.html", {"typed": _typed_so_far(request)}), status=503)
    answer["Retry-After"] = RETRY_SECONDS
    return answer


def _typed_so_far(request: HttpRequest) -> list[tuple[str, str]]:
    """Also where the database was away before it was known which page this is for, or what was sent cannot be read."""
    try:
        return _typed(request) or _typed_here(request)
    except Exception:
        return []


def _typed_here(request: HttpRequest) -> list[tuple[str, str]]:
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    return typed_words(request.POST) if ours else []


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere: say so, and give back the words of one of ours."""
    return HttpResponse(render_to_string("403_csrf.html", {"typed": _typed_here(request)}), status=403)
