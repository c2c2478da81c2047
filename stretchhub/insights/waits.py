"""Who waits for stretch work, read for a whole organisation in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from assignments.models import Assignment, BriefStatus, BriefVersion, Charter, Goal, Mentorship, Option, Status
from assignments.models.option import OPEN

from .models import Wait
from .standing_now import whole_path
from .steps import Facts, waiting

OF = OuterRef("pk")
ENDORSED = (BriefStatus.ENDORSED, BriefStatus.SPONSOR_DECLINED)
CHUNK = 2000
COLUMNS = (
    "pk", "mentee_id", "mentor_id", "mentee__department", "started_on",
    "goal", "option", "endorsed", "accepted", "charter", "last_closed",
)  # fmt: skip


def people_who_wait() -> Iterator[Wait]:
    """A row for each person who has a mentor and nothing that runs, not yet saved; one query."""
    rows = _mentorships().order_by("mentee_id", "started_on", "pk").values_list(*COLUMNS, named=True)
    for _mentee, own in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row.mentee_id):
        yield _wait(list(own))


def _mentorships() -> QuerySet:
    running = Assignment.objects.running().filter(mentee=OuterRef("mentee"))
    closed = Assignment.objects.filter(mentee=OuterRef("mentee"), status=Status.CLOSED).order_by("-closed_at")
    open_options = Option.objects.filter(mentorship=OF, stage__in=OPEN)
    versions = BriefVersion.objects.filter(
        brief__option__mentorship=OF, brief__option__stage__in=OPEN, status__in=ENDORSED
    )
    begun = {"option__mentorship": OF, "status": Status.CHARTERING}
    return (
        Mentorship.objects.running()
        .filter(~Exists(running), mentee__is_active=True)
        .annotate(
            goal=Exists(Goal.objects.open().filter(mentorship=OF)),
            option=Exists(open_options),
            endorsed=Exists(versions),
            accepted=Exists(Assignment.objects.filter(**begun)),
            charter=Exists(Charter.objects.filter(**{f"assignment__{name}": value for name, value in begun.items()})),
            last_closed=Subquery(closed.values("closed_at")[:1]),
        )
    )


def _wait(rows: list[Any]) -> Wait:
    facts = [Facts(row.started_on, row.goal, row.option, row.endorsed, row.accepted, row.charter) for row in rows]
    closed = rows[0].last_closed
    found = waiting(facts, closed.date() if closed else None)
    row = rows[found.parts[0]]
    return Wait(
        person_id=row.mentee_id,
        mentor_id=row.mentor_id,
        department=whole_path(row.mentee__department),
        since=found.since,
        step=found.value,
        written=found.reason.code == "not_agreed",
    )
