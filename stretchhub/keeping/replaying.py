"""Erasing again, after a restore, whoever was erased before it: a backup never brings people back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.db import models

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from . import files, ledger
from .erasing import Erased, erase, erase_addresses
from .holdings import personal
from .models import ErasureRequest, State


def again(taken_at: datetime | None = None) -> list[str]:
    """Do what the ledger says and the restored database does not know; sentences for whoever restores."""
    people, addresses = replay()
    unnamed = files.remove_unnamed()
    said = []
    if people or addresses:
        said.append(f"Erased again: {people} with an account, {addresses} addresses from outside, as the ledger says.")
    if unnamed:
        said.append(f"Removed {unnamed} files that no row of the database names.")
    return said


def replay() -> tuple[int, int]:
    """How many people and how many addresses from outside were erased again; a second time none."""
    done = [_erase(line) for line in ledger.lines()]
    return sum(people for people, _addresses in done), sum(addresses for _people, addresses in done)


def _erase(line: ledger.Line) -> tuple[int, int]:
    people = 0
    for person in User.objects.filter(code=line.person, erased_at__isnull=True) if line.person else ():
        erased = erase(person, keeps_packets=bool(line.keeps))
        files.remove(erased.files)
        ErasureRequest.objects.filter(person=person, state=State.APPROVED).update(
            state=State.DONE, done_at=now(), counts=dict(erased.counts)
        )
        ErasureRequest.objects.filter(person=person, state=State.ASKED).update(state=State.WITHDRAWN)
        record(None, "erasure.replayed", person)
        people += 1
    return people, _erase_addresses(line)


def _erase_addresses(line: ledger.Line) -> int:
    """People without an account are known by the keyed hashes alone; what was written to them later is not meant."""
    known = {address for address in _addresses_from_outside() if ledger.hashes_of(address) & set(line.addresses)}
    done = Erased()
    erase_addresses(known, datetime.fromisoformat(line.at) + timedelta(seconds=1), done)
    if changed := sum(done.counts.values()):
        record(None, "erasure.replayed", facts={"rows": changed})
    return len(known) if changed else 0


def _addresses_from_outside() -> set[str]:
    found: set[str] = set()
    for where in (each for app in personal() for each in app.outsiders):
        rows = models.QuerySet(model=apps.get_model(where.model)).exclude(**{where.address: ""}).order_by()
        rows = rows.exclude(**{f"{where.address}__endswith": ".invalid"})
        found |= {address.lower() for address in rows.values_list(where.address, flat=True).distinct()}
    return found
