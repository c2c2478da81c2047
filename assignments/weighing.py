"""What two people have said of an option so far: how it serves the goals, and the sponsor in view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .models import Option, OptionGoal, SponsorOutlook, SponsorState

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
    """As it is in the database now; two queries."""
    fits = OptionGoal.objects.filter(option=option).values_list("goal_id", "fit")
    outlook = SponsorOutlook.objects.filter(option=option).values("state", "name", *RATINGS).first()
    return Said(dict(fits), outlook or BLANK)
