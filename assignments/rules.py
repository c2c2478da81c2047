"""May this person do this to that thing? Asked by every action; a no is a 403."""

from __future__ import annotations

from stretchhub.people.models import User

from .models import (
    Assignment,
    Brief,
    BriefVersion,
    Charter,
    CheckIn,
    CheckInAnswer,
    Evidence,
    Goal,
    LearningItem,
    ManagerAgreement,
    Mentorship,
    Milestone,
    Opportunity,
    Option,
    SponsorRequest,
    Status,
)
from .models.assignment import RUNNING

WORKING = (Status.ACTIVE, Status.REVIEWING)


def _pair(user: User, mentorship: Mentorship) -> bool:
    """Whether this person is one of the two, while the mentorship runs."""
    parts = (mentorship.mentee_id, mentorship.mentor_id)
    return user.is_active and mentorship.ended_on is None and user.pk in parts


def can_start_mentorship(user: User) -> bool:
    """Anybody may offer to be somebody's mentor."""
    return user.is_active


def can_write_goals(user: User, mentorship: Mentorship) -> bool:
    return _pair(user, mentorship)


def can_edit_goal(user: User, goal: Goal) -> bool:
    return _pair(user, goal.mentorship)


def can_add_option(user: User, mentorship: Mentorship) -> bool:
    return _pair(user, mentorship)


def can_edit_option(user: User, option: Option) -> bool:
    return _pair(user, option.mentorship)


def can_move_option(user: User, option: Option) -> bool:
    return _pair(user, option.mentorship)


def can_write_brief(user: User, brief: Brief) -> bool:
    """Mentee and mentor write it together."""
    return _pair(user, brief.option.mentorship)


def can_submit_brief(user: User, version: BriefVersion) -> bool:
    return _pair(user, version.brief.option.mentorship)


def can_judge_brief(user: User, version: BriefVersion) -> bool:
    """The mentor endorses, asks for changes or declines what was handed in."""
    mentorship = version.brief.option.mentorship
    return _pair(user, mentorship) and user.pk == mentorship.mentor_id


def can_ask_sponsor(user: User, version: BriefVersion) -> bool:
    """The mentee asks; that the mentor stands behind the brief is a matter of its state."""
    mentorship = version.brief.option.mentorship
    return _pair(user, mentorship) and user.pk == mentorship.mentee_id


def can_withdraw_request(user: User, request: SponsorRequest) -> bool:
    mentee_id = request.version.brief.option.mentorship.mentee_id
    return user.is_active and user.pk == mentee_id


def can_answer_request(user: User, request: SponsorRequest) -> bool:
    return user.is_active and user.pk == request.sponsor_id


def can_hand_over(user: User, assignment: Assignment) -> bool:
    """Mentee or mentor look for another sponsor, as long as there is something to sponsor."""
    return _mentee_or_mentor(user, assignment) and assignment.status != Status.CLOSED


def _mentee_or_mentor(user: User, assignment: Assignment) -> bool:
    """Whether this person is one of the two who do the work together."""
    return user.is_active and assignment.part_of(user) in ("mentee", "mentor")


def can_edit_charter(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write the charter; the sponsor acknowledges it or says what is missing."""
    return _mentee_or_mentor(user, assignment) and assignment.status in (
        Status.CHARTERING,
        Status.ACTIVE,
        Status.PAUSED,
    )


def can_acknowledge_charter(user: User, charter: Charter) -> bool:
    assignment = charter.assignment
    return user.is_active and assignment.part_of(user) != "" and assignment.status != Status.CLOSED


def can_answer_for_hours(user: User, agreement: ManagerAgreement) -> bool:
    """The line manager who was asked, or the mentor in their place; nobody for somebody else."""
    return user.is_active and user.pk == agreement.manager_id


def can_edit_plan(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor keep the milestones, from chartering until the review."""
    return _mentee_or_mentor(user, assignment) and assignment.status in (
        Status.CHARTERING,
        Status.ACTIVE,
        Status.REVIEWING,
    )


def can_finish_milestone(user: User, milestone: Milestone) -> bool:
    assignment = milestone.assignment
    return _mentee_or_mentor(user, assignment) and assignment.status in WORKING


def can_record_measurement(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write down what an outcome came to, also while the work rests."""
    return _mentee_or_mentor(user, assignment) and assignment.status in RUNNING


def can_log_evidence(user: User, assignment: Assignment) -> bool:
    """The mentee logs evidence while the assignment runs."""
    return user.is_active and user.pk == assignment.mentee_id and assignment.status in WORKING


def can_share_evidence(user: User, evidence: Evidence) -> bool:
    """Only the author widens or narrows who sees a piece of evidence."""
    return user.is_active and user.pk == evidence.logged_by_id


def can_answer_check_in(user: User, check_in: CheckIn) -> bool:
    assignment = check_in.assignment
    return _mentee_or_mentor(user, assignment) and assignment.status in WORKING and check_in.cancelled_at is None


def can_acknowledge_answer(user: User, answer: CheckInAnswer) -> bool:
    """The other side acknowledges, never the writer."""
    part = answer.check_in.assignment.part_of(user)
    return user.is_active and part in ("mentee", "mentor") and user.pk != answer.by_id


def can_pause(user: User, assignment: Assignment) -> bool:
    return _mentee_or_mentor(user, assignment)


def can_close(user: User, assignment: Assignment) -> bool:
    """The mentor closes; the mentee may withdraw."""
    return _mentee_or_mentor(user, assignment)


def can_offer_opportunity(user: User) -> bool:
    """Anybody may offer stretch work in the shared pool."""
    return user.is_active


def can_edit_opportunity(user: User, opportunity: Opportunity) -> bool:
    return user.is_active and user.pk == opportunity.offered_by_id


def can_close_opportunity(user: User, opportunity: Opportunity) -> bool:
    """Whoever offered it; HR and administrators where that person does not."""
    return can_edit_opportunity(user, opportunity) or (user.is_active and (user.is_hr or user.is_administrator))


def can_plan_learning(user: User, mentorship: Mentorship) -> bool:
    """Mentee and mentor keep the learning plan together."""
    return _pair(user, mentorship)


def can_edit_learning(user: User, item: LearningItem) -> bool:
    return _pair(user, item.mentorship)


def can_record_level(user: User, mentorship: Mentorship) -> bool:
    """The mentee says where they stand, the mentor what they have seen."""
    return _pair(user, mentorship)


def can_verify_level(user: User, assignment: Assignment) -> bool:
    """The mentor verifies what the reviews of an assignment have shown."""
    return user.pk == assignment.mentor_id and _pair(user, assignment.option.mentorship)


def can_write_intake(user: User, mentorship: Mentorship) -> bool:
    """Mentee and mentor fill the conversation together or apart."""
    return _pair(user, mentorship)


def can_edit_stretch(user: User, option: Option) -> bool:
    """Mentee and mentor say together what an option demands and what support there is, until it is reviewed.

    From then on the reviews move what was shown by what was demanded, so that stands.
    """
    assignment = getattr(option, "assignment", None)
    reviewed = assignment is not None and assignment.status in (Status.REVIEWING, Status.CLOSED)
    return _pair(user, option.mentorship) and not reviewed


def can_say_what_was_shown(user: User, mentorship: Mentorship) -> bool:
    """The mentee declares, the mentor rates."""
    return _pair(user, mentorship)


def can_weigh_option(user: User, option: Option) -> bool:
    """Mentee and mentor say how an option serves the goals and who might sponsor it."""
    return _pair(user, option.mentorship)


def can_rank_options(user: User, mentorship: Mentorship) -> bool:
    """Mentee and mentor set the weights and the hours, and keep a ranking."""
    return _pair(user, mentorship)


def can_set_method(user: User) -> bool:
    """The chosen values behind every number hold for everybody, so an administrator answers for them."""
    return user.is_active and user.is_administrator


def can_manage_frameworks(user: User) -> bool:
    """HR and administrators import competency frameworks and look after them; everybody reads them."""
    return user.is_active and (user.is_hr or user.is_administrator)


def can_read_records(user: User) -> bool:
    """HR reads how the organisation's assignments stand."""
    return user.is_active and user.is_hr
