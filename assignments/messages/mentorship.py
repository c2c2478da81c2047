"""What a mentee is asked before somebody becomes their mentor, and what the two hear of each other's answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.people.models import User

from ..models import Mentorship, MentorshipOffer, OfferStatus

OFFERED = "assignments.mentorship_offered"
DECLINED = "assignments.mentorship_declined"
STARTED = "assignments.mentorship_started"
ENDED = "assignments.mentorship_ended"


def offered(offer: MentorshipOffer) -> None:
    """Ask the mentee."""
    queue(OFFERED, offer, recipient=offer.mentee)


def declined(offer: MentorshipOffer) -> None:
    """Tell whoever offered it that nothing begins."""
    queue(DECLINED, offer, recipient=offer.mentor)


def started(mentorship: Mentorship) -> None:
    """Tell the mentor that the mentee said yes."""
    queue(STARTED, mentorship, recipient=mentorship.mentor)


def ended(mentorship: Mentorship, *, by: User) -> None:
    """Tell the other one of the two."""
    queue(ENDED, mentorship, recipient=mentorship.other(by))


def _offers(ids: Collection[int]) -> dict[int, MentorshipOffer]:
    return MentorshipOffer.objects.select_related("mentor", "mentee").in_bulk(ids)


def _mentorships(ids: Collection[int]) -> dict[int, Mentorship]:
    return Mentorship.objects.select_related("mentor", "mentee").in_bulk(ids)


def _open(notice: Notice, offer: MentorshipOffer) -> bool:
    return offer.status == OfferStatus.OPEN and offer.mentor.is_active


def _render_offered(notice: Notice, offer: MentorshipOffer) -> Letter:
    words = {"mentor": offer.mentor.name}
    return Letter(
        subject=_("%(mentor)s offers to be your mentor") % words,
        paragraphs=tuple(
            part
            for part in (
                _("%(mentor)s would like to think with you about what to try next.") % words,
                offer.purpose,
                _("Nothing of yours is open to them before you say yes, and you can end it at any time."),
            )
            if part
        ),
        action=_("Answer"),
        path=reverse("assignments:mentorship-offer", args=[offer.code]),
        why=_("somebody offers to be your mentor"),
        reply_to=offer.mentor.email,
    )


def _render_declined(notice: Notice, offer: MentorshipOffer) -> Letter:
    words = {"mentee": offer.mentee.name}
    return Letter(
        subject=_("%(mentee)s does not need a mentor now") % words,
        paragraphs=(_("%(mentee)s has said no to your offer, and nobody is asked why.") % words,),
        action=_("See your mentees"),
        path=reverse("assignments:mentorships"),
        why=_("you offered to be the mentor"),
    )


def _render_started(notice: Notice, mentorship: Mentorship) -> Letter:
    words = {"mentee": mentorship.mentee.name, "mentor": mentorship.mentor.name}
    if notice.recipient_id == mentorship.mentee_id:
        # Before mentees were asked, they were told.
        return Letter(
            subject=_("%(mentor)s is now your mentor") % words,
            paragraphs=(_("%(mentor)s has started a mentorship with you.") % words,),
            action=_("See your page"),
            path=reverse("assignments:growth"),
            why=_("you are the mentee"),
        )
    return Letter(
        subject=_("You are now %(mentee)s’s mentor") % words,
        paragraphs=(
            _("%(mentee)s has said yes to your offer.") % words,
            _("A good first step: write one goal together, and what success would look like."),
        ),
        action=_("Open the mentorship"),
        path=reverse("assignments:mentorship", args=[mentorship.code]),
        why=_("you are the mentor"),
    )


def _render_ended(notice: Notice, mentorship: Mentorship) -> Letter:
    words = {"other": _whoever_ended(notice, mentorship).name}
    return Letter(
        subject=_("%(other)s has ended your mentorship") % words,
        paragraphs=(_("What the two of you wrote stays readable for both. Work that runs goes on as agreed."),),
        action=_("Open it"),
        path=reverse("assignments:mentorship", args=[mentorship.code]),
        why=_("you were one of the two"),
    )


def _whoever_ended(notice: Notice, mentorship: Mentorship) -> Any:
    return mentorship.mentor if notice.recipient_id == mentorship.mentee_id else mentorship.mentee


KINDS = (
    Kind(OFFERED, load=_offers, still_due=_open, render=_render_offered, waiting="mentorship_offered"),
    Kind(
        DECLINED,
        load=_offers,
        still_due=lambda notice, offer: offer.status == OfferStatus.DECLINED,
        render=_render_declined,
    ),
    Kind(
        STARTED,
        load=_mentorships,
        still_due=lambda notice, mentorship: mentorship.ended_on is None,
        render=_render_started,
    ),
    Kind(
        ENDED,
        load=_mentorships,
        still_due=lambda notice, mentorship: mentorship.ended_on is not None,
        render=_render_ended,
    ),
)
