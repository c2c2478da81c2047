"""What waits for a person's answer on their dashboard: asks, and briefs they are asked to sponsor; one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, F, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from assignments.models import RequestStatus, SponsorRequest
from stretchhub.compiled import compiled
from stretchhub.people.models import User
from stretchhub.people.models.person import name_of

from .models import Ask, AskKind, AskState

REQUEST = "request"


@dataclass(frozen=True)
class Question:
    """One thing to answer: `state` tells an ask from one passed on, `kind` an ask from a request to sponsor."""

    kind: str
    code: UUID
    state: str
    words: str
    why: str
    needed_by: date | None
    at: datetime
    title: str
    assignment: UUID | None
    asked_by: str

    @property
    def is_request(self) -> bool:
        return self.kind == REQUEST

    @property
    def may_delegate(self) -> bool:
        return self.state == AskState.OPEN

    @property
    def question(self) -> str:
        return self.words

    @property
    def kind_word(self) -> str:
        return str(AskKind(self.kind).label)


def asked_of(user: User) -> list[Question]:
    """What this person has to answer, what is needed first on top."""
    found = [Question(*row[:9], asked_by=name_of(*row[9:])) for row in _rows(user)]
    return sorted(found, key=lambda each: (each.needed_by or date.max, each.at))


@compiled
def _rows(user: User) -> QuerySet:
    """In the order of the fields of `Question`; the name of who asks comes last, in two parts."""
    asks = Ask.objects.waiting_for(user).annotate(kind_=F("kind"), state_=F("state"))
    waiting = SponsorRequest.objects.filter(sponsor=user, status=RequestStatus.ASKED)
    nothing = {"none_": Value(None, output_field=DateField()), "no_": Value(None, output_field=UUIDField())}
    requests = waiting.annotate(
        kind_=Value(REQUEST, output_field=CharField()), state_=F("status"), empty_=_text(Value("")), **nothing
    )
    return (
        asks.order_by()
        .annotate(words_=_text(F("question")), title_=_text(F("assignment__title")), why_=_text(F("why")))
        .values_list(
            "kind_", "code", "state_", "words_", "why_", "needed_by", "put_at", "title_", "assignment__code",
            "asked_by__full_name", "asked_by__preferred_name",
        )
        .union(
            requests.order_by()
            .annotate(title_=_text(F("version__brief__option__title")))
            .values_list(
                "kind_", "code", "state_", "empty_", "empty_", "none_", "asked_at", "title_", "no_",
                "asked_by__full_name", "asked_by__preferred_name",
            ),
            all=True,
        )
    )  # fmt: skip


def _text(what: Any) -> Cast:
    """As plain text, so that both halves of the question have the same kind of column."""
    return Cast(what, TextField())
