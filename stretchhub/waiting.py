"""One line of Today: what waits for a person, why, and the one action that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Waiting:
    """Something that waits for somebody.

    `title` says what to do, `reason` why it matters now, `url` opens the thing. With `post_url`
    the action is one button pressed in place; without it the button is a link to `url`.
    """

    kind: str
    title: str
    reason: str
    url: str
    action: str
    due_on: date | None = None
    post_url: str = ""
    person: object | None = None

    def urgency(self) -> tuple[bool, date, str]:
        """Most pressing first: what has a day, the oldest day first, then the rest by title."""
        return (self.due_on is None, self.due_on or date.max, self.title)
