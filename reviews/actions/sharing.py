"""The mentee shows the final result to the sponsor, or no longer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.actions.assignment import raise_revision
from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import rater_messages as messages
from ..models import Relation, Review, ReviewCycle, SharedResult
from ..rules import can_share_result


@transaction.atomic
def share_result(assignment: Assignment, cycle: ReviewCycle, *, by: User) -> None:
    """Let the sponsor read what the final reviews of one cycle say."""
    require(can_share_result(by, assignment))
    own = Review.objects.final().filter(assignment=assignment, cycle=cycle, relation=Relation.SELF).first()
    if own is None:
        raise Refused(_("Nothing is final in this cycle yet, so there is nothing to share."))
    moment = {"shared_by": by, "shared_at": now()}
    _shared, made = SharedResult.objects.get_or_create(assignment=assignment, cycle=cycle, defaults=moment)
    if made:
        record(by, "result.shared", own, fields=["shared_with_sponsor"])
        raise_revision(assignment)
        messages.shared(own)


@transaction.atomic
def unshare_result(assignment: Assignment, cycle: ReviewCycle, *, by: User) -> None:
    """Take it back: from the sponsor's next request on it is not there."""
    require(can_share_result(by, assignment))
    shared = SharedResult.objects.filter(assignment=assignment, cycle=cycle)
    if shared.delete()[0]:
        own = Review.objects.final().get(assignment=assignment, cycle=cycle, relation=Relation.SELF)
        record(by, "result.unshared", own, fields=["shared_with_sponsor"])
        raise_revision(assignment)


def end_sharing(assignment: Assignment, *, by: User) -> None:
    """Somebody else is sponsor now: whether they may read results is for the mentee to say anew."""
    shared = SharedResult.objects.filter(assignment=assignment)
    cycles = list(shared.values_list("cycle_id", flat=True))
    shared.delete()
    for own in Review.objects.final().filter(assignment=assignment, cycle__in=cycles, relation=Relation.SELF):
        record(by, "result.unshared", own, fields=["shared_with_sponsor"])
