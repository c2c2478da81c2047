"""Something planned for a person on a day: what their calendar shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Planned:
    """A title on a day and nothing more; `name` stays the same for as long as the thing exists.

    With `zone` it is a talk of some minutes at the usual hour there, without it a whole day.
    """

    name: str
    title: str
    day: date
    zone: ZoneInfo | None = None
    minutes: int = 0
