"""Parts of a page that are the same again and again: drawn once a process, or once a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.translation import get_language

register = template.Library()
MOST = 1024


class Kept(template.Node):
    """What is inside knows nothing but the values that are named and the language, so it is kept by these."""

    def __init__(self, nodelist: NodeList, named: dict[str, FilterExpression]) -> None:
        self.nodelist, self.named = nodelist, named
        self.drawn: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        values = [_plain(each.resolve(context, ignore_failures=True)) for each in self.named.values()]
        key = (get_language(), *values)
        found = self.drawn.get(key)
        if found is None:
            if len(self.drawn) >= MOST:
                self.drawn.clear()
            found = self.drawn[key] = self._draw(context, values)
        return found

    def _draw(self, context: Context, values: list[Any]) -> str:
        alone = Context(dict(zip(self.named, values, strict=True)))
        with alone.bind_template(context.template):
            return self.nodelist.render(alone)


def _plain(value: Any) -> Any:
    """Something that can be a key and holds on to no request."""
    return tuple(value) if isinstance(value, list | tuple) else value


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """{% kept icon=entry.icon %}…{% endkept %}: drawn once a process for each of these values and the language."""
    named = token_kwargs(token.split_contents()[1:], parser)
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, named)


class Drawn(template.Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return ""


@register.tag
def drawn(parser: Parser, token: Token) -> Drawn:
    """{% drawn as name %}…{% enddrawn %}: what is inside, to be shown at several places of one page."""
    _drawn, _as, name = token.split_contents()
    nodelist = parser.parse(("enddrawn",))
    parser.delete_first_token()
    return Drawn(nodelist, name)
