"""What the figures of the programme say, in plain words: each with how many it is of and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.models import Audience, Kind
from reviews.disclosure import Release

from .models import Step
from .supports import AUDIENCE, KIND, SAME_DEPARTMENT, SPONSORED_BEFORE
from .went_with import UNKNOWN, Share, Support, shares, support

MISSING: Mapping[str, Any] = {
    Step.GOAL: gettext_lazy("No goal written yet."),
    Step.OPTION: gettext_lazy("A goal, and no open option for it."),
    Step.BRIEF: gettext_lazy("An open option, and no brief that the mentor endorsed."),
    Step.SPONSOR: gettext_lazy("An endorsed brief, and no sponsor’s yes."),
    Step.CHARTER: gettext_lazy("A sponsor’s yes, and no charter."),
}
NOT_AGREED = gettext_lazy("A charter that is not agreed by everybody yet.")
LATE: Mapping[str, tuple[Any, Any]] = {
    "milestones": (
        gettext_lazy("Milestones"),
        gettext_lazy("After their day, without the days of a pause; what was not done counts until the end."),
    ),
    "check_ins": (
        gettext_lazy("Check-ins of mentee and mentor"),
        gettext_lazy("Missed: the next one came first. HR reads kept or missed, so no days are counted."),
    ),
    "reviews": (gettext_lazy("Reviews"), gettext_lazy("Handed in after their day, or not yet.")),
    "asks": (gettext_lazy("Asks of sponsors"), gettext_lazy("Answered after the day they were needed, or not yet.")),
    "talks": (gettext_lazy("Talks with sponsors"), gettext_lazy("Held after their day, or not held.")),
}
REASONS: Mapping[str, Any] = {
    "scope_added": gettext_lazy("Something came on"),
    "scope_removed": gettext_lazy("Something came off"),
    "scope_changed": gettext_lazy("Something got larger or smaller"),
    "scope_moved": gettext_lazy("The end moved"),
    "scope_objective": gettext_lazy("The objective changed"),
    "plan_moved": gettext_lazy("A milestone was moved in the plan"),
    "paused": gettext_lazy("The work was paused"),
    "handed_over": gettext_lazy("Another sponsor took over"),
    "check_in_missed": gettext_lazy("A check-in was missed"),
    "setback": gettext_lazy("A setback was written down"),
    "ask_waited": gettext_lazy("The sponsor was asked for something and it waited"),
}
SUPPORTS: Mapping[str, tuple[Any, Any]] = {
    "mentor_check_ins": (
        gettext_lazy("Check-ins with the mentor kept"),
        gettext_lazy("Both answered four in five or more; left out where none was planned."),
    ),
    "sponsor_check_ins": (
        gettext_lazy("Talks with the sponsor kept"),
        gettext_lazy("Four in five or more were held; left out where none was planned."),
    ),
    "pilot": (
        gettext_lazy("A pilot before the brief"),
        gettext_lazy("An experiment tried before it was handed in, or a claim backed by pilot data."),
    ),
    "cover": (gettext_lazy("Hours and cover agreed"), gettext_lazy("The line manager said yes.")),
    "second_sponsor": (
        gettext_lazy("A second possible sponsor"),
        gettext_lazy("Two or more people were thought of for it."),
    ),
    "feedback": (gettext_lazy("Feedback asked for"), gettext_lazy("At least one round while it ran.")),
    "practice": (
        gettext_lazy("Rating practised"),
        gettext_lazy("The mentor had finished the practice before the work ended."),
    ),
}
GROUPS: Mapping[str, Any] = {
    KIND: gettext_lazy("By kind of work"),
    AUDIENCE: gettext_lazy("By whom the result was for"),
    SAME_DEPARTMENT: gettext_lazy("By where the sponsor was"),
    SPONSORED_BEFORE: gettext_lazy("By whether the sponsor had sponsored before"),
}
NAMES: Mapping[str, Any] = {
    **dict(Kind.choices),
    **dict(Audience.choices),
    "same": gettext_lazy("In the mentee’s own department"),
    "other": gettext_lazy("In another department"),
    "again": gettext_lazy("Had sponsored before"),
    "first": gettext_lazy("Sponsored for the first time"),
    UNKNOWN: gettext_lazy("Not recorded"),
}


def missing(step: str, written: bool) -> str:
    """What has to come next before this person has stretch work."""
    return str(NOT_AGREED if written else MISSING[step])


def days(count: float | None) -> str:
    """“1 day”, “12 days”, “3.5 days”; nothing where nothing is known."""
    if count is None:
        return "–"
    shown = f"{count:g}"
    return ngettext("%(n)s day", "%(n)s days", 1 if shown == "1" else 2) % {"n": shown}


def how_many(value: int | None, low: int, high: int, n: int, reason: str) -> str:
    """How many of how many, as exactly as it may be said."""
    words = {"low": low, "high": high, "n": n}
    if value is not None:
        return _("%(low)d of %(n)d") % words
    return {
        "few": _("fewer than 3 of %(n)d"),
        "nearly_all": _("all but fewer than 3 of %(n)d"),
    }.get(reason, _("%(low)d–%(high)d of %(n)d")) % words


def count_of(share: Share) -> str:
    return how_many(share.value, share.low, share.high, share.n, share.reason.code)


def interval(share: Share) -> str:
    """Wilson's 95 % interval in whole percent."""
    return f"{share.parts[0] * 100:.0f}–{share.parts[1] * 100:.0f} %"


def percent(share: Share) -> str:
    """The share itself, where it is exact."""
    return "–" if share.value is None else f"{share.value / share.n * 100:.0f} %"


def guarded(kept: Mapping[str, Any]) -> str:
    """A count of things that HR does not read one by one, or why there is none."""
    code = kept["reason"]["code"]
    if code == "too_few_people":
        return _("Of fewer than %(k)d people: no number.") % {"k": kept["reason"]["params"]["k"]}
    if code == "withheld":
        return _("Withheld: the number would tell of single people.")
    return how_many(kept["value"], kept["low"], kept["high"], kept["parts"][0], code)


def support_row(name: str, shown: Release) -> dict[str, Any]:
    """One support whose two sides may be shown, as the page prints it."""
    title, basis = SUPPORTS[name]
    sides = list(zip((_("With it"), _("Without it")), support(shown).parts, strict=True))
    return {
        "name": title,
        "basis": basis,
        "sides": [{"name": side, **_told(share)} for side, share in sides],
        "bars": [(side, count_of(share), _Bar.of(share)) for side, share in sides],
    }


def untold(shown: Mapping[str, Release]) -> list[tuple[str, list[str]]]:
    """The supports of which nothing is said, by why."""
    found: dict[str, list[str]] = {}
    for name, each in shown.items():
        told = support(each)
        if not told.value:
            found.setdefault(_why_not(told), []).append(str(SUPPORTS[name][0]))
    return list(found.items())


def _why_not(found: Support) -> str:
    if found.reason.code == "withheld":
        return _("Withheld, because with the other figures beside it the numbers would tell of single people:")
    return _("Too few to say yet, because both sides need %(k)d finished pieces of work:") % found.reason.params


def _told(share: Share) -> dict[str, Any]:
    return {
        "count": count_of(share),
        "share": percent(share),
        "interval": interval(share),
        "as_before": share.as_before,
    }


def group_rows(shown: Release) -> list[dict[str, Any]]:
    """The groups that may be shown, by their own order and never by their share."""
    return [{"name": NAMES[share.group], **_told(share)} for share in _in_order(shown)]


def hidden_names(shown: Release) -> list[str]:
    return [str(NAMES[name]) for name in shown.hidden]


def option_line(kind: str, shown: Release) -> str:
    """One sentence for whoever chooses an option: how finished work of its kind went; none where it is too little."""
    share = next((each for each in shares(shown) if each.group == kind), None)
    if share is None:
        return ""
    words = {"kind": NAMES[kind], "count": count_of(share), "interval": interval(share)}
    return (
        _(
            "Finished work of the kind “%(kind)s”, where its outcome was measured: %(count)s reached their targets "
            "(95 %% interval %(interval)s). It went with this kind; it was not caused by it."
        )
        % words
    )


def kind_lines(kinds: Iterable[str], shown: Release) -> list[str]:
    """One line for each of these kinds of work that may be shown, in their own order."""
    wanted = set(kinds)
    return [_line(share) for share in _in_order(shown) if share.group in wanted]


def group_lines(shown: Release) -> list[str]:
    """One line for each group that may be shown, by their own order and never by their share."""
    return [_line(share) for share in _in_order(shown) if share.group != UNKNOWN]


def _line(share: Share) -> str:
    words = {"name": NAMES[share.group], "count": count_of(share), "interval": interval(share)}
    return _("%(name)s: %(count)s reached their targets (%(interval)s)") % words


def support_line(name: str, shown: Release) -> str:
    """Both sides of one support, which may be shown, in one sentence."""
    told, untold = support(shown).parts
    words = {
        "name": SUPPORTS[name][0],
        "with": count_of(told),
        "of_with": interval(told),
        "without": count_of(untold),
        "of_without": interval(untold),
    }
    return _("%(name)s: with it %(with)s (%(of_with)s), without it %(without)s (%(of_without)s)") % words


def _in_order(shown: Release) -> list[Share]:
    order = list(NAMES)
    return sorted(shares(shown), key=lambda share: order.index(share.group))


@dataclass(frozen=True)
class _Bar:
    """What a bar is drawn from, each from 0 to 1."""

    least: float
    most: float
    low: float
    high: float

    @classmethod
    def of(cls, share: Share) -> _Bar:
        return cls(share.low / share.n, share.high / share.n, *share.parts)
