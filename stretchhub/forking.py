"""What a process does before it forks others of its kind, so that they begin with it and share the memory of it."""

from __future__ import annotations

import gc

from django.urls import reverse


def get_ready() -> None:
    """Find all pages, for every mail has an address in it, and load what is else loaded by who computes with it first.

    What is there then stays, and is never looked through again: a collection would copy it into each process.
    """
    import scipy.sparse.csgraph  # noqa: PLC0415
    import scipy.sparse.linalg  # noqa: PLC0415
    import scipy.special  # noqa: F401, PLC0415

    reverse("today")
    gc.collect()
    gc.freeze()
