"""The way from a mentorship to a sponsor’s yes."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Brief, BriefVersion, Goal, Mentorship, MentorshipOffer, Option, SponsorRequest
from .pair import of_the_pair


def can_offer_mentorship(user: User) -> bool:
    """Anybody may offer to be somebody's mentor; it opens nothing before that one says yes."""
    return user.is_active


def can_answer_offer(user: User, offer: MentorshipOffer) -> bool:
    return user.is_active and user.pk == offer.mentee_id


def can_withdraw_offer(user: User, offer: MentorshipOffer) -> bool:
    return user.is_active and user.pk == offer.mentor_id


def can_end_mentorship(user: User, mentorship: Mentorship) -> bool:
    """Either of the two, at any time."""
    return user.is_active and user.pk in (mentorship.mentee_id, mentorship.mentor_id)


def can_write_goals(user: User, mentorship: Mentorship) -> bool:
    return of_the_pair(user, mentorship)


def can_edit_goal(user: User, goal: Goal) -> bool:
    return of_the_pair(user, goal.mentorship)


def can_add_option(user: User, mentorship: Mentorship) -> bool:
    return of_the_pair(user, mentorship)


def can_edit_option(user: User, option: Option) -> bool:
    return of_the_pair(user, option.mentorship)


def can_move_option(user: User, option: Option) -> bool:
    return of_the_pair(user, option.mentorship)


def can_write_brief(user: User, brief: Brief) -> bool:
    """Mentee and mentor write it together."""
    return of_the_pair(user, brief.option.mentorship)


def can_submit_brief(user: User, version: BriefVersion) -> bool:
    return of_the_pair(user, version.brief.option.mentorship)


def can_judge_brief(user: User, version: BriefVersion) -> bool:
    """The mentor endorses, asks for changes or declines what was handed in."""
    mentorship = version.brief.option.mentorship
    return of_the_pair(user, mentorship) and user.pk == mentorship.mentor_id


def can_ask_sponsor(user: User, version: BriefVersion) -> bool:
    """The mentee asks; that the mentor stands behind the brief is a matter of its state."""
    mentorship = version.brief.option.mentorship
    return of_the_pair(user, mentorship) and user.pk == mentorship.mentee_id


def can_withdraw_request(user: User, request: SponsorRequest) -> bool:
    mentee_id = request.version.brief.option.mentorship.mentee_id
    return user.is_active and user.pk == mentee_id


def can_answer_request(user: User, request: SponsorRequest) -> bool:
    return user.is_active and user.pk == request.sponsor_id
