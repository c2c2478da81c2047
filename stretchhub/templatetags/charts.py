"""Charts as figures: the drawing, its key in words, and the same numbers as a table."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from stretchhub import charts
from stretchhub.templatetags.look import svg

register = template.Library()


@register.simple_tag
def mark_icon(name: str) -> SafeString:
    """A small icon inside a drawing, centred on the point it is moved to."""
    return mark_safe(svg(name, 16).replace("<svg", '<svg x="-8" y="-8"', 1))  # noqa: S308


@register.inclusion_tag("components/chart_bullet.html")
def bullet_chart(
    label: str,
    baseline: Any,
    target: Any,
    actual: Any = None,
    low: Any = None,
    high: Any = None,
    unit: str = "",
) -> dict[str, Any]:
    """An outcome between its baseline and its target, with the range it honestly lies in."""
    numbers = [None if value in (None, "") else float(value) for value in (baseline, target, actual, low, high)]
    drawn = None if None in numbers[:2] else charts.bullet(*numbers)  # type: ignore[arg-type]
    values = {"baseline": baseline, "target": target, "actual": actual, "low": low, "high": high}
    return {"chart": drawn, "label": label, "unit": unit, **values}


@register.inclusion_tag("components/chart_dots.html")
def dot_strip(label: str, marks: Iterable[tuple[str, float | None, bool]]) -> dict[str, Any]:
    """Raters on a line from 1 to 5; `marks` are (name, level or None, is self)."""
    marks = list(marks)
    return {"chart": charts.dot_strip(marks), "label": label, "marks": marks}


@register.inclusion_tag("components/chart_levels.html")
def level_rows(label: str, rows: Iterable[tuple[str, float | None, float | None]]) -> dict[str, Any]:
    """Levels now and wanted; `rows` are (name, now or None, wanted or None)."""
    return {"rows": [charts.level_row(*row) for row in rows], "label": label}


@register.inclusion_tag("components/chart_strip.html")
def balance_strip(label: str, parts: Sequence[tuple[str, float, str]], unit: str = "") -> dict[str, Any]:
    """Parts of a whole; `parts` are (name, value, tone)."""
    return {"chart": charts.stacked_strip(parts), "label": label, "unit": unit}


@register.inclusion_tag("components/chart_timeline.html")
def timeline_chart(
    label: str, start: date, end: date, marks: Sequence[charts.Mark], today: date | None = None
) -> dict[str, Any]:
    """Everything that happened and is planned, as marks on one line."""
    return {"chart": charts.timeline(start, end, marks, today), "label": label}
