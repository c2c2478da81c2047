"""Cells of files that a spreadsheet opens: text stays text, whatever it begins with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

ACTIVE = frozenset("=+-@")
ACTIVE_FIRST = frozenset("\t\r\n")
INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
QUOTE = "'"


def guarded(text: str) -> str:
    """The same text, led by an apostrophe if a spreadsheet could take it for a formula.

    Looks behind marks that cannot be seen (byte order mark, spaces of all kinds, zero width) and
    takes full-width and small forms for what they stand for.
    """
    if not text or text[0].isalnum():
        return text
    return QUOTE + text if text[0] in ACTIVE_FIRST or _first_seen(text) in ACTIVE else text


def _first_seen(text: str) -> str:
    for letter in text:
        if unicodedata.category(letter) not in INVISIBLE:
            return unicodedata.normalize("NFKC", letter)[:1]
    return ""


class Bare(str):
    """Text of our own making, such as a moment; it stands in CSV as it is."""

    __slots__ = ()


def line(values: Iterable[object]) -> str:
    """One CSV line: text quoted and guarded, everything else bare, nothing for None, CRLF."""
    return ",".join(_cell(value) for value in values) + "\r\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Bare):
        return '"' + guarded(value).replace('"', '""') + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
