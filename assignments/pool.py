"""The shared pool as one person sees it: found by words and filters, and what of it is taken already."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stretchhub.markup import format_html, format_html_join
from stretchhub.people.models import User, name_of
from stretchhub.templatetags.words import day

from .assessing import method_now, standings, wants
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
# Stands for the code in an address that is put together once for a whole list.
NO_CODE = UUID(int=0)
# What a row of the list shows; the long texts are searched without being read.
SHOWN = (
    "pk", "code", "title", "kind", "domain", "audience", "role", "starts_on", "ends_on", "hours_per_week",
    "offered_at", "closed_at", "offered_by_id", "offered_by__full_name", "offered_by__preferred_name",
)  # fmt: skip
PAIR = tuple(f"{part}__{name}" for part in ("mentee", "mentor") for name in ("full_name", "preferred_name"))


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


@dataclass(frozen=True)
class Pipeline:
    """A mentorship on whose board this person may put something, and what this person would call it."""

    pk: int
    code: UUID
    mentee_id: int
    zone: str
    mentee: str
    mentor: str
    has_goals: bool
    label: str
    is_mine: bool


@dataclass(frozen=True)
class Copy:
    """An option of this person's own mentorships that is a copy of an opportunity."""

    origin_id: int
    code: UUID
    stage: str
    mentorship_id: int
    mentee_id: int
    mentee: str
    mentor: str
    is_mine: bool


def pipelines_of(user: User) -> list[Pipeline]:
    """The running mentorships of this person, by the mentee's name."""
    goals = Goal.objects.open().filter(mentorship=OuterRef("pk"))  # type: ignore[attr-defined]
    own = Mentorship.objects.visible_to(user).running().annotate(has_goals=Exists(goals))
    about = ("pk", "code", "mentee_id", "mentee__time_zone", "has_goals", *PAIR)
    rows = list(own.order_by("mentee__full_name", "pk").values_list(*about))
    alone = sum(row[2] == user.pk for row in rows) == 1
    found = []
    for pk, code, mentee_id, zone, has_goals, *names in rows:
        mentee, mentor, is_mine = name_of(*names[:2]), name_of(*names[2:]), mentee_id == user.pk
        label = pipeline_label(mentee, mentor, is_mine=is_mine, alone=alone)
        found.append(Pipeline(pk, code, mentee_id, zone, mentee, mentor, has_goals, label, is_mine))
    return found


def pipeline_label(mentee: str, mentor: str, *, is_mine: bool, alone: bool) -> str:
    """What a person calls a pipeline; `alone` when it is the only one of their own."""
    if not is_mine:
        return _("Pipeline of %(name)s") % {"name": mentee}
    return _("My pipeline") if alone else _("My pipeline with %(name)s") % {"name": mentor}


def found(
    user: User, search: Search, *, wanted: Iterable[int] | None = None, named: Iterable[int] = ()
) -> QuerySet[Opportunity, Any]:
    """What the search finds, as rows of what the list shows.

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
    return visible.values_list(*SHOWN, named=True)


def _develops(competencies: object) -> Exists:
    rows = OpportunityCompetency.objects.filter(opportunity=OuterRef("pk"), competency__in=competencies)
    return Exists(rows)


def gaps_of(pipeline: Pipeline, today: date) -> set[int]:
    """The competencies its open goals ask for at a level above the one the mentee has on this day of theirs."""
    targets = GoalCompetency.objects.select_related("competency").order_by("pk")
    goals = Goal.objects.filter(mentorship=pipeline.pk).open().prefetch_related(Prefetch("targets", targets))  # type: ignore[attr-defined]
    asked = wants(goals, standings(pipeline.mentee_id, today, method_now()))
    return {want.key for want in asked if want.level is None or want.level < want.target}


def chosen_pipeline(code: str, pipelines: Iterable[Pipeline]) -> Pipeline | None:
    """The one of these that has this code."""
    try:
        wanted = UUID(code)
    except ValueError:
        return None
    return next((pipeline for pipeline in pipelines if pipeline.code == wanted), None)


def copies_of(opportunities: Iterable[int], user: User) -> list[Copy]:
    """Where these were taken to by this person or with this person; nobody else's pipelines are read."""
    options = Option.objects.visible_to(user).filter(origin__in=list(opportunities)).order_by("pk")  # type: ignore[attr-defined]
    pair = [f"mentorship__{name}" for name in ("mentee_id", *PAIR)]
    rows = options.values_list("origin_id", "code", "stage", "mentorship_id", *pair)
    return [
        Copy(*about, mentee_id, name_of(*names[:2]), name_of(*names[2:]), mentee_id == user.pk)
        for *about, mentee_id, names in ((*row[:5], row[5:]) for row in rows)
    ]


def lines(opportunities: list[Any], user: User) -> list[Line]:
    """The rows of the list; one query for what they develop, one for what is in a pipeline already."""
    if not opportunities:
        return []
    words, address = _Words(), reverse("assignments:opportunity", args=[NO_CODE])
    develops, copies = _develop(opportunities), _taken(opportunities, user)
    return [
        Line(
            title=each.title,
            url=address.replace(str(NO_CODE), str(each.code)),
            kind_icon=KIND_ICONS[each.kind],
            facts=words.facts(each),
            offered=words.offered(each, user),
            develops=words.develops(develops.get(each.pk, [])),
            is_closed=each.closed_at is not None,
            taken=words.taken(copies.get(each.pk, [])),
        )
        for each in opportunities
    ]


def _develop(opportunities: list[Any]) -> dict[int, list[tuple[str, bool]]]:
    """The names of the competencies each develops, and whether it is about them."""
    rows = OpportunityCompetency.objects.filter(opportunity__in=[each.pk for each in opportunities]).order_by("pk")
    found: dict[int, list[tuple[str, bool]]] = {}
    for pk, name, contribution in rows.values_list("opportunity_id", "competency__name", "contribution"):
        found.setdefault(pk, []).append((name, contribution == Contribution.PRIMARY))
    return found


def _taken(opportunities: list[Any], user: User) -> dict[int, list[Copy]]:
    copies: dict[int, list[Copy]] = {}
    for copy in copies_of([each.pk for each in opportunities], user):
        copies.setdefault(copy.origin_id, []).append(copy)
    return copies


@functools.cache
def _labels(_language: str | None) -> dict[str, dict[str, str]]:
    """What each kind, audience and role is called."""
    named = (("kind", Kind), ("audience", Audience), ("role", OptionRole))
    return {name: {str(value): str(label) for value, label in choices.choices} for name, choices in named}


class _Words:
    """Words that come up in every row of a list, looked up once for all."""

    def __init__(self) -> None:
        self.labels = _labels(get_language())
        self.by, self.hours, self.mine = _("Offered by %(name)s"), _("%(hours)s h a week"), _("Offered by you")
        self.day = functools.cache(day)
        self.bold = functools.cache(lambda name: format_html('<b class="pool-primary">{}</b>', name))

    def facts(self, one: Any) -> str:
        """Kind, where it is, for whom, as what, how much and when: what of it is known."""
        kind, audience, role = (self.labels[name][getattr(one, name)] for name in ("kind", "audience", "role"))
        hours = self.hours % {"hours": number(one.hours_per_week)} if one.hours_per_week is not None else ""
        said = (kind, one.domain, audience, role, hours, time_frame(one, self.day))
        return " · ".join(words for words in said if words)

    def develops(self, names: list[tuple[str, bool]]) -> SafeString:
        """Names in a row, those it is about set off."""
        return format_html_join(", ", "{}", ((self.bold(name) if primary else name,) for name, primary in names))

    def offered(self, one: Any, user: User) -> str:
        if one.offered_by_id == user.pk:
            return self.mine
        return self.by % {"name": name_of(one.offered_by__full_name, one.offered_by__preferred_name)}

    def taken(self, copies: list[Copy]) -> str:
        """In whose pipeline it is, of those this person works in."""
        if not copies:
            return ""
        if any(copy.is_mine for copy in copies):
            return _("In your pipeline")
        if len(copies) == 1:
            return _("In the pipeline of %(name)s") % {"name": copies[0].mentee}
        return _("In %(n)d of your mentees’ pipelines") % {"n": len(copies)}


def time_frame(one: Any, day: Callable[[date | None], str] = day) -> str:
    """“Mon 11 Jan – Wed 31 Mar”, or the one day that is known."""
    starts, ends = day(one.starts_on), day(one.ends_on)
    if starts and ends:
        return f"{starts} – {ends}"
    if starts:
        return _("from %(day)s") % {"day": starts}
    return _("until %(day)s") % {"day": ends} if ends else ""
