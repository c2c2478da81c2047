"""The fonts that documents are set in, and which letters they have.

They come with installed packages, so that a document looks the same on every machine; a letter that none of
them has is written as its number, because a document that cannot be made helps nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk", "fontpkg_ibm_plex_sans_arabic")
# Asked in this order for each letter; the rest of the alphabets follows by name.
# Copied out of a document, Arabic in Noto comes with letters twice, in Plex as it was written.
FIRST = ("Noto Sans", "IBM Plex Sans Arabic")
LAST = ("Noto Sans Symbols", "DejaVu Sans Mono", "Noto Sans CJK SC", "Noto Emoji")

# What changes the order of letters around it unseen, and the tags that hide a text in an emoji.
_UNSEEN = frozenset([*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080)])
_JOINERS = frozenset("\u200c\u200d")
_SPACES = frozenset("\n\t ")

# Where a word of this length may be broken: not in scripts that break by themselves.
_LONG = re.compile(
    r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]{31,}"
)
_LETTER = re.compile(r"\[U\+[0-9A-F]{4,6}\]|.")
_PIECE = 15


def folders() -> list[str]:
    """Where the fonts of the installed packages lie."""
    return [str(Path(str(spec.origin)).parent) for name in PACKAGES if (spec := find_spec(name))]


@cache
def _coverage() -> dict[str, frozenset[int]]:
    """The letters of each family."""
    found: dict[str, frozenset[int]] = {}
    for folder in folders():
        for path in sorted(Path(folder).rglob("*.tt[fc]")):
            with TTFont(path, fontNumber=0, lazy=True) as font:
                family = font["name"].getBestFamilyName()
                letters = frozenset(font.getBestCmap())
            found[family] = found.get(family, letters) & letters
    return found


@cache
def families() -> tuple[str, ...]:
    """Every family in the order in which it is asked."""
    others = (name for name in sorted(_coverage()) if name not in (*FIRST, *LAST) and "CJK" not in name)
    return (*FIRST, *others, *LAST)


@cache
def _plain() -> frozenset[str]:
    """Letters that stand for themselves in the first family."""
    letters = (chr(code) for code in _coverage()[FIRST[0]])
    return frozenset(letter for letter in letters if unicodedata.category(letter)[0] in "LNPSZ") - {"\u2028", "\u2029"}


@cache
def _as_they_are() -> frozenset[str]:
    """What most texts are made of altogether: letters that stand for themselves, and the spaces between."""
    return _plain() | _SPACES


def printable(written: str) -> str:
    """The text as it can be set: unknown and unseen letters by their number, endless words with places to break."""
    # The mark of byte order is nothing that anybody wrote.
    written = written.replace("\ufeff", "")
    if not _as_they_are().issuperset(written):
        written = "".join(_shown(cluster) for cluster in _clusters(written))
    return _LONG.sub(_broken, written)


def _clusters(written: str) -> Iterator[str]:
    """Each letter with the marks that stand on it and what is joined to it."""
    cluster = ""
    for letter in written:
        if cluster and (_leans(letter) or cluster[-1] == "\u200d"):
            cluster += letter
        else:
            if cluster:
                yield cluster
            cluster = letter
    if cluster:
        yield cluster


def _leans(letter: str) -> bool:
    """Whether it has no place of its own: a mark, a joiner, a choice of shape or of skin."""
    return unicodedata.category(letter)[0] == "M" or letter in _JOINERS or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _shown(cluster: str) -> str:
    """A cluster that one family can set as a whole; otherwise its letters one by one."""
    if all(letter in _SPACES or letter in _plain() for letter in cluster) or _can_set(cluster):
        return cluster
    return "".join(_letter(letter) for letter in cluster)


def _letter(letter: str) -> str:
    return letter if letter in _SPACES or _can_set(letter) else f"[U+{ord(letter):04X}]"


def _can_set(cluster: str) -> bool:
    codes = {ord(letter) for letter in cluster}
    if codes & _UNSEEN or any(
        unicodedata.category(letter) in ("Cc", "Co", "Cs", "Cn", "Zl", "Zp") for letter in cluster
    ):
        return False
    # A choice of shape or a joiner alone need not be known to the font that has the letter.
    needed = {code for code in codes if not 0xFE00 <= code <= 0xFE0F and chr(code) not in _JOINERS}
    return bool(needed) and any(needed <= letters for letters in _coverage().values())


def _broken(found: re.Match[str]) -> str:
    """An endless word with a place to break after every few letters, never before a mark or within a number."""
    pieces = [""]
    for letter in _LETTER.findall(found[0]):
        joined = _leans(letter[0]) or pieces[-1].endswith("\u200d")
        if len(pieces[-1]) >= _PIECE and not joined:
            pieces.append("")
        pieces[-1] += letter
    return "\u200b".join(pieces)


def runs_right_to_left(written: str) -> bool:
    """By its first letter that has a direction, as a browser does it."""
    for letter in written:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
