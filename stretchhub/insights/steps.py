"""At which step somebody waits, from what is there. Nothing of Django in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assignments.method import Reason

# In the order in which one leads to the next.
STEPS = ("goal", "option", "brief", "sponsor", "charter")


@dataclass(frozen=True)
class Facts:
    """What is there of one mentorship: whether, and not a word of it."""

    started_on: date
    goal: bool = False
    option: bool = False
    endorsed: bool = False
    accepted: bool = False
    charter: bool = False


@dataclass(frozen=True)
class Waiting:
    """The step that comes next (`value`) and since when somebody waits; `parts` is the place of the mentorship.

    The reason says what is missing: `no_goal`, `no_option`, `no_endorsed_brief`, `no_sponsor`, `no_charter` or
    `not_agreed`.
    """

    value: str
    reason: Reason
    since: date
    parts: tuple[int]


def step_of(facts: Facts) -> tuple[str, str]:
    """The step that comes next, and what is missing for it."""
    if facts.accepted:
        return "charter", "not_agreed" if facts.charter else "no_charter"
    if facts.endorsed:
        return "sponsor", "no_sponsor"
    if facts.option:
        return "brief", "no_endorsed_brief"
    return ("option", "no_option") if facts.goal else ("goal", "no_goal")


def waiting(mentorships: Sequence[Facts], last_closed: date | None) -> Waiting:
    """One person, by the mentorship that is furthest; since the first mentorship, or the end of the last work."""
    found = [step_of(facts) for facts in mentorships]
    furthest = max(range(len(found)), key=lambda at: (STEPS.index(found[at][0]), mentorships[at].charter, -at))
    since = min(facts.started_on for facts in mentorships)
    if last_closed is not None:
        since = max(since, last_closed)
    step, missing = found[furthest]
    return Waiting(step, Reason(missing), since, (furthest,))
