"""One line of Today: what waits for a person, why, and the one action that answers it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import DateField, Value

CODE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# No line of its own: `title` is the subject of one that is put off, `due_on` the day on which it comes back.
PUT_OFF = "put_off"
# What stands in the columns of a line that has no day, or names nobody, where many kinds of lines are one query.
NO_DAY = Value(None, output_field=DateField())
NOBODY = Value("")
# The same thing under two names, before its day and after it.
ONE_THING = {"milestone_overdue": "milestone_soon"}


@dataclass(frozen=True)
class Waiting:
    """Something that waits for somebody.

    `title` says what to do, `reason` why it matters now, `url` opens the thing. With `post_url`
    the action is one button pressed in place; without it the button is a link to `url`, and where
    `in_place` says so its page has a short form marked data-answer that Today opens below the line.
    """

    kind: str
    title: str
    reason: str
    url: str
    action: str
    due_on: date | None = None
    post_url: str = ""
    in_place: bool = False

    @property
    def subject(self) -> str:
        """What waits, by a name that stays the same from day to day: its kind and the code in its address."""
        codes = CODE.findall(self.post_url or self.url)
        return f"{ONE_THING.get(self.kind, self.kind)}:{codes[-1] if codes else ''}"

    def urgency(self) -> tuple[bool, date, str]:
        """Most pressing first: what has a day, the oldest day first, then the rest by title."""
        return (self.due_on is None, self.due_on or date.max, self.title)
