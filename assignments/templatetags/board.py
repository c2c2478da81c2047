"""The cards of a board. They stand by the dozen, so they are formatted here and not by an include for each."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assignments.pipeline import Card, Column
from stretchhub.linking import link
from stretchhub.markup import format_html, format_html_join
from stretchhub.templatetags.symbols import small_badge, symbol

register = template.Library()

CARD = """<li class="option" data-card="{code}"{to}{moves}{focus}>
  <p class="option-title"><a href="{url}">{title}</a></p>
  {refused}<p class="option-marks">{marks}</p>
  <ul class="option-facts">
    <li>{kind_icon}{kind}</li>
    {hours}{goal}</ul>
  {next_step}{mover}</li>
"""
MOVES = (
    ' data-version="{}" draggable="true" tabindex="0" aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight" aria-label="{}"'
)
REFUSED = '\n  <p class="option-refused">{}{}</p>\n  '
HOURS = "\n    <li>{}{}</li>\n    "
GOAL = "\n    <li>{}{}</li>\n  "
NEXT = '\n  <p class="option-next">{}</p>\n  '
MOVER = '\n  <a class="option-move" href="{}#move" data-mover>{}</a>\n  '


@register.simple_tag(takes_context=True)
def option_cards(context: Context, column: Column) -> SafeString:
    """Each card of a column; it moves by drag, by Alt + arrow keys, or by its “Move to…”.

    Of the page: board, and after a move that was tried card, on_card, refused and reason_for. The page draws the icons
    once (symbols).
    """
    may_move = context["board"].may_move
    tried = context["card"] if context.get("on_card") else None
    words = _("Move to…")
    drawn = []
    for each in column.cards:
        mine = tried is not None and tried.pk == each.option.pk
        said = {
            "moves": format_html(MOVES, each.option.version, each.option.title) if may_move else "",
            "focus": SafeString(" data-focus") if mine and not context.get("reason_for") else "",
            "refused": _refused(context.get("refused")) if mine else "",
        }
        moves = may_move and (each.to or column.to)
        drawn.append(_card(each, words if moves else "", said))
    return format_html_join("", "{}", ((each,) for each in drawn))


def _card(each: Card, move_words: str, said: dict[str, Any]) -> SafeString:
    url, hours = link("assignments:option", each.option.code), _("%(hours)s h a week") % {"hours": each.hours}
    return format_html(
        CARD,
        code=each.option.code,
        to=format_html(' data-to="{}"', each.to) if each.to else "",
        url=url,
        title=each.option.title,
        marks=_marks(each),
        kind_icon=symbol(each.kind_icon),
        kind=each.kind,
        hours=format_html(HOURS, symbol("clock"), hours) if each.hours else "",
        goal=format_html(GOAL, symbol("flag"), each.goal) if each.goal else "",
        next_step=format_html(NEXT, each.next_step) if each.next_step else "",
        mover=format_html(MOVER, url, move_words) if move_words else "",
        **said,
    )


def _marks(each: Card) -> SafeString:
    marks = [small_badge(item.word, item.mark) for item in each.badges]
    if each.zone:
        marks.append(small_badge(each.zone.word, each.zone.mark, each.zone.tone, each.zone.icon))
    if each.risk:
        marks.append(small_badge(each.risk.word, "", each.risk.tone, each.risk.icon))
    return format_html_join("", "{}", ((mark,) for mark in marks))


def _refused(why: object) -> SafeString | str:
    return format_html(REFUSED, symbol("exclamation-triangle"), why) if why else ""
