"""Changes of scope that wait for a person's decision on Today; a part of the one query of the short lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DateField, F, QuerySet, Value
from django.utils.translation import gettext as _

from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.people.models.person import name_of
from stretchhub.waiting import Waiting

from .models import ScopeChange


def scope_rows(user: User) -> QuerySet:
    """Those that this person has the right to decide."""
    return (
        ScopeChange.objects.waiting_for(user)
        .values(
            due=Value(None, output_field=DateField()), what=Value("scope_change"), thing=F("code"), words=F("title")
        )
        .annotate(
            about=F("assignment__title"),
            inside=F("code"),
            who=F("asked_by__full_name"),
            called=F("asked_by__preferred_name"),
        )
    )


def _to_decide(row: dict[str, Any], day: date) -> Waiting:
    names = {"title": row["words"], "who": name_of(row["who"], row["called"]), "work": row["about"]}
    return Waiting(
        "scope_change",
        _("Decide about “%(title)s”") % names,
        _("%(who)s would like to change what was agreed for “%(work)s”.") % names,
        link("assignments:scope-decide", row["thing"]),
        _("Read and decide"),
        in_place=True,
    )


SCOPE_LINES = {"scope_change": _to_decide}
