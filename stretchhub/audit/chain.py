"""The chain that seals the audit trail: each hash covers one entry, word for word, and the hash before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

# What is sealed of an entry, in this order; a column added later is not part of what was sealed before.
COLUMNS = ("id", "at", "actor_id", "verb", "object_type", "object_id", "fields", "facts", "request_id")


def canonical(row: Sequence[Any]) -> bytes:
    """The values of COLUMNS as the same bytes on every database."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row]
    return json.dumps(plain, separators=(",", ":"), sort_keys=True).encode()


def link(before: str, row: Sequence[Any]) -> str:
    """The hash of an entry that stands after the one whose hash is `before`; the first stands after nothing."""
    return sha256(before.encode() + b"\n" + canonical(row)).hexdigest()
