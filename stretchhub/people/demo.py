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
    """One press on the sign-in page: who it is and what they have to do here."""

    email: str
    role: object
    words: object
    icon: str


PEOPLE = (
    DemoPerson("mentor@demo.example", _("Mentor"), _("Endorses briefs, answers check-ins"), "users"),
    DemoPerson("mentee@demo.example", _("Mentee"), _("Goals, pipeline, a running assignment"), "sparkles"),
    DemoPerson("sponsor@demo.example", _("Sponsor"), _("The dashboard and one ask"), "hand-raised"),
    DemoPerson("hr@demo.example", _("HR"), _("People, review cycles, exports"), "building-office"),
    DemoPerson("admin@demo.example", _("Administrator"), _("Roles and the audit trail"), "key"),
)
ADDRESSES = frozenset(person.email for person in PEOPLE)


def people() -> list[DemoPerson]:
    """Those of the five who are there, in this order."""
    if not settings.DEMO:
        return []
    there = set(User.objects.active().filter(email__in=ADDRESSES).values_list("email", flat=True))
    return [person for person in PEOPLE if person.email in there]


def demo_people(request: HttpRequest) -> dict[str, object]:
    """Context processor: `demo_people`, read only where a template shows them, empty outside a demo."""
    return {"demo_people": SimpleLazyObject(people)}
