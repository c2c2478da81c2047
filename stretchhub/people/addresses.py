"""The addresses by which people sign in: the one on their record, confirmed by HR's word."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

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


def confirmed_of(person: User) -> set[str]:
    """The addresses of which it is known that they are this person's."""
    return set(EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True))


def end_claims(person: User) -> None:
    """Others who typed this person's address as their own, and never could confirm it, lose that line."""
    for address in {person.email, *confirmed_of(person)}:
        EmailAddress.objects.filter(email__iexact=address, verified=False).exclude(user=person).delete()


def account_of(address: str) -> User | None:
    """Whose account this address is: the one of the record, or one that they confirmed."""
    if found := User.objects.filter(email__iexact=address).first():
        return found
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user").first()
    return confirmed.user if confirmed else None


def end_claims_of(address: str, _until: datetime) -> None:
    """Whoever typed an address as their own that somebody without an account has, and never confirmed it."""
    EmailAddress.objects.filter(email__iexact=address, verified=False).delete()
