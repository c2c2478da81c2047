"""A sponsor's stored dashboard, and whether something has happened since it was built."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from assignments.models import DashboardChange
from stretchhub import replica
from stretchhub.compiled import compiled
from stretchhub.people.models import User

from .models import DashboardSnapshot


def stored_for(user: User) -> Any:
    """The one row there may be.

    What it is and whether it is behind is what the database says now. Its content, which is nearly all of it, may come
    from a replica: only of that very build, so that one which is a little late shows nothing that is no longer so.
    """
    if replica.use.may():
        found = next(iter(_heads(user)), None)
        if found is None or _filled(found):
            return found
    return next(iter(_stored(user)), None)


def _filled(found: Any) -> bool:
    same = {"pk": found.pk, "generation": found.generation, "as_of": found.as_of}

    def ask(alias: str) -> list[Any]:
        return list(DashboardSnapshot.objects.using(alias).filter(**same).values_list("content", flat=True))

    for content in replica.answer(ask) or ():
        found.content = content
        return True
    return False


@compiled
def _stored(user: Any) -> QuerySet[DashboardSnapshot]:
    return _of(user)


@compiled
def _heads(user: Any) -> QuerySet[DashboardSnapshot]:
    return _of(user).defer("content", "digested")


def _of(user: Any) -> QuerySet[DashboardSnapshot]:
    behind = DashboardChange.objects.filter(sponsor=OuterRef("sponsor"))
    return DashboardSnapshot.objects.visible_to(user).annotate(behind=Exists(behind))
