"""Charts as figures: the drawing, its key in words, and the same numbers as a table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stretchhub import charts, grid_chart, growth_chart, run_chart, scatter, score_chart
from stretchhub import share_chart as share_chart_of
from stretchhub.env import now
from stretchhub.markup import format_html, format_html_join
from stretchhub.templatetags import words
from stretchhub.templatetags.look import svg

register = template.Library()

# What stands on a timeline is formatted here: there are dozens of them.
TIMELINE_MARK = '<g class="c-mark c-mark-{}{}" transform="translate({} {})"><title>{}: {}</title><circle r="12"/>{}</g>'
TIMELINE_ROW = """
          <tr>
            <td class="nowrap">{}</td>
            <td>{}{}</td>
          </tr>
      """
PLANNED = ' <span class="muted">({})</span>'


@register.simple_tag
@lru_cache(maxsize=512)
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
    planned: bool = False,
) -> dict[str, Any]:
    """An outcome between its baseline and its target, with the range it honestly lies in.

    What is only `planned` says nothing of a value that nobody can have measured yet.
    """
    numbers = [None if value in (None, "") else float(value) for value in (baseline, target, actual, low, high)]
    drawn = None if None in numbers[:2] else charts.bullet(*numbers)  # type: ignore[arg-type]
    names = ("baseline", "target", "actual", "low", "high")
    values = {name: _plain(number) for name, number in zip(names, numbers, strict=True)}
    return {"chart": drawn, "label": label, "unit": unit, "planned": planned, **values}


@register.inclusion_tag("components/chart_run.html")
def run_figure(
    label: str, measurements: Iterable[Any], baseline: Any, target: Any, median: float | None = None, unit: str = ""
) -> dict[str, Any]:
    """Measurements (measured_on, value, low, high) by their days; nothing while there is one alone.

    The median of two says no more than they do.
    """
    values = [
        run_chart.Value(each.measured_on, *(None if n is None else float(n) for n in (each.value, each.low, each.high)))
        for each in measurements
    ]
    names = {"baseline": _plain(float(baseline)), "target": _plain(float(target))}
    left = 12 + 8 * max(len(name or "") for name in names.values())
    middle = median if len(values) > 2 else None
    days = sorted(values, key=lambda each: each.day)
    return {
        "chart": run_chart.run_chart(values, float(baseline), float(target), middle, left=min(left, 110)),
        "label": label,
        "unit": unit,
        "median": _plain(middle),
        "count": len(values),
        "first": days[0].day if days else None,
        "last": days[-1].day if days else None,
        "latest": _plain(days[-1].value) if days else None,
        "ranges": any(each.low is not None for each in values),
        **names,
    }


def _plain(number: float | None) -> str | None:
    """A number as people write it: 21 and not 21.0, at most two places."""
    if number is None:
        return None
    places = next(places for places in (0, 1, 2) if places == 2 or round(number, places) == round(number, 2))
    return formats.number_format(round(number, places), places)


@register.inclusion_tag("components/chart_dots.html")
def dot_strip(label: str, marks: Iterable[tuple[str, float | None, bool]]) -> dict[str, Any]:
    """Raters on a line from 1 to 5; `marks` are (name, level or None, is self)."""
    marks = list(marks)
    return {"chart": charts.dot_strip(marks), "label": label, "marks": marks}


@register.inclusion_tag("components/chart_levels.html")
def level_rows(label: str, rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Levels now and wanted; `rows` are (name, now or None, wanted or None), with a note where there is one."""
    return {"rows": [charts.level_row(*row) for row in rows], "label": label}


@register.inclusion_tag("components/chart_dumbbell.html")
def dumbbell_chart(label: str, rows: Iterable[tuple[str, int | None, int | None, str]]) -> dict[str, Any]:
    """What is demanded against what was shown; `rows` are (name, shown or None, demanded or None, words)."""
    ticks = [(level, charts.level_x(level, charts.WIDE)) for level in range(1, 6)]
    return {"rows": [charts.dumbbell(*row) for row in rows], "ticks": ticks, "width": charts.WIDE, "label": label}


@register.inclusion_tag("components/chart_strip.html")
def balance_strip(
    label: str, parts: Sequence[tuple[str, float, str]], unit: str = "", targets: Sequence[float] = ()
) -> dict[str, Any]:
    """Parts of a whole; `parts` are (name, value, tone), `targets` the shares aimed at in their order."""
    chart = charts.stacked_strip(parts)
    marks = [round(charts.STRIP * sum(targets[: place + 1])) for place in range(len(targets) - 1)]
    aims = [round(100 * share) for share in targets]
    rows = list(zip_longest(chart.segments, aims))
    return {"chart": chart, "label": label, "unit": unit, "marks": marks, "rows": rows, "aims": aims}


@register.inclusion_tag("components/chart_timeline.html")
def timeline_chart(
    label: str, start: date, end: date, marks: Sequence[charts.Mark], today: date | None = None
) -> dict[str, Any]:
    """Everything that happened and is planned, as marks on one line."""
    chart, here, language = charts.timeline(start, end, marks, today), timezone.localtime(now()).date(), get_language()
    planned = format_html(PLANNED, _("planned"))
    drawn = [_timeline_mark(at, words.short(at.mark.day, here)) for at in chart.placed]
    rows = [
        (words.due(at.mark.day, here, language)[0], _linked(at.mark), planned if at.mark.planned else "")
        for at in chart.placed
    ]
    return {
        "chart": chart,
        "label": label,
        "marks": format_html_join("", "{}", ((each,) for each in drawn)),
        "rows": format_html_join("", TIMELINE_ROW, rows),
    }


def _timeline_mark(at: charts.Placed, day: str) -> SafeString:
    mark, hollow = at.mark, " c-mark-planned" if at.mark.planned else ""
    return format_html(TIMELINE_MARK, mark.tone, hollow, at.x, at.y, day, mark.label, mark_icon(mark.icon))


def _linked(mark: charts.Mark) -> SafeString:
    return format_html('<a href="{}">{}</a>', mark.url, mark.label) if mark.url else format_html("{}", mark.label)


@register.inclusion_tag("components/chart_score.html")
def score_bar(label: str, parts: Sequence[tuple[str, float, float, str, str]]) -> dict[str, Any]:
    """A sum out of 100; `parts` are (name, known points, points at best, tone, points in words)."""
    drawn = score_chart.score_bar([(low, high, tone) for _name, low, high, tone, _words in parts])
    return {"chart": drawn, "label": label, "parts": parts}


@register.inclusion_tag("components/chart_shares.html")
def share_chart(label: str, rows: Sequence[tuple[str, str, Any]]) -> dict[str, Any]:
    """A bar for each share with its interval; `rows` are (name, words, figure with least, most, low, high)."""
    drawn = [(name, words, each.least, each.most, each.low, each.high) for name, words, each in rows]
    return {"bars": share_chart_of.share_bars(drawn), "label": label}


@register.inclusion_tag("components/chart_scatter.html")
def scatter_map(
    label: str,
    across: str,
    upwards: str,
    spots: Sequence[scatter.Spot],
    zones: Sequence[tuple[float, str, str]],
    line: tuple[float, int, str],
) -> dict[str, Any]:
    """A map with zones across and steps 1–5 upwards; `line` is (from across, from upwards, what lies beyond)."""
    line_at, line_from, beyond = line
    chart = scatter.scatter(spots, zones, line_at, line_from)
    return {"chart": chart, "label": label, "across": across, "upwards": upwards, "beyond": beyond}


@register.inclusion_tag("components/chart_grid.html")
def stakeholder_grid(
    label: str, across: str, upwards: str, marks: Sequence[grid_chart.Mark], names: Mapping[str, str], high: int
) -> dict[str, Any]:
    """A grid of five by five; `names` says what each of its four fields is called."""
    chart = grid_chart.grid(marks, high)
    return {
        "chart": chart,
        "label": label,
        "across": across,
        "upwards": upwards,
        "fields": [(field, names[field.corner]) for field in chart.fields],
        "middle": chart.left + (chart.width - chart.left) // 2,
    }


@register.inclusion_tag("components/chart_growth.html")
def growth_figure(
    label: str, means: Sequence[growth_chart.Mean], loads: Sequence[growth_chart.Load], words: Sequence[str]
) -> dict[str, Any]:
    """Means with their bands over time and the load of the work beneath; `words` say each review for who cannot see.

    Its table twin stands beneath it on the page.
    """
    drawn = growth_chart.growth_chart(means, loads)
    return {"chart": drawn, "label": label, "words": words}
