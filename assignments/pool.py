"""The shared pool as one person sees it: found by words and filters, and what of it is taken already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.templatetags.words import day

from .assessing import standings, wants
from .models import (
    Audience,
    Competency,
    Contribution,
    Goal,
    GoalCompetency,
    Kind,
    Mentorship,
    Opportunity,
    OpportunityCompetency,
    Option,
    OptionRole,
)
from .outreach import number
from .pipeline import KIND_ICONS

MOST_WORDS = 8
# What a row of the list does not show, and a search looks into without reading it.
LONG = ("why", "success_criteria", "search", "closed_reason")


@dataclass(frozen=True)
class Search:
    """What somebody looks for; what makes no sense in an address is left out."""

    q: str = ""
    kind: str = ""
    audience: str = ""
    role: str = ""
    competency: str = ""
    gaps: str = ""
    mine: bool = False

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> Search:
        def words(name: str) -> str:
            return " ".join(typed.get(name, "").replace("\x00", "")[:200].split()[:MOST_WORDS])

        def one_of(name: str, known: Iterable[str]) -> str:
            return typed.get(name, "") if typed.get(name, "") in known else ""

        return cls(
            q=words("q"),
            kind=one_of("kind", Kind.values),
            audience=one_of("audience", Audience.values),
            role=one_of("role", OptionRole.values),
            competency=words("competency"),
            gaps=typed.get("gaps", "")[:40],
            mine=typed.get("mine", "") == "1",
        )

    @property
    def is_narrowed(self) -> bool:
        return any((self.q, self.kind, self.audience, self.role, self.competency, self.gaps))

    @property
    def keep(self) -> str:
        """The same search in an address, for what follows further down the list."""
        said = {name: value for name, value in vars(self).items() if value} | ({"mine": "1"} if self.mine else {})
        return urlencode(said) + "&" if said else ""


@dataclass(frozen=True)
class Line:
    """One opportunity in the list, with everything about it in words."""

    opportunity: Opportunity
    kind_icon: str
    facts: str
    develops: tuple[tuple[str, bool], ...]
    is_mine: bool
    taken: str


def pipelines_of(user: User) -> list[Mentorship]:
    """The running mentorships whose board this person may put something on."""
    own = Mentorship.objects.visible_to(user).running().select_related("mentor", "mentee")
    goals = Goal.objects.open().filter(mentorship=OuterRef("pk"))  # type: ignore[attr-defined]
    return list(own.annotate(has_goals=Exists(goals)).order_by("mentee__full_name", "pk"))


def named(mentorships: Iterable[Mentorship], user: User) -> list[tuple[Mentorship, str]]:
    """Each pipeline as this person would call it."""
    known = list(mentorships)
    own = [mentorship for mentorship in known if mentorship.mentee_id == user.pk]

    def name(mentorship: Mentorship) -> str:
        if mentorship.mentee_id != user.pk:
            return _("Pipeline of %(name)s") % {"name": mentorship.mentee.name}
        if len(own) == 1:
            return _("My pipeline")
        return _("My pipeline with %(name)s") % {"name": mentorship.mentor.name}

    return [(mentorship, name(mentorship)) for mentorship in known]


def found(user: User, search: Search, wanted: Iterable[int] | None) -> QuerySet[Opportunity]:
    """What the search finds; `wanted` are the competencies it must develop one of, None where any will do."""
    visible = Opportunity.objects.filter(offered_by=user) if search.mine else Opportunity.objects.offered()  # type: ignore[attr-defined]
    visible = visible.matching(search.q)
    chosen = {name: value for name in ("kind", "audience", "role") if (value := getattr(search, name))}
    visible = visible.filter(**chosen)
    if search.competency:
        visible = visible.filter(_develops(Competency.objects.matching(search.competency).values("pk")))  # type: ignore[attr-defined]
    if wanted is not None:
        visible = visible.filter(_develops(list(wanted)))
    return visible.select_related("offered_by").defer(*LONG).prefetch_related(_contributions())


def _develops(competencies: object) -> Exists:
    rows = OpportunityCompetency.objects.filter(opportunity=OuterRef("pk"), competency__in=competencies)
    return Exists(rows)


def _contributions() -> Prefetch:
    return Prefetch("contributions", OpportunityCompetency.objects.select_related("competency").order_by("pk"))


def gaps_of(mentorship: Mentorship, today: date) -> set[int]:
    """The competencies its open goals ask for at a level above the one the mentee has."""
    targets = GoalCompetency.objects.select_related("competency").order_by("pk")
    goals = Goal.objects.filter(mentorship=mentorship).open().prefetch_related(Prefetch("targets", targets))  # type: ignore[attr-defined]
    asked = wants(goals, standings(mentorship.mentee_id, today))
    return {want.key for want in asked if want.level is None or want.level < want.target}


def chosen_pipeline(code: str, mentorships: Iterable[Mentorship]) -> Mentorship | None:
    """The one of these mentorships that has this code."""
    try:
        wanted = UUID(code)
    except ValueError:
        return None
    return next((mentorship for mentorship in mentorships if mentorship.code == wanted), None)


def copies_of(opportunities: Iterable[Opportunity], user: User) -> list[Option]:
    """The options of this person's own mentorships that are copies of these; nobody else's are read."""
    options = Option.objects.visible_to(user).filter(origin__in=[each.pk for each in opportunities])  # type: ignore[attr-defined]
    return list(options.select_related("mentorship__mentee", "mentorship__mentor").order_by("pk"))


def lines(opportunities: list[Opportunity], user: User) -> list[Line]:
    """The rows of the list; one query for what is in a pipeline already."""
    copies: dict[int, list[Option]] = {}
    for option in copies_of(opportunities, user):
        copies.setdefault(option.origin_id or 0, []).append(option)
    return [
        Line(
            opportunity=each,
            kind_icon=KIND_ICONS[each.kind],
            facts=" · ".join(facts(each)),
            develops=tuple(
                (row.competency.name, row.contribution == Contribution.PRIMARY) for row in each.contributions.all()
            ),
            is_mine=each.offered_by_id == user.pk,
            taken=taken_words(copies.get(each.pk, []), user),
        )
        for each in opportunities
    ]


def taken_words(copies: list[Option], user: User) -> str:
    """In whose pipeline it is, of those this person works in."""
    if not copies:
        return ""
    if any(option.mentorship.mentee_id == user.pk for option in copies):
        return _("In your pipeline")
    if len(copies) == 1:
        return _("In the pipeline of %(name)s") % {"name": copies[0].mentorship.mentee.name}
    return _("In %(n)d of your mentees’ pipelines") % {"n": len(copies)}


def facts(opportunity: Opportunity) -> list[str]:
    """Kind, where it is, for whom, as what, how much and when: what of it is known."""
    said = [
        opportunity.get_kind_display(),
        opportunity.domain,
        opportunity.get_audience_display(),
        opportunity.get_role_display(),
        hours(opportunity),
        time_frame(opportunity),
    ]
    return [words for words in said if words]


def hours(opportunity: Opportunity) -> str:
    if opportunity.hours_per_week is None:
        return ""
    return _("%(hours)s h a week") % {"hours": number(opportunity.hours_per_week)}


def time_frame(opportunity: Opportunity) -> str:
    """“Mon 11 Jan – Wed 31 Mar”, or the one day that is known."""
    starts, ends = day(opportunity.starts_on), day(opportunity.ends_on)
    if starts and ends:
        return f"{starts} – {ends}"
    if starts:
        return _("from %(day)s") % {"day": starts}
    return _("until %(day)s") % {"day": ends} if ends else ""
