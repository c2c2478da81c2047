"""What a closing says: the steps, what is thin, and why something would be a good next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.models import Audience
from assignments.stretch_words import plain

from .next_challenge import Gap, Suggestion

STEPS = ("outcomes", "lessons", "shown", "next", "plan")
# What each step is called in the row of steps, asks as its heading, and says below it.
TITLES = {
    "outcomes": gettext_lazy("Outcomes"),
    "lessons": gettext_lazy("Lessons"),
    "shown": gettext_lazy("Shown"),
    "next": gettext_lazy("Next"),
    "plan": gettext_lazy("Plan"),
}
QUESTIONS = {
    "outcomes": gettext_lazy("What did it come to?"),
    "lessons": gettext_lazy("What would you tell the next person?"),
    "shown": gettext_lazy("What has the work shown?"),
    "next": gettext_lazy("What could be next?"),
    "plan": gettext_lazy("What becomes of the plan?"),
}
LEADS = {
    "outcomes": gettext_lazy("The actual value of each measure, or why nobody measured it. The sponsor reads this."),
    "lessons": gettext_lazy("Up to three. Each is for you alone until you choose otherwise."),
    "shown": gettext_lazy("Levels move by a rule and by what others saw. There is nothing to fill in here."),
    "next": gettext_lazy("Two or three options that add one step, not three."),
    "plan": gettext_lazy("Goals change as needs change. Say what becomes of each, and when you both look again."),
}


def rule_words(median: str) -> str:
    """How levels move after reviews, in words."""
    return _(
        "A component moves up one level where the work demanded more than you had shown, evidence is tagged to it, and"
        " the median of the observers’ ratings is at least %(median)s; your own rating does not count. Competencies"
        " move when your mentor verifies a level from tagged evidence."
    ) % {"median": median}


def thin_words(gap: Gap, finished: int) -> str:
    """“Level 2, wanted 4; 1 finished assignment was about it.”"""
    worked = (
        ngettext("%(n)s finished assignment was about it", "%(n)s finished assignments were about it", finished)
        % {"n": finished}
        if finished
        else _("no finished assignment was about it yet")
    )
    return _("Level %(level)s, wanted %(target)s; %(worked)s.") % {
        "level": gap.level,
        "target": gap.target,
        "worked": worked,
    }


def audience_names(values: Iterable[str]) -> list[str]:
    return [str(Audience(value).label) for value in values]


def prompt(component: str, level: int, gaps: Sequence[Gap]) -> str:
    """What was handled now, where anything was verified, and what is open, before the options are shown."""
    sentences = []
    if component:
        words = _("You have now handled “%(component)s” at level %(level)s.")
        sentences.append(words % {"component": component, "level": level})
    if gaps:
        sentences.append(_("Open gaps: %(gaps)s.") % {"gaps": ", ".join(gap.name for gap in gaps[:3])})
    else:
        sentences.append(_("Your goals leave no gap open; a new audience widens what you can do."))
    return " ".join(sentences)


def why_next(found: Suggestion) -> str:
    """Why this one: which step it is, and whom it would meet."""
    sentences = []
    if found.parts:
        gap = max(found.parts, key=lambda part: (part[1], part[2], part[0].name))[0]
        words = {"name": gap.name, "level": gap.level, "next": gap.level + 1, "target": gap.target}
        if gap.level + 1 == gap.target:
            sentences.append(_("“%(name)s” from level %(level)s to %(next)s, where the goal wants it.") % words)
        else:
            sentences.append(_("“%(name)s” from level %(level)s towards %(next)s; the goal wants %(target)s.") % words)
    if found.new_audience:
        name = str(Audience(found.audience).label)
        sentences.append(_("It meets an audience you have not met yet: %(audience)s.") % {"audience": name})
    if found.reason == "several":
        sentences.append(_("It is about %(n)s gaps at once, so narrow it first.") % {"n": found.steps})
    elif found.reason == "one_step":
        sentences.append(_("Adds one step, not three."))
    return " ".join(sentences)


def arithmetic(found: Suggestion) -> str:
    """“3 × 2 × 1 = 6”: weight, levels to go and contribution of each gap, and their sum."""
    terms = [f"{gap.weight} × {gap.target - gap.level} × {plain(share)}" for gap, share, _points in found.parts]
    return _("Weight × levels to go × contribution: %(sum)s = %(value)s.") % {
        "sum": " + ".join(terms),
        "value": plain(found.value),
    }


def gap_title(name: str, audience: str) -> str:
    """What an option made from a gap is called until somebody finds a better name."""
    return (_("%(name)s, one level up, with %(audience)s") % {"name": name, "audience": audience.lower()})[:200]
