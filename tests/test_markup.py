"""Markup is formatted as Django formats it."""

import pytest
from django.utils import html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from assignments.models import Status
from stretchhub import markup


class Drawn:
    def __html__(self):
        return "<svg></svg>"

    def __str__(self):
        raise AssertionError


class Loud(str):
    __slots__ = ()


VALUES = ["a & b", "<b>\"'</b>", "", "{0}", mark_safe("<i>so & so</i>"), gettext_lazy("<Today>"), 7, 1.5, None, Drawn()]
VALUES += [Status.ACTIVE, Loud("<b>"), mark_safe("x") + "<y>", ["<"]]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_escaped_unless_it_is_safe(value):
    found = markup.format_html('<p title="{}">{words}</p>', value, words=value)

    assert found == html.format_html('<p title="{}">{words}</p>', value, words=value)
    assert type(found) is SafeString


@pytest.mark.parametrize("between", [", ", "<br>", mark_safe("<br>")])
def test_rows_are_joined(between):
    rows = [(value, "<&>") for value in VALUES]

    found = markup.format_html_join(between, "<li>{}{}</li>", iter(rows))

    assert found == html.format_html_join(between, "<li>{}{}</li>", iter(rows))
    assert type(found) is SafeString
    assert markup.format_html_join(between, "{}", []) == ""


def test_a_form_filled_in_part_is_filled_with_the_rest_later():
    form = markup.filled_in('<a href="{url}">{word} {name}</a>', word="{name} & {}", url=mark_safe("/?a&b"))

    found = markup.format_html(form, name="<Mina> {word}")

    assert found == '<a href="/?a&b">{name} &amp; {} &lt;Mina&gt; {word}</a>'
