"""How the guided conversation asks: one question a screen, and what each field is called."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models.intake import MOST_STRENGTHS, Topic


@dataclass(frozen=True)
class Screen:
    """One topic: the question that heads it and a line of help."""

    question: str | Promise
    help: str | Promise


SCREENS: dict[str, Screen] = {
    Topic.ASPIRATIONS: Screen(
        gettext_lazy("Where do you want to go?"),
        gettext_lazy("Begin with the next role, then look further. A direction is enough, and it may change."),
    ),
    Topic.STRENGTHS: Screen(
        gettext_lazy("What do you do well already?"),
        gettext_lazy("Up to five, each with one time it showed. An example says more than an adjective."),
    ),
    Topic.GAPS: Screen(
        gettext_lazy("What stands between here and there?"),
        gettext_lazy("What you have not learned, not done or not been seen doing yet. Candid words help most."),
    ),
    Topic.NEEDS: Screen(
        gettext_lazy("What would help you now?"),
        gettext_lazy("Think of the next few months: time, practice, feedback, an introduction, a decision."),
    ),
    Topic.SUCCESS: Screen(
        gettext_lazy("How would you know it was worth it?"),
        gettext_lazy("Picture the end of a good stretch: what is different for others, and what you have shown."),
    ),
    Topic.AVOID: Screen(
        gettext_lazy("What should we steer clear of?"),
        gettext_lazy("Kinds of work, hours, travel or situations that would not do you good. No reason is needed."),
    ),
}

LABELS: dict[str, str | Promise] = {
    "next_role": gettext_lazy("Next role"),
    "ambition": gettext_lazy("Longer ambition"),
    "gaps": gettext_lazy("Gaps"),
    "needs": gettext_lazy("Needs now"),
    "impact": gettext_lazy("Impact wanted"),
    "skills": gettext_lazy("Skills to prove"),
    "avoid": gettext_lazy("What to avoid"),
}

HINTS: dict[str, str | Promise] = {
    "next_role": gettext_lazy("What you would like to be doing in a year or two."),
    "ambition": gettext_lazy("Where that could lead, five years on or more."),
    "impact": gettext_lazy("Who would notice, and what would be better for them?"),
    "skills": gettext_lazy("What should nobody doubt any more that you can do?"),
}


def said(words: dict[str, str]) -> list[tuple[str, str]]:
    """What was said to a topic or to all of them, label by label; a strength stands with its example."""
    lines = []
    for name in words:
        kind, _sep, number = name.partition("_")
        if kind == "strength":
            both = (words[name], words.get(f"example_{number}", ""))
            lines.append((_("Strength %(n)s") % {"n": number}, "\n".join(text for text in both if text)))
        elif name in LABELS:
            lines.append((str(LABELS[name]), words[name]))
    return lines


STRENGTH_NUMBERS = range(1, MOST_STRENGTHS + 1)
