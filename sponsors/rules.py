"""May this person do this? Asked by every action; a no is a 403."""

from __future__ import annotations

from assignments.models import Assignment, Option, Status
from assignments.rules import can_edit_option
from stretchhub.people.models import User

from .models import Ask, Introduction, SponsorCheckIn


def can_acknowledge_dashboard(user: User, assignment: Assignment) -> bool:
    """The sponsor of this assignment says that they have read how it stands."""
    return user.is_active and user.pk == assignment.sponsor_id


def can_see_as_sponsor(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor look at what the sponsor sees."""
    return user.is_active and assignment.part_of(user) in ("mentee", "mentor")


def can_put_ask(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor turn to the sponsor, from the sponsor's yes until the end."""
    pair = assignment.part_of(user) in ("mentee", "mentor")
    return user.is_active and pair and assignment.status != Status.CLOSED


def can_withdraw_ask(user: User, ask: Ask) -> bool:
    """Either of the two takes it back while nobody has answered."""
    return user.is_active and ask.assignment.part_of(user) in ("mentee", "mentor")


def can_answer_ask(user: User, ask: Ask) -> bool:
    """Whoever was asked, and whom they named to answer instead."""
    return user.is_active and user.pk in (ask.addressee_id, ask.delegated_to_id)


def can_find_sponsors(user: User, option: Option) -> bool:
    """Mentee and mentor look for a sponsor together, while the mentorship runs."""
    return can_edit_option(user, option)


def can_record_check_in(user: User, check_in: SponsorCheckIn) -> bool:
    """Any of the three writes down a talk while the work goes on; one with an earlier sponsor is over."""
    assignment = check_in.assignment
    goes_on = assignment.status in (Status.ACTIVE, Status.REVIEWING) and check_in.cancelled_at is None
    return (
        goes_on and user.is_active and assignment.part_of(user) != "" and check_in.sponsor_id == assignment.sponsor_id
    )


def can_acknowledge_check_in(user: User, check_in: SponsorCheckIn) -> bool:
    """Another of the three, never whoever wrote it down."""
    written = check_in.recorded_by_id is not None and user.pk != check_in.recorded_by_id
    return user.is_active and written and check_in.assignment.part_of(user) != ""


def can_send_introduction(user: User, introduction: Introduction) -> bool:
    """The mentee writes to whom they want to work for; the mentor may help with the words."""
    option = introduction.candidate.option
    return can_find_sponsors(user, option) and user.pk == option.mentorship.mentee_id


def can_make_introduction(user: User, introduction: Introduction) -> bool:
    """Whoever was asked to, while they are here."""
    return user.is_active and user.pk == introduction.introducer_id


def can_reply_to_introduction(user: User, introduction: Introduction) -> bool:
    """Whoever was written to."""
    return user.is_active and user.pk == introduction.candidate.person_id
