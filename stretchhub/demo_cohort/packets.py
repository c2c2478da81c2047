"""Packets of what is final, once everything that stands in them is there, and what was said about some."""

from __future__ import annotations

from assignments.models import Assignment
from reviews.models import PacketAddendum, PacketStatement, Review, ReviewPacket
from reviews.packet_content import fill

from .cohort import Cohort, Story


def add_packets(cohort: Cohort) -> None:
    """One for every assignment whose reviews are final, frozen when they became final."""
    for own, told in cohort.finals:
        _freeze(cohort, own, told)


def _freeze(cohort: Cohort, own: Review, told: Story) -> None:
    assert own.final_at is not None  # it is final
    assignment = Assignment.objects.select_related("mentee", "mentor", "sponsor").get(pk=own.assignment_id)
    packet = ReviewPacket(
        code=cohort.code(), assignment=assignment, cycle=own.cycle, frozen_at=own.final_at, frozen_by=None
    )
    fill(packet)
    packet.save()
    cohort.remember(None, "packet.frozen", packet, packet.frozen_at, ["content", "version"])
    for person in (assignment.mentee, assignment.mentor):
        cohort.tell(person, "reviews.packet", packet, packet.frozen_at)
    if "statement" in told:
        at, text = told["statement"]
        moment = cohort.moment(at, 19, assignment.mentee)
        said = PacketStatement.objects.create(packet=packet, number=1, text=text, by=assignment.mentee, at=moment)
        cohort.remember(assignment.mentee, "packet.stated", said, moment, ["text"])
    if "addendum" in told:
        at, text = told["addendum"]
        moment = cohort.moment(at, 10, assignment.mentor)
        more = PacketAddendum.objects.create(packet=packet, text=text, part="mentor", by=assignment.mentor, at=moment)
        cohort.remember(assignment.mentor, "packet.added", more, moment, ["text"])
