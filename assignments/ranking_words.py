"""The sentences of a ranking: what each factor adds and how, what is unknown, how close neighbours are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils import formats
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Fit
from .ranking import FACTORS, Pair, Part, Ranking, Score, best_index
from .ranking_arithmetic import Names, arithmetic, number, span

FACTOR_NAMES: dict[str, Any] = {
    "goal": gettext_lazy("Goal fit"),
    "gap": gettext_lazy("Gap coverage"),
    "stretch": gettext_lazy("Stretch fit"),
    "sponsor": gettext_lazy("Sponsor strength"),
    "workload": gettext_lazy("Workload fit"),
}
FACTOR_HELP: dict[str, Any] = {
    "goal": gettext_lazy("How directly it serves the open goals, each by its weight."),
    "gap": gettext_lazy("How much of the way to the levels wanted it would develop."),
    "stretch": gettext_lazy("Whether it is far enough from what was shown, and not too far."),
    "sponsor": gettext_lazy("How strong a sponsor is in view; half until that person has confirmed."),
    "workload": gettext_lazy("Whether there is room for it in the week."),
}
TONES = {"goal": "accent", "gap": "growth", "stretch": "info", "sponsor": "caution", "workload": "muted"}
KNOWN_BY: dict[str, Any] = {
    "goal": gettext_lazy("the goal fit"),
    "gap": gettext_lazy("the gap coverage"),
    "stretch": gettext_lazy("the stretch"),
    "sponsor": gettext_lazy("the sponsor"),
    "workload": gettext_lazy("the workload"),
}


@dataclass(frozen=True)
class Way:
    """Where something unknown can be said."""

    url: str
    action: str


@dataclass(frozen=True)
class Unknown:
    words: str
    way: Way | None


@dataclass(frozen=True)
class PartRow:
    """One factor of one option: its weight, its value, its points, and the arithmetic behind them."""

    factor: str
    name: str
    weight: int
    value: str
    points: str
    words: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One option in the order; `notes` say what stands between it and the next."""

    place: int
    key: str
    title: str
    score: str
    high: str
    total: str
    bar: tuple[tuple[str, float, float, str, str], ...]
    parts: tuple[PartRow, ...]
    unknown: tuple[Unknown, ...]
    reaches: int
    close: str
    apart: str


EVERY = slice(None)

Ways = Callable[[str, Part], Way | None]


def rows(
    ranking: Ranking, names: Names, figures: Mapping[str, float], ways: Ways | None = None, places: slice = EVERY
) -> list[Row]:
    """The options at these places (counted from 0) in their order, ready to be shown."""
    close = {pair.first: pair for pair in ranking.close_calls}
    following = {one.key: other.key for one, other in pairwise(ranking.value)}
    apart = {pair.first: pair for pair in ranking.cannot_separate if following.get(pair.first) == pair.second}
    return [
        _row(
            place,
            score,
            best_index(ranking.value, place - 1) + 1,
            names,
            figures,
            ways,
            close.get(score.key),
            apart.get(score.key),
        )
        for place, score in list(enumerate(ranking.value, start=1))[places]
    ]


def _row(
    place: int,
    score: Score,
    reaches: int,
    names: Names,
    figures: Mapping[str, float],
    ways: Ways | None,
    close: Pair | None,
    apart: Pair | None,
) -> Row:
    lacking = [part for part in score.parts if part.factor in score.unknown]
    return Row(
        place=place,
        key=score.key,
        title=score.title,
        score=number(score.value, 1),
        high=number(score.high, 1) if score.unknown else "",
        total=span(score.value, score.high),
        bar=tuple(_bar(part) for part in score.parts),
        parts=tuple(_part(part, names, figures) for part in score.parts),
        unknown=tuple(Unknown(lack(part, names), ways(score.key, part) if ways else None) for part in lacking),
        reaches=reaches if reaches < place else 0,
        close=_close(close) if close else "",
        apart=_apart(apart) if apart else "",
    )


def _bar(part: Part) -> tuple[str, float, float, str, str]:
    low, high = part.contribution_low, part.contribution_high
    points = number(low, 1) if low == high else f"{number(low, 1)}–{number(high, 1)}"
    return str(FACTOR_NAMES[part.factor]), low, high, TONES[part.factor], points


def _part(part: Part, names: Names, figures: Mapping[str, float]) -> PartRow:
    return PartRow(
        factor=part.factor,
        name=str(FACTOR_NAMES[part.factor]),
        weight=part.weight,
        value=span(part.low, part.high),
        points=span(part.contribution_low, part.contribution_high),
        words=arithmetic(part, figures),
        inputs=tuple(_inputs(part, names)),
    )


def _inputs(part: Part, names: Names) -> list[str]:
    """What each term of the arithmetic stands for."""
    if part.factor == "goal":
        said = {None: _("not said yet"), **{choice.value: str(choice.label).lower() for choice in Fit}}
        return [
            _("“%(goal)s”, weight %(weight)s: %(fit)s")
            % {"goal": names.goal(goal), "weight": number(weight or 0), "fit": said[fit]}  # type: ignore[index]
            for goal, weight, fit in part.parts
        ]
    if part.factor == "gap":
        return [
            _("%(name)s: weight × levels to go is %(points)s, taken × %(share)s")
            % {
                "name": names.competency(key),
                "points": _("unknown") if points is None else number(points),
                "share": number(share or 0),
            }
            for key, points, share in part.parts
        ]
    return []


def lack(part: Part, names: Names) -> str:
    """What is unknown about one factor, and how much hangs on it."""
    return _("%(what)s (up to %(points)s points)") % {
        "what": _lacking(part, names),
        "points": number(part.contribution_high - part.contribution_low, 1),
    }


def _lacking(part: Part, names: Names) -> str:
    params = part.reason.params
    if part.reason.code in ("goal_partly", "goal_unknown"):
        goals = [f"“{names.goal(key)}”" for key in params["goals"]]
        return _("How directly it serves %(goals)s is not said yet") % {"goals": listed(goals)}
    if part.reason.code == "gap_partly":
        levels = [names.competency(key) for key in params["competencies"]]
        return _("The level in %(competencies)s is not known") % {"competencies": listed(levels)}
    words = {
        "no_goals": _("No goal is open"),
        "no_wants": _("No goal names a competency"),
        "stretch_not_assessed": _("The stretch is not assessed"),
        "stretch_range": _("Some levels that it demands have not been shown or said yet"),
        "sponsor_not_looked": _("Nobody has looked for a sponsor yet"),
        "sponsor_unrated": _("The sponsor is not rated yet"),
        "workload_unknown": _("The hours are not known"),
    }
    return words.get(part.reason.code, str(FACTOR_NAMES[part.factor]))


def listed(words: Sequence[str]) -> str:
    """“a, b and c”"""
    return get_text_list(list(words), _("and"))


def _close(pair: Pair) -> str:
    if pair.difference == 0:
        return _("Close call: no difference.")
    return _("Close call: %(points)s points apart.") % {"points": number(pair.difference, 1)}


def _apart(pair: Pair) -> str:
    known = [str(KNOWN_BY[factor]) for factor in FACTORS if factor in pair.factors]
    plural = _("Cannot be separated until %(what)s are known.")
    single = _("Cannot be separated until %(what)s is known.")
    return (single if len(known) == 1 else plural) % {"what": listed(known)}


def robustness(ranking: Ranking) -> str:
    """How much the first place hangs on the weights, in one sentence."""
    if ranking.robustness is None:
        return ""
    return _("“%(title)s” stays first in %(times)s of %(runs)s runs with one weight halved or raised by half.") % {
        "title": ranking.value[0].title,
        "times": ranking.robustness.leader_first,
        "runs": ranking.robustness.runs,
    }


def doubt(ranking: Ranking) -> str:
    """That the first may not be first, as long as more is unknown than lies between."""
    if not ranking.value:
        return ""
    first = ranking.value[0]
    rivals = [score for score in ranking.value[1:] if round(score.high - first.value, 9) >= 0 and score.unknown]
    if not rivals:
        return ""
    titles = [f"“{score.title}”" for score in rivals[:2]]
    if len(rivals) > 2:
        titles.append(_("%(count)s more") % {"count": formats.number_format(len(rivals) - 2)})
    return _("%(titles)s could still come before it, once what is unknown of them is said.") % {
        "titles": listed(titles)
    }
