"""The demo's five people, who can be tried with one press on the sign-in page; only under DEMO."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from .models import User


@dataclass(frozen=True)
class DemoPerson:
    """One press on the sign-in page: who it is and what they are there."""

    email: str
    name: str
    initials: str
    role: object


ROLES = {
    "mentor@demo.example": _("Mentor"),
    "mentee@demo.example": _("Mentee"),
    "sponsor@demo.example": _("Sponsor"),
    "hr@demo.example": _("HR"),
    "admin@demo.example": _("Administrator"),
}


def people() -> list[DemoPerson]:
    """Those of the five who are there, in this order."""
    if not settings.DEMO:
        return []
    there = {person.email: person for person in User.objects.active().filter(email__in=ROLES)}
    return [
        DemoPerson(email, there[email].name, there[email].initials, role)
        for email, role in ROLES.items()
        if email in there
    ]


def demo_people(request: HttpRequest) -> dict[str, object]:
    """Context processor: `demo_people`, read only where a template shows them, empty outside a demo."""
    return {"demo_people": SimpleLazyObject(people)}
