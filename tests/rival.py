"""Two at once, told one after the other: the slower one looked before the rival wrote, and writes after.

Threads on PostgreSQL show that it holds whoever is faster; here it is known who is, and SQLite, which lets nobody write
beside another, is asked as well. What the slower one writes meets the database as it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest


@contextmanager
def looked_before(owner: Any, look: str, saw: Any, *, times: int = 1) -> Iterator[None]:
    """So many times `owner.look(…)` answers `saw`, as it did before the rival; then again what is true.

    For a rival who has acted for good: within one transaction, what undoes the slower one would undo them too.
    """
    truth, left = getattr(owner, look), [saw] * times

    def answer(*args: Any, **kwargs: Any) -> Any:
        return left.pop() if left else truth(*args, **kwargs)

    with patch.object(owner, look, answer):
        yield
    assert not left, f"{look} was asked {times - len(left)} times"


def first(patched: pytest.MonkeyPatch, owner: Any, name: str, rival: Callable[[], Any]) -> list[Any]:
    """Before this function of `owner` is done for the first time, the rival acts; what came of that, once it has.

    For a rival who does the same by the same way, at a moment that nothing undoes.
    """
    done, came = getattr(owner, name), []

    def overtaken(*args: Any, **named: Any) -> Any:
        patched.setattr(owner, name, done)
        came.append(rival())
        return done(*args, **named)

    patched.setattr(owner, name, overtaken)
    return came
