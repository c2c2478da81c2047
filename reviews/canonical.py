"""One text for one content: JSON whose bytes do not depend on who writes it, and the SHA-256 of it.

Moments, days and numbers with a fraction are written as text, each in one way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Canonical:
    """The exact text (`value`) and what it is known by; sorted keys, UTF-8, no white space between its signs."""

    value: str
    sha256: str


def canonical(content: Mapping[str, Any]) -> Canonical:
    """The one text of this content. Numbers with a fraction come as text: no two machines write them alike."""
    _refuse_fractions(content)
    value = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Canonical(value, digest(value))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def moment(value: datetime | None) -> str | None:
    """To the second and in UTC, as “2026-11-29T03:00:00Z”."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def figure(value: Decimal | float | None) -> str | None:
    """A number as text, without noughts that say nothing."""
    if value is None:
        return None
    written = format(Decimal(str(value)), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a number with a fraction is written as text")
    if isinstance(value, Mapping):
        for name, each in value.items():
            if not isinstance(name, str):
                raise TypeError("a name is a text")
            _refuse_fractions(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _refuse_fractions(each)
