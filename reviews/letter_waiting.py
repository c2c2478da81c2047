"""What waits of a letter: to write, to approve, to change or to sign it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from stretchhub.linking import link
from stretchhub.people.models.person import name_of
from stretchhub.waiting import Waiting

from .models import LetterState

Row = dict[str, Any]
# What is to be done, why, and the word on the button; looked up for the one that is shown.
LINES = {
    LetterState.DRAFT: (noop("Write a letter for %(mentee)s"), noop("Asked for, about “%(title)s”."), noop("Write")),
    LetterState.CHANGES: (
        noop("Change the letter for %(mentee)s"),
        noop("Beside the parts stands what should be otherwise."),
        noop("Open"),
    ),
    LetterState.APPROVED: (
        noop("Sign the letter for %(mentee)s"),
        noop("The facts are approved; it becomes a letter when you sign it."),
        noop("Sign"),
    ),
    LetterState.ASKED: (
        noop("Approve the letter by %(mentor)s"),
        noop("It is about “%(title)s”, and is signed only after your yes."),
        noop("Read"),
    ),
}


def letter_line(row: Row) -> Waiting:
    words = {
        "mentee": name_of(row["whose"], row["called"]),
        "mentor": name_of(row["full"], row["preferred"]),
        "title": row["titled"],
    }
    title, reason, action = LINES[LetterState(row["stands_at"])]
    return Waiting(
        kind=f"reviews.letter_{row['stands_at']}",
        title=_(title) % words,
        reason=_(reason) % words,
        url=link("reviews:letter", row["work"]),
        action=_(action),
    )
