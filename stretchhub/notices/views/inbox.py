"""What a person has been told, on the page: newest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stretchhub.env import now
from stretchhub.pages import Page, done, page_by_key

from .. import kinds
from ..kinds import Letter
from ..models import Notice, NoticeQuerySet
from ..writing import letter


@dataclass(frozen=True)
class Line:
    """One notice with its words as they are true now."""

    notice: Notice
    letter: Letter


def _mine(request: HttpRequest) -> NoticeQuerySet:
    """Due, still counting, and fit for a page."""
    return Notice.objects.inbox(request.user).filter(due_at__lte=now()).exclude(kind__in=kinds.not_on_page())


def _lines(request: HttpRequest, page: Page) -> list[Line]:
    """The page's notices that are not settled yet, in a fixed number of queries."""
    things = kinds.load_things(page.items)
    lines = []
    for notice in page:
        kind, thing = kinds.get(notice.kind), things[notice.pk]
        notice.recipient = request.user
        words = letter(notice, thing, kind) if kind is not None and thing is not None else None
        if words is not None:
            lines.append(Line(notice, words))
    return lines


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page = page_by_key(_mine(request), request.GET.get("after", ""), by=("-due_at", "-pk"))
    lines = _lines(request, page)
    unread = any(line.notice.read_at is None for line in lines)
    return render(request, "notices/inbox.html", {"page": page, "lines": lines, "unread": unread})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one as read, or all of them."""
    mine = _mine(request)
    if one := request.POST.get("notice", ""):
        mine = mine.filter(pk=get_object_or_404(mine, pk=int(one) if one.isdecimal() and len(one) < 19 else 0).pk)
    mine.unread().update(read_at=now())
    return done(request, "notices:inbox", _("Marked as read."))
