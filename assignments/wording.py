"""What changed between two texts, word by word. Nothing of Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["same", "removed", "added"]
WORDS = re.compile(r"\s*\S+")
# Beyond this many words the comparison costs more than it tells.
MOST_WORDS = 1500


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


def compare(before: str, after: str) -> Change:
    """The words of two texts that are in one and not in the other; white space is not compared."""
    old, new = WORDS.findall(before.rstrip()), WORDS.findall(after.rstrip())
    if max(len(old), len(new)) > MOST_WORDS and old != new:
        return Change(_piece("removed", old), _piece("added", new))
    steps = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    found = steps.get_opcodes()
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
    return (Piece(mark, "".join(words)),) if words else ()
