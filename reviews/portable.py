"""One file with all that was issued for somebody: every document as it was frozen, and the SHA-256 of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .canonical import canonical

FORMAT = "stretchhub-portable-record/1"


def collected(person: str, documents: Sequence[tuple[str, str]]) -> str:
    """The canonical text of these documents, each as its own text and SHA-256."""
    told = [{"sha256": sha256, "content": json.loads(text)} for text, sha256 in documents]
    return canonical({"format": FORMAT, "person": person, "documents": told}).value


def holds(content: bytes, sha256: str) -> bool:
    """Whether this file is such a collection and has that document in it, unchanged."""
    try:
        found: Any = json.loads(content)
        return found["format"] == FORMAT and any(
            canonical(each["content"]).sha256 == sha256 for each in found["documents"]
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
