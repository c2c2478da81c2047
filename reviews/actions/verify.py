"""After the reviews: the mentor verifies which levels the work has shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from assignments.actions.competency_level import verify_level
from assignments.models import Assignment, CompetencyLevel
from assignments.refusals import Refused
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..rules import can_verify_levels
from ..verdicts import why_not_verified
from ..verifying import verifying


@dataclass(frozen=True)
class Verdict:
    """A level that the work has shown, and what shows it."""

    level: int
    note: str = ""


@transaction.atomic
def verify_levels(assignment: Assignment, *, by: User, levels: Mapping[int, Verdict]) -> list[CompetencyLevel]:
    """Record these levels, by competency, as verified by the reviews of this assignment.

    Refused before all reviews are final, where the observers saw too little, and for a
    competency that no evidence of the reviewed work shows. What stands already is not written again.
    """
    require(can_verify_levels(by, assignment))
    # Held so that two clicks at once do not write the same level twice.
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    found = verifying(assignment, by)
    claims = {claim.competency.pk: claim for claim in found.claims}
    if not found.may_verify or not levels.keys() <= claims.keys():
        raise Refused(why_not_verified(found if found.reason else None))
    written = [
        verify_level(assignment, by=by, competency=claims[key].competency, level=said.level, note=said.note)
        for key, said in levels.items()
    ]
    return [each for each in written if each is not None]
