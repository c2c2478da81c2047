"""Who has stretch work, and who waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.models import Assignment, Mentorship
from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.markup import format_html, format_html_join
from stretchhub.pages import Page, page_by_key, page_of, rows_after
from stretchhub.people.departments import of_department
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import words
from ..models import Standing, Step, Wait
from ..rules import can_read_programme
from ..running import stretches

LONGEST = 300
MOST_MENTORS = 200
LONGEST_FIRST = ("activated_at", "pk")
PEOPLE = ("mentee", "mentor", "sponsor", "charter")


@require_safe
def stretch(request: HttpRequest) -> HttpResponse:
    """Everybody with running work, the longest first; how many that are was counted last night."""
    require(can_read_programme(request.user))
    wanted = _wanted(request, "department", "mentor")
    page = _with_work(request.user, wanted, request.GET.get("after", ""))
    return _page(request, "stretch", page, wanted, lines=stretches(page.items))


def _with_work(user: User, wanted: dict[str, str], after: str) -> Page:
    if user.is_hr and not any(wanted.values()):
        return page_of(_everybody, model=Assignment, after=after, by=LONGEST_FIRST)
    rows = Assignment.objects.on_record_for(user).running().select_related(*PEOPLE)
    if wanted["department"]:
        rows = rows.filter(of_department(wanted["department"], "mentee__department"))
    return page_by_key(_of_mentor(rows, wanted["mentor"]), after, by=LONGEST_FIRST)


@compiled
def _everybody(activated_at: datetime | None, pk: int | None) -> QuerySet:
    """For HR, which may read everybody's record."""
    rows = Assignment.objects.running().select_related(*PEOPLE)
    return rows_after(rows, (activated_at, pk), by=LONGEST_FIRST)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Everybody with a mentor and nothing that runs, whoever waits longest first, and what is missing next."""
    require(can_read_programme(request.user))
    wanted = _wanted(request, "department", "mentor", "step")
    rows = Wait.objects.visible_to(request.user)
    if wanted["department"]:
        rows = rows.in_department(wanted["department"])
    if wanted["step"] in Step.values:
        rows = rows.filter(step=wanted["step"])
    rows = _of_mentor(rows, wanted["mentor"]).select_related("person", "mentor")
    page = page_by_key(rows, request.GET.get("after", ""), by=("since", "pk"))
    day = today(request.user.zone)
    lines = [
        (wait, words.days(max((day - wait.since).days, 0)), words.missing(wait.step, wait.written)) for wait in page
    ]
    return _page(request, "waiting", page, wanted, lines=lines, steps=Step.choices)


def _wanted(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in names}


def _of_mentor(rows: QuerySet, typed: str) -> QuerySet:
    """Each word stands in the mentor's name; who that is is asked once and not for each row."""
    words_typed = typed.split()[:8]
    if not words_typed:
        return rows
    mentors = User.objects.filter(Exists(Mentorship.objects.filter(mentor=OuterRef("pk"))))
    for word in words_typed:
        mentors = mentors.filter(full_name__icontains=word)
    return rows.filter(mentor__in=list(mentors.values_list("pk", flat=True)[:MOST_MENTORS]))


def _page(request: HttpRequest, name: str, page: Any, wanted: dict[str, str], **more: Any) -> HttpResponse:
    kept = {key: value for key, value in wanted.items() if value}
    standing = Standing.objects.filter(as_of__isnull=False).first()
    context = {
        "page": page,
        "wanted": wanted,
        "narrowed": bool(kept),
        "keep": f"{urlencode(kept)}&" if kept else "",
        "standing": standing,
        "told": standing.content if standing else {},
        "departments": _departments(standing, wanted["department"]),
        "middle": words.days(standing.content["median"]) if standing else "",
        "by_step": _by_step(standing),
        **more,
    }
    return render(request, f"insights/{name}.html", context)


def _by_step(standing: Standing | None) -> list[dict[str, Any]]:
    counted = standing.content["steps"] if standing else {}
    return [
        {"step": step, "name": name, "n": counted[step][0], "median": words.days(counted[step][1])}
        for step, name in Step.choices
        if step in counted
    ]


def _departments(standing: Standing | None, chosen: str) -> str:
    """The departments to choose from, as options: a few hundred of them would be half the time of the page."""
    known = standing.content["departments"] if standing else []
    if chosen and chosen not in known:
        known = [chosen, *known]
    before, after = known, []
    if chosen:
        at = known.index(chosen)
        before, after = known[:at], known[at + 1 :]
    named = format_html('<option value="{0}" selected>{0}</option>', chosen) if chosen else ""
    return format_html("{}{}{}", _options(before), named, _options(after))


def _options(paths: list[str]) -> str:
    return format_html_join("", '<option value="{0}">{0}</option>', ((path,) for path in paths))
