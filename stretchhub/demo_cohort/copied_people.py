"""The people of the copies: the cohort's own posts under names put together anew."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress

from stretchhub import env
from stretchhub.notices.models import ReminderSettings
from stretchhub.people.models import User

from .copying import Span
from .copying_sql import HALF_YEAR_DAYS

# A letter between the names once all pairs have been, so that no two people are called the same.
LETTERS = "ABCDEFGHJKLMNPRSTW"
BATCH = 1000


@dataclass(frozen=True)
class Crowd:
    """So many copies of the cohort, whose earliest work lies so many half years back."""

    span: Span
    copies: int
    half_years: int


def add_copied_people(crowd: Crowd) -> None:
    """Write them with the demo's password and their line managers among themselves; none has a role.

    Their messages are off, so that what comes due in their work stands on their page and is mailed to nobody.
    """
    own = list(User.objects.order_by("pk"))
    people = [person for copy in range(1, crowd.copies + 1) for person in _copied(own, copy, crowd)]
    managers = {person.pk: person.manager_id for person in people}
    for person in people:
        person.manager_id = None
    User.objects.bulk_create(people, batch_size=BATCH)
    for person in people:
        person.manager_id = managers[person.pk]
    User.objects.bulk_update(people, ["manager"], batch_size=BATCH)
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people),
        batch_size=BATCH,
    )
    off = (ReminderSettings(user=person, all_off_at=env.now()) for person in people)
    ReminderSettings.objects.bulk_create(off, batch_size=BATCH)


def _copied(own: list[User], copy: int, crowd: Crowd) -> Iterator[User]:
    further, stride = copy * crowd.span.stride, len(own)
    earlier = timedelta(days=HALF_YEAR_DAYS * (crowd.half_years + 1))
    kept = [field.name for field in User._meta.concrete_fields if field.name not in ("id", "code", "manager")]
    for place, one in enumerate(own):
        family = own[(place + copy) % stride].full_name.rpartition(" ")[2]
        first = one.full_name.rpartition(" ")[0]
        letter = f" {LETTERS[copy // stride % len(LETTERS)]}." if copy >= stride else ""
        person = User(**{name: getattr(one, name) for name in kept})
        person.pk = one.pk + further
        person.manager_id = one.manager_id + further if one.manager_id else None
        person.full_name = f"{first}{letter} {family}"
        person.email = f"{_plain(first)}.{_plain(family)}.{person.pk}@example.org"
        person.employee_id = f"TW-{10_000_000 + person.pk}"
        person.joined_at, person.invited_at = one.joined_at - earlier, one.joined_at - earlier
        person.last_login = None
        yield person


def _plain(name: str) -> str:
    """A name as it stands in an address."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "".join(letter if letter.isalnum() else "-" for letter in letters)
