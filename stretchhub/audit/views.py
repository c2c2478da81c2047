"""The audit trail, for HR and administrators: who did what to which object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stretchhub.pages import page_by_key

from .models import AuditEntry
from .standing import standing

PAGE = 50


@dataclass(frozen=True)
class Line:
    entry: AuditEntry
    what: str
    kind: str
    person: Any

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """Flat, in the order in which they were written down."""
        return list(_flat(self.entry.facts))


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    if not (request.user.is_hr or request.user.is_administrator):
        raise PermissionDenied
    who, kind = request.GET.get("who", "").replace("\x00", "").strip()[:254], request.GET.get("kind", "")[:80]
    kinds = _kinds()
    if kind not in kinds:
        kind = ""
    page = page_by_key(_found(who, kind), request.GET.get("after", ""), by=("-id",), size=PAGE)
    context = {
        "standing": standing(),
        "page": page,
        "lines": _lines(page.items),
        "who": who,
        "kind": kind,
        "kinds": sorted(kinds.items(), key=lambda pair: pair[1]),
        "keep": urlencode({"who": who, "kind": kind}) + "&",
    }
    return render(request, "audit/trail.html", context)


def _found(who: str, kind: str) -> QuerySet:
    """By who did it (an e-mail address, or part of a name) and by kind of object."""
    entries = AuditEntry.objects.newest_first()
    if who:
        by = {"email": who.lower()} if "@" in who else {"full_name__icontains": who}
        entries = entries.filter(actor__in=get_user_model().objects.filter(**by).values("pk"))
    return entries.filter(object_type=kind) if kind else entries


def _flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name} ")
        else:
            yield f"{before}{name}", ", ".join(map(str, value)) if isinstance(value, list) else value


def _kinds() -> dict[str, str]:
    """Every kind of object there is an entry for could be, by its name in the trail."""
    own = [config for config in apps.get_app_configs() if config.module.__name__.startswith(_OURS)]
    return {model._meta.label_lower: str(model._meta.verbose_name) for config in own for model in config.get_models()}


_OURS = ("stretchhub", "assignments", "reviews", "sponsors")


def _lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """The entries with their objects' kinds in words, and the name where the object is a person."""
    kinds = _kinds()
    user = get_user_model()
    label = user._meta.label_lower
    people = user.objects.in_bulk([entry.object_id for entry in entries if entry.object_type == label])
    return [
        Line(
            entry=entry,
            what=entry.verb.replace(".", " · ").replace("_", " "),
            kind=kinds.get(entry.object_type, entry.object_type),
            person=people.get(entry.object_id) if entry.object_type == label else None,
        )
        for entry in entries
    ]
