"""What to add next to a portfolio: seven rules in their order, each with what to start and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from assignments.holdings import Item, Want, covered_by
from assignments.method import DEFAULT, Method
from assignments.risk import mix
from assignments.spread import gap_coverage

EXTERNAL = ("customers", "partners")
OWNER = "owner"


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: the rule's number, what to start (`params` prefill a new option) and the `why`.

    code and params: 1 competency {competency, name} · 2 risk_class or risk_unclear {risk, absent} ·
    3 audience {audience} or domain {domain} · 4 owner {role} · 5 external {external, audience} ·
    6 next_challenge {starts_by, starts_from} · 7 one_sponsor {sponsor}.
    """

    rule: int
    code: str
    params: Mapping[str, Any]
    why: Mapping[str, Any]


def missing(
    items: Sequence[Item],
    wants: Sequence[Want],
    *,
    audiences_in_scope: Collection[str],
    audiences_wanted: Collection[str],
    domains_wanted: Collection[str],
    current_end: date | None,
    today: date,
    method: Method = DEFAULT,
) -> tuple[Missing, ...]:
    """What to add next, by seven rules in their order, each at most once."""
    found = (
        _competency(items, wants),
        _risk(items, method),
        _place(items, audiences_in_scope, audiences_wanted, domains_wanted),
        _owner(items),
        _external(items, audiences_in_scope, audiences_wanted),
        _next(items, current_end, today, method),
        _one_sponsor(items),
    )
    return tuple(each for each in found if each)


def _competency(items: Sequence[Item], wants: Sequence[Want]) -> Missing | None:
    """The largest weighted gap that no option has as primary."""
    coverage = gap_coverage(wants, covered_by(items))
    lacking = {key: points for key, points, there in coverage.parts if points and not there}
    if not lacking:
        return None
    want = min((w for w in wants if w.key in lacking), key=lambda w: (-lacking[w.key], w.name, w.key))
    why = {"weight": want.weight, "gap": want.gap, "points": lacking[want.key], "total": coverage.total}
    return Missing(1, "competency", {"competency": want.key, "name": want.name}, why)


def _risk(items: Sequence[Item], method: Method) -> Missing | None:
    """An absent class, the one that should be largest first; not sure while some option has no class."""
    spread = mix(items, method)
    absent = spread.absent if spread.value else ("safe", "core")
    if not absent:
        return None
    risk = max(absent, key=lambda each: (getattr(method, f"target_{each}"), each))
    why = {"counts": dict(spread.counts), "unknown": spread.unknown}
    return Missing(2, "risk_unclear" if spread.unknown else "risk_class", {"risk": risk, "absent": absent}, why)


def _place(
    items: Sequence[Item], scope: Collection[str], audiences: Collection[str], domains: Collection[str]
) -> Missing | None:
    """The wanted audience or domain that would widen the work most."""
    gains = [
        *_gains("audience", {item.audience for item in items}, audiences, {*scope, *audiences}),
        *_gains("domain", {item.domain for item in items}, domains, set(domains)),
    ]
    if not gains:
        return None
    gain, code, name, covered, scoped = min(gains, key=lambda each: (-each[0], each[1], each[2]))
    return Missing(3, code, {code: name}, {"gain": gain, "covered": covered, "scope": scoped})


def _gains(
    code: str, present: set[str], wanted: Collection[str], scope: set[str]
) -> list[tuple[float, str, str, int, int]]:
    covered = len(present & scope)
    return [(1 / len(scope), code, name, covered, len(scope)) for name in sorted(set(wanted) - present) if name]


def _owner(items: Sequence[Item]) -> Missing | None:
    if any(item.role == OWNER for item in items):
        return None
    return Missing(4, "owner", {"role": OWNER}, {"options": len(items)})


def _external(items: Sequence[Item], scope: Collection[str], wanted: Collection[str]) -> Missing | None:
    if any(item.audience in EXTERNAL for item in items):
        return None
    likely = [name for names in (wanted, scope, EXTERNAL) for name in EXTERNAL if name in names]
    return Missing(5, "external", {"external": True, "audience": likely[0]}, {"options": len(items)})


def _next(items: Sequence[Item], current_end: date | None, today: date, method: Method) -> Missing | None:
    """Nothing starts around the end of the current work; work without an end leaves no gap to see."""
    if current_end is None and any(item.running for item in items):
        return None
    end = max(current_end or today, today)
    reach = timedelta(days=method.next_challenge_days)
    first, last = max(end - reach, today), end + reach
    if any(not item.running and item.starts_on and first <= item.starts_on <= last for item in items):
        return None
    why = {"current_end": current_end, "days": method.next_challenge_days}
    return Missing(6, "next_challenge", {"starts_from": end, "starts_by": last}, why)


def _one_sponsor(items: Sequence[Item]) -> Missing | None:
    sponsors = {item.sponsor for item in items}
    if len(items) < 2 or len(sponsors) != 1 or "" in sponsors:
        return None
    return Missing(7, "one_sponsor", {"sponsor": items[0].sponsor}, {"options": len(items)})
