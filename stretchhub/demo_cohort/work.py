"""Assignments under way or done: charter, milestones, check-ins and evidence."""

from __future__ import annotations

from datetime import timedelta

from assignments.models import (
    Assignment,
    Charter,
    CharterAcknowledgement,
    Evidence,
    Milestone,
    SponsorRequest,
    Status,
)
from sponsors.models import DashboardAcknowledgement

from .asks import add_asks
from .check_ins import add_agenda, add_check_ins
from .cohort import Cohort, Story
from .evidence import add_evidence
from .feedback import add_feedback
from .impact import add_measurements
from .kickoff import add_hours, agreements
from .log import add_log
from .scoping import add_scope
from .sponsoring import add_talks, take_over
from .standing import add_standing

SOON = timedelta(minutes=40)
ACK_HOURS = {"mentee": 10, "mentor": 13, "sponsor": 16}


def add_assignment(cohort: Cohort, request: SponsorRequest, told: Story) -> Assignment:
    """The assignment that a sponsor's yes began, with everything that happened in it."""
    assignment = _begin(cohort, request, told)
    _add_charter(cohort, assignment, told["charter"], told)
    _settle(cohort, assignment, told)
    if "takes_over" in told:
        take_over(cohort, assignment, request, told["takes_over"])
    add_talks(cohort, assignment, told)
    milestones = [_add_milestone(cohort, assignment, row) for row in told.get("milestones", [])]
    scope = add_scope(cohort, assignment, milestones, told)
    add_check_ins(cohort, assignment, told)
    shared = add_evidence(cohort, assignment, request.version, milestones, told)
    asks = add_asks(cohort, assignment, told)
    passed_on = add_feedback(cohort, assignment, told)
    measured = add_measurements(cohort, assignment, request.version, told)
    logged = add_log(cohort, assignment, told)
    assignment.revision = 1 + sum(1 for m in milestones if m.done_at) + shared + asks + measured + scope + logged
    assignment.revision += passed_on + add_standing(cohort, assignment, told)
    assignment.save(update_fields=["revision"])
    if "seen" in told:
        _acknowledge_dashboard(cohort, assignment, told["seen"])
    add_agenda(cohort, assignment, told)
    return assignment


def _begin(cohort: Cohort, request: SponsorRequest, told: Story) -> Assignment:
    option = request.version.brief.option
    mentorship = option.mentorship
    assignment = Assignment.objects.create(
        code=cohort.code(),
        option=option,
        title=option.title,
        outcome=told["outcome"],
        mentee=mentorship.mentee,
        mentor=mentorship.mentor,
        sponsor=request.sponsor,
        starts_on=cohort.calendar.day(told["starts"]),
        ends_on=cohort.calendar.day(told["ends"]),
        created_at=request.answered_at,
    )
    at = request.answered_at
    cohort.remember(request.sponsor, "assignment.created", assignment, at, ["mentee", "mentor", "sponsor"])
    return assignment


def _settle(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """Where the assignment stands today; paused and closed ones remember since when and why."""
    mentor = assignment.mentor
    assignment.status = told["status"]
    if assignment.status == Status.PAUSED:
        assignment.paused_on = cohort.calendar.day(told["paused"])
        assignment.pause_reason = told["pause"]
        at = cohort.moment(told["paused"], 12, mentor)
        cohort.remember(mentor, "assignment.paused", assignment, at, ["pause_reason", "paused_on", "status"])
        for person in (assignment.mentee, assignment.sponsor):
            cohort.tell(person, "assignments.assignment_paused", assignment, at)
    if assignment.status == Status.CLOSED:
        assignment.ending = told["ending"]
        assignment.ending_reason = told["lesson"]
        assignment.closed_at = cohort.moment(told["closed"], 17, mentor)
        cohort.remember(mentor, "assignment.closed", assignment, assignment.closed_at, ["ending", "status"])
    assignment.save()


def _add_charter(cohort: Cohort, assignment: Assignment, told: Story, work: Story) -> None:
    # A weekend may draw two days of the story together; the order stays.
    written = max(cohort.moment(told["at"], 9, assignment.mentee), assignment.created_at + SOON)
    charter = Charter.objects.create(
        approver=assignment.sponsor,
        assignment=assignment,
        in_scope=told["in"],
        out_of_scope=told["out"],
        decision_rights=told["rights"],
        escalation=told["escalation"],
        hours_per_week=told["hours"],
        rhythm=told.get("rhythm", "fortnightly"),
        starts_on=assignment.starts_on,
        ends_on=assignment.ends_on,
        review_on=cohort.calendar.day(told.get("review", work["ends"] + 7)),
        updated_at=written,
        **agreements(assignment, told),
    )
    cohort.remember(assignment.mentee, "charter.written", charter, written, ["in_scope", "out_of_scope", "rhythm"])
    for person in (assignment.mentor, assignment.sponsor):
        cohort.tell(person, "assignments.charter_asked", charter, written)
    acks = [_acknowledge_charter(cohort, charter, part, day) for part, day in told["acks"].items()]
    begun = len(acks) == len(ACK_HOURS)
    add_hours(cohort, charter, told, min(ack.at for ack in acks) if begun else None)
    if begun:
        assignment.activated_at = max(ack.at for ack in acks)
        assignment.save(update_fields=["activated_at"])
        last = max(acks, key=lambda ack: ack.at)
        cohort.remember(last.person, "assignment.activated", assignment, last.at, ["ends_on", "starts_on", "status"])


def _acknowledge_charter(cohort: Cohort, charter: Charter, part: str, day: int) -> CharterAcknowledgement:
    person = getattr(charter.assignment, part)
    at = max(cohort.moment(day, ACK_HOURS[part], person), charter.updated_at + SOON)
    ack = CharterAcknowledgement.objects.create(charter=charter, charter_version=1, part=part, person=person, at=at)
    cohort.remember(person, "charter.acknowledged", charter, at, ["acknowledgements"])
    return ack


def _add_milestone(cohort: Cohort, assignment: Assignment, row: list) -> Milestone:
    """A row is title, definition of progress, due day, weight and, once it is done, the day of that."""
    title, definition, due, weight, *done = row
    mentee = assignment.mentee
    milestone = Milestone.objects.create(
        code=cohort.code(),
        assignment=assignment,
        title=title,
        definition_of_progress=definition,
        due_on=cohort.calendar.day(due),
        weight=weight,
        done_at=cohort.moment(done[0], 15, mentee) if done else None,
        done_by=mentee if done else None,
        created_at=assignment.created_at,
    )
    cohort.remember(mentee, "milestone.added", milestone, milestone.created_at, ["due_on", "title", "weight"])
    if milestone.done_at:
        cohort.remember(mentee, "milestone.done", milestone, milestone.done_at, ["done_at"])
        cohort.tell(assignment.mentor, "assignments.milestone_done", milestone, milestone.done_at)
    return milestone


def _acknowledge_dashboard(cohort: Cohort, assignment: Assignment, day: int) -> None:
    """The sponsor has read how it stood that day; what happened since is new to them."""
    at = cohort.moment(day, 16, assignment.sponsor)
    known = Evidence.objects.filter(assignment=assignment, shared_with_sponsor=True, logged_at__lt=at).count()
    known += Milestone.objects.filter(assignment=assignment, done_at__lt=at).count()
    said = DashboardAcknowledgement.objects.create(
        assignment=assignment,
        sponsor=assignment.sponsor,
        revision=1 + known,
        as_of=cohort.moment(day, 15, assignment.sponsor),
        acknowledged_at=at,
    )
    cohort.remember(assignment.sponsor, "dashboard.acknowledged", said, at, ["revision"])
    for person in (assignment.mentee, assignment.mentor):
        cohort.tell(person, "sponsors.dashboard_acknowledged", said, at)
