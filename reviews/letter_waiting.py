"""What waits of a letter: to write, to approve, to change or to sign it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from stretchhub.linking import link
from stretchhub.people.models.person import name_of
from stretchhub.waiting import Waiting

from .models import LetterState

Row = dict[str, Any]


def letter_line(row: Row) -> Waiting:
    words = {
        "mentee": name_of(row["whose"], row["called"]),
        "mentor": name_of(row["full"], row["preferred"]),
        "title": row["titled"],
    }
    titles = {
        LetterState.DRAFT: (_("Write a letter for %(mentee)s"), _("Asked for, about “%(title)s”."), _("Write")),
        LetterState.CHANGES: (
            _("Change the letter for %(mentee)s"),
            _("Beside the parts stands what should be otherwise."),
            _("Open"),
        ),
        LetterState.APPROVED: (
            _("Sign the letter for %(mentee)s"),
            _("The facts are approved; it becomes a letter when you sign it."),
            _("Sign"),
        ),
        LetterState.ASKED: (
            _("Approve the letter by %(mentor)s"),
            _("It is about “%(title)s”, and is signed only after your yes."),
            _("Read"),
        ),
    }
    title, reason, action = titles[LetterState(row["stands_at"])]
    return Waiting(
        kind=f"reviews.letter_{row['stands_at']}",
        title=title % words,
        reason=reason % words,
        url=link("reviews:letter", row["work"]),
        action=action,
    )
