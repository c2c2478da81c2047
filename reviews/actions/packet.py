"""Freezing a packet, and what is said about it afterwards; nothing here changes what is frozen."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.refusals import Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import packet_messages
from ..models import PacketAddendum, PacketStatement, ReviewCycle, ReviewPacket
from ..packet_content import fill
from ..packet_rules import can_add, can_state, part_in


@transaction.atomic
def freeze(assignment: Assignment, cycle: ReviewCycle, *, by: User | None, reason: str = "") -> ReviewPacket:
    """Freeze what HR reads of a final review; again only as a new version, with the reason for it."""
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    last = ReviewPacket.objects.filter(assignment=assignment, cycle=cycle).order_by("-version").first()
    if last is not None and not reason.strip():
        raise ValidationError({"reason": _("Say why there is a new version.")})
    packet = ReviewPacket(
        assignment=assignment,
        cycle=cycle,
        version=last.version + 1 if last else 1,
        frozen_at=now(),
        frozen_by=by,
        reason=reason.strip() if last else "",
        supersedes=last,
    )
    fill(packet)
    packet.save()
    record(by, "packet.frozen", packet, fields=["content", "version"])
    packet_messages.ready(packet)
    return packet


@transaction.atomic
def state(packet: ReviewPacket, *, by: User, number: int, text: str) -> PacketStatement:
    """The mentee's statement; `number` is the one that was read, so that no other of theirs is overtaken."""
    require(can_state(by, packet))
    if not text.strip():
        raise ValidationError({"text": _("Write what HR should read beside the packet.")})
    Assignment.objects.select_for_update().get(pk=packet.assignment_id)
    if packet.statements.count() != number:
        raise Stale(_("Your statement was saved in another window while you were writing."))
    statement = PacketStatement.objects.create(packet=packet, number=number + 1, text=text, by=by, at=now())
    record(by, "packet.stated", statement, fields=["text"])
    packet_messages.said(packet, by=by, number=number + 1)
    return statement


@transaction.atomic
def add(packet: ReviewPacket, *, by: User, text: str) -> PacketAddendum:
    """Something added by mentee, mentor or HR; it stays as it is."""
    require(can_add(by, packet))
    if not text.strip():
        raise ValidationError({"text": _("Write what is to be added.")})
    part = part_in(by, packet)
    assert part is not None  # whoever may add has one
    addendum = PacketAddendum.objects.create(packet=packet, text=text, part=part, by=by, at=now())
    record(by, "packet.added", addendum, fields=["text"])
    packet_messages.added(addendum)
    return addendum
