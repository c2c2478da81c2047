"""One text for one content: JSON whose bytes do not depend on who writes it, and the SHA-256 of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
