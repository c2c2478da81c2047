"""What every builder of the demo needs: the seeded dice, the calendar, the people, the words."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Model

from assignments.models import Competency, Opportunity
from assignments.models.stretch import Component
from reviews.models import Criterion, Review, ReviewCycle
from stretchhub.audit.models import AuditEntry
from stretchhub.notices.models import Notice, State
from stretchhub.notices.outbox import key_of
from stretchhub.people.models import User

from .calendar import Calendar

# How many days of messages are kept, and how old those are that are still unread.
NOTICES_KEPT = 60
UNREAD_SINCE = 6

Story = dict[str, Any]


@dataclass
class Cohort:
    rng: random.Random
    calendar: Calendar
    people: dict[str, User] = field(default_factory=dict)
    competencies: dict[str, Competency] = field(default_factory=dict)
    criteria: dict[str, Criterion] = field(default_factory=dict)
    pool: dict[str, tuple[Opportunity, Story]] = field(default_factory=dict)
    cycles: dict[str, ReviewCycle] = field(default_factory=dict)
    # Reviews that became final, with what is told of them.
    finals: list[tuple[Review, Story]] = field(default_factory=list)
    trail: list[AuditEntry] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def code(self) -> uuid.UUID:
        """The next address of something people link to, from the seed."""
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def moment(self, offset: int, hour: int, person: User) -> datetime:
        return self.calendar.moment(offset, hour, person.zone)

    def remember(self, by: User | None, verb: str, thing: Model, at: datetime, fields: Iterable[str] = ()) -> None:
        """Note for the audit trail what somebody did back then."""
        self.trail.append(
            AuditEntry(
                at=at,
                actor=by,
                verb=verb,
                object_type=thing._meta.label_lower,
                object_id=thing.pk,
                fields=sorted(fields),
            )
        )

    def tell(self, person: User, kind: str, thing: Model, at: datetime) -> None:
        """Note that a message went out back then; read by now unless it is of the last days."""
        oldest = datetime.combine(self.calendar.today - timedelta(days=NOTICES_KEPT), time.min, tzinfo=UTC)
        if at < oldest:
            return
        sent_at = at + timedelta(seconds=self.rng.randrange(4, 50))
        read = sent_at < oldest + timedelta(days=NOTICES_KEPT - UNREAD_SINCE)
        self.notices.append(
            Notice(
                key=key_of(kind, thing, recipient=person),
                kind=kind,
                recipient=person,
                object_type=thing._meta.label_lower,
                object_id=thing.pk,
                due_at=at,
                created_at=at,
                state=State.SENT,
                attempts=1,
                data_started_at=sent_at,
                sent_at=sent_at,
                read_at=sent_at + timedelta(minutes=self.rng.randrange(5, 300)) if read else None,
                message_id=f"<{self.code()}@localhost>",
            )
        )

    def competencies_of(self, tags: Iterable[str]) -> list[Competency]:
        """The competencies that these tags stand for, each once."""
        return list(dict.fromkeys(self.competencies[tag] for tag in tags))

    def by_component(self, levels: Sequence[int]) -> Iterator[tuple[Component, int]]:
        """The ten levels of a row with their components, without those that are 0."""
        return ((component, level) for component, level in zip(Component, levels, strict=True) if level)
