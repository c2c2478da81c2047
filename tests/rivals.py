"""Somebody else who is faster, in just the moment that matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def first(patch: pytest.MonkeyPatch, owner: Any, name: str, rival: Callable[[], Any]) -> list[Any]:
    """Before this function of `owner` is done for the first time, the rival acts; what came of that, once it has.

    The rival does the same by the same way, so what the first one then meets is what really stands in the database.
    """
    done, came = getattr(owner, name), []

    def overtaken(*args: Any, **named: Any) -> Any:
        patch.setattr(owner, name, done)
        came.append(rival())
        return done(*args, **named)

    patch.setattr(owner, name, overtaken)
    return came
