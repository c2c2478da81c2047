"""Agreement over a programme in words, made where it is shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .panels import WIDTH
from .programme_agreement import AlphaRow, ErrorRow, IccRow
from .severity import Severity


def figure(number: float | None, digits: int = 2) -> str:
    """“.70”-like figures, written in full: “0.70”, “−0.75”."""
    if number is None:
        return "–"
    return f"{number:.{digits}f}".replace("-", "−")


def alpha_word(row: AlphaRow) -> str:
    if row.reading.value is None:
        return _("No variation") if row.alpha.reason.code == "no_variation" else _("Too few units")
    return {
        "reliable": _("Reliable"),
        "tentative": _("Tentative"),
        "not_for_decisions": _("Not for decisions"),
    }[row.reading.value]


def alpha_sentence(row: AlphaRow) -> str:
    """Why that word, with what it rests on."""
    n, params = row.alpha.units, row.reading.reason.params
    if row.alpha.reason.code == "no_variation":
        return _("Everybody chose the same level throughout: this is neither agreement nor its lack.")
    if row.reading.value is None:
        words = ngettext(
            "%(n)s unit was rated twice or more; a figure is shown from 10 units on, and 30 are aimed at.",
            "%(n)s units were rated twice or more; a figure is shown from 10 units on, and 30 are aimed at.",
            n,
        )
        return words % {"n": n}
    if row.reading.reason.code == "below_aim":
        return _("A hint: %(units)s units; %(aim)s are aimed at.") % params
    return _("%(units)s units.") % params


def alpha_arithmetic(row: AlphaRow) -> str:
    """α = 1 − observed / expected disagreement."""
    if not row.shown or row.alpha.parts is None:
        return ""
    observed, expected = row.alpha.parts
    return f"1 − {figure(observed)} / {figure(expected)} = {figure(row.alpha.value)}"


def alpha_interval(row: AlphaRow) -> str:
    if row.interval is None or row.interval.low is None:
        return "–"
    return _("%(low)s to %(high)s") % {"low": figure(row.interval.low), "high": figure(row.interval.high)}


def icc_word(row: IccRow) -> str:
    """The cautious word, judged on the interval."""
    if not row.shown:
        return _("Too few units")
    names = {"poor": _("poor"), "moderate": _("moderate"), "good": _("good"), "excellent": _("excellent")}
    if row.band.parts is None:
        return _("No interval")
    low, high = row.band.parts
    if low == high:
        return names[low]
    return _("%(low)s to %(high)s") % {"low": names[low], "high": names[high]}


def icc_basis(row: IccRow) -> str:
    units, raters, _left_out = row.icc.parts
    return _("%(units)s units with %(raters)s ratings each") % {"units": units, "raters": raters}


def error_arithmetic(row: ErrorRow) -> str:
    """How the error of a mean comes about, and its band."""
    sd, k = row.sem.parts
    reach = WIDTH * (row.sem.value or 0)
    return f"{sd:g} / √{k} = {figure(row.sem.value)}; × {WIDTH:g} = ±{figure(reach)}"


def severity_sentence(found: Severity) -> str:
    """What it rests on, or why nothing is estimated."""
    words = {"ratings": found.ratings, "mentees": found.mentees, "added": f"{found.parts[3]:g}"}
    if found.value is None:
        return {
            "nobody_shares": _("Nobody else rated the same work, so severity cannot be told from the work."),
            "too_few_ratings": _("%(ratings)s shared ratings; 5 are needed.") % words,
            "too_few_mentees": _("%(mentees)s mentees; 3 are needed.") % words,
        }[found.reason.code]
    return _("%(ratings)s ratings of %(mentees)s mentees: %(raw)s × %(ratings)s / (%(ratings)s + %(added)s)") % {
        **words,
        "raw": figure(found.raw),
    }
