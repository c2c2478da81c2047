"""What a session talks over, who is asked to it, and who came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import calibration_messages
from ..calibrating import open_points, panel_of
from ..calibration_rules import can_arrange, can_facilitate, has_part
from ..models import (
    CalibrationAttendance,
    CalibrationItem,
    CalibrationSession,
    Outcome,
    Relation,
    Review,
    ReviewStatus,
)
from ..speaking import Speaker, in_turn, managers_above
from .calibration import save

# Numbers that stand aside while the order is written anew.
ASIDE = 10_000


@transaction.atomic
def put_on(session: CalibrationSession, *, by: User, version: int, assignment: Assignment) -> list[CalibrationItem]:
    """Put what lies apart in the reviews of an assignment on the agenda, and ask its raters to come."""
    require(can_arrange(by, session))
    require(assignment.mentee_id != by.pk)
    _refuse_wrong_panel(session, assignment)
    save(session, version)
    points = open_points([assignment.pk], session.cycle).get(assignment.pk, {})
    try:
        with transaction.atomic():
            items = [
                CalibrationItem.objects.create(
                    session=session, assignment=assignment, criterion_id=criterion, why=point.reason
                )
                for criterion, point in points.items()
            ]
    except IntegrityError:
        raise Refused(_("These reviews are on an agenda already.")) from None
    record(by, "calibration.put_on", session, fields=["items"])
    raters = panel_of(session.cycle_id, assignment.pk).exclude(relation=Relation.SELF)
    people = list(User.objects.active().filter(pk__in=raters.values("rater_id")))
    _ask(session, people)
    return items


def _refuse_wrong_panel(session: CalibrationSession, assignment: Assignment) -> None:
    panel = panel_of(session.cycle_id, assignment.pk)
    if not panel.filter(status=ReviewStatus.CALIBRATING).exists():
        raise Refused(_("These reviews do not wait for a calibration."))
    if has_part(session.facilitator, [assignment.pk]):
        raise Refused(
            _("%(name)s has a part in this work and cannot lead the conversation about it. Choose another session.")
            % {"name": session.facilitator.name}
        )
    if session.attendance.filter(person=assignment.mentee_id).exists():
        raise Refused(_("The mentee is asked to this session as a rater of other work. Choose another session."))


@transaction.atomic
def take_off(session: CalibrationSession, *, by: User, version: int, assignment: Assignment) -> None:
    """Take an assignment off the agenda, as long as none of it has been talked over; who is asked stays asked."""
    require(can_arrange(by, session))
    items = session.items.filter(assignment=assignment)
    if items.exclude(outcome=Outcome.OPEN).exists():
        raise Refused(_("Some of this has been talked over already, so it stays on the agenda."))
    save(session, version)
    items.delete()
    record(by, "calibration.taken_off", session, fields=["items"])


@transaction.atomic
def ask_to(session: CalibrationSession, *, by: User, version: int, person: User) -> None:
    """Ask one more person: a calibrator, or a rater of something on the agenda; never a mentee whose work is on it."""
    require(can_arrange(by, session))
    on_agenda = session.items.values("assignment_id")
    if Assignment.objects.filter(pk__in=on_agenda, mentee=person).exists():
        raise Refused(_("Work of this person is on the agenda, so they are not asked to this session."))
    rates = Review.objects.asked().filter(cycle=session.cycle_id, assignment__in=on_agenda, rater=person).exists()
    if not (person.is_calibrator or rates) or not person.is_active:
        raise Refused(_("Ask somebody who rated work on the agenda, or a calibrator."))
    save(session, version)
    _ask(session, [person])
    record(by, "calibration.asked", session, fields=["attendance"])


def _ask(session: CalibrationSession, people: list[User]) -> None:
    """Add those who are not asked yet, in the order of speaking, and tell them the day; the facilitator only leads."""
    there = set(session.attendance.values_list("person_id", flat=True)) | {session.facilitator_id}
    new = [person for person in people if person.pk not in there]
    if not new:
        return
    last = session.attendance.count()
    CalibrationAttendance.objects.bulk_create(
        CalibrationAttendance(session=session, person=person, speaks=ASIDE + place)
        for place, person in enumerate(new, start=last)
    )
    _number(session, [each.key for each in in_turn(_speakers(session))])
    calibration_messages.invited(session, new)


def _speakers(session: CalibrationSession) -> list[Speaker]:
    people = [row.person for row in session.attendance.select_related("person")]
    relations: dict[int, set[str]] = defaultdict(set)
    on_agenda = session.items.values("assignment_id")
    for rater, relation in Review.objects.filter(
        cycle=session.cycle_id, assignment__in=on_agenda, rater__in=people
    ).values_list("rater_id", "relation"):
        relations[rater].add(relation)
    managers = _managers({person.pk: person.manager_id for person in people})
    return [
        Speaker(person.pk, person.name, managers_above(managers, person.pk), relations[person.pk]) for person in people
    ]


def _managers(known: dict[int, int | None]) -> dict[int, int | None]:
    """Everybody's line manager up to the top, one query a step of the ladder."""
    while missing := {each for each in known.values() if each is not None} - known.keys():
        known |= dict(User.objects.filter(pk__in=missing).values_list("pk", "manager_id"))
    return known


def _number(session: CalibrationSession, people: list[int]) -> None:
    """Write the order 1, 2, 3 …; a number is never there twice, not even on the way."""
    session.attendance.filter(speaks__lt=ASIDE).update(speaks=F("speaks") + 2 * ASIDE)
    for place, person in enumerate(people, start=1):
        session.attendance.filter(person=person).update(speaks=place)


@transaction.atomic
def note_attendance(
    session: CalibrationSession, *, by: User, version: int, said: Mapping[int, tuple[int, bool]]
) -> None:
    """Who speaks when and who is here, by person; two with one number keep the order they had."""
    require(can_facilitate(by, session))
    save(session, version)
    rows = list(session.attendance.all())
    wanted = {row.person_id: said.get(row.person_id, (row.speaks, row.present)) for row in rows}
    for row in rows:
        session.attendance.filter(pk=row.pk).update(present=wanted[row.person_id][1])
    _number(session, [row.person_id for row in sorted(rows, key=lambda row: (wanted[row.person_id][0], row.speaks))])
    record(by, "calibration.attended", session, fields=["attendance"])


@transaction.atomic
def ask_no_more(session: CalibrationSession, *, by: User, version: int, person: User) -> None:
    """Take back that somebody is asked, before the session is opened."""
    require(can_arrange(by, session))
    save(session, version)
    session.attendance.filter(person=person).delete()
    _number(session, list(session.attendance.values_list("person_id", flat=True)))
    record(by, "calibration.asked_no_more", session, fields=["attendance"])
