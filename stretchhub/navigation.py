"""The rail: only what this person has, and only what exists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assignments.models import Assignment, Mentorship, SponsorRequest
from reviews.models import Review
from stretchhub.compiled import compiled
from stretchhub.people.models import Role, RoleGrant, User

# Pages whose address does not begin with that of the entry they belong to.
OF_THE_PIPELINE = (
    "board", "idle", "balance", "ranking", "ranking-weights", "kept-ranking", "working-hours",
    "option", "option-add", "option-edit", "option-weigh", "stretch", "experiment-add", "experiment-edit",
    "brief", "brief-compare", "sponsor-ask",
)  # fmt: skip
OF_THE_POOL = (
    "opportunities", "opportunity", "opportunity-offer", "opportunity-edit", "opportunity-import",
    "opportunity-import-check",
)  # fmt: skip
OF_FINDING = (
    "candidates", "for-option", "candidate-add", "candidate-edit", "candidate-rank",
    "grid", "stakeholder-add", "stakeholder-edit", "introduction", "introduction-ask", "introduction-step",
)  # fmt: skip
OF_PLANS = ("saved-plans", "saved-plan", "saved-plan-new", "saved-plan-edit", "saved-plan-remove")
OF_COMPETENCIES = ("framework", "framework-edit", "framework-import", "framework-import-check")
OF_CYCLES = ("cycle-packets", "rubrics", "rubric", "rubric-edit", "rubric-discard")
BELONGS = {f"assignments:{name}": "assignments:pipeline" for name in OF_THE_PIPELINE}
BELONGS |= {f"sponsors:{name}": "assignments:pipeline" for name in OF_FINDING}
BELONGS |= {f"assignments:{name}": "assignments:competencies" for name in OF_COMPETENCIES}
BELONGS |= {f"assignments:{name}": "assignments:list" for name in OF_PLANS}
BELONGS |= {"reviews:calibration-item": "reviews:calibrations"}
BELONGS |= {f"assignments:{name}": "assignments:opportunities" for name in OF_THE_POOL}
BELONGS |= {"reviews:lessons": "assignments:opportunities"}
BELONGS |= {f"reviews:{name}": "reviews:cycles" for name in OF_CYCLES}
BELONGS |= dict.fromkeys(("keeping:erasures", "keeping:erasure", "keeping:erase-address"), "keeping:keeping")
BELONGS |= dict.fromkeys(("reviews:my-documents", "reviews:record"), "assignments:growth")

# All there are, by what the rail calls them.
ROLES = {
    "hr": Role.HR,
    "administrator": Role.ADMINISTRATOR,
    "equity": Role.EQUITY_ANALYST,
    "calibrator": Role.CALIBRATOR,
}


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    icon: str
    current: bool


def parts_of(user: User) -> dict[str, bool]:
    """What this person takes part in and was granted, by one query a request; their roles are known from it as well."""
    if not hasattr(user, "parts"):
        user.parts = _asked(user)[0]
        user.roles = frozenset(role for name, role in ROLES.items() if user.parts[name])
    return user.parts


@compiled
def _asked(user: User) -> QuerySet:
    mentorships = Mentorship.objects.filter(ended_on__isnull=True)
    of_mentee, of_mentor, of_sponsor = (
        Exists(Assignment.objects.filter(**{part: OuterRef("pk")})) for part in ("mentee", "mentor", "sponsor")
    )
    granted = RoleGrant.objects.filter(user=OuterRef("pk"))
    wanted = {
        "mentee": Exists(mentorships.filter(mentee=OuterRef("pk"))),
        "mentor": Exists(mentorships.filter(mentor=OuterRef("pk"))),
        # One after the other, each by its index; asked together they would be looked for in the whole table.
        "assignments": of_mentee | of_mentor | of_sponsor,
        "sponsor": of_sponsor,
        "asked": Exists(SponsorRequest.objects.filter(sponsor=OuterRef("pk"))),
        "rates": Exists(Review.objects.asked().filter(rater=OuterRef("pk"))),
        **{name: Exists(granted.filter(role=role)) for name, role in ROLES.items()},
    }
    return User.objects.filter(pk=user.pk).values(**wanted)


@lru_cache(1024)
def _wanted(has: frozenset[str], language: str | None) -> list[tuple[str, str, str, str]]:
    """Label, name, address and icon of what a person finds who has these."""
    office = "hr" in has or "administrator" in has
    paired = "mentee" in has or "mentor" in has
    wanted = [
        (True, _("Today"), "today", "home"),
        ("mentor" in has, _("Mentees"), "assignments:mentorships", "users"),
        ("mentee" in has, _("My growth"), "assignments:growth", "sparkles"),
        (paired, _("Pipeline"), "assignments:pipeline", "view-columns"),
        # Whoever has a pipeline comes to the pool through it.
        (not paired, _("Shared pool"), "assignments:opportunities", "inbox-stack"),
        ("assignments" in has, _("Assignments"), "assignments:list", "rocket-launch"),
        ("sponsor" in has or "asked" in has, _("Sponsoring"), "sponsors:dashboard", "hand-raised"),
        ("rates" in has, _("Reviews"), "reviews:list", "scale"),
        ("hr" in has, _("Cycles"), "reviews:cycles", "chart-bar"),
        ("hr" in has or "calibrator" in has, _("Calibration"), "reviews:calibrations", "chat-bubble-left-right"),
        ("hr" in has, _("Exports"), "reviews:exports", "arrow-down-tray"),
        ("hr" in has, _("All assignments"), "assignments:records", "folder-open"),
        ("hr" in has, _("Insights"), "insights:stretch", "presentation-chart-bar"),
        (office, _("Programme"), "assignments:programme", "adjustments-horizontal"),
        ("equity" in has, _("Equity of access"), "reviews:equity", "scale"),
        (office, _("Competencies"), "assignments:competencies", "academic-cap"),
        (office, _("People"), "people:list", "identification"),
        ("administrator" in has, _("Messages sent"), "notices:proof", "envelope"),
        (office, _("Audit trail"), "audit:trail", "clipboard-document-list"),
        (office, _("Keeping"), "keeping:keeping", "archive-box"),
    ]
    return [(label, name, reverse(name), icon) for shown, label, name, icon in wanted if shown]


def entries(request: HttpRequest) -> list[Entry]:
    user = request.user
    if not user.is_authenticated:
        return []
    has = frozenset(name for name, there in parts_of(user).items() if there)
    match = request.resolver_match
    here = BELONGS.get(match.view_name, match.view_name) if match else ""
    if here == "assignments:opportunities" and has & {"mentee", "mentor"}:
        here = "assignments:pipeline"
    return [
        Entry(label, url, icon, here == name or (url != "/" and request.path.startswith(url)))
        for label, name, url, icon in _wanted(has, get_language())
    ]


def nav(request: HttpRequest) -> dict[str, object]:
    """Context processor: `nav`, worked out only when a template shows it."""
    return {"nav": SimpleLazyObject(lambda: tuple(entries(request)))}
