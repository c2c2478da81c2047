"""Suggested questions, and where an answer counts as coming from."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .confidential import OTHER
from .models import FeedbackGroup, FeedbackQuestion, Source

Form = FeedbackQuestion.Form

OPENING = (
    gettext_lazy("What did you see me do that helped, and what did it change for you?"),
    gettext_lazy("What is one thing I could do differently next time?"),
)
# What a giver's word on a piece of evidence counts as.
SOURCES = {
    FeedbackGroup.COACH: Source.PEER,
    FeedbackGroup.EXPERT: Source.PEER,
    FeedbackGroup.PEER: Source.PEER,
    FeedbackGroup.END_USER: Source.END_USER,
}


def wording(competency: str, form: str) -> str:
    """A question about one competency, for whoever writes none of their own."""
    if form == Form.SCALE:
        return _("How well did what you saw show this: %(competency)s?") % {"competency": competency}
    return _("Where have you seen me show “%(competency)s”, and what did it lead to?") % {"competency": competency}


def suggestions(names: list[str]) -> list[str]:
    """Questions to choose from: two that always fit, then one in words for each competency."""
    return [*map(str, OPENING), *(wording(name, Form.WORDS) for name in names)]


def cell_label(name: str, *, alone: bool) -> str:
    """What a cell of confidential answers is called on the page."""
    if name != OTHER:
        return str(FeedbackGroup(name).label)
    return _("Everybody together") if alone else _("The other groups together")
