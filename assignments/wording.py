"""What changed between two texts, word by word or line by line. Nothing of Django in here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["same", "removed", "added"]
WORDS = re.compile(r"\s*\S+")
LINES = re.compile(r"\s*\S[^\n]*")
# Beyond this many words lines are compared, and beyond as many lines the texts are shown whole.
MOST_WORDS = 400
# A few words repeated over and over make the comparison cubic; beyond this many steps it takes too long.
MOST_STEPS = 2_000_000


@dataclass(frozen=True)
class Piece:
    """Some words in a row that were kept, taken away or added."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Change:
    """A text before and after: each in pieces, of which the other one lacks the marked."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def is_change(self) -> bool:
        return any(piece.mark != "same" for piece in (*self.before, *self.after))


def is_changed(before: str, after: str) -> bool:
    """Whether the two texts have other words; white space is not compared."""
    return before.split() != after.split()


def compare(before: str, after: str) -> Change:
    """What is in one text and not in the other: words, where the texts are long lines, else the whole."""
    whole = [before.rstrip()], [after.rstrip()]
    if not is_changed(before, after):
        return Change(*(_piece("same", text) for text in whole))
    for parts in (WORDS, LINES):
        old, new = (parts.findall(text) for text in (before.rstrip(), after.rstrip()))
        if _is_quick(_keys(old), _keys(new)):
            return _compared(old, new)
    return Change(_piece("removed", whole[0]), _piece("added", whole[1]))


def _keys(parts: Iterable[str]) -> list[str]:
    return [" ".join(part.split()) for part in parts]


def _is_quick(old: Sequence[str], new: Sequence[str]) -> bool:
    """Each run that is found may look at every pair of equal words again."""
    if max(len(old), len(new)) > MOST_WORDS:
        return False
    one, other = Counter(old), Counter(new)
    pairs = sum(count * other[word] for word, count in one.items())
    return pairs * (one & other).total() <= MOST_STEPS


def _compared(old: list[str], new: list[str]) -> Change:
    found = SequenceMatcher(None, _keys(old), _keys(new), autojunk=False).get_opcodes()
    return Change(
        _pieces(("same" if tag == "equal" else "removed", old[i1:i2]) for tag, i1, i2, _j1, _j2 in found),
        _pieces(("same" if tag == "equal" else "added", new[j1:j2]) for tag, _i1, _i2, j1, j2 in found),
    )


def _pieces(runs: Iterable[tuple[Mark, list[str]]]) -> tuple[Piece, ...]:
    """The runs as text; the space before marked words is not marked with them."""
    pieces: list[Piece] = []
    for mark, words in runs:
        text = "".join(words)
        space = text[: len(text) - len(text.lstrip())] if mark != "same" and pieces else ""
        if space:
            pieces[-1] = Piece(pieces[-1].mark, pieces[-1].text + space)
        pieces += _piece(mark, [text[len(space) :]] if words else [])
    return tuple(pieces)


def _piece(mark: Mark, words: list[str]) -> tuple[Piece, ...]:
    return (Piece(mark, "".join(words)),) if any(words) else ()
