"""Paths of pages that stand by the dozen on a page and by the thousand in mails, found once and then only filled in."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

NO_CODE = str(UUID(int=0))


def link(name: str, slot: object, *, like: str = NO_CODE) -> str:
    """What `reverse` says of a page with one slot, none of whose letters has to be quoted.

    `like` would fit in its place as well; a code is meant unless it says otherwise.
    """
    before, after = _around(name, like, get_script_prefix())
    return f"{before}{slot}{after}"


@lru_cache(maxsize=1024)
def _around(name: str, like: str, _prefix: str) -> tuple[str, str]:
    before, found, after = reverse(name, args=[like]).partition(like)
    if not found:
        raise ValueError(f"{like!r} does not stand as it is in the path of {name}.")
    return before, after
