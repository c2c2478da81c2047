"""The shared pool as one person sees it: found by words and filters, and what of it is taken already."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
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
NAMES = ("full_name", "preferred_name")
NEEDED_OF_PAIRS = ("code", *(f"{part}__{name}" for part in ("mentor", "mentee") for name in NAMES))
NEEDED_OF_COPIES = tuple(f"mentorship__{name}" for name in NEEDED_OF_PAIRS)
# What a row of the list shows; the long texts are searched without being read.
SHOWN = (
    "code", "title", "kind", "domain", "audience", "role", "starts_on", "ends_on", "hours_per_week",
    "offered_at", "closed_at", *(f"offered_by__{name}" for name in NAMES),
)  # fmt: skip


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

    title: str
    url: str
    kind_icon: str
    facts: str
    offered: str
    develops: SafeString
    is_closed: bool
    taken: str


def pipelines_of(user: User) -> list[Mentorship]:
    """The running mentorships whose board this person may put something on."""
    own = Mentorship.objects.visible_to(user).running().select_related("mentor", "mentee").only(*NEEDED_OF_PAIRS)
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


def found(
    user: User, search: Search, *, wanted: Iterable[int] | None = None, named: Iterable[int] = ()
) -> QuerySet[Opportunity]:
    """What the search finds.

    `wanted` are competencies of which it must develop one, None where any will do; `named` those that the
    search's competency means. Where it means none, every competency that holds its words will do.
    """
    visible = Opportunity.objects.filter(offered_by=user) if search.mine else Opportunity.objects.offered()  # type: ignore[attr-defined]
    visible = visible.matching(search.q)
    chosen = {name: value for name in ("kind", "audience", "role") if (value := getattr(search, name))}
    visible = visible.filter(**chosen)
    if search.competency:
        holding = Competency.objects.matching(search.competency).values("pk")  # type: ignore[attr-defined]
        visible = visible.filter(_develops(list(named) or holding))
    if wanted is not None:
        visible = visible.filter(_develops(list(wanted)))
    return visible.select_related("offered_by").only(*SHOWN)


def _develops(competencies: object) -> Exists:
    rows = OpportunityCompetency.objects.filter(opportunity=OuterRef("pk"), competency__in=competencies)
    return Exists(rows)


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


def copies_of(opportunities: Iterable[Opportunity], user: User) -> QuerySet[Option]:
    """The options of this person's own mentorships that are copies of these; nobody else's are read."""
    options = Option.objects.visible_to(user).filter(origin__in=[each.pk for each in opportunities])  # type: ignore[attr-defined]
    return options.select_related("mentorship__mentee", "mentorship__mentor").order_by("pk")


def lines(opportunities: list[Opportunity], user: User) -> list[Line]:
    """The rows of the list; one query for what they develop, one for what is in a pipeline already."""
    if not opportunities:
        return []
    words = _Words()
    develops, copies = _develop(opportunities), _taken(opportunities, user)
    return [
        Line(
            title=each.title,
            url=reverse("assignments:opportunity", args=[each.code]),
            kind_icon=KIND_ICONS[each.kind],
            facts=words.facts(each),
            offered=words.offered(each, user),
            develops=_names(develops.get(each.pk, [])),
            is_closed=each.is_closed,
            taken=words.taken(copies.get(each.pk, []), user),
        )
        for each in opportunities
    ]


def _develop(opportunities: list[Opportunity]) -> dict[int, list[tuple[str, bool]]]:
    """The names of the competencies each develops, and whether it is about them."""
    rows = OpportunityCompetency.objects.filter(opportunity__in=[each.pk for each in opportunities]).order_by("pk")
    found: dict[int, list[tuple[str, bool]]] = {}
    for pk, name, contribution in rows.values_list("opportunity_id", "competency__name", "contribution"):
        found.setdefault(pk, []).append((name, contribution == Contribution.PRIMARY))
    return found


def _names(develops: list[tuple[str, bool]]) -> SafeString:
    """Names in a row, those it is about set off."""
    bold, plain = '<b class="pool-primary">{}</b>', "{}"
    return mark_safe(", ".join(format_html(bold if primary else plain, name) for name, primary in develops))  # noqa: S308


def _taken(opportunities: list[Opportunity], user: User) -> dict[int, list[User]]:
    """Into whose pipelines this person put each; nobody else's pipelines are read."""
    copies: dict[int, list[User]] = {}
    for option in copies_of(opportunities, user).only("origin", "mentorship", *NEEDED_OF_COPIES):
        copies.setdefault(option.origin_id or 0, []).append(option.mentorship.mentee)
    return copies


class _Words:
    """Words that come up in every row of a list, looked up once for all."""

    def __init__(self) -> None:
        self.labels: dict[str, dict[str, str]] = {
            name: {str(value): str(label) for value, label in choices.choices}
            for name, choices in (("kind", Kind), ("audience", Audience), ("role", OptionRole))
        }
        self.by, self.hours, self.mine = _("Offered by %(name)s"), _("%(hours)s h a week"), _("Offered by you")
        self.day = functools.cache(day)

    def facts(self, one: Opportunity) -> str:
        """Kind, where it is, for whom, as what, how much and when: what of it is known."""
        kind, audience, role = (self.labels[name][getattr(one, name)] for name in ("kind", "audience", "role"))
        hours = self.hours % {"hours": number(one.hours_per_week)} if one.hours_per_week is not None else ""
        said = (kind, one.domain, audience, role, hours, time_frame(one, self.day))
        return " · ".join(words for words in said if words)

    def offered(self, one: Opportunity, user: User) -> str:
        return self.mine if one.offered_by_id == user.pk else self.by % {"name": one.offered_by.name}

    def taken(self, mentees: list[User], user: User) -> str:
        """In whose pipeline it is, of those this person works in."""
        if not mentees:
            return ""
        if user in mentees:
            return _("In your pipeline")
        if len(mentees) == 1:
            return _("In the pipeline of %(name)s") % {"name": mentees[0].name}
        return _("In %(n)d of your mentees’ pipelines") % {"n": len(mentees)}


def time_frame(one: Opportunity, day: Callable[[date | None], str] = day) -> str:
    """“Mon 11 Jan – Wed 31 Mar”, or the one day that is known."""
    starts, ends = day(one.starts_on), day(one.ends_on)
    if starts and ends:
        return f"{starts} – {ends}"
    if starts:
        return _("from %(day)s") % {"day": starts}
    return _("until %(day)s") % {"day": ends} if ends else ""
