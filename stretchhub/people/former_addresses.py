"""Word to the address that somebody signed in by until another person changed it: nobody is taken over in silence."""

from __future__ import annotations

from collections.abc import Collection

from stretchhub.audit import trail
from stretchhub.notices.models import Notice

from . import messages, readdressing
from .addresses import confirm
from .models import User


def by_another(changed: Collection[tuple[User, str]], *, by: User | None) -> None:
    """Somebody else gave these people other addresses: they count as confirmed, and what hangs on the old ones ends."""
    people = [person for person, _old in changed]
    confirm(people)
    readdressing.tell(people)
    _tell(changed, by=by)


def _tell(changed: Collection[tuple[User, str]], *, by: User | None) -> None:
    """Mail each former address at once, and write down that it was told.

    Not where nobody could sign in by it yet: neither a password was set nor an invitation sent.
    """
    known = [(person, old) for person, old in changed if person.has_usable_password() or person.invited_at]
    messages.readdressed(known)
    trail.record_many([trail.entry(by, "people.former_address_told", person, ["email"]) for person, _old in known])


def forget(person: User) -> None:
    """Whoever is erased leaves no former address behind in the messages that went there either."""
    Notice.objects.filter(kind=messages.FORMER_ADDRESS, object_id=person.pk).delete()
