"""What happens here when somebody is deactivated: nothing goes on waiting for them alone."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from .. import messages
from ..models import Charter, RequestStatus, SponsorRequest, Status
from . import manager_agreement
from .assignment import raise_revision
from .sponsor_request import let_go


@transaction.atomic
def on_deactivated(person: User) -> None:
    """Take back what they were asked to sponsor, and let charters name somebody who is there.

    Work that they sponsor already keeps them until another sponsor has said yes.
    """
    asked = SponsorRequest.objects.filter(sponsor=person, status=RequestStatus.ASKED, assignment__isnull=True)
    for request in asked.select_related("version__brief__option__mentorship").order_by("pk"):
        let_go(request)
    manager_agreement.ask_anew_of(person)
    named = Charter.objects.filter(Q(escalate_to=person) | Q(approver=person))
    people = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")
    for charter in named.exclude(assignment__status=Status.CLOSED).select_related(*people).order_by("pk"):
        _name_somebody_else(charter, person)


def _name_somebody_else(charter: Charter, person: User) -> None:
    """The sponsor stands in, else the mentor; a changed charter asks everybody again."""
    assignment = charter.assignment
    here = [each for each in (assignment.sponsor, assignment.mentor) if each and each.is_active and each != person]
    # Of a sponsor who leaves the one who takes over also inherits what they decide.
    of_the_sponsor = assignment.sponsor_id == person.pk
    named: dict[str, User | None] = {}
    if charter.escalate_to_id == person.pk:
        named["escalate_to"] = next(iter(here), None)
    if charter.approver_id == person.pk and not of_the_sponsor and here:
        named["approver"] = here[0]
    if not named:
        return
    Charter.objects.filter(pk=charter.pk).update(version=F("version") + 1, updated_at=now(), **named)
    record(None, "charter.changed", charter, fields=[*named, "version"])
    changed = Charter.objects.select_related("assignment__mentee", "assignment__mentor", "assignment__sponsor")
    messages.charter.asked(changed.get(pk=charter.pk), by=person)
    raise_revision(assignment)
