"""docs/security.md names a test for each thing that went wrong elsewhere; a test that is not there fails."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests import services

PAGE = (services.ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((services.ROOT / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def rows() -> dict[int, str]:
    """The lines of the first table, by their number."""
    return {int(line.split("|")[1]): line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)}


def test_each_of_the_thirty_four_has_a_test():
    assert list(rows()) == list(range(1, 35))
    assert [number for number, line in rows().items() if not NAMED.search(line)] == []


def test_every_test_that_is_named_exists():
    named = NAMED.findall(PAGE)
    missing = [f"{file}::{name}" for file, name in named if name not in named_in(file)]

    assert len(named) >= 34
    assert missing == []


def test_every_chapter_that_applies_is_told_of():
    told = re.findall(r"^\| V(\d+) ", PAGE, re.M)

    assert [int(number) for number in told] == list(range(1, 18))
