"""Reminders of check-ins with the sponsor, and what the three tell each other through them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Status
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

from ..models import SponsorCheckIn

DUE = "sponsors.check_in_due"
WRITTEN = "sponsors.check_in_written"
ACKNOWLEDGED = "sponsors.check_in_acknowledged"


def written(check_in: SponsorCheckIn) -> None:
    """Tell the other two."""
    assignment = check_in.assignment
    others = {each.pk: each for each in (assignment.mentee, assignment.mentor, check_in.sponsor)}
    others.pop(check_in.recorded_by_id, None)
    queue_many(draft(WRITTEN, check_in, recipient=person) for person in others.values())


def acknowledged(check_in: SponsorCheckIn) -> None:
    queue(ACKNOWLEDGED, check_in, recipient=check_in.recorded_by)


def _load(ids: Collection[int]) -> Mapping[int, SponsorCheckIn]:
    people = ("sponsor", "recorded_by", "acknowledged_by", "assignment__mentee", "assignment__mentor")
    return SponsorCheckIn.objects.select_related(*people).in_bulk(ids)


def _path(check_in: SponsorCheckIn) -> str:
    return reverse("sponsors:check-in", args=[check_in.code])


def _reads_it(notice: Notice, check_in: SponsorCheckIn) -> bool:
    """A sponsor whose part is over reads no more of it."""
    assignment = check_in.assignment
    pair = (assignment.mentee_id, assignment.mentor_id)
    mine = check_in.sponsor_id == assignment.sponsor_id == notice.recipient_id
    return notice.recipient_id in pair or mine


def _still_due(notice: Notice, check_in: SponsorCheckIn) -> bool:
    goes_on = check_in.assignment.status == Status.ACTIVE and check_in.sponsor_id == check_in.assignment.sponsor_id
    planned = check_in.cancelled_at is None and check_in.recorded_at is None
    return goes_on and planned and notice.recipient_id in (check_in.assignment.mentee_id, check_in.sponsor_id)


def _due(notice: Notice, check_in: SponsorCheckIn) -> Letter:
    assignment = check_in.assignment
    other = check_in.sponsor if notice.recipient_id == assignment.mentee_id else assignment.mentee
    words = {"day": day(check_in.due_on), "title": assignment.title, "other": other.name}
    return Letter(
        subject=_("%(day)s: fifteen minutes about “%(title)s”") % words,
        paragraphs=(
            _("Your check-in with %(other)s is due. Fifteen minutes are enough for four things:") % words,
            _("result against plan, the decision that is needed, a risk to know of, one thing you are hearing."),
            _("Afterwards one of you writes it down in four lines, and another says that it was so."),
        ),
        action=_("Open the check-in"),
        path=_path(check_in),
        why=_("the charter of this assignment asks for it on this rhythm; you get one reminder for each"),
    )


def _written(notice: Notice, check_in: SponsorCheckIn) -> Letter:
    words = {"who": check_in.recorded_by.name, "title": check_in.assignment.title, "day": day(check_in.held_on)}
    return Letter(
        subject=_("%(who)s wrote down the check-in of %(day)s") % words,
        paragraphs=(_("It is about “%(title)s”. Read the four lines and acknowledge them if it was so.") % words,),
        action=_("Read the check-in"),
        path=_path(check_in),
        why=_("you are one of the three in this assignment"),
    )


def _acknowledged(notice: Notice, check_in: SponsorCheckIn) -> Letter:
    who = check_in.acknowledged_by.name if check_in.acknowledged_by else ""
    return Letter(
        subject=_("%(who)s acknowledged the check-in of %(day)s") % {"who": who, "day": day(check_in.held_on)},
        paragraphs=(_("It belongs to “%(title)s”.") % {"title": check_in.assignment.title},),
        action=_("Open the check-in"),
        path=_path(check_in),
        why=_("you wrote it down"),
    )


def _to_read(notice: Notice, check_in: SponsorCheckIn) -> bool:
    return check_in.acknowledged_at is None and _reads_it(notice, check_in)


KINDS = (
    Kind(DUE, _load, _still_due, _due, topic=Topic.CHECK_INS, waiting="sponsors.check_in_due"),
    Kind(WRITTEN, _load, _to_read, _written, topic=Topic.CHECK_INS),
    Kind(ACKNOWLEDGED, _load, _reads_it, _acknowledged, topic=Topic.CHECK_INS),
)
