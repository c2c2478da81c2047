"""Coming in by a mailed link: the digits go out, the right ones open it, and that it was read is remembered."""

from __future__ import annotations

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.people import links
from stretchhub.people import messages as people_messages
from stretchhub.people.models import MailLink


@transaction.atomic
def send_code(link: MailLink) -> bool:
    """Mail six digits to the link's person; not more than five times within an hour."""
    code = links.new_code(link)
    if code is None:
        return False
    people_messages.link_code(code)
    return True


@transaction.atomic
def enter(link: MailLink, typed: str) -> bool:
    """Whether the digits were right; if so it is written down that the dashboard was read by the link."""
    if not links.is_right(link, typed):
        return False
    record(link.person, "dashboard.read_by_link", link)
    return True
