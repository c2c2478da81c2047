"""The lines of stretch work, formatted here: a page has twenty-five of them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stretchhub.insights.running import Stretch
from stretchhub.linking import link
from stretchhub.markup import format_html, format_html_join
from stretchhub.templatetags.look import badge
from stretchhub.templatetags.words import when

register = template.Library()

LINE = """
              <tr>
                <th scope="row"><span><a href="{url}">{mentee}</a><span class="person-note">{title}</span></span></th>
                <td data-label="{stands}">{standing}</td>
                <td class="nowrap" data-label="{since}">{began}</td>
                <td data-label="{sponsored}">{sponsor}</td>
                <td data-label="{next_day}"><span>{next}</span></td>
              </tr>"""


@register.simple_tag
def stretch_lines(lines: Iterable[Stretch]) -> SafeString:
    """One row each: whose work it is, how it stands, since when, for whom, and what comes next."""
    labels = {"stands": _("Stands"), "since": _("Since"), "sponsored": _("Sponsor"), "next_day": _("Next day")}
    late = format_html(" {}", badge(_("late"), "watch"))
    return format_html_join("", "{}", ((_line(line, labels, late),) for line in lines))


def _line(line: Stretch, labels: dict[str, str], late: SafeString) -> SafeString:
    assignment = line.assignment
    return format_html(
        LINE,
        **labels,
        url=link("assignments:record", assignment.code),
        mentee=assignment.mentee.name,
        title=assignment.title,
        standing=badge(line.standing.word, line.standing.mark),
        began=when(line.since),
        sponsor=assignment.sponsor.name if assignment.sponsor else "",
        next=_next(line, late),
    )


def _next(line: Stretch, late: SafeString) -> SafeString | str:
    if not line.next_on:
        return line.next_words
    return format_html(
        '<span class="nowrap">{}</span>{}<span class="person-note">{}</span>',
        when(line.next_on),
        late if line.is_past else "",
        line.next_words,
    )
