"""Small icons drawn once on a page and pointed to, for pages on which the same few stand hundreds of times."""

import re
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe

from stretchhub.markup import format_html, format_html_join
from stretchhub.templatetags.look import MARKS, svg

register = template.Library()

OPENING = re.compile(r"^<svg[^>]*>")


@register.simple_tag
def symbols(names: Iterable[str]) -> SafeString:
    """The drawings themselves; stands once on the page, outside of what is swapped."""
    return _drawn(frozenset(names))


@lru_cache(maxsize=64)
def _drawn(names: frozenset[str]) -> SafeString:
    drawn = format_html_join(
        "",
        '<symbol id="i-{}" viewBox="0 0 16 16">{}</symbol>',
        ((name, mark_safe(_inside(name))) for name in sorted(names)),  # noqa: S308  drawn by the icon package
    )
    return format_html('<svg class="symbols" aria-hidden="true" fill="currentColor">{}</svg>', drawn)


@register.simple_tag
@lru_cache(maxsize=512)
def symbol(name: str) -> SafeString:
    """A small icon for the eye alone, pointing to its drawing."""
    return format_html(
        '<svg width="16" height="16" fill="currentColor" aria-hidden="true"><use href="#i-{}"/></svg>', name
    )


@register.simple_tag
def small_badge(word: str, mark: str = "", tone: str = "", icon: str = "") -> SafeString:
    """As `badge`, with a symbol."""
    known_tone, known_icon = MARKS.get(mark, ("muted", ""))
    return format_html('<span class="badge badge-{}">{}{}</span>', tone or known_tone, symbol(icon or known_icon), word)


def _inside(name: str) -> str:
    return OPENING.sub("", svg(name, 16).strip()).removesuffix("</svg>")
