"""Erasing again, after a restore, whoever was erased before it: a backup never brings people back."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from . import files, ledger, outside
from .erasing import Erased, erase, erase_addresses
from .models import ErasureRequest, State

log = logging.getLogger(__name__)


@dataclass
class Replayed:
    """How many people and how many addresses from outside were erased again, and which lines could not be done."""

    people: int = 0
    addresses: int = 0
    not_done: list[ledger.Line] = field(default_factory=list)


def again(taken_at: datetime | None = None) -> tuple[list[str], list[str]]:
    """Do what the ledger says and the restored database does not know; in sentences what was done, and what was not."""
    done = replay()
    unnamed = files.remove_unnamed()
    said = []
    if done.people or done.addresses:
        said.append(
            f"Erased again: {done.people} with an account, {done.addresses} addresses from outside, as the ledger says."
        )
    if unnamed:
        said.append(f"Removed {unnamed} files that no row of the database names.")
    return said, [_told(line) for line in done.not_done]


def _told(line: ledger.Line) -> str:
    who = f"person {line.person}" if line.person else "an address from outside"
    return (
        f"Not erased again: {who}, erased on {line.at[:10]}. They are here as the backup had them until what stands in "
        "the log is mended and “manage.py erasures_replay” has run."
    )


def replay() -> Replayed:
    """Each line by itself, so that one that fails keeps no other from being done; a second time changes nothing."""
    found = ledger.lines()
    # Packets that a first line kept, and a later one let go, are not kept again.
    last = {line.person: line.keeps for line in found}
    done = Replayed()
    for line in found:
        try:
            people, addresses = _erase(line, keeps_packets=bool(last[line.person]))
        except Exception:
            log.exception("The erasure of %s of %s was not done again.", line.person or "an address", line.at)
            done.not_done.append(line)
        else:
            done.people += people
            done.addresses += addresses
    return done


def _erase(line: ledger.Line, *, keeps_packets: bool) -> tuple[int, int]:
    gone: list[str] = []
    people = 0
    with transaction.atomic():
        for person in User.objects.filter(code=line.person, erased_at__isnull=True) if line.person else ():
            gone += _erase_person(person, keeps_packets=keeps_packets)
            people += 1
        addresses = _erase_addresses(line)
    files.remove(gone)
    return people, addresses


def _erase_person(person: User, *, keeps_packets: bool) -> list[str]:
    """The files that are to go once this is certain."""
    erased = erase(person, keeps_packets=keeps_packets)
    ErasureRequest.objects.filter(person=person, state=State.APPROVED).update(
        state=State.DONE, done_at=now(), counts=dict(erased.counts)
    )
    ErasureRequest.objects.filter(person=person, state=State.ASKED).update(state=State.WITHDRAWN)
    record(None, "erasure.replayed", person)
    return erased.files


def _erase_addresses(line: ledger.Line) -> int:
    """People without an account are known by the keyed hashes alone; what was written to them later is not meant."""
    known = {address for address in outside.addresses() if ledger.hashes_of(address) & set(line.addresses)}
    done, until = Erased(), datetime.fromisoformat(line.at) + timedelta(seconds=1)
    if line.person:
        erase_addresses(known, until, done)
    else:
        # Under the pseudonym of then, or of the hash where a line of older times has no code.
        instead = f"Erased person {(line.erasure or line.addresses[0])[:8]}" if known else ""
        for address in known:
            done.counts += outside.erase(address, until, instead).counts
    if changed := sum(done.counts.values()):
        record(None, "erasure.replayed", facts={"rows": changed})
    return len(known) if changed else 0
