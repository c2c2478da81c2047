"""All faults, in the order in which they are made, and the table of what came of them."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .books import Outcome
    from .place import Place

BOTH, REAL, LITE = ("sqlite", "postgresql"), ("postgresql",), ("sqlite",)
# By name: where it is made, and the module and function that make it.
FAULTS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "kill-form": (BOTH, "kills_web", "posts"),
    "kill-upload": (BOTH, "kills_web", "uploads"),
    "kill-reminders": (BOTH, "kills_work", "reminders"),
    "kill-dashboards": (BOTH, "kills_work", "dashboards"),
    "kill-export": (BOTH, "kills_work", "exports"),
    "kill-seals": (BOTH, "kills_work", "seals"),
    "kill-picture": (BOTH, "kills_work", "picture"),
    "kill-backup": (BOTH, "kills_backup", "run"),
    "broker-gone": (BOTH, "broker_gone", "run"),
    "database-restart": (REAL, "database_gone", "restart"),
    "database-read-only": (REAL, "database_gone", "read_only"),
    "database-failover": (REAL, "database_failover", "run"),
    "several-machines": (REAL, "several_machines", "run"),
    "database-locked": (BOTH, "database_gone", "locked"),
    "full-media": (BOTH, "full_disk", "media"),
    "full-database": (BOTH, "full_disk", "database"),
    "full-log": (BOTH, "full_disk", "log"),
    "fifty-at-once": (BOTH, "at_once", "run"),
    "two-beats": (BOTH, "twice", "beats"),
    "tasks-twice": (BOTH, "twice", "tasks"),
    "clock-jumps": (BOTH, "clock_jumps", "run"),
    "kill-migration": (BOTH, "kills_migration", "run"),
}
WHERE = {name: engines for name, (engines, _module, _function) in FAULTS.items()}


def run(place: Place, only: list[str], seeds: list[int]) -> int:
    """Make them, print the table; 1 where anything was lost."""
    unknown = set(only) - set(FAULTS)
    assert not unknown, f"There is no such fault: {', '.join(sorted(unknown))}"
    rows = [
        _made(place, name, seeds)
        for name, engines in WHERE.items()
        if place.engine in engines and (not only or name in only)
    ]
    print("\n".join(_told(place.engine, rows)), flush=True)
    return int(any(outcome.lost for _name, outcome, _seconds in rows))


def _told(engine: str, rows: list[tuple[str, Outcome, float]]) -> Iterator[str]:
    """The table in lines, and below it what was lost."""
    yield f"\n{'fault':18} {'tries':>5} {'lost':>5} {'s':>6}  {engine}"
    for name, outcome, seconds in rows:
        figures = ", ".join(f"{what} {value}" for what, value in outcome.figures.items())
        yield f"{name:18} {outcome.tries:5} {len(outcome.lost):5} {seconds:6.1f}  {figures}"
    for name, outcome, _seconds in rows:
        yield from (f"LOST {name}: {words}" for words in outcome.lost[:20])


def _made(place: Place, name: str, seeds: list[int]) -> tuple[str, Outcome, float]:
    from .books import Outcome  # noqa: PLC0415 (their names are to be had without a database)
    from .place import let_go  # noqa: PLC0415

    began = time.monotonic()
    try:
        outcome = _of(name)(place, seeds)
    except Exception as error:
        traceback.print_exc()
        outcome = Outcome(lost=[f"it broke off: {error!r}"])
        let_go()
    seconds = time.monotonic() - began
    print(f"{place.engine:10} {name}: {outcome.tries} tries, {len(outcome.lost)} lost, {seconds:.1f} s", flush=True)
    return name, outcome, seconds


def _of(name: str) -> Callable[[Place, list[int]], Outcome]:
    from importlib import import_module  # noqa: PLC0415

    _engines, module, function = FAULTS[name]
    return getattr(import_module(f"tests.torture.{module}"), function)
