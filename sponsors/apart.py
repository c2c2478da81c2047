"""Working through a batch so that one row that cannot be read keeps nothing from the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

log = logging.getLogger(__name__)

# What odd data raises; a database that is gone, or a time that is up, ends the whole run.
ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)

One = TypeVar("One")


def apart(do: Callable[[Sequence[One]], int], batch: Sequence[One]) -> int:
    """Do it with the whole batch; where that fails, with its halves, down to the one that is left out and named."""
    try:
        return do(batch)
    except ODD:
        if len(batch) == 1:
            log.exception("Left out, for it cannot be read: %s", batch[0])
            return 0
    half = len(batch) // 2
    return apart(do, batch[:half]) + apart(do, batch[half:])
