"""Asking that a person be erased, deciding, and doing it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.addresses import account_of
from stretchhub.people.models import Role, RoleGrant, User
from stretchhub.people.rules import require
from stretchhub.wake import wake

from .. import files, ledger, messages, outside
from ..erasing import Erased, addresses_of, close, close_addresses, erase, erase_packets, known_as
from ..models import ErasureRequest, Ground, State
from ..outside import known
from ..rules import can_ask_erasure, can_ask_erasure_of_address, can_decide_erasure, can_withdraw_erasure

log = logging.getLogger(__name__)

TASK = "stretchhub.keeping.tasks.erase"


@transaction.atomic
def ask(person: User, *, by: User, ground: str) -> ErasureRequest:
    """Ask that this person be erased; where it is asked already, that stands."""
    require(can_ask_erasure(by, person))
    why = Ground.OWN_WISH if by.pk == person.pk else Ground(ground)
    return _ask(by, why, person=person)


@transaction.atomic
def ask_of_address(address: str, *, by: User, ground: str) -> ErasureRequest:
    """Ask that whoever has no account and this address be erased; where it is asked already, that stands.

    Refused with the reason where somebody here has it, or where nobody knows it.
    """
    require(can_ask_erasure_of_address(by))
    address = address.strip().lower()
    if account_of(address) is not None:
        raise Refused(_("This address belongs to an account now. Ask that the account be erased."))
    if not known(address):
        raise Refused(_("Nobody here knows this address, so nothing can be erased."))
    return _ask(by, Ground(ground), address=address)


def _ask(by: User, ground: Ground, **of_whom: Any) -> ErasureRequest:
    try:
        with transaction.atomic():
            asked = ErasureRequest.objects.create(asked_by=by, asked_at=now(), ground=ground, **of_whom)
    except IntegrityError:
        return ErasureRequest.objects.open().get(**of_whom)
    record(by, "erasure.asked", _of_whom(asked), facts={"ground": str(ground)})
    return asked


def _of_whom(erasure: ErasureRequest) -> User | ErasureRequest:
    """What the trail names: the person, or where there is no account what was asked, which keeps no address."""
    return erasure.person or erasure


@transaction.atomic
def withdraw(erasure: ErasureRequest, *, by: User) -> None:
    """Nothing is erased, and an address is not kept for it."""
    require(can_withdraw_erasure(by, erasure))
    if _move(erasure, State.ASKED, State.WITHDRAWN, address=""):
        record(by, "erasure.withdrawn", _of_whom(erasure))


@transaction.atomic
def refuse(erasure: ErasureRequest, *, by: User, why: str) -> None:
    """Say no, with the reason, which the person reads."""
    require(can_decide_erasure(by, erasure))
    if _move(erasure, State.ASKED, State.REFUSED, decided_by=by, decided_at=now(), refusal=why):
        record(by, "erasure.refused", _of_whom(erasure))
        messages.refused(erasure)


@transaction.atomic
def approve(
    erasure: ErasureRequest, *, by: User, packets_kept_for: str = "", packets_kept_until: date | None = None
) -> None:
    """A worker erases the person within minutes, for good; packets stay only where a rule is named.

    They work here no more from this moment, and count as no administrator who stays; the links of somebody without an
    account end. Refused where an address belongs to an account by now.
    """
    # Two administrators who decide about each other wait here, and the second finds the first gone.
    list(RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))
    require(can_decide_erasure(by, erasure))
    if erasure.person is None and account_of(erasure.address) is not None:
        raise Refused(_("This address belongs to an account now. Refuse this, and ask that the account be erased."))
    kept = {"packets_kept_for": packets_kept_for, "packets_kept_until": packets_kept_until}
    if _move(erasure, State.ASKED, State.APPROVED, decided_by=by, decided_at=now(), **kept):
        record(by, "erasure.approved", _of_whom(erasure), facts={"keeps_packets": bool(packets_kept_for)})
        if erasure.person is None:
            close_addresses([erasure.address], now())
        else:
            close(erasure.person)
        wake(TASK)


def _move(erasure: ErasureRequest, before: str, after: str, **values: object) -> int:
    """One of those who decide at once moves it."""
    moved = ErasureRequest.objects.filter(pk=erasure.pk, state=before).update(state=after, **values)
    erasure.refresh_from_db()
    return moved


def carry_out() -> int:
    """Erase whoever is approved, and go on where one was stopped; how many are done now.

    One that fails is in the log, is told as not done, and is tried again by the next run; it keeps nobody else waiting.
    """
    done = 0
    waiting = ErasureRequest.objects.filter(state=State.APPROVED).select_related("person").order_by("decided_at")
    for erasure in list(waiting):
        done += _one_of_several(_carry_out if erasure.person else _carry_out_outside, erasure)
    _remove_files()
    return done


def _one_of_several(do: Callable[[ErasureRequest], int], erasure: ErasureRequest) -> int:
    try:
        return do(erasure)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("The erasure %s was not done. It is tried again by the next run.", erasure.code)
        return 0


def _carry_out(erasure: ErasureRequest) -> int:
    """The ledger first: what it names and is not done yet is done by the next run, never the other way round."""
    person = erasure.person
    assert person is not None  # asked by whoever calls
    ledger.add(
        ledger.line(
            person=str(person.code), addresses=addresses_of(person), keeps="packets" if erasure.keeps_packets else ""
        )
    )
    with transaction.atomic():
        # Of two workers one waits here, and then finds it done.
        moved = _move(erasure, State.APPROVED, State.DONE, done_at=now())
        if not moved:
            return 0
        names = known_as(person)
        _count(erasure, erase(person, keeps_packets=erasure.keeps_packets))
    files.remove_from_folders(mail_with=names.stand_in)
    return 1


def _carry_out_outside(erasure: ErasureRequest) -> int:
    """The same for whoever has no account; where they were given one meanwhile nothing is erased."""
    address = erasure.address
    if account_of(address) is not None:
        if _move(erasure, State.APPROVED, State.WITHDRAWN, address=""):
            record(None, "erasure.withdrawn", erasure)
        return 0
    ledger.add(ledger.line(addresses=[address], erasure=str(erasure.code)))
    with transaction.atomic():
        moved = _move(erasure, State.APPROVED, State.DONE, done_at=now())
        if not moved:
            return 0
        names = outside.known_as(address, now(), erasure.pseudonym)
        _count(erasure, outside.erase(address, now(), erasure.pseudonym))
    files.remove_from_folders(mail_with=names.stand_in)
    return 1


def _count(erasure: ErasureRequest, erased: Erased) -> None:
    counts = {name: count for name, count in sorted(erased.counts.items()) if count}
    ErasureRequest.objects.filter(pk=erasure.pk).update(counts=counts, files=erased.files)
    facts = {"rows": sum(counts.values()), "files": len(erased.files)}
    record(None, "erasure.done", _of_whom(erasure), facts=facts)


def _remove_files() -> None:
    """Files go after the rows, and are known until they are gone."""
    for erasure in ErasureRequest.objects.exclude(files=[]):
        files.remove(erasure.files)
        ErasureRequest.objects.filter(pk=erasure.pk).update(files=[])


def let_packets_go() -> int:
    """Packets that a rule wanted kept, after its day; of how many people."""
    over = ErasureRequest.objects.filter(state=State.DONE, packets_kept_until__lt=today()).exclude(packets_kept_for="")
    gone = 0
    for erasure in over.filter(person__isnull=False).select_related("person"):
        gone += _one_of_several(_let_packets_go, erasure)
    return gone


def _let_packets_go(erasure: ErasureRequest) -> int:
    person = erasure.person
    assert person is not None  # only people with an account have packets
    ledger.add(ledger.line(person=str(person.code)))
    with transaction.atomic():
        erased = erase_packets(person)
        ErasureRequest.objects.filter(pk=erasure.pk).update(packets_kept_for="", packets_kept_until=None)
        record(None, "erasure.packets_gone", person, facts={"rows": sum(erased.counts.values())})
    return 1
