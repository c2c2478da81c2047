"""Who would like to be somebody's mentor, as a short line on Today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _

from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.people.models.person import name_of
from stretchhub.waiting import NO_DAY, NOBODY, Waiting

from .models import MentorshipOffer


def offer_rows(user: User) -> QuerySet:
    """Who would like to be this person's mentor."""
    return (
        MentorshipOffer.objects.open()
        .filter(mentee=user)
        .values(due=NO_DAY, what=Value("mentorship_offer"), thing=F("code"), words=NOBODY)
        .annotate(about=NOBODY, inside=F("code"), who=F("mentor__full_name"), called=F("mentor__preferred_name"))
    )


def _offer(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "mentorship_offered",
        _("%(who)s offers to be your mentor") % {"who": name_of(row["who"], row["called"])},
        _("You decide. Nothing of yours is open to them before you say yes."),
        link("assignments:mentorship-offer", row["thing"]),
        _("Read and answer"),
    )


OFFER_LINES = {"mentorship_offer": _offer}
