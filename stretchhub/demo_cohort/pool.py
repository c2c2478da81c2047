"""The shared pool: what people of the company have put on offer, and what was taken off again."""

from __future__ import annotations

import tomllib
from pathlib import Path

from assignments.models import Opportunity, OpportunityCompetency

from .cohort import Cohort, Story

POOL = Path(__file__).with_name("pool.toml")

# What a story takes over from the offer that an option is a copy of.
COPIED = (
    "audience",
    "domain",
    "ends",
    "hours",
    "kind",
    "main",
    "also",
    "role",
    "starts",
    "success",
    "title",
    "why",
)


def add_pool(cohort: Cohort) -> None:
    """Everything on offer, by the key that stories take it by."""
    offers = tomllib.loads(POOL.read_text(encoding="utf-8"))["offer"]
    rows = Opportunity.objects.bulk_create(_opportunity(cohort, told) for told in offers)
    contributions = []
    for told, opportunity in zip(offers, rows, strict=True):
        cohort.pool[told["key"]] = (opportunity, told)
        contributions += _contributions(cohort, opportunity, told)
        _remember(cohort, opportunity)
    OpportunityCompetency.objects.bulk_create(contributions)


def copy_of(cohort: Cohort, told: Story) -> tuple[Opportunity | None, Story]:
    """The offer a told option comes from, if any, and the option with the words of that offer."""
    if "origin" not in told:
        return None, told
    opportunity, offer = cohort.pool[told["origin"]]
    return opportunity, {**{name: offer[name] for name in COPIED if name in offer}, **told}


def _opportunity(cohort: Cohort, told: Story) -> Opportunity:
    by, closed = cohort.people[told["by"]], told.get("closed")
    opportunity = Opportunity(
        code=cohort.code(),
        title=told["title"],
        kind=told["kind"],
        domain=told["domain"],
        audience=told["audience"],
        role=told.get("role", "owner"),
        why=told["why"],
        starts_on=None if "starts" not in told else cohort.calendar.day(told["starts"]),
        ends_on=None if "ends" not in told else cohort.calendar.day(told["ends"]),
        hours_per_week=told.get("hours"),
        success_criteria=told.get("success", ""),
        offered_by=by,
        offered_at=cohort.moment(told["at"], 10, by),
        closed_at=None if closed is None else cohort.moment(closed, 16, by),
        closed_reason=told.get("reason", ""),
    )
    tags = [*told.get("main", []), *told.get("also", [])]
    opportunity.search = opportunity.words_to_search(each.name for each in cohort.competencies_of(tags))
    return opportunity


def _contributions(cohort: Cohort, opportunity: Opportunity, told: Story) -> list[OpportunityCompetency]:
    return [
        OpportunityCompetency(opportunity=opportunity, competency=competency, contribution=contribution)
        for contribution, tags in (("primary", told.get("main", [])), ("secondary", told.get("also", [])))
        for competency in cohort.competencies_of(tags)
    ]


def _remember(cohort: Cohort, opportunity: Opportunity) -> None:
    by, fields = opportunity.offered_by, ["audience", "competencies", "domain", "kind", "title", "why"]
    cohort.remember(by, "opportunity.offered", opportunity, opportunity.offered_at, fields)
    if opportunity.closed_at:
        cohort.remember(by, "opportunity.closed", opportunity, opportunity.closed_at, ["closed_at", "closed_reason"])
