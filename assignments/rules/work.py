"""What is done while an assignment runs."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, CheckIn, CheckInAnswer, Evidence, EvidenceAsk, Milestone, Status
from ..models.assignment import RUNNING
from .pair import mentee_or_mentor

WORKING = (Status.ACTIVE, Status.REVIEWING)


def can_edit_plan(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor keep the milestones, from chartering until the review."""
    return mentee_or_mentor(user, assignment) and assignment.status in (
        Status.CHARTERING,
        Status.ACTIVE,
        Status.REVIEWING,
    )


def can_finish_milestone(user: User, milestone: Milestone) -> bool:
    assignment = milestone.assignment
    return mentee_or_mentor(user, assignment) and assignment.status in WORKING


def can_record_measurement(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write down what an outcome came to, also while the work rests."""
    return mentee_or_mentor(user, assignment) and assignment.status in RUNNING


def can_log_evidence(user: User, assignment: Assignment) -> bool:
    """The mentee logs evidence while the assignment runs."""
    return user.is_active and user.pk == assignment.mentee_id and assignment.status in WORKING


def can_share_evidence(user: User, evidence: Evidence) -> bool:
    """Only the author widens or narrows who sees a piece of evidence."""
    return user.is_active and user.pk == evidence.logged_by_id


def can_edit_evidence(user: User, evidence: Evidence) -> bool:
    """Its author, while the assignment runs; afterwards it stands as the reviews read it."""
    return can_share_evidence(user, evidence) and evidence.assignment.status in WORKING


def can_verify_evidence(user: User, evidence: Evidence) -> bool:
    """The mentor, and the sponsor with whom it was shared; never whoever logged it."""
    assignment = evidence.assignment
    if not user.is_active or user.pk == evidence.logged_by_id or assignment.status not in RUNNING:
        return False
    sponsors = user.pk == assignment.sponsor_id and evidence.shared_with_sponsor
    return user.pk == assignment.mentor_id or sponsors


def can_see_coverage(user: User, assignment: Assignment) -> bool:
    return user.is_active and assignment.part_of(user) in ("mentee", "mentor")


def can_ask_for_evidence(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor see what is covered, and ask each other while the assignment runs."""
    return mentee_or_mentor(user, assignment) and assignment.status in WORKING


def can_settle_evidence_ask(user: User, asked: EvidenceAsk) -> bool:
    return user.is_active and user.pk in (asked.asked_of_id, asked.asked_by_id)


def can_answer_check_in(user: User, check_in: CheckIn) -> bool:
    assignment = check_in.assignment
    return mentee_or_mentor(user, assignment) and assignment.status in WORKING and check_in.cancelled_at is None


def can_acknowledge_answer(user: User, answer: CheckInAnswer) -> bool:
    """The other side acknowledges, never the writer."""
    part = answer.check_in.assignment.part_of(user)
    return user.is_active and part in ("mentee", "mentor") and user.pk != answer.by_id
