"""One criterion over time as the page shows it: the drawing, its words and its table twin."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.growth_chart import Load, Mean
from stretchhub.templatetags.words import day

from . import growth_words
from .growing import Growth, Line, Point, Work


@dataclass(frozen=True)
class Row:
    """One review in the table twin."""

    point: Point
    observers: tuple[str, ...]
    arithmetic: str
    band: str
    load: str


@dataclass(frozen=True)
class Card:
    """One criterion: what can be told of it in words, and everything that the chart draws."""

    line: Line
    sentences: tuple[str, ...]
    means: tuple[Mean, ...]
    loads: tuple[Load, ...]
    words: tuple[str, ...]
    rows: tuple[Row, ...]


def card_of(line: Line, growth: Growth) -> Card:
    told = (
        growth_words.standing(line),
        growth_words.change_sentence(line),
        growth_words.slope_sentence(line),
        growth_words.raters_sentence(line),
        growth_words.wording_sentence(line),
    )
    return Card(
        line=line,
        sentences=tuple(words for words in told if words),
        means=tuple(Mean(each.day, each.mean, each.band.low, each.band.high, each.own) for each in line.points),
        loads=tuple(_load(work) for work in growth.works),
        words=tuple(_said(point) for point in line.points),
        rows=tuple(_row(point, growth) for point in reversed(line.points)),
    )


def lead_of(growth: Growth) -> str:
    """What has changed by more than raters differ, by name; else how much there is to go by."""
    up = [line.name for line in growth.lines if line.change and line.change.reason.code == "grown"]
    down = [line.name for line in growth.lines if line.change and line.change.reason.code == "fallen"]
    told = []
    if up:
        told.append(_("Up by more than raters differ anyway: %(what)s.") % {"what": ", ".join(up)})
    if down:
        told.append(_("Down by more than raters differ anyway: %(what)s.") % {"what": ", ".join(down)})
    if told or not growth.panels:
        return " ".join(told)
    n = len(growth.panels)
    if n == 1:
        return _("One final review so far: where things stand, and nothing yet of how they change.")
    return ngettext(
        "%(n)s final review so far; no change is more than raters differ by anyway.",
        "%(n)s final reviews so far; no change is more than raters differ by anyway.",
        n,
    ) % {"n": n}


def _load(work: Work) -> Load:
    stretch = work.stretch
    known = stretch.load_low is not None
    words = growth_words.load_words(stretch) if known else "?"
    return Load(work.start, work.end, stretch.load_low, stretch.load_high, words)


def _said(point: Point) -> str:
    """A review in one sentence, for whoever hears the chart."""
    own = _("self %(level)s") % {"level": point.own} if point.own is not None else ""
    if point.mean is None:
        seen = _("no level of two observers")
    else:
        seen = _("mean %(mean)s of %(n)s observers, from %(low)s to %(high)s") % {
            "mean": growth_words.figure(point.mean),
            "n": len(point.levels),
            "low": growth_words.figure(point.band.low or 0),
            "high": growth_words.figure(point.band.high or 0),
        }
    return f"{day(point.day)}: {', '.join(filter(None, (seen, own)))}."


def _row(point: Point, growth: Growth) -> Row:
    work = next((each for each in growth.works if each.assignment.pk == point.panel.assignment.pk), None)
    band = ""
    if point.band.low is not None and point.band.high is not None:
        ends = {"low": growth_words.figure(point.band.low, 2), "high": growth_words.figure(point.band.high, 2)}
        band = _("%(low)s to %(high)s") % ends
    return Row(
        point=point,
        observers=tuple(_observer(point, each) for each in point.given if not each.own),
        arithmetic=growth_words.band_arithmetic(point),
        band=band,
        load=growth_words.load_word(work.stretch) if work else "",
    )


def _observer(point: Point, each) -> str:
    if each.level is not None:
        return f"{each.name} {each.level}"
    what = _("not shown") if point.thin and not each.not_observed else _("not observed")
    return _("%(name)s: %(what)s") % {"name": each.name, "what": what}
