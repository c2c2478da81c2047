"""Agreement over a programme in words, made where it is shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .panels import LEAST_UNITS, WIDTH, Sem
from .programme_agreement import AlphaRow, ErrorRow, IccRow
from .severity import SHRINKAGE


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
    return f"{sd:.3g} / √{k} = {figure(row.sem.value)}; × {WIDTH:g} = ±{figure(reach)}"


def practice_basis(row: IccRow) -> str:
    """On how many cases and raters it rests, and from where on a figure is shown."""
    units, raters, _left_out = row.icc.parts
    basis = _("%(units)s cases, each rated by the same %(raters)s people") % {"units": units, "raters": raters}
    if row.shown:
        return basis
    if row.icc.reason.code == "no_variation":
        return _("%(basis)s; one level throughout.") % {"basis": basis}
    if row.icc.value is None and units >= LEAST_UNITS:
        return _("%(basis)s; the cases differ less than the people do.") % {"basis": basis}
    return _("%(basis)s; a figure is shown from %(least)s cases on.") % {"basis": basis, "least": LEAST_UNITS}


def unfinished(people: int) -> str:
    """Who is left out of a table without gaps."""
    if not people:
        return ""
    words = ngettext(
        "%(n)s person has not rated every case that there is now and is left out.",
        "%(n)s people have not rated every case that there is now and are left out.",
        people,
    )
    return words % {"n": people}


def error_source(error: Sem) -> str:
    """Where the spread of a single rating comes from."""
    sd = f"{error.parts[0]:.2f}"
    if error.reason.code == "programme":
        return _("A single rating spreads by %(sd)s, as %(units)s cases show that the same people rated.") % {
            "sd": sd,
            **error.reason.params,
        }
    return _(
        "The programme has fewer than 10 cases that the same people rated, so a single rating is taken to spread by "
        "%(sd)s: a design default, not a finding."
    ) % {"sd": sd}


def severity_sentence(raw: float, ratings: int, mentees: int) -> str:
    """What it rests on, and how few ratings are drawn in."""
    words = {"ratings": ratings, "mentees": mentees, "added": f"{SHRINKAGE:g}", "raw": figure(raw)}
    return _("%(ratings)s ratings of %(mentees)s mentees: %(raw)s × %(ratings)s / (%(ratings)s + %(added)s)") % words
