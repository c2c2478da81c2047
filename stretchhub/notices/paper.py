"""A letter as the text and the HTML of its mail, by the templates `notices/mail.txt` and `notices/mail.html`.

A template is rendered once for all letters of the same shape in a language, with marks where the
words go; each letter is then only filled in. One that tells of several things is rendered by itself.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape

from .kinds import Letter

TEXT, HTML = "notices/mail.txt", "notices/mail.html"
# Neither is in any language's words, and nothing escapes them.
OPEN, CLOSE = "\ue000", "\ue001"
LINE_END = re.compile(r"[\r\n]")
WORDS = ("subject", "action", "path", "why")


@dataclass(frozen=True)
class _Shape:
    """What a template asks before it writes words down."""

    locale: str
    account: bool
    stop: bool
    paragraphs: int
    action: bool
    site: str


@dataclass(frozen=True)
class _Reader:
    """Stands for whoever gets a letter: a person with an account, or somebody from outside."""

    locale: str
    pk: int | None
    first_name: str


def written(letter: Letter, person: Any, stop: str) -> tuple[str, str]:
    """The text and the HTML for this person; `stop` is where such mails can be stopped, where they can."""
    if letter.items:
        return rendered(TEXT, letter, person, stop), rendered(HTML, letter, person, stop)
    account = getattr(person, "pk", None) is not None
    shape = _Shape(person.locale, account, bool(stop), len(letter.paragraphs), bool(letter.action), settings.SITE_URL)
    words = {name: getattr(letter, name) for name in WORDS}
    words |= {_paragraph(number): words for number, words in enumerate(letter.paragraphs)}
    words |= {"first_name": person.first_name, "stop": stop}
    as_html = {name: _as_html(name, word) for name, word in words.items()}
    return _filled(_form(TEXT, shape), words), _filled(_form(HTML, shape), as_html)


def rendered(template: str, letter: Letter, person: Any, stop: str) -> str:
    context = {"letter": letter, "person": person, "SITE_URL": settings.SITE_URL, "stop": stop}
    with translation.override(person.locale):
        return render_to_string(template, context)


def _as_html(name: str, words: str) -> str:
    """Only a paragraph has lines."""
    if name.startswith("paragraph") and LINE_END.search(words):
        return linebreaksbr(words)
    # What conditional_escape does with plain words, without its wrapping.
    return html.escape(words) if type(words) is str else conditional_escape(words)


def _filled(form: tuple[str, ...], words: dict[str, str]) -> str:
    """A form is what always stands there and, in turn, the name of what comes next."""
    return "".join([words[part] if number % 2 else part for number, part in enumerate(form)])


@lru_cache(maxsize=256)
def _form(template: str, shape: _Shape) -> tuple[str, ...]:
    paragraphs = tuple(_mark(_paragraph(number)) for number in range(shape.paragraphs))
    words = {name: _mark(name) if shape.action or name not in {"action", "path"} else "" for name in WORDS}
    letter = Letter(**words, paragraphs=paragraphs)
    reader = _Reader(shape.locale, 1 if shape.account else None, _mark("first_name"))
    whole = rendered(template, letter, reader, _mark("stop") if shape.stop else "")
    start, *rest = whole.split(OPEN)
    return (start, *(part for piece in rest for part in piece.split(CLOSE)))


def _paragraph(number: int) -> str:
    return f"paragraph{number}"


def _mark(name: str) -> str:
    return f"{OPEN}{name}{CLOSE}"
