"""What the two do about too much work: decided once, and asked again only when it is too much anew."""

from __future__ import annotations

from django.db import transaction

from assignments.models import Assignment, WorkloadResponse
from assignments.rules import can_respond_to_workload
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require


@transaction.atomic
def respond(assignment: Assignment, *, by: User, choice: str, words: str = "") -> WorkloadResponse:
    """Say whether something comes off, it pauses, somebody covers, or it goes on for now; nobody else learns of it."""
    require(can_respond_to_workload(by, assignment))
    response = WorkloadResponse.objects.create(assignment=assignment, choice=choice, words=words, by=by, at=now())
    record(by, "workload.answered", response, fields=["choice", "words"] if words else ["choice"])
    return response
