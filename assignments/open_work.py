"""The work of a person that is not over, in the columns that Today asks of it: for its lines and for its cards."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max, OuterRef, QuerySet, Subquery
from orjson import loads

from stretchhub.compiled import compiled
from stretchhub.gathered import Listed
from stretchhub.localtime import zone_of
from stretchhub.people.models import User
from stretchhub.people.models.person import initials_of, name_of
from stretchhub.plain import Plain

from .models import Assignment, CharterAcknowledgement, Evidence, Status
from .models.assignment import part_in


class Somebody(NamedTuple):
    """Mentee or mentor; what is asked of them here has the names the model gives it."""

    pk: int
    full_name: str
    preferred_name: str
    time_zone: str
    working_days: str

    @property
    def name(self) -> str:
        return name_of(self.full_name, self.preferred_name)

    @property
    def initials(self) -> str:
        return initials_of(self.name)

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.time_zone)


class Work(NamedTuple):
    """An assignment as one row; `rhythm` is None without a charter, `agreed` whether the person acknowledged it."""

    pk: int
    code: str
    title: str
    outcome: str
    status: str
    pause_reason: str
    starts_on: date | None
    resumed_on: date | None
    sponsor_id: int | None
    rhythm: str | None
    agreed: bool
    evidence_on: date | None
    mentee: Somebody
    mentor: Somebody

    def part_of(self, user: User) -> str:
        """What this person is here: mentee, mentor, sponsor, or nothing."""
        return part_in(user, mentee_id=self.mentee.pk, mentor_id=self.mentor.pk, sponsor_id=self.sponsor_id)


def open_work(user: User) -> list[Work]:
    """What this person does, mentors or sponsors, newest first; one query."""
    return [_work(*row) for row in _rows(user)]


def _work(*row: Any) -> Work:
    *own, agreed, evidence_on, mentee, mentor = row
    return Work(*own, agreed is not None, evidence_on, Somebody(*loads(mentee)), Somebody(*loads(mentor)))


@compiled
def _rows(user: User) -> QuerySet:
    agreed = CharterAcknowledgement.objects.filter(
        charter=OuterRef("charter"), charter_version=OuterRef("charter__version"), person=user
    )
    last = Evidence.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment")
    own = ("title", "outcome", "status", "pause_reason", "starts_on", "resumed_on", "sponsor_id", "charter__rhythm")
    return (
        Assignment.objects.visible_to(user)
        .exclude(status=Status.CLOSED)
        .annotate(
            agreed=Subquery(agreed.order_by().values("pk")[:1]),
            evidence_on=Subquery(last.values(last=Max("happened_on"))),
            of_mentee=_somebody("mentee"),
            of_mentor=_somebody("mentor"),
        )
        .order_by("-created_at", "-pk")
        .values_list("pk", Plain("code"), *own, "agreed", "evidence_on", "of_mentee", "of_mentor")
    )


def _somebody(part: str) -> Subquery:
    """Looked up by their key for each row: for a join all people would be read."""
    person = User.objects.filter(pk=OuterRef(part)).order_by()
    return Subquery(person.annotate(row=Plain(Listed(*Somebody._fields))).values("row")[:1])
