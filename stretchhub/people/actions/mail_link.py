"""Ending what mailed links open."""

from __future__ import annotations

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.people import links
from stretchhub.people.models import User
from stretchhub.people.rules import can_end_links, require


@transaction.atomic
def end_links(person: User, *, by: User) -> int:
    """No link that was mailed to this person opens anything from its next request on; how many were alive."""
    require(can_end_links(by, person))
    ended = links.revoke(person=person)
    if ended:
        record(by, "people.links_ended", person, fields=["mail_links"])
    return ended
