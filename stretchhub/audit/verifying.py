"""Whether what stands in the audit trail is what was sealed, and which entry is the first that is not.

Found are an entry that was changed, taken out or put in another's place, a chain that ends before a head that was kept
outside the database, and one that was made anew, which such a head no longer fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from stretchhub.env import now

from . import heads as kept_heads
from .chain import COLUMNS, link
from .heads import Head
from .models import AuditChain, AuditEntry, AuditSeal
from .sealing import chain
from .trail import record

READ = 2000
# Written down with where the chain then begins, whenever its oldest part is let go.
SEGMENT_GONE = "audit.segment_gone"

SAYS = {
    "changed": _("Entry %(entry)s, sealed as number %(number)s, is not as it was sealed: it or its seal was changed."),
    "missing": _("Entry %(entry)s, sealed as number %(number)s, is gone."),
    "gap": _("The seal with number %(number)s is gone, and with it the entry it stood for."),
    "cut": _("The trail ends before number %(number)s, which was sealed: its tail is gone."),
    "rewritten": _(
        "The chain was made anew: number %(number)s, for entry %(entry)s, no longer has the hash that was kept."
    ),
    "beginning": _(
        "The trail begins after number %(number)s, which is not where it says itself, or a head that was kept, that"
        " older entries were let go: its beginning is gone."
    ),
    "head": _("The end of the chain, number %(number)s, is not what the sealer wrote down last."),
}


@dataclass(frozen=True)
class Fault:
    code: str
    number: int
    entry: int | None = None

    def __str__(self) -> str:
        return str(SAYS[self.code] % asdict(self))


@dataclass(frozen=True)
class Verdict:
    """How far was looked: the last number with its hash; and the first thing wrong."""

    number: int
    hash: str
    fault: Fault | None = None
    whole: bool = False


def verify(kept: Iterable[Head] = (), *, begin: Verdict | None = None, most: int | None = None) -> Verdict:
    """Follow the chain from where it begins, or from where an earlier look ended, for at most so many entries."""
    heads = [*kept_heads.kept(), *kept]
    end = chain()
    at = begin if begin and begin.number >= end.start_number else Verdict(end.start_number, end.start_hash)
    verdict = _followed(end, at, heads, most)
    # Its oldest part was let go while we looked at it.
    if verdict.fault and chain().start_number > end.start_number:
        return verify(kept, begin=begin, most=most)
    return verdict


def _followed(end: AuditChain, at: Verdict, heads: list[Head], most: int | None) -> Verdict:
    expected = {head.number: head.hash for head in reversed(heads)}
    if fault := _fault_at_the_beginning(end, expected):
        return replace(at, fault=fault)
    last = end.number if most is None else min(end.number, at.number + most)
    for seal, row in _sealed(at.number, last):
        if fault := _fault(at, seal, row, expected):
            return replace(at, fault=fault)
        at = Verdict(seal.number, seal.hash)
    if at.number < last:
        return replace(at, fault=Fault("cut", at.number + 1))
    if at.number < end.number:
        return at
    return replace(at, whole=True, fault=_fault_at_the_end(end, at, heads))


def check(most: int) -> Verdict:
    """Go on with the round that is under way, and write down what was found; a new round begins where one ended."""
    was = chain()
    verdict = verify(begin=Verdict(was.checked_number, was.checked_hash), most=most)
    mine = AuditChain.objects.filter(pk=1, checked_number=was.checked_number, checked_hash=was.checked_hash)
    if verdict.fault or verdict.whole:
        fault = asdict(verdict.fault) if verdict.fault else None
        mine.update(checked_number=0, checked_hash="", verified_at=now(), verified_number=verdict.number, fault=fault)
        if fault and fault != was.fault:
            record(None, "audit.fault_found", facts=fault)
    else:
        mine.update(checked_number=verdict.number, checked_hash=verdict.hash)
    return verdict


def _sealed(after: int, last: int) -> Iterator[tuple[AuditSeal, tuple[Any, ...] | None]]:
    """Each seal with what stands in its entry now; None where the entry is gone."""
    while seals := list(AuditSeal.objects.filter(number__gt=after, number__lte=last)[:READ]):
        numbers = [seal.entry for seal in seals]
        rows = {row[0]: row for row in AuditEntry.objects.filter(pk__in=numbers).order_by().values_list(*COLUMNS)}
        yield from ((seal, rows.get(seal.entry)) for seal in seals)
        after = seals[-1].number


def _fault(at: Verdict, seal: AuditSeal, row: tuple[Any, ...] | None, expected: dict[int, str]) -> Fault | None:
    if seal.number != at.number + 1:
        return Fault("gap", at.number + 1)
    if row is None:
        return Fault("missing", seal.number, seal.entry)
    if link(at.hash, row) != seal.hash:
        return Fault("changed", seal.number, seal.entry)
    if expected.get(seal.number, seal.hash) != seal.hash:
        return Fault("rewritten", seal.number, seal.entry)
    return None


def _fault_at_the_beginning(begin: AuditChain, expected: dict[int, str]) -> Fault | None:
    """Whoever takes entries away at the beginning would have to write down in the trail that they did."""
    if not begin.start_number:
        return None
    here = AuditEntry.objects.filter(object_type=AuditChain._meta.label_lower, object_id=begin.pk, verb=SEGMENT_GONE)
    told = here.order_by("-pk").values_list("facts", flat=True).first() or {}
    said = (told.get("number"), told.get("hash"), expected.get(begin.start_number, begin.start_hash))
    same = said == (begin.start_number, begin.start_hash, begin.start_hash)
    return None if same else Fault("beginning", begin.start_number)


def _fault_at_the_end(end: AuditChain, at: Verdict, heads: list[Head]) -> Fault | None:
    if at.hash != end.hash:
        return Fault("head", at.number)
    return Fault("cut", at.number + 1) if any(head.number > at.number for head in heads) else None
