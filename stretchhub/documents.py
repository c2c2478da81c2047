"""PDF documents: a template in typst and what people wrote as data, never as part of the template."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from . import text, typefaces

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "documents"

# Lists and quotations within each other: typst goes no further than about three times as deep.
DEEPEST = 6

# An address of our own is copied from the paper: nothing is put into it.
AS_IT_IS = {"address"}

_one_at_a_time = Lock()


class Paper(Enum):
    """The papers that documents are made for, by the word in an address."""

    A4 = "a4"
    LETTER = "letter"


@cache
def _compiler() -> typst.Compiler:
    """One for the process: it has the fonts open and remembers the templates."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=typefaces.folders())
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)


def pdf(
    template: str, content: Mapping[str, Any], *, title: str, language: str, paper: Paper, moment: datetime
) -> bytes:
    """A tagged PDF/UA document; `content` is what the template reads, everything in it taken literally."""
    language, _, region = language.partition("-")
    about = {"title": title, "language": language, "region": region or None, "paper": paper.value}
    data = _literal({**content, "document": about}) | {"fonts": typefaces.families()}
    with _one_at_a_time:
        made = _compiler().compile(
            input=str(TEMPLATES / template),
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
            timestamp=int(moment.timestamp()),
        )
    return bytes(made)  # type: ignore[arg-type]


def _literal(value: Any) -> Any:
    """The same with every text as it can be set."""
    if isinstance(value, str):
        return typefaces.printable(value)
    if isinstance(value, Mapping):
        return {name: each if name in AS_IT_IS else _literal(each) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_literal(each) for each in value]
    return value


def prose(written: str, *, label: str = "") -> list[dict[str, Any]]:
    """What a person wrote, with the light formatting that the screen shows, as blocks for a template.

    A label stands before the first words, without deciding which way they run.
    """
    return _labelled([_with_direction(block) for block in _no_deeper(text.to_blocks(written), DEEPEST)], label)


def plain(written: str, *, label: str = "") -> list[dict[str, Any]]:
    """The same for words that the screen shows without formatting: letter by letter, one block for each line."""
    lines = [each for each in written.splitlines() if each.strip()]
    blocks = [_with_direction({"kind": "paragraph", "spans": [{"text": each}]}) for each in lines]
    return _labelled(blocks, label)


def line(written: str) -> str:
    """A text of one line, for titles and names; a dash where there is nothing, for no heading is empty."""
    return " ".join(written.replace("\ufeff", "").split()) or "–"


def _labelled(blocks: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    if not label:
        return blocks
    named = [{"text": f"{label}: ", "marks": ["label"]}]
    if blocks and blocks[0]["kind"] == "paragraph":
        return [{**blocks[0], "spans": [*named, *blocks[0]["spans"]]}, *blocks[1:]]
    return [{"kind": "paragraph", "spans": named, "items": [], "rtl": False}, *blocks]


def _no_deeper(blocks: Sequence[dict[str, Any]], levels: int) -> Iterator[dict[str, Any]]:
    """The same with what lies too deep set one after the other, so that no nesting stops a document."""
    for block in blocks:
        items = block.get("items", ())
        if not items:
            yield block
        elif levels:
            yield {**block, "items": [list(_no_deeper(item, levels - 1)) for item in items]}
        else:
            for item in items:
                yield from _no_deeper(item, 0)


def _with_direction(block: dict[str, Any]) -> dict[str, Any]:
    """Which way its lines run, by what is written in it; the same for all that it holds."""
    items = [[_with_direction(each) for each in item] for item in block.get("items", ())]
    return {"spans": [], **block, "items": items, "rtl": typefaces.runs_right_to_left(_words(block))}


def _words(block: Mapping[str, Any]) -> str:
    own = "".join(span["text"] for span in block.get("spans", ()))
    return own + "".join(_words(each) for item in block.get("items", ()) for each in item)
