"""Processes of a benchmark's own, which load Django while it does and are told by lines when to work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests import services


@contextmanager
def hired(benchmark: str, count: int) -> Iterator[list[subprocess.Popen]]:
    """So many of `python -m tests.benchmarks.BENCHMARK worker`, until the end of what is done with them."""
    command = [sys.executable, "-m", f"tests.benchmarks.{benchmark}", "worker"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    crew = [subprocess.Popen(command, cwd=services.ROOT, **pipes) for _ in range(count)]
    try:
        yield crew
    finally:
        for each in crew:
            each.communicate()


def tell(crew: Sequence[subprocess.Popen]) -> list[str]:
    """All of them at once; the line that each answers when it is done."""
    for each in crew:
        assert each.stdin
        each.stdin.write("work\n")
        each.stdin.flush()
    return [heard(each) for each in crew]


def heard(one: subprocess.Popen) -> str:
    assert one.stdout
    return str(one.stdout.readline()).rstrip("\n")
