"""Capability over time in words, made where it is shown: what can be told, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.stretch import Stretch
from assignments.stretch_words import load_words, zone_word
from stretchhub.templatetags.words import day

from .growing import Growth, Line, Point, error_of
from .growth import RELIABLE, Change
from .panels import FALLBACK_SD, LEAST_UNITS, WIDTH

USUAL_OBSERVERS = 3
# How a day is written: what is kept for years writes it otherwise than a page.
On = Callable[[date], str]


def figure(number: float, digits: int = 1) -> str:
    return formats.number_format(round(number, digits) + 0.0, digits)


def signed(number: float, digits: int = 1) -> str:
    """“0.9”, “−0.2”: an end of an interval."""
    words = figure(abs(number), digits)
    return f"−{words}" if number < 0 and words.strip("0.,") else words


def standing(line: Line, on: On = day) -> str:
    """Where the latest review lies, in one sentence; without a figure where too few observers gave a level."""
    if not line.rated:
        if any(point.thin for point in line.points):
            return _("One observer alone gave a level; a level is shown once two have given one.")
        return _("No observer gave a level.")
    point = line.latest
    words = {
        "mean": figure(point.mean or 0),
        "n": len(point.levels),
        "day": on(point.day),
        "low": figure(point.band.low or 0),
        "high": figure(point.band.high or 0),
    }
    return _("%(mean)s is the mean of %(n)s observers on %(day)s; it may lie from %(low)s to %(high)s.") % words


def change_sentence(line: Line, on: On = day) -> str:
    """Whether the levels changed by more than raters differ anyway, from the first review to the latest."""
    found = line.change
    if found is None or found.value is None or found.rci is None:
        if line.rated:
            return _("A change can be told once two reviews have levels of two observers or more; this is the first.")
        return ""
    words = {
        "by": figure(abs(found.value)),
        "day": on(line.first.day),
        "noise": figure(found.detectable or 0),
        "rci": figure(abs(found.rci), 2),
        "reliable": RELIABLE,
    }
    if found.reason.code == "grown":
        said = _("Up by %(by)s since %(day)s, more than the %(noise)s by which raters may differ anyway")
        return f"{said} ({_reliable(found)})." % words
    if found.reason.code == "fallen":
        said = _("Down by %(by)s since %(day)s, more than the %(noise)s by which raters may differ anyway")
        return f"{said} ({_reliable(found)})." % words
    if not found.value:
        return _("The same as on %(day)s; differences under about %(noise)s would not be told from noise.") % words
    return _("%(by)s apart from %(day)s: differences under about %(noise)s may be noise, so no change can be told.") % (
        words
    )


def _reliable(found: Change) -> str:
    return _("reliable change %(rci)s, where %(reliable)s is needed")


def slope_sentence(line: Line) -> str:
    """How fast it goes, with its interval; or why no slope is shown."""
    found = line.slope
    params = found.reason.params
    if not line.rated:
        return ""
    if found.interval_per_year is None or found.per_year is None:
        return {
            "too_few_reviews": ngettext(
                "A slope is shown from %(least)s reviews on; there is %(reviews)s so far.",
                "A slope is shown from %(least)s reviews on; there are %(reviews)s so far.",
                params.get("reviews", 0),
            ),
            "one_day": _("All its reviews are of one day, so there is no slope."),
            "on_a_line": _("Its reviews lie on one straight line, which leaves nothing to say how sure a slope is."),
        }[found.reason.code] % params
    low, high = found.interval_per_year
    words = {
        "by": figure(abs(found.per_year)),
        "low": signed(low),
        "high": signed(high),
        "reviews": len(found.parts),
    }
    return {
        "rising": _("Over %(reviews)s reviews it rises by %(by)s a year; the interval runs from %(low)s to %(high)s."),
        "falling": _("Over %(reviews)s reviews it falls by %(by)s a year; the interval runs from %(low)s to %(high)s."),
        "not_clear": _(
            "Over %(reviews)s reviews no direction can be told: the interval runs from %(low)s to %(high)s a year."
        ),
    }[found.reason.code] % words


def raters_sentence(line: Line, on: On = day) -> str:
    """Whether the same people rated: other eyes alone can move a mean."""
    if len(line.rated) < 2:
        return ""
    then, now = line.first, line.latest
    words = {"day": on(then.day), "n": len(now.raters), "both": len(now.raters & then.raters)}
    if line.same_raters:
        return _("The same %(n)s observers rated then and now.") % words
    if not words["both"]:
        return _("None of the %(n)s observers rated on %(day)s, too: other eyes may see another level.") % words
    return (
        ngettext(
            "%(both)s of the %(n)s observers rated on %(day)s, too: other eyes may see another level.",
            "%(both)s of the %(n)s observers rated on %(day)s, too: other eyes may see another level.",
            words["both"],
        )
        % words
    )


def wording_sentence(line: Line) -> str:
    """Said of a criterion whose levels were described otherwise before, and of one that reads the same in both."""
    rubrics = ", ".join(line.rubrics)
    if line.earlier:
        words = _("By the anchors of %(rubrics)s, which were rewritten since: it is not compared with what came after.")
        return words % {"rubrics": rubrics}
    if len(line.rubrics) > 1:
        return _("Its anchors read the same in %(rubrics)s, so the reviews are compared.") % {"rubrics": rubrics}
    return ""


def basis_sentence() -> str:
    """What every band rests on, said once a page, with its arithmetic."""
    words = {
        "sd": figure(FALLBACK_SD, 2),
        "least": LEAST_UNITS,
        "wide": WIDTH,
        "n": USUAL_OBSERVERS,
        "reach": figure(WIDTH * (error_of(USUAL_OBSERVERS).value or 0), 2),
    }
    return (
        _(
            "Bands: %(wide)s × %(sd)s ÷ √ of the number of observers; with %(n)s that is ±%(reach)s. The %(sd)s is a "
            "chosen value for how far one rating spreads, because the programme does not have %(least)s cases that the "
            "same people rated."
        )
        % words
    )


def load_sentence(growth: Growth) -> str:
    """What the loads of the reviewed work say beside the levels: a flat line on harder work is growth."""
    reviewed = {panel.assignment.pk for panel in growth.panels}
    works = [work for work in growth.works if work.assignment.pk in reviewed and work.stretch.load is not None]
    if len(works) < 2:
        return ""
    first, last = works[0].stretch.load or 0, works[-1].stretch.load or 0
    words = {"first": first, "last": last}
    if last > first:
        return _("The load of the reviewed work went from %(first)s to %(last)s: as good on harder work is growth.") % (
            words
        )
    if last < first:
        return _("The load of the reviewed work went from %(first)s to %(last)s: a rise is on lighter work.") % words
    return _("The load of the reviewed work was %(first)s at first and is %(last)s now.") % words


def load_word(stretch: Stretch) -> str:
    """“10, Stretch”, “6–9, Stretch or Overstretch”, or that nobody assessed it."""
    if stretch.load_low is None:
        return _("not assessed")
    if stretch.value is None:
        return load_words(stretch)
    return f"{load_words(stretch)}, {zone_word(stretch)}"


def band_arithmetic(point: Point) -> str:
    """“(3 + 4 + 4) ÷ 3 = 3.67 ± 0.85”."""
    if point.mean is None or point.band.parts is None:
        return ""
    total = " + ".join(str(level) for level in point.levels)
    return f"({total}) ÷ {len(point.levels)} = {figure(point.mean, 2)} ± {figure(point.band.parts[1], 2)}"
