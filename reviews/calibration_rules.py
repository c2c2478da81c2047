"""May this person do this in a calibration? Asked by every action; a no is a 403.

Whoever leads one, or changes a level, holds the role and has no part in the assignment: is neither its mentee,
mentor nor sponsor, nor one of its raters, is not the manager of its mentee, and mentors the mentee in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from assignments.models import Assignment, Mentorship
from stretchhub.people.models import User

from .models import READABLE, CalibrationItem, CalibrationSession, Review, SessionStatus


def has_part(user: User, assignments: Iterable[int]) -> bool:
    """Whether somebody is mentee, mentor, sponsor or rater of any of these assignments, or mentors or manages a mentee.

    Whoever was asked to rate and said no, or was asked no more, has had a part in it, too.
    """
    rated = Review.objects.filter(assignment=OuterRef("pk"), rater=user)
    mentors = Mentorship.objects.filter(mentee=OuterRef("mentee"), mentor=user)
    mine = Q(mentee=user) | Q(mentor=user) | Q(sponsor=user) | Q(Exists(rated)) | Q(Exists(mentors))
    mine |= Q(mentee__manager=user)
    return Assignment.objects.filter(mine, pk__in=list(assignments)).exists()


def can_see_calibrations(user: User) -> bool:
    """Calibrators and HR read the list of sessions and what waits for one."""
    return user.is_hr or user.is_calibrator


def can_plan_calibration(user: User) -> bool:
    """Calibrators and HR plan a session; who leads it is a calibrator."""
    return user.is_hr or user.is_calibrator


def can_arrange(user: User, session: CalibrationSession) -> bool:
    """Name, day, facilitator and agenda, by calibrators and HR until it is locked."""
    return can_plan_calibration(user) and session.status != SessionStatus.LOCKED


def can_facilitate(user: User, session: CalibrationSession) -> bool:
    """The facilitator, as long as they hold the role and have no part in anything on the agenda."""
    if session.status == SessionStatus.LOCKED or user.pk != session.facilitator_id or not user.is_calibrator:
        return False
    return not has_part(user, session.items.values_list("assignment_id", flat=True))


def can_see_ratings(user: User, item: CalibrationItem) -> bool:
    """What each rater gave, from the opening on: to the facilitator, HR, and those who are present.

    The mentee never; a rater who is no calibrator only of what they rated themselves, and only until it is locked.
    """
    session = item.session
    if session.status == SessionStatus.PLANNED or user.pk == item.assignment.mentee_id:
        return False
    if user.is_hr or (user.is_calibrator and user.pk == session.facilitator_id):
        return True
    here = session.attendance.filter(person=user, present=True)
    if user.is_calibrator:
        return here.exists()
    rated = Review.objects.asked().filter(assignment=item.assignment_id, cycle=session.cycle_id, rater=user)
    return session.status == SessionStatus.OPEN and here.filter(Exists(rated)).exists()


def can_see_shifts(user: User, session: CalibrationSession) -> bool:
    """How each rater's levels moved is about raters: for calibrators and HR alone, once there is something to see."""
    return can_see_calibrations(user) and session.status != SessionStatus.PLANNED


def can_change_level(user: User, item: CalibrationItem) -> bool:
    """The facilitator, or another calibrator who is present, in an open session; nobody with a part in the work."""
    session = item.session
    if session.status != SessionStatus.OPEN or not user.is_calibrator:
        return False
    here = user.pk == session.facilitator_id or session.attendance.filter(person=user, present=True).exists()
    return here and not has_part(user, [item.assignment_id])


def can_amend(user: User, review: Review) -> bool:
    """A calibrator without a part in the work, once the review is final."""
    return user.is_calibrator and review.status in READABLE and not has_part(user, [review.assignment_id])


def can_waive_calibration(user: User, assignment: Assignment) -> bool:
    """HR, of work that is not their own."""
    return user.is_hr and not has_part(user, [assignment.pk])


def can_see_agreement(user: User) -> bool:
    """How far raters agree, over the whole programme: HR and calibrators."""
    return user.is_hr or user.is_calibrator
