"""May this person do this to that review, cycle or export? Asked by every action; a no is a 403."""

from __future__ import annotations

from assignments.models import Assignment, Status
from assignments.rules import can_verify_level
from stretchhub.people.models import User

from .models import NAMED, Export, ExportStatus, RatingPractice, Relation, Review, ReviewStatus
from .models.export import OWN

PAIR = ("mentee", "mentor")


def can_start_reviews(user: User, assignment: Assignment) -> bool:
    """Mentor or mentee ask for the reviews of an active assignment."""
    return user.is_active and assignment.part_of(user) in PAIR and assignment.status == Status.ACTIVE


def is_past_starting(user: User, assignment: Assignment) -> bool:
    """Whether mentee or mentor come to ask for reviews that have been asked for already."""
    asked = assignment.status in (Status.REVIEWING, Status.CLOSED)
    return user.is_active and assignment.part_of(user) in PAIR and asked


def can_change_panel(user: User, assignment: Assignment) -> bool:
    """Mentee, mentor and HR name more people while an assignment is in review, and after its end while reviews wait.

    Whether they are still open is a matter of the reviews.
    """
    allowed = user.is_hr or assignment.part_of(user) in PAIR
    return user.is_active and allowed and assignment.status in (Status.REVIEWING, Status.CLOSED)


def can_take_back(user: User, review: Review) -> bool:
    """Whoever may change the panel takes back those who are named; of mentor and sponsor, mentor and HR alone."""
    if not can_change_panel(user, review.assignment):
        return False
    if review.relation == Relation.SELF:
        return can_go_on_without(user, review)
    return review.relation in NAMED or review.assignment.part_of(user) != "mentee"


def can_go_on_without(user: User, review: Review) -> bool:
    """HR alone, where a mentee has left without handing in their own view."""
    left = review.rater is not None and not review.rater.is_active
    return user.is_hr and review.relation == Relation.SELF and left


def can_write_review(user: User | None, review: Review) -> bool:
    """Its rater, until it is handed in; an outsider, who came by their own link, is nobody signed in."""
    return is_rater(user, review) and review.status == ReviewStatus.DRAFT


def is_rater(user: User | None, review: Review) -> bool:
    if user is None:
        return review.rater_id is None
    return user.is_active and user.pk == review.rater_id


def can_decline(user: User | None, review: Review) -> bool:
    """Whoever is named may say no; mentee, mentor and sponsor are part of the work."""
    return is_rater(user, review) and review.relation in NAMED


def can_see_result(user: User, assignment: Assignment) -> bool:
    """Mentee, mentor, calibrators and HR read final ratings side by side; the sponsor what the mentee shares."""
    return user.is_hr or user.is_calibrator or assignment.part_of(user) in PAIR


def can_share_result(user: User, assignment: Assignment) -> bool:
    """The mentee alone, and it can be taken back at any time."""
    return user.is_active and user.pk == assignment.mentee_id


def can_manage_cycles(user: User) -> bool:
    return user.is_hr


def can_manage_rubrics(user: User) -> bool:
    return user.is_hr


def can_keep_cases(user: User) -> bool:
    """HR keeps the cases that rating is practised on."""
    return user.is_hr


def can_practise(user: User, practice: RatingPractice) -> bool:
    """One's own, until it is finished."""
    return user.is_active and user.pk == practice.person_id and practice.finished_at is None


def can_read_equity(user: User) -> bool:
    """A permission of its own: neither HR nor administrators have it by being that."""
    return user.is_equity_analyst


def can_export_reviews(user: User) -> bool:
    return user.is_hr


def can_download(user: User, export: Export) -> bool:
    """Only the one who asked: HR, and for an archive of their own data everybody."""
    may = user.is_hr or (user.is_active and export.format == OWN)
    return may and user.pk == export.requested_by_id and export.status == ExportStatus.COMPLETE


def can_verify_levels(user: User, assignment: Assignment) -> bool:
    """The mentor, while the mentorship runs; whether there is anything to verify is a matter of the reviews."""
    return can_verify_level(user, assignment)


def can_close_with_care(user: User, assignment: Assignment) -> bool:
    """The mentee, of work that was carried out, once it is in review or closed."""
    return user.is_active and user.pk == assignment.mentee_id and is_over(assignment)


def is_over(assignment: Assignment) -> bool:
    """Whether work was carried out and is in review or closed."""
    return assignment.status in (Status.REVIEWING, Status.CLOSED) and assignment.activated_at is not None
