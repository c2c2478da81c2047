"""The figures of a balance, each with its arithmetic in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.scatter import Spot
from stretchhub.templatetags.words import day

from .balance import Balance, Recent, Spread
from .models import Audience, Option
from .portfolio import Coverage, Depth, Diversity
from .portfolio_words import (
    Hint,
    Mark,
    MixWords,
    hints,
    listed,
    mix_words,
    percent,
    risk_badge,
    zone_badge,
)
from .stretch_words import missing_words, plain


@dataclass(frozen=True)
class Row:
    """One option in the table beside the map: its number there, or what is missing for a place on it."""

    number: int | None
    option: Option
    q: str
    stakes: str
    zone: Mark
    risk: Mark | None
    note: str


@dataclass(frozen=True)
class Figure:
    """A number with its name, its arithmetic in a sentence, and a mark where it asks for attention."""

    name: str
    value: str
    sentence: str
    mark: Mark | None = None
    detail: str = ""
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class BalanceWords:
    hints: list[Hint]
    mix: MixWords
    spots: tuple[Spot, ...]
    zones: tuple[tuple[float, str, str], ...]
    line: tuple[float, int, str]
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    recent: tuple[Figure, ...]


def balance_words(found: Balance) -> BalanceWords:
    """Everything the balance page says, from the figures."""
    method = found.thinking.method
    mentorship = found.thinking.mentorship
    unclear = [option for option in found.options if found.classes[option.pk].value is None]
    rows = _rows(found)
    return BalanceWords(
        hints=hints(found.missing, mentorship, found.thinking.goals, unclear),
        mix=mix_words(found.mix),
        spots=tuple(_spots(found, rows)),
        zones=(
            (method.band_light, _("Light"), "light"),
            (method.band_upper, _("Productive"), "productive"),
            (1.0, _("Edge"), "edge"),
            (0.0, _("Overstretch"), "over"),
        ),
        line=(method.bold_q, method.bold_stakes, _("Bold: from here up and to the right")),
        rows=rows,
        figures=(
            _coverage(found.coverage, {want.key: want.name for want in found.thinking.wants}),
            _competencies(found),
            _reach(_("Audiences reached"), found.audiences, _audience, _effective_audiences),
            _wanted(_("Audiences wanted"), found.audiences, _audience),
            _reach(_("Domains reached"), found.domains, str, _effective_domains),
            _wanted(_("Domains wanted"), found.domains, str),
            _depth(found.depth, found),
        ),
        recent=_recent(found),
    )


def _rows(found: Balance) -> tuple[Row, ...]:
    """Those on the map first, by how far they reach; then those without a place."""
    stretches = found.thinking.stretches
    placed = [option for option in found.options if stretches[option.pk].q_high is not None]
    placed.sort(key=lambda option: (stretches[option.pk].q_high or 0, option.title, option.pk))
    numbers = {option.pk: number for number, option in enumerate(placed, start=1)}
    rest = [option for option in found.options if option.pk not in numbers]
    return tuple(_row(found, option, numbers.get(option.pk)) for option in (*placed, *rest))


def _row(found: Balance, option: Option, number: int | None) -> Row:
    stretch = found.thinking.stretches[option.pk]
    stakes = found.thinking.profiles[option.pk].demand[4]
    risk = found.classes[option.pk].value
    note = missing_words(stretch.reason) if stretch.value is None else ""
    if not note and risk is None:
        note = _("No class while the load is a range: say what was shown before.")
    return Row(
        number=number,
        option=option,
        q="" if number is None else _range(stretch.q_low, stretch.q_high),
        stakes=str(stakes or ""),
        zone=zone_badge(stretch),
        risk=risk_badge(risk) if risk else None,
        note=note,
    )


def _range(low: float | None, high: float | None) -> str:
    return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def _spots(found: Balance, rows: Iterable[Row]) -> Iterable[Spot]:
    for row in rows:
        stretch = found.thinking.stretches[row.option.pk]
        if row.number is None or stretch.q_low is None or stretch.q_high is None or not row.stakes:
            continue
        tone = found.classes[row.option.pk].value or "open"
        yield Spot(row.number, row.option.title, stretch.q_low, stretch.q_high, int(row.stakes), tone)


def _coverage(coverage: Coverage, names: Mapping[int, str]) -> Figure:
    name = _("Gaps taken on")
    unsaid = ""
    if coverage.unknown:
        which = listed(f"“{names[key]}”" for key in coverage.unknown)
        unsaid = _("Left out, as no level is known: %(which)s.") % {"which": which}
    if coverage.value is None:
        words = {
            "no_wants": _("No open goal names a competency yet."),
            "no_gaps": _("Every competency wanted is at its level."),
            "levels_missing": _("No level is known for what the goals want."),
        }
        return Figure(name, "–", " ".join(filter(None, (words[coverage.reason.code], unsaid))))
    sentence = _(
        "%(covered)s of %(total)s points: each competency wanted counts weight × levels still to go, and counts as"
        " taken on where a live option has it as primary."
    ) % {"covered": coverage.covered, "total": coverage.total}
    parts = tuple(
        (
            names[key],
            _("%(points)s, taken on") % {"points": points} if there else _("%(points)s, open") % {"points": points},
        )
        for key, points, there in coverage.parts
    )
    return Figure(name, f"{percent(coverage.value)} %", " ".join(filter(None, (sentence, unsaid))), parts=parts)


def _competencies(found: Balance) -> Figure:
    width, names = found.competencies, {want.key: want.name for want in found.thinking.wants}
    name = _("Competencies wanted")
    if width.value is None:
        return Figure(name, "–", _("No open goal names a competency yet."))
    sentence = _("%(covered)s of %(wanted)s are developed by a live option, as primary or secondary.")
    parts = tuple((names[key], _("covered") if there else _("not covered")) for key, there in width.parts)
    return Figure(name, f"{percent(width.value)} %", sentence % width.reason.params, _narrow(width.amber), parts=parts)


def _narrow(amber: bool) -> Mark | None:
    return Mark(_("Narrow"), "watch") if amber else None


def _audience(value: str) -> str:
    return str(Audience(value).label)


def _effective_audiences(figures: Mapping[str, str]) -> str:
    return _("The live options reach %(n)s audiences’ worth: exp(H) = exp(%(h)s).") % figures


def _effective_domains(figures: Mapping[str, str]) -> str:
    return _("The live options reach %(n)s domains’ worth: exp(H) = exp(%(h)s).") % figures


def _reach(
    name: str, spread: Spread, label: Callable[[str], str], effective: Callable[[Mapping[str, str]], str]
) -> Figure:
    """How many categories' worth there are; nothing under three options, “indicative” under five."""
    found = spread.diversity
    parts = tuple((label(key), f"{count:g}") for key, count in sorted(spread.counts.items(), key=lambda each: -each[1]))
    if found.value is None:
        words = _("Told from %(needs)s live options on; there are %(n)s.")
        return Figure(name, "–", words % {"needs": found.reason.params["needs"], "n": f"{found.n:g}"}, parts=parts)
    sentences = [effective({"n": plain(round(found.value, 1)), "h": _three(found.h)})]
    if found.indicative:
        sentences.append(_("Indicative: there are only %(n)s options.") % {"n": f"{found.n:g}"})
    if spread.with_finished.value is not None and spread.with_finished.n > found.n:
        words = _("With finished work, weighted by its age: %(n)s.")
        sentences.append(words % {"n": plain(round(spread.with_finished.value, 1))})
    mark = Mark(_("Indicative"), tone="muted", icon="information-circle") if found.indicative else _narrow(found.amber)
    return Figure(name, plain(round(found.value, 1)), " ".join(sentences), mark, _entropy(found), parts)


def _entropy(found: Diversity) -> str:
    """What the effective number is made of, for those who want to see."""
    sum_ = " + ".join(f"{_three(share)} × ln {_three(share)}" for _name, share in found.parts)
    even = _("not defined for one") if found.j is None else _three(found.j)
    return _(
        "H = −(%(sum)s) = %(h)s. Evenness H ÷ ln %(scope)s = %(j)s. Simpson 1 − Σ share² = %(simpson)s."
        " Reached: %(coverage)s %% of those in scope."
    ) % {
        "sum": sum_,
        "h": _three(found.h),
        "scope": found.reason.params["scope"],
        "j": even,
        "simpson": _three(found.simpson),
        "coverage": percent(found.coverage or 0),
    }


def _three(value: float | None) -> str:
    return f"{value or 0:.3f}".rstrip("0").rstrip(".")


def _wanted(name: str, spread: Spread, label: Callable[[str], str]) -> Figure:
    width = spread.breadth
    if width.value is None:
        return Figure(name, "–", _("No open goal names any."))
    sentence = _("%(covered)s of %(wanted)s that goals name are reached by a live option.") % width.reason.params
    parts = tuple((label(key), _("reached") if there else _("not reached")) for key, there in width.parts)
    return Figure(name, f"{percent(width.value)} %", sentence, _narrow(width.amber), parts=parts)


def _depth(depth: Depth, found: Balance) -> Figure:
    names = {want.key: want.name for want in found.thinking.wants}
    sentence = _(
        "Competencies with two assignments, the later demanding more in all, and a level of %(level)s or more"
        " verified by review. One gone into deeply and several broadly is a rule of thumb."
    ) % {"level": depth.reason.params["level"]}
    parts = tuple(
        (names[key], _("demands in order of time: %(demands)s") % {"demands": ", ".join(map(str, demands))})
        for key, demands in depth.parts
        if key in names
    )
    return Figure(_("Gone into deeply"), str(depth.value), sentence, parts=parts)


def _recent(found: Balance) -> tuple[Figure, ...]:
    """What finished work still counts for each competency wanted, and for all of them together."""
    if not any(each.weights for each in found.recent):
        return ()
    total = sum(each.weight for each in found.recent)
    taken = [(each, min(1.0, each.value)) for each in found.recent]
    value = sum(each.weight * counted for each, counted in taken) / total
    sum_ = " + ".join(f"{each.weight} × {plain(counted)}" for each, counted in taken)
    whole = Figure(
        _("Wanted and worked on lately"),
        f"{percent(value)} %",
        _(
            "(%(sum)s) ÷ %(total)s: each competency by its weight, times what finished work in it still counts,"
            " at most 1."
        )
        % {"sum": sum_, "total": total},
    )
    return (whole, *(_finished(each, found.thinking.method.half_life_months) for each in found.recent))


def _finished(recent: Recent, half_life: float) -> Figure:
    if not recent.weights:
        return Figure(recent.name, "0", _("No finished assignment had it as primary."))
    words = ngettext(
        "%(n)s finished assignment; each counts half after %(months)s months.",
        "%(n)s finished assignments; each counts half after %(months)s months.",
        len(recent.weights),
    ) % {"n": len(recent.weights), "months": plain(half_life)}
    return Figure(recent.name, plain(recent.value), words, parts=tuple(_piece(*each) for each in recent.weights))


def _piece(title: str, closed_on: date, weight: float) -> tuple[str, str]:
    return title, _("closed %(day)s, counts %(weight)s") % {"day": day(closed_on), "weight": plain(weight)}
