"""`translate` and `url` as Django has them; what a template writes out is worked out once a process.

Words and addresses stand by the hundred on a page, and Django looks up each of them anew. No library has to be loaded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.template import Context, defaulttags
from django.template.base import FilterExpression, Node, Parser, Token
from django.templatetags import i18n
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language

from stretchhub.linking import link

register = template.Library()


class Said(Node):
    """Words without anything in them that changes: kept by the language."""

    child_nodelists = ()

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.name, node.asvar = node.asvar, None
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        words = self.said.get(language)
        if words is None:
            words = self.said[language] = self.node.render(context)
        if not self.name:
            return words
        context[self.name] = words
        return ""


@register.tag("translate")
def said(parser: Parser, token: Token) -> Node:
    """{% translate "words" %}, also as a name."""
    node = i18n.do_translate(parser, token)
    return Said(node) if _is_written(node.filter_expression) and not (node.noop or node.message_context) else node


class Address(defaulttags.URLNode):
    """The path of a page by its name, with one code in it or with nothing."""

    def render(self, context: Context) -> str:
        slots = [each.resolve(context) for each in self.args]
        try:
            if not slots:
                found = _path(self.view_name.var, get_script_prefix())
            elif isinstance(slots[0], UUID):
                found = link(self.view_name.var, slots[0])
            else:
                return super().render(context)
        except NoReverseMatch:
            return super().render(context)
        if not self.asvar:
            return found
        context[self.asvar] = found
        return ""


@register.tag("url")
def address(parser: Parser, token: Token) -> Node:
    """{% url "page" thing.code %}, also as a name."""
    node: Any = defaulttags.url(parser, token)
    simple = _is_written(node.view_name) and len(node.args) < 2 and not node.kwargs
    return Address(node.view_name, node.args, node.kwargs, node.asvar) if simple else node


@lru_cache(maxsize=1024)
def _path(name: str, _prefix: str) -> str:
    return reverse(name)


def _is_written(expression: FilterExpression) -> bool:
    """Whether it is a text in the template, and nothing that is worked out for each page."""
    literal = getattr(expression.var, "literal", expression.var)
    return not expression.filters and isinstance(literal, str)
