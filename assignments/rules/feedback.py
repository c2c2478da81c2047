"""Who asks for feedback, and who answers."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, FeedbackRequest, FeedbackRound
from .work import WORKING


def can_ask_feedback(user: User, assignment: Assignment) -> bool:
    """The mentee asks while the assignment runs."""
    return user.is_active and user.pk == assignment.mentee_id and assignment.status in WORKING


def can_keep_round(user: User, round: FeedbackRound) -> bool:
    """The mentee looks after what they asked, also when the assignment is over: people wait for a word."""
    return user.is_active and user.pk == round.assignment.mentee_id


def can_vouch(user: User, round: FeedbackRound) -> bool:
    """The mentor, who is not the one that asks."""
    return user.is_active and user.pk == round.assignment.mentor_id


def can_give_feedback(by: User | None, request: FeedbackRequest) -> bool:
    """Whoever is asked; an outsider, or somebody who came by their own link, is nobody signed in."""
    return by is None or (by.is_active and by.pk == request.giver_id)
