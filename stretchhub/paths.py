"""Paths of pages that stand in thousands of mails, found once and then only filled in."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path_to(name: str, slot: object, *, like: object) -> str:
    """What `reverse` says of a page with one slot, none of whose letters has to be quoted; `like` would fit as well."""
    before, after = _around(name, str(like), get_script_prefix())
    return f"{before}{slot}{after}"


@lru_cache(maxsize=64)
def _around(name: str, like: str, _prefix: str) -> tuple[str, str]:
    before, found, after = reverse(name, args=[like]).partition(like)
    if not found:
        raise ValueError(f"{like!r} does not stand as it is in the path of {name}.")
    return before, after
