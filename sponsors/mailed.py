"""The page that a mail to a sponsor leads to: their dashboard behind six digits, without signing in."""

from __future__ import annotations

from collections.abc import Collection

from stretchhub.env import now
from stretchhub.people import links
from stretchhub.people.models import MailLink, Purpose, User


def prepare(person: User) -> None:
    """Have a living link ready before the mail is written; the words of a mail change nothing."""
    links.issue(Purpose.SPONSOR_DASHBOARD, person)


def paths(people: Collection[int]) -> dict[int, str]:
    """Where the living link of each of these people leads; whoever has none signs in. One query."""
    alive = MailLink.objects.alive(now()).filter(purpose=Purpose.SPONSOR_DASHBOARD, person__in=people)
    return {link.person_id: links.path_of(link) for link in alive}
