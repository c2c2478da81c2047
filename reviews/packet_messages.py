"""What people are told about packets; no message holds a rating or anybody's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.people.models import User

from .models import PacketAddendum, ReviewPacket

READY, STATED, ADDED = "reviews.packet", "reviews.packet_stated", "reviews.packet_added"


def ready(packet: ReviewPacket) -> None:
    """Tell mentee and mentor that it is there."""
    for person in (packet.assignment.mentee, packet.assignment.mentor):
        outbox.queue(READY, packet, recipient=person)


def said(packet: ReviewPacket, *, by: User, number: int) -> None:
    """Tell the mentor that the mentee made a statement."""
    outbox.queue(STATED, packet, recipient=packet.assignment.mentor, revision=number)


def added(addendum: PacketAddendum) -> None:
    """Tell mentee and mentor, but for the one who wrote it."""
    assignment = addendum.packet.assignment
    for person in (assignment.mentee, assignment.mentor):
        if person != addendum.by:
            outbox.queue(ADDED, addendum, recipient=person)


def _load_packets(ids: Collection[int]) -> Mapping[int, ReviewPacket]:
    return ReviewPacket.objects.select_related("assignment", "cycle", "superseded_by").in_bulk(ids)


def _load_addenda(ids: Collection[int]) -> Mapping[int, PacketAddendum]:
    return PacketAddendum.objects.select_related("packet__assignment", "by").in_bulk(ids)


def _ready_letter(notice: Notice, packet: ReviewPacket) -> Letter:
    words = {"title": packet.assignment.title, "version": packet.version, "reason": packet.reason}
    about = (
        _("There is a new version of the review packet of “%(title)s”: version %(version)s. It says why.")
        if packet.version > 1
        else _("The reviews of “%(title)s” are final, and their packet is frozen.")
    )
    if notice.recipient_id == packet.assignment.mentee_id:
        then = _("This is what HR reads, word for word. You may add a statement, which HR reads beside it.")
    else:
        then = _("This is what HR reads, word for word. What should be added goes beside it and changes nothing in it.")
    return Letter(
        subject=_("The review packet of “%(title)s” is there") % words,
        paragraphs=(about % words, then),
        action=_("Read the packet"),
        path=reverse("reviews:packet", args=[packet.code]),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


def _stated_letter(notice: Notice, packet: ReviewPacket) -> Letter:
    words = {"title": packet.assignment.title}
    return Letter(
        subject=_("A statement to the review packet of “%(title)s”") % words,
        paragraphs=(_("The mentee made a statement to the review packet of “%(title)s”. HR reads it too.") % words,),
        action=_("Read the packet"),
        path=reverse("reviews:packet", args=[packet.code]),
        why=_("you are the mentor of this assignment"),
    )


def _added_letter(notice: Notice, addendum: PacketAddendum) -> Letter:
    words = {"title": addendum.packet.assignment.title, "name": addendum.by.name}
    return Letter(
        subject=_("Something was added to the review packet of “%(title)s”") % words,
        paragraphs=(_("%(name)s added something to the review packet of “%(title)s”.") % words,),
        action=_("Read the packet"),
        path=reverse("reviews:packet", args=[addendum.packet.code]),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


def _is_newest(notice: Notice, packet: ReviewPacket) -> bool:
    return getattr(packet, "superseded_by", None) is None


KINDS = (
    Kind(READY, _load_packets, _is_newest, _ready_letter, topic=Topic.REVIEWS),
    Kind(STATED, _load_packets, lambda notice, packet: True, _stated_letter, topic=Topic.REVIEWS),
    Kind(ADDED, _load_addenda, lambda notice, addendum: True, _added_letter, topic=Topic.REVIEWS),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
