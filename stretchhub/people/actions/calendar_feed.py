"""The address of a person's calendar: made, made anew and ended by themselves."""

from __future__ import annotations

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.feeds import digest_of, fresh_token
from stretchhub.people.models import CalendarFeed, User


@transaction.atomic
def make(user: User) -> str:
    """Give this person an address for their calendar and return its token, which is not kept; an older one ends."""
    token = fresh_token()
    feed, _new = CalendarFeed.objects.update_or_create(
        user=user, defaults={"digest": digest_of(token), "made_at": now()}
    )
    record(user, "calendar.address_made", feed, fields=["digest"])
    return token


@transaction.atomic
def end(user: User) -> None:
    """The address opens nothing from its next request on."""
    if feed := CalendarFeed.objects.filter(user=user).first():
        record(user, "calendar.address_ended", feed, fields=["digest"])
        feed.delete()
