"""What a report on equity says, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .eligible import FULL, NO_NAME, NOT_SAID, PART
from .equity import Figure, Group, Report
from .models import GroupAnswer

NAMES: Mapping[str, object] = {
    NOT_SAID: gettext_lazy("No answer"),
    NO_NAME: gettext_lazy("Not recorded"),
    GroupAnswer.PREFER_NOT: gettext_lazy("Prefer not to say"),
    FULL: gettext_lazy("Full week"),
    PART: gettext_lazy("Part of the week"),
}
# The word, and the mark it is shown with.
WORDS: Mapping[str | None, tuple[object, str]] = {
    "inquire_now": (gettext_lazy("Inquire now"), "attention"),
    "look_closer": (gettext_lazy("Look closer"), "watch"),
    "too_few_to_read": (gettext_lazy("Cannot be read"), "draft"),
    "no_signal": (gettext_lazy("No signal"), "closed"),
    None: ("", ""),
}


def name_of(group: str) -> str:
    return str(NAMES.get(group, group))


def word_of(value: str | None) -> tuple[str, str]:
    word, mark = WORDS[value]
    return str(word), mark


def count(group: Group) -> str:
    """How many of how many, as exactly as it may be said."""
    row = group.row
    words = {"n": row.eligible, "low": row.low, "high": row.high}
    if row.value is not None:
        return _("%(low)d of %(n)d") % words
    return {
        "few": _("fewer than 3 of %(n)d"),
        "nearly_all": _("all but fewer than 3 of %(n)d"),
        "about": _("%(low)d–%(high)d of %(n)d"),
    }.get(row.reason, _("withheld, of %(n)d")) % words


def rate(group: Group) -> str:
    if group.row.reason == "withheld":
        return "–"
    if group.row.band is not None:
        kind, percent = group.row.band
        return (_("at most %(p)d %%") if kind == "at_most" else _("at least %(p)d %%")) % {"p": percent}
    return _between(group.share, 100, " %")


def ratio(group: Group) -> str:
    return _between(group.ratio, 1, "", places=2)


def _between(figure: Figure, times: float, unit: str, *, places: int = 0) -> str:
    if figure.least is None or figure.most is None:
        return "–"
    ends = [f"{end * times:.{places}f}" for end in (figure.least, figure.most)]
    return f"{ends[0] if ends[0] == ends[1] else '–'.join(ends)}{unit}"


def sentence(group: Group) -> str:
    """Why it has this word, and what it does not say."""
    return str(
        {
            "highest_rate": _("The highest share; the others are compared with it."),
            "alone": _("The only group that can be shown, so there is nothing to compare."),
            "withheld": _("The numbers would tell of single people."),
            "small_group": _("One of the two groups has fewer than %(k)d people."),
            "one_person_turns_it": _("One person more or less decides who is ahead."),
            "nobody_chosen": _("Nobody in the group it is compared with had it."),
            "depends": _("It depends on numbers that are not shown."),
            "below_four_fifths": _("Below four fifths of the highest share; chance alone can do this."),
            "unlikely_by_chance": _("Chance alone would rarely do this, though it is above four fifths."),
            "below_and_unlikely": _("Below four fifths of the highest share, and chance alone would rarely do this."),
            "within_chance": _("Nothing beyond chance. That is no proof that access is fair."),
        }[group.reason.code]
        % {"k": group.reason.params.get("k", "")}
    )


def summary(report: Report) -> str:
    """One sentence about the whole division."""
    if report.reason.code == "nothing_shown":
        return _("No group is large enough to be shown.")
    if report.reason.code == "withheld":
        return _("Withheld: with the other divisions beside it, the numbers would tell of single people.")
    if report.reason.code == "one_group":
        return _("Only one group is large enough to be shown.")
    return {
        "inquire_now": _("Ask now how this work is offered: a difference is larger than chance explains."),
        "look_closer": _("Worth a closer look at how this work is offered."),
        "too_few_to_read": _("Too little to read a difference from."),
        "no_signal": _("No signal; that is not proof that access is fair."),
    }[report.value or "no_signal"]
