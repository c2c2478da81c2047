"""Learning, levels, stretch and ranking of one mentorship."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, LearningItem, Mentorship, Option, Status
from .pair import of_the_pair


def can_plan_learning(user: User, mentorship: Mentorship) -> bool:
    """Mentee and mentor keep the learning plan together."""
    return of_the_pair(user, mentorship)


def can_edit_learning(user: User, item: LearningItem) -> bool:
    return of_the_pair(user, item.mentorship)


def can_record_level(user: User, mentorship: Mentorship) -> bool:
    """The mentee says where they stand, the mentor what they have seen."""
    return of_the_pair(user, mentorship)


def can_verify_level(user: User, assignment: Assignment) -> bool:
    """The mentor verifies what the reviews of an assignment have shown."""
    return user.pk == assignment.mentor_id and of_the_pair(user, assignment.option.mentorship)


def can_write_intake(user: User, mentorship: Mentorship) -> bool:
    """Mentee and mentor fill the conversation together or apart."""
    return of_the_pair(user, mentorship)


def can_edit_stretch(user: User, option: Option) -> bool:
    """Mentee and mentor say together what an option demands and what support there is, until it is reviewed.

    From then on the reviews move what was shown by what was demanded, so that stands.
    """
    assignment = getattr(option, "assignment", None)
    reviewed = assignment is not None and assignment.status in (Status.REVIEWING, Status.CLOSED)
    return of_the_pair(user, option.mentorship) and not reviewed


def can_say_what_was_shown(user: User, mentorship: Mentorship) -> bool:
    """The mentee declares, the mentor rates."""
    return of_the_pair(user, mentorship)


def can_weigh_option(user: User, option: Option) -> bool:
    """Mentee and mentor say how an option serves the goals and who might sponsor it."""
    return of_the_pair(user, option.mentorship)


def can_rank_options(user: User, mentorship: Mentorship) -> bool:
    """Mentee and mentor set the weights and the hours, and keep a ranking."""
    return of_the_pair(user, mentorship)


def can_answer_idle(user: User, mentorship: Mentorship) -> bool:
    """The mentee alone says whether to look for something, when, or to let it rest."""
    return of_the_pair(user, mentorship) and user.pk == mentorship.mentee_id
