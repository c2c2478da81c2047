"""Addresses of things by their code, for lists that hold many of them."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import reverse

NO_CODE = UUID(int=0)


@lru_cache(maxsize=1024)
def _around(name: str) -> tuple[str, str]:
    before, _code, after = reverse(name, args=[NO_CODE]).partition(str(NO_CODE))
    return before, after


def link(name: str, code: UUID) -> str:
    """The same as `reverse(name, args=[code])`, of which everything but the code is kept."""
    before, after = _around(name)
    return f"{before}{code}{after}"
