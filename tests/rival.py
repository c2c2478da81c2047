"""Two at once, told one after the other: the slower one looked before the rival wrote, and writes after.

Threads on PostgreSQL show that it holds whoever is faster; here it is known who is, and SQLite, which lets nobody write
beside another, is asked as well. The rival acts first and for good, not in the middle of the slower one: within one
transaction, what undoes the slower one would undo them too. What the slower one writes meets the database as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def looked_before(owner: Any, look: str, saw: Any, *, times: int = 1) -> Iterator[None]:
    """So many times `owner.look(…)` answers `saw`, as it did before the rival; then again what is true."""
    truth, left = getattr(owner, look), [saw] * times

    def answer(*args: Any, **kwargs: Any) -> Any:
        return left.pop() if left else truth(*args, **kwargs)

    with patch.object(owner, look, answer):
        yield
    assert not left, f"{look} was asked {times - len(left)} times"
