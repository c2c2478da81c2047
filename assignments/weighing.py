"""What two people have said of an option so far: how it serves the goals, and the sponsor in view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .models import Option, SponsorState

RATINGS = ("owns", "influences", "develops", "engaged")
BLANK: dict[str, Any] = {"state": SponsorState.NOT_LOOKED.value, "name": "", **dict.fromkeys(RATINGS)}


@dataclass(frozen=True)
class Said:
    """Fits by the goal's key, where somebody has said one, and the sponsor in view."""

    fits: Mapping[int, int]
    outlook: Mapping[str, Any]

    @property
    def mark(self) -> str:
        """A short name of exactly this, by which a form knows that nobody has said otherwise since."""
        raw = json.dumps([sorted(self.fits.items()), sorted(self.outlook.items())])
        return hashlib.sha256(raw.encode()).hexdigest()[:24]


def said_of(option: Option) -> Said:
    """As it is in the database now; one query."""
    names = ("state", "name", *RATINGS)
    found = Option.objects.filter(pk=option.pk).order_by("fits__goal_id")
    rows = list(found.values_list("fits__goal_id", "fits__fit", *(f"sponsor_outlook__{name}" for name in names)))
    fits = {goal: fit for goal, fit, *_outlook in rows if goal is not None}
    outlook = dict(zip(names, rows[0][2:], strict=True)) if rows and rows[0][2] is not None else BLANK
    return Said(fits, outlook)
