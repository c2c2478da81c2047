"""Asking for hours and cover: of the line manager, or of the mentor where the directory names none."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from assignments import messages
from assignments.kickoff import TERMS, answers_for_hours, terms
from assignments.models import Assignment, Charter, ManagerAgreement, ManagerAnswer, Status
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people import links
from stretchhub.people.models import Purpose, User

OPEN = (Status.CHARTERING, Status.ACTIVE, Status.PAUSED)


@transaction.atomic
def ask(assignment: Assignment, charter: Charter, *, by: User | None) -> ManagerAgreement | None:
    """Ask about the hours, cover and days of this charter; the same person is asked about the same ones only once.

    What was asked or answered before about others is taken back, and its link ends.
    """
    who = answers_for_hours(assignment)
    current = ManagerAgreement.objects.current().filter(charter=charter).first()
    if current is not None and current.manager_id == who.pk and terms(current) == terms(charter):
        return current
    withdraw(charter, by=by)
    # A charter from before cover was asked for has nothing to agree to until it is written.
    if not charter.cover.strip():
        return None
    asked = {name: getattr(charter, name) for name in TERMS}
    try:
        with transaction.atomic():
            agreement = ManagerAgreement.objects.create(charter=charter, manager=who, asked_at=now(), **asked)
    except IntegrityError:
        return ManagerAgreement.objects.current().get(charter=charter)
    record(by, "hours.asked", agreement, fields=[*TERMS, "manager"])
    if who.pk == assignment.mentee.manager_id:
        messages.manager_agreement.asked(agreement)
    return agreement


@transaction.atomic
def withdraw(charter: Charter, *, by: User | None) -> None:
    """Take back what was asked; the link that was mailed opens nothing any more."""
    for old in ManagerAgreement.objects.current().filter(charter=charter).select_related("manager"):
        ManagerAgreement.objects.filter(pk=old.pk).update(answer=ManagerAnswer.WITHDRAWN)
        links.revoke(person=old.manager, purpose=Purpose.MANAGER_AGREEMENT, about=old.pk)
        record(by, "hours.withdrawn", old, fields=["answer"])


@transaction.atomic
def settle(charter: Charter, *, by: User) -> None:
    """It is over: what nobody agreed to is not asked for any more; a yes stays on record."""
    if not ManagerAgreement.objects.filter(charter=charter, answer=ManagerAnswer.AGREED).exists():
        withdraw(charter, by=by)


def ask_anew_of(person: User) -> None:
    """Somebody has left: what they were asked, or had said before work began, is asked of whoever answers now."""
    _ask_again(_elsewhere().filter(manager=person))


def follow_the_directory() -> int:
    """Ask whoever answers for hours now, where that is somebody else than was asked; how many it were."""
    return _ask_again(_elsewhere())


def _elsewhere() -> QuerySet[ManagerAgreement]:
    """Current agreements of somebody who does not answer for the mentee's hours any more."""
    mentee = "charter__assignment__mentee"
    no_manager = Q(**{f"{mentee}__manager": None}) | Q(**{f"{mentee}__manager__is_active": False})
    right = ~no_manager & Q(manager=F(f"{mentee}__manager")) | no_manager & Q(manager=F("charter__assignment__mentor"))
    # Work that a manager has agreed to goes on when they leave, until the directory names the next one.
    kept = no_manager & Q(answer=ManagerAnswer.AGREED) & ~Q(charter__assignment__status=Status.CHARTERING)
    return ManagerAgreement.objects.current().filter(charter__assignment__status__in=OPEN).exclude(right | kept)


def _ask_again(agreements: QuerySet[ManagerAgreement]) -> int:
    people = ("charter__assignment__mentee__manager", "charter__assignment__mentor")
    found = list(agreements.select_related(*people).order_by("pk"))
    for agreement in found:
        ask(agreement.charter.assignment, agreement.charter, by=None)
    return len(found)
