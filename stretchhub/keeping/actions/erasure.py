"""Asking that a person be erased, deciding, and doing it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction

from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import Role, RoleGrant, User
from stretchhub.people.rules import require
from stretchhub.wake import wake

from .. import files, ledger, messages
from ..erasing import addresses_of, close, erase, erase_packets, known_as
from ..models import ErasureRequest, Ground, State
from ..rules import can_ask_erasure, can_decide_erasure, can_withdraw_erasure

log = logging.getLogger(__name__)

TASK = "stretchhub.keeping.tasks.erase"


@transaction.atomic
def ask(person: User, *, by: User, ground: str) -> ErasureRequest:
    """Ask that this person be erased; where it is asked already, that stands."""
    require(can_ask_erasure(by, person))
    why = Ground.OWN_WISH if by.pk == person.pk else Ground(ground)
    try:
        with transaction.atomic():
            asked = ErasureRequest.objects.create(person=person, asked_by=by, asked_at=now(), ground=why)
    except IntegrityError:
        return ErasureRequest.objects.open().get(person=person)
    record(by, "erasure.asked", person, facts={"ground": str(why)})
    return asked


@transaction.atomic
def withdraw(erasure: ErasureRequest, *, by: User) -> None:
    """Nothing is erased."""
    require(can_withdraw_erasure(by, erasure))
    if _move(erasure, State.ASKED, State.WITHDRAWN):
        record(by, "erasure.withdrawn", erasure.person)


@transaction.atomic
def refuse(erasure: ErasureRequest, *, by: User, why: str) -> None:
    """Say no, with the reason, which the person reads."""
    require(can_decide_erasure(by, erasure))
    if _move(erasure, State.ASKED, State.REFUSED, decided_by=by, decided_at=now(), refusal=why):
        record(by, "erasure.refused", erasure.person)
        messages.refused(erasure)


@transaction.atomic
def approve(
    erasure: ErasureRequest, *, by: User, packets_kept_for: str = "", packets_kept_until: date | None = None
) -> None:
    """A worker erases the person within minutes, for good; packets stay only where a rule is named.

    They work here no more from this moment, and count as no administrator who stays.
    """
    # Two administrators who decide about each other wait here, and the second finds the first gone.
    list(RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))
    require(can_decide_erasure(by, erasure))
    kept = {"packets_kept_for": packets_kept_for, "packets_kept_until": packets_kept_until}
    if _move(erasure, State.ASKED, State.APPROVED, decided_by=by, decided_at=now(), **kept):
        record(by, "erasure.approved", erasure.person, facts={"keeps_packets": bool(packets_kept_for)})
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
        done += _one_of_several(_carry_out, erasure)
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
        erased = erase(person, keeps_packets=erasure.keeps_packets)
        counts = {name: count for name, count in sorted(erased.counts.items()) if count}
        ErasureRequest.objects.filter(pk=erasure.pk).update(counts=counts, files=erased.files)
        record(None, "erasure.done", person, facts={"rows": sum(counts.values()), "files": len(erased.files)})
    files.remove_from_folders(mail_with=names.stand_in)
    return 1


def _remove_files() -> None:
    """Files go after the rows, and are known until they are gone."""
    for erasure in ErasureRequest.objects.exclude(files=[]):
        files.remove(erasure.files)
        ErasureRequest.objects.filter(pk=erasure.pk).update(files=[])


def let_packets_go() -> int:
    """Packets that a rule wanted kept, after its day; of how many people."""
    over = ErasureRequest.objects.filter(state=State.DONE, packets_kept_until__lt=today()).exclude(packets_kept_for="")
    gone = 0
    for erasure in over.select_related("person"):
        gone += _one_of_several(_let_packets_go, erasure)
    return gone


def _let_packets_go(erasure: ErasureRequest) -> int:
    ledger.add(ledger.line(person=str(erasure.person.code)))
    with transaction.atomic():
        erased = erase_packets(erasure.person)
        ErasureRequest.objects.filter(pk=erasure.pk).update(packets_kept_for="", packets_kept_until=None)
        record(None, "erasure.packets_gone", erasure.person, facts={"rows": sum(erased.counts.values())})
    return 1
