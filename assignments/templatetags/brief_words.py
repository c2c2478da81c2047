"""How the measures of a brief and the openings of longer texts are written."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from assignments.brief_sections import Line, SectionText
from assignments.models import Section
from assignments.outreach import number
from stretchhub.markup import format_html, format_html_join
from stretchhub.text import first_line, to_html

register = template.Library()

# The words of eleven sections are formatted here and not by an include for each.
ROWS = """
    <ul class="brief-lines">{}</ul>
  """
ROW = """
        <li>{}<span class="strong">{}</span>{}</li>
    """
NOTE = ' <span class="brief-note">{}{}</span>'
PROSE = """{}
      <div class="prose">{}</div>
  """


@register.filter
def measure(value: Decimal | None) -> str:
    """A number without the zeros it does not need."""
    return "" if value is None else number(value)


@register.filter
def opening(written: str) -> str:
    """The first line of a longer text, for a card."""
    return first_line(written, 200)


@register.filter
def field_of(form: Any, name: str) -> Any:
    """One field of a form by its name."""
    return form[name]


@register.simple_tag
def section_lines(text: SectionText) -> SafeString:
    """What is written in one section, as it is read on screen and on paper: row by row, or under labels as prose."""
    if text.name in (Section.PEOPLE, Section.RISKS):
        return format_html(ROWS, format_html_join("", ROW, (_row(line) for line in text.lines)))
    return format_html_join("", PROSE, ((_label("h4", line.label), to_html(line.text)) for line in text.lines))


def _row(line: Line) -> tuple[SafeString | str, str, SafeString]:
    notes = ((f"{label}: " if label else "", words) for label, words in line.notes)
    return _label("span", line.label), line.text, format_html_join("", NOTE, notes)


def _label(tag: str, words: str) -> SafeString | str:
    return format_html('<{0} class="brief-label">{1}</{0}>', tag, words) if words else ""
