"""Hours and load in words, with something practical to try; for mentee and mentor alone."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .stretch_words import plain
from .workload import Guard


def load_sentence(guard: Guard) -> str:
    """One sentence on hours against the agreement, or on what is too much."""
    parts = dict(guard.parts)
    words = {"lately": plain(parts.get("lately")), "agreed": plain(parts.get("agreed"))}
    return {
        "strained": _("The load was 4 or 5 at two check-ins running. That is too much to carry on unchanged."),
        "too_full": _("With about %(lately)s hours for this the week is too full to stay like that."),
        "not_told": _("Nobody has said yet how many hours it takes; the next check-in asks."),
        "over_agreed": _("About %(lately)s hours a week lately, %(agreed)s agreed. Something should come off."),
        "under_agreed": _("About %(lately)s hours a week lately, %(agreed)s agreed. What keeps you from the rest?"),
        "as_agreed": _("About %(lately)s hours a week lately, %(agreed)s agreed. That fits."),
    }[guard.reason.code] % words


def prompts(guard: Guard) -> tuple[str, ...]:
    """Practical questions about time; few, and only those that fit."""
    over = (
        _("Which two hours of last week could somebody else have had, or nobody?"),
        _("What came on since the start, and what came off for it?"),
        _("Put the hours of this work into the calendar as blocks, before the week fills up."),
    )
    return {
        "strained": (
            _("Name the one thing that may slip this fortnight, and tell whoever waits for it."),
            *over[:2],
        ),
        "too_full": over,
        "over_agreed": over,
        "under_agreed": (
            _("Two blocks of ninety minutes beat ten of twenty: which two are yours this week?"),
            _("Who takes what the charter says is covered, and do they know?"),
        ),
    }.get(guard.reason.code, ())
