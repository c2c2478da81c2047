"""Levels of competencies: said by the mentee, rated by the mentor, verified after reviews. Added to, never changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Assignment, Competency, CompetencyLevel, Ending, Evidence, Mentorship, Provenance, Status
from ..refusals import Refused
from ..rules import can_record_level, can_verify_level

FIELDS = ("competency", "dated_on", "level", "note", "provenance")


@transaction.atomic
def record_level(
    mentorship: Mentorship, *, by: User, competency: Competency, level: int, dated_on: date, note: str = ""
) -> CompetencyLevel:
    """Record a level of the mentee: self-declared by the mentee, mentor-rated by the mentor."""
    require(can_record_level(by, mentorship))
    own = by.pk == mentorship.mentee_id
    recorded = CompetencyLevel.objects.create(
        person=mentorship.mentee,
        competency=competency,
        level=level,
        provenance=Provenance.SELF_DECLARED if own else Provenance.MENTOR_RATED,
        note=note,
        dated_on=dated_on,
        recorded_by=by,
        recorded_at=now(),
    )
    record(by, "competency_level.recorded", recorded, fields=FIELDS)
    return recorded


@transaction.atomic
def verify_level(
    assignment: Assignment, *, by: User, competency: Competency, level: int, note: str = ""
) -> CompetencyLevel | None:
    """Record that the work of an assignment, once reviewed, has shown a level; None where that stands already.

    That its reviews are final and good enough is for the caller to know; here it has to be
    work of this mentor's mentee with evidence of this competency.
    """
    require(can_verify_level(by, assignment))
    if assignment.status not in (Status.REVIEWING, Status.CLOSED) or assignment.ending == Ending.WITHDRAWN:
        raise Refused(_("A level is verified by work that was carried out and reviewed."))
    if not Evidence.objects.filter(assignment=assignment, competencies=competency).exists():
        raise Refused(_("No evidence of this assignment shows “%(name)s”.") % {"name": competency.name})
    verified = CompetencyLevel.objects.filter(
        assignment=assignment, competency=competency, provenance=Provenance.VERIFIED
    )
    former = verified.order_by("pk").last()
    if former and (former.level, former.note) == (level, note):
        return None
    recorded = CompetencyLevel.objects.create(
        person_id=assignment.mentee_id,
        competency=competency,
        level=level,
        provenance=Provenance.VERIFIED,
        note=note,
        assignment=assignment,
        dated_on=today(assignment.mentee.zone),
        recorded_by=by,
        recorded_at=now(),
    )
    record(by, "competency_level.verified", recorded, fields=[*FIELDS, "assignment"])
    return recorded
