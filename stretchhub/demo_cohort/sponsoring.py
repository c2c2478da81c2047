"""Talks with sponsors, and one who handed over to another."""

from __future__ import annotations

from datetime import timedelta

from assignments.models import Assignment, Charter, CharterAcknowledgement, RequestStatus, SponsorRequest
from sponsors.actions.check_in import plan_behind
from sponsors.models import HandOver, SponsorCheckIn

from .cohort import Cohort, Story

SOON = timedelta(minutes=40)
ACK_HOURS = {"mentee": 10, "mentor": 13, "sponsor": 16}
FACTS = ("result", "decision", "risk", "heard")


def take_over(cohort: Cohort, assignment: Assignment, first: SponsorRequest, told: Story) -> None:
    """Somebody else said yes while the work ran; from then on they are the sponsor, and the charter names them."""
    mentor, outgoing, sponsor = assignment.mentor, assignment.sponsor, cohort.people[told["sponsor"]]
    SponsorRequest.objects.filter(pk=first.pk).update(status=RequestStatus.HANDED_OVER)
    request = SponsorRequest.objects.create(
        code=cohort.code(),
        version=first.version,
        sponsor=sponsor,
        assignment=assignment,
        hand_over=told["note"],
        status=RequestStatus.ACCEPTED,
        asked_by=mentor,
        asked_at=cohort.moment(told["asked"], 15, mentor),
        answered_at=cohort.moment(told["answered"], 16, sponsor),
        reason=told.get("reply", ""),
    )
    kickoff_on = cohort.calendar.day(told["kickoff"])
    hand_over = HandOver.objects.create(
        request=request, outgoing=outgoing, reason=told["reason"], kickoff_on=kickoff_on
    )
    assignment.sponsor = sponsor
    assignment.save(update_fields=["sponsor"])
    cohort.remember(mentor, "sponsor_request.asked", request, request.asked_at, ["hand_over", "sponsor"])
    cohort.tell(sponsor, "sponsors.hand_over_asked", hand_over, request.asked_at)
    cohort.remember(sponsor, "assignment.handed_over", assignment, request.answered_at, ["sponsor"])
    for person in (assignment.mentee, mentor):
        cohort.tell(person, "sponsors.hand_over_accepted", hand_over, request.answered_at)
    cohort.tell(outgoing, "sponsors.handed_over", hand_over, request.answered_at)
    _agree_anew(cohort, assignment, request, told["acks"])


def _agree_anew(cohort: Cohort, assignment: Assignment, request: SponsorRequest, acks: dict[str, int]) -> None:
    charter = Charter.objects.get(assignment=assignment)
    charter.version, charter.approver, charter.updated_at = 2, assignment.sponsor, request.answered_at
    charter.save()
    cohort.remember(assignment.sponsor, "charter.changed", charter, charter.updated_at, ["approver", "version"])
    for part, day in acks.items():
        person = getattr(assignment, part)
        at = max(cohort.moment(day, ACK_HOURS[part], person), charter.updated_at + SOON)
        CharterAcknowledgement.objects.create(charter=charter, charter_version=2, part=part, person=person, at=at)
        cohort.remember(person, "charter.acknowledged", charter, at, ["acknowledgements"])


def add_talks(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """Those the story tells, each written down by one of the three; acknowledged a day later unless it says not yet."""
    for talk in told.get("with_sponsor", []):
        by = getattr(assignment, talk.get("by", "mentee"))
        other = assignment.mentee if by == assignment.sponsor else assignment.sponsor
        seen = talk.get("seen", min(talk["on"] + 1, -1))
        at = cohort.moment(talk["on"], 11, by)
        check_in = SponsorCheckIn.objects.create(
            code=cohort.code(),
            assignment=assignment,
            sponsor=assignment.sponsor,
            due_on=cohort.calendar.day(talk["due"]),
            held_on=cohort.calendar.day(talk["on"]),
            **{name: talk.get(name, "") for name in FACTS},
            recorded_by=by,
            recorded_at=at,
            acknowledged_by=other if seen else None,
            acknowledged_at=max(cohort.moment(seen, 17, other), at + SOON) if seen else None,
        )
        cohort.remember(by, "sponsor_check_in.written", check_in, at, ["held_on", "result"])
        for person in (each for each in (assignment.mentee, assignment.mentor, assignment.sponsor) if each != by):
            cohort.tell(person, "sponsors.check_in_written", check_in, at)
        if check_in.acknowledged_at:
            cohort.remember(
                other, "sponsor_check_in.acknowledged", check_in, check_in.acknowledged_at, ["acknowledged_at"]
            )


def plan_days(cohort: Cohort) -> None:
    """The days to come, as the charters' rhythms ask for them."""
    plan_behind()
    for check_in in SponsorCheckIn.objects.planned().order_by("assignment_id", "due_on"):
        SponsorCheckIn.objects.filter(pk=check_in.pk).update(code=cohort.code())
