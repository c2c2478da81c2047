"""Which cards of a board are shown, as the address says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from .models import Kind, Option, Stage
from .models.option import NEEDS_REASON
from .stretch import ZONES, Stretch

NOT_ASSESSED = "not_assessed"
# Columns that only grow; they begin with their newest cards.
LONG = (Stage.CLOSED, *sorted(NEEDS_REASON))


@dataclass(frozen=True)
class BoardFilter:
    """Goal by its code, kind, zone, and the long column shown whole; empty where all are wanted."""

    goal: str = ""
    kind: str = ""
    zone: str = ""
    whole: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.goal or self.kind or self.zone)

    @property
    def query(self) -> str:
        """What follows the board's address, with its question mark; empty where nothing is chosen."""
        chosen = {name: value for name, value in self._values().items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    def showing(self, stage: str) -> str:
        """The query under which a long column is shown whole."""
        return "?" + urlencode({name: value for name, value in {**self._values(), "whole": stage}.items() if value})

    def keeps(self, option: Option, stretch: Stretch | None) -> bool:
        """Whether this option is shown; closed and declined ones have no zone any more."""
        if self.goal and (option.goal is None or str(option.goal.code) != self.goal):
            return False
        if self.kind and option.kind != self.kind:
            return False
        return not self.zone or (stretch is not None and (stretch.value or NOT_ASSESSED) == self.zone)

    def _values(self) -> dict[str, str]:
        return {"goal": self.goal, "kind": self.kind, "zone": self.zone, "whole": self.whole}


def read_filter(asked: Mapping[str, str]) -> BoardFilter:
    """What the address asks for; values that mean nothing are passed over."""
    return BoardFilter(
        goal=_code(asked.get("goal", "")),
        kind=_known(asked.get("kind", ""), Kind.values),
        zone=_known(asked.get("zone", ""), (*ZONES, NOT_ASSESSED)),
        whole=_known(asked.get("whole", ""), LONG),
    )


def zone_choices() -> list[tuple[str, str]]:
    """The zones a board can be narrowed to, in words."""
    return [
        ("familiar", _("Familiar")),
        ("stretch", _("Stretch")),
        ("overstretch", _("Overstretch")),
        (NOT_ASSESSED, _("Not assessed")),
    ]


def _known(value: str, values: object) -> str:
    return value if value in values else ""  # type: ignore[operator]


def _code(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        return ""
