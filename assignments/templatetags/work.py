"""How pieces of work stand, at a glance; formatted here, for a list has two dozen with fourteen days each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assignments.models import Status
from assignments.overview import Card, Day
from stretchhub.markup import format_html, format_html_join
from stretchhub.templatetags.look import avatar, badge, icon
from stretchhub.templatetags.words import days_away, when

register = template.Library()

CARD = """
    <article class="card card-link work-card">
      <div class="card-head"><h3 class="card-title"><a href="{}">{}</a></h3></div>
      <p class="work-person">{}<span>{} <span class="muted">· {}</span></span></p>
      <div class="status">{}<p class="small muted">{}</p></div>
      <div class="work-foot">{}{}</div>
</article>"""
NEXT = """<p class="small work-next">{}<span>{} <span class="work-when muted">{} · {}</span></span></p>"""
DAY = """<li class="{}" title="{words}"><span aria-hidden="true">{}</span>{}<span class="visually-hidden">{words}</span></li>"""  # noqa: E501
NO_ICON = format_html('<svg width="{0}" height="{0}" aria-hidden="true"></svg>', 12)


@register.simple_tag
def work_cards(cards: Iterable[Card]) -> SafeString:
    """One card for each piece of work."""
    language = get_language()
    return format_html(
        '<div class="grid work-cards">{}</div>', format_html_join("", CARD, (_card(card, language) for card in cards))
    )


def _card(card: Card, language: str | None) -> tuple[object, ...]:
    said = card.standing
    return (
        card.url,
        card.title,
        avatar(card.person),
        card.person.name if card.person else "",
        card.person_part,
        badge(said.word, said.mark),
        said.sentence,
        _next(card),
        _fortnight(card.days, language) if card.assignment.status == Status.ACTIVE else "",
    )


def _next(card: Card) -> SafeString | str:
    """The milestone that comes next, and of what is over, when that was."""
    if card.assignment.status == Status.CLOSED:
        return format_html('<p class="small muted">{}</p>', when(card.assignment.closed_at))
    if milestone := card.next_milestone:
        return format_html(NEXT, icon("flag", 16), milestone.title, when(milestone.due_on), days_away(milestone.due_on))
    if card.assignment.status == Status.ACTIVE:
        return format_html(
            '<p class="small muted work-next">{}<span>{}</span></p>', icon("flag", 16), _("No open milestone")
        )
    return ""


def _fortnight(days: Iterable[Day], language: str | None) -> SafeString:
    """Fourteen days; words are read aloud, tone and icon stand where something falls on the day."""
    drawn = [_day(day) if day.tone else _plain_day(day, language) for day in days]
    row = "\n".join(["{}"] * len(drawn))
    return format_html(f'<ol class="fortnight" aria-label="{{}}">{row}</ol>', _("Nine days back, four ahead"), *drawn)


@lru_cache(maxsize=512)
def _plain_day(day: Day, language: str | None) -> SafeString:
    """A day on which nothing falls looks the same on every card."""
    return _day(day)


def _day(day: Day) -> SafeString:
    look = ("off" if day.off else "") + (" today" if day.today else "") + (f" mark-{day.tone}" if day.tone else "")
    return format_html(DAY, look, day.letter, icon(day.icon, 16) if day.icon else NO_ICON, words=day.words)
