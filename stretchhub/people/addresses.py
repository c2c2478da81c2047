"""The addresses by which people sign in: the one on their record, confirmed by HR's word."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.models import EmailAddress

from .models import User


def confirm(people: Collection[User], *, fresh: bool = False) -> None:
    """Make each person's e-mail address their one confirmed address; `fresh` people have none yet."""
    if not people:
        return
    if not fresh:
        EmailAddress.objects.filter(user__in=[person.pk for person in people]).delete()
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people],
        batch_size=1000,
    )
