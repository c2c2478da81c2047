"""Telling how far long work has come, every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

SECONDS = 5.0


class Progress:
    """`say` takes a line; one is said when a step begins and then every few seconds."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._step, self._bytes, self._last = "", 0, monotonic()

    def begin(self, step: str) -> None:
        self._step, self._bytes, self._last = step, 0, monotonic()
        self._say(f"{step} …")

    def moved(self, more: int) -> None:
        """So many bytes are done."""
        self._bytes += more
        self._tell(size(self._bytes))

    def reached(self, so_far: int) -> None:
        """So many bytes are done in all."""
        self._tell(size(so_far))

    def _tell(self, words: str) -> None:
        if monotonic() - self._last >= SECONDS:
            self._last = monotonic()
            self._say(f"{self._step}: {words}")


def size(count: float) -> str:
    """1234567 as 1.2 MB."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} bytes" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
