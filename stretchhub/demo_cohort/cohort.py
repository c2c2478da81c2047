"""What every builder of the demo needs: the seeded dice, the calendar, the people, the words."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from assignments.models import Competency
from reviews.models import Criterion, ReviewCycle
from stretchhub.audit.models import AuditEntry
from stretchhub.people.models import User

from .calendar import Calendar


@dataclass
class Cohort:
    rng: random.Random
    calendar: Calendar
    people: dict[str, User] = field(default_factory=dict)
    competencies: dict[str, Competency] = field(default_factory=dict)
    criteria: dict[str, Criterion] = field(default_factory=dict)
    cycles: dict[str, ReviewCycle] = field(default_factory=dict)
    trail: list[AuditEntry] = field(default_factory=list)

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

    def competencies_of(self, tags: Iterable[str]) -> list[Competency]:
        """The competencies that these tags stand for, each once."""
        return list(dict.fromkeys(self.competencies[tag] for tag in tags))


Story = dict[str, Any]
