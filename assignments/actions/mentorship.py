"""Beginning to think together, and ending it: a mentor offers, the mentee answers, either of the two ends it."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import Mentorship, MentorshipOffer, OfferStatus
from ..refusals import Refused
from ..rules import can_answer_offer, can_end_mentorship, can_offer_mentorship, can_withdraw_offer

# So long after a no it is not asked again.
AGAIN_AFTER = timedelta(days=30)


@transaction.atomic
def offer_mentorship(mentee: User, *, by: User, purpose: str = "") -> MentorshipOffer:
    """Ask `mentee` whether `by` may be their mentor; until they say yes nothing of theirs is open to `by`."""
    require(can_offer_mentorship(by))
    if mentee.pk == by.pk:
        raise Refused(_("Nobody can be their own mentor. Choose somebody else."))
    if not mentee.is_active:
        raise Refused(_("This person is no longer active. Choose somebody else."))
    if Mentorship.objects.running().filter(mentor=by, mentee=mentee).exists():
        raise Refused(_("You are already %(name)s’s mentor.") % {"name": mentee.name})
    offers = MentorshipOffer.objects.filter(mentor=by, mentee=mentee)
    if offers.filter(status=OfferStatus.DECLINED, answered_at__gt=now() - AGAIN_AFTER).exists():
        raise Refused(_("%(name)s has said no within the last month. Give them time.") % {"name": mentee.name})
    try:
        with transaction.atomic():
            offer = MentorshipOffer.objects.create(mentor=by, mentee=mentee, purpose=purpose, offered_at=now())
    except IntegrityError:
        raise Refused(
            _("You have offered this already. %(name)s has not answered yet.") % {"name": mentee.name}
        ) from None
    record(by, "mentorship.offered", offer, fields=["mentor", "mentee", "purpose"])
    messages.mentorship.offered(offer)
    return offer


@transaction.atomic
def accept_offer(offer: MentorshipOffer, *, by: User) -> Mentorship:
    """Make whoever offered it the mentor of `by` from today, and tell them."""
    require(can_answer_offer(by, offer))
    offer = _held(offer)
    if not offer.mentor.is_active:
        raise Refused(_("%(name)s is no longer active, so nothing can begin.") % {"name": offer.mentor.name})
    if Mentorship.objects.running().filter(mentor=offer.mentor, mentee=by).exists():
        raise Refused(_("%(name)s is your mentor already.") % {"name": offer.mentor.name})
    _settle(offer, OfferStatus.ACCEPTED)
    mentorship = Mentorship.objects.create(
        mentor=offer.mentor, mentee=by, purpose=offer.purpose, started_on=today(by.zone)
    )
    record(by, "mentorship.started", mentorship, fields=["mentor", "mentee", "purpose", "started_on"])
    messages.mentorship.started(mentorship)
    return mentorship


@transaction.atomic
def decline_offer(offer: MentorshipOffer, *, by: User) -> None:
    """Nothing begins; whoever offered it is told, without a reason."""
    require(can_answer_offer(by, offer))
    offer = _held(offer)
    _settle(offer, OfferStatus.DECLINED)
    record(by, "mentorship.declined", offer, fields=["status"])
    messages.mentorship.declined(offer)


@transaction.atomic
def withdraw_offer(offer: MentorshipOffer, *, by: User) -> None:
    """The mentee is asked no longer."""
    require(can_withdraw_offer(by, offer))
    offer = _held(offer)
    _settle(offer, OfferStatus.WITHDRAWN)
    record(by, "mentorship.withdrawn", offer, fields=["status"])


@transaction.atomic
def end_mentorship(mentorship: Mentorship, *, by: User) -> None:
    """From today the mentor reads nothing new of the mentee here; what the two wrote stays readable.

    Work that runs keeps its mentor. The other one of the two is told.
    """
    require(can_end_mentorship(by, mentorship))
    mentorship = (
        Mentorship.objects.select_for_update(of=("self",)).select_related("mentor", "mentee").get(pk=mentorship.pk)
    )
    if mentorship.ended_on is not None:
        raise Refused(_("This mentorship has ended already."))
    mentorship.ended_on = today(by.zone)
    mentorship.idle_on = None
    mentorship.save(update_fields=["ended_on", "idle_on"])
    record(by, "mentorship.ended", mentorship, fields=["ended_on"])
    messages.mentorship.ended(mentorship, by=by)


def _held(offer: MentorshipOffer) -> MentorshipOffer:
    """As it is now, until the end of the transaction; only one that waits for an answer can be settled."""
    rows = MentorshipOffer.objects.select_for_update(of=("self",)).select_related("mentor", "mentee")
    offer = rows.get(pk=offer.pk)
    if offer.status != OfferStatus.OPEN:
        raise Refused(_("Nothing was changed: this offer does not wait for an answer any more."))
    return offer


def _settle(offer: MentorshipOffer, status: OfferStatus) -> None:
    offer.status, offer.answered_at = status, now()
    offer.save(update_fields=["status", "answered_at"])
