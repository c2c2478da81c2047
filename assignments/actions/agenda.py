"""The agenda of the next check-in: added to, settled, and taken up again."""

from __future__ import annotations

from django.db import transaction

from assignments.models import AgendaItem, Assignment, CheckIn
from assignments.rules import can_keep_agenda
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require


@transaction.atomic
def add(assignment: Assignment, *, by: User, text: str) -> AgendaItem:
    """Put something on the agenda; it stays there until it is settled."""
    require(can_keep_agenda(by, assignment))
    item = AgendaItem.objects.create(assignment=assignment, text=text, added_by=by, added_at=now())
    record(by, "agenda.added", item, fields=["text"])
    return item


@transaction.atomic
def settle(item: AgendaItem, *, by: User) -> None:
    """It was talked about, at the check-in that came due last; saying it twice is as once."""
    require(can_keep_agenda(by, item.assignment))
    held = CheckIn.objects.filter(
        assignment=item.assignment, cancelled_at__isnull=True, due_on__lte=today(item.assignment.mentee.zone)
    )
    still = AgendaItem.objects.filter(pk=item.pk, settled_at__isnull=True)
    if still.update(settled_at=now(), check_in=held.order_by("-due_on").first()):
        record(by, "agenda.settled", item, fields=["settled_at"])


@transaction.atomic
def take_up(item: AgendaItem, *, by: User) -> None:
    """It is not settled after all."""
    require(can_keep_agenda(by, item.assignment))
    if AgendaItem.objects.filter(pk=item.pk, settled_at__isnull=False).update(settled_at=None, check_in=None):
        record(by, "agenda.taken_up", item, fields=["settled_at"])
