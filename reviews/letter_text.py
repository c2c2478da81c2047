"""A letter as text: part by part, with the titles that its readers see."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from assignments.models import Assignment

from .document_content import Section, Text
from .models import Letter, LetterPart


def title_of(part: str, mentee: str) -> str:
    """As a reader meets it, by the first name of the mentee."""
    titles = {
        LetterPart.WHO: _("Who I am to %(mentee)s"),
        LetterPart.WORK: _("The assignment, and why it was a stretch"),
        LetterPart.FIRST: _("What I saw"),
        LetterPart.SECOND: _("What I saw besides"),
        LetterPart.RUBRIC: _("What the reviews say"),
        LetterPart.HARD: _("What was hard, and how it was handled"),
        LetterPart.OUTCOME: _("What came of it"),
        LetterPart.READY: _("I would now trust %(mentee)s with"),
        LetterPart.LIMITS: _("The limits of my view"),
    }
    return titles[LetterPart(part)] % {"mentee": mentee}


def sections_of(letter: Letter, facts: dict[str, list[str]]) -> tuple[Section, ...]:
    """Every part in its order, also those in which nothing stands yet."""
    mentee = letter.assignment.mentee.first_name
    return tuple(
        Section(part, title_of(part, mentee), tuple(facts.get(part, ())), letter.words.get(part, ""))
        for part in LetterPart.values
    )


def text_of(letter: Letter) -> Text:
    """What is signed: the facts as they were approved, in the words of the site."""
    with override(settings.LANGUAGE_CODE):
        return Text(
            title=_("Letter for %(mentee)s") % {"mentee": letter.assignment.mentee.name},
            sections=sections_of(letter, letter.facts),
            work=work_of(letter.assignment),
            contact=letter.contact,
        )


def work_of(assignment: Assignment) -> dict[str, str | None]:
    starts, ends = assignment.starts_on, assignment.ends_on
    return {
        "title": assignment.title,
        "starts_on": starts.isoformat() if starts else None,
        "ends_on": ends.isoformat() if ends else None,
    }
