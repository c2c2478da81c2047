"""What somebody leaves out of a document before it leaves, and which names are said otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from assignments.method import Reason


@dataclass(frozen=True)
class Passage:
    """Some words of a document that can be left out on their own."""

    key: str
    text: str


@dataclass(frozen=True)
class Name:
    """Somebody or something, by all that they are called, and what stands there instead.

    With nothing to put (None) the name stays, whole: no part of it is taken for the name of somebody else.
    A single word of a person's name counts only as it is written: Will is somebody, will is not.
    """

    forms: tuple[str, ...]
    put: str | None
    person: bool = False


@dataclass(frozen=True)
class Redacted:
    """What is left (`value`); `parts` are how many passages went and how often a name was replaced.

    The reason is `as_written` where neither happened, else `redacted`.
    """

    value: tuple[Passage, ...]
    parts: tuple[int, int]
    reason: Reason


def redact(passages: Sequence[Passage], left_out: Collection[str], names: Iterable[Name]) -> Redacted:
    """The passages that stay, with every form of every name replaced, the longest form first.

    What was put in is not looked through again, so that one replacement never changes another.
    """
    stays = [each for each in passages if each.key not in left_out]
    pattern, puts = _pattern(names)
    done = [_replaced(pattern, puts, each.text) for each in stays]
    value = tuple(Passage(each.key, text) for each, (text, _hits) in zip(stays, done, strict=True))
    gone, hits = len(passages) - len(stays), sum(hits for _text, hits in done)
    return Redacted(value, (gone, hits), Reason("redacted" if gone or hits else "as_written"))


def _replaced(pattern: re.Pattern[str], puts: Sequence[str | None], text: str) -> tuple[str, int]:
    """The text with what each group of the pattern stands for, and how often that was something else."""
    plain, parts, at, hits = _plain(text), [], 0, 0
    for hit in pattern.finditer(plain):
        put = puts[(hit.lastindex or 1) - 1]
        parts += [plain[at : hit.start()], hit[0] if put is None else put]
        at, hits = hit.end(), hits + (put is not None)
    return ("".join([*parts, plain[at:]]), hits) if parts else (text, 0)


def times(passages: Iterable[Passage], name: Name) -> int:
    """How often any form of a name stands in the passages."""
    pattern, _puts = _pattern([name])
    return sum(len(list(pattern.finditer(_plain(each.text)))) for each in passages)


def _pattern(names: Iterable[Name]) -> tuple[re.Pattern[str], list[str | None]]:
    """A group for each form, the longest first, and what stands for each; whole words only."""
    given = {(_known(form), name.person): (form, name) for name in names for form in name.forms if _known(form)}
    ordered = sorted(given.values(), key=lambda each: len(_known(each[0])), reverse=True)
    groups = [f"({_words(form, exact=name.person)})" for form, name in ordered]
    # Nothing at all is never found.
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups) or '(?!)'})(?!\w)"), [name.put for _form, name in ordered]


def _words(form: str, *, exact: bool) -> str:
    """The words of a form with any white space between them."""
    words = [re.escape(word) for word in _plain(form).split()]
    return words[0] if exact and len(words) == 1 else "(?i:" + r"\s+".join(words) + ")"


def _known(form: str) -> str:
    """One spelling for all that look the same."""
    return " ".join(_plain(form).lower().split())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)
