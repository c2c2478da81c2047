"""The first words to a possible sponsor: their problem, the outcome, a small ask, an easy no."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _

from stretchhub.text import first_line

from .models import BriefOutcome, BriefVersion

MOST_WORDS = 130


def draft(version: BriefVersion, *, name: str = "") -> str:
    """A message drawn from the brief, at most 130 words long, for the mentee to make their own."""
    option = version.brief.option
    mentorship = option.mentorship
    outcome = version.outcomes.first()
    parts = [
        _("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        shorten(" ".join(version.problem.split()), 45),
        _("I would like to take on “%(title)s”.") % {"title": shorten(option.title, 14)},
        _("My aim: %(outcome)s.") % {"outcome": in_words(outcome)} if outcome else "",
        _("%(mentor)s supports me throughout.") % {"mentor": mentorship.mentor.name},
        _("The one-page brief says what I ask of you. Could you read it and answer yes or no?"),
        _("If this is not yours to decide, who should I ask?"),
        mentorship.mentee.name,
    ]
    return shorten("\n\n".join(part for part in parts if part), MOST_WORDS)


def in_words(outcome: BriefOutcome) -> str:
    """“cycle time of a claim from 21 to 14 days by Fri 5 Mar”"""
    unit = f" {outcome.unit}" if outcome.unit else ""
    words = _("%(metric)s from %(baseline)s to %(target)s%(unit)s") % {
        "metric": first_line(outcome.metric, 100),
        "baseline": number(outcome.baseline),
        "target": number(outcome.target),
        "unit": unit,
    }
    if outcome.due_on:
        words = _("%(words)s by %(day)s") % {"words": words, "day": formats.date_format(outcome.due_on, "j M Y")}
    return words


def number(value) -> str:
    """A measure without the zeros it does not need: 21, 2.5, 1,250."""
    return formats.number_format(value.normalize() if value != value.to_integral() else value.to_integral())


def shorten(words: str, most: int) -> str:
    """At most so many words, cut with an ellipsis; line breaks stay."""
    kept: list[str] = []
    count = 0
    for line in words.split("\n"):
        here = line.split()
        if count + len(here) > most:
            cut = here[: most - count]
            return "\n".join([*kept, " ".join(cut).rstrip(",;:.–-") + "…"] if cut else kept)
        kept.append(line)
        count += len(here)
    return "\n".join(kept)
