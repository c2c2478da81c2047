"""The shared pool: work is offered, changed, closed, and taken into a pipeline as a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Mentorship, Opportunity, OpportunityCompetency, Option, OptionCompetency
from ..models.opportunity import DESCRIBED
from ..refusals import Refused, Stale
from ..rules import can_add_option, can_close_opportunity, can_edit_opportunity, can_offer_opportunity


@transaction.atomic
def offer_opportunity(*, by: User, words: Mapping[str, Any], contributions: Sequence[Mapping[str, Any]]) -> Opportunity:
    """Put work on offer, where everybody can find it."""
    require(can_offer_opportunity(by))
    opportunity = Opportunity(offered_by=by, offered_at=now(), **words)
    opportunity.search = opportunity.words_to_search(_names(contributions))
    opportunity.save()
    _set_contributions(opportunity, contributions)
    record(by, "opportunity.offered", opportunity, fields=[*words, "competencies"])
    return opportunity


@transaction.atomic
def edit_opportunity(
    opportunity: Opportunity,
    *,
    by: User,
    version: int,
    words: Mapping[str, Any],
    contributions: Sequence[Mapping[str, Any]],
) -> None:
    """Change what is offered, unless it was saved or closed since `version`; copies stay as they were taken."""
    require(can_edit_opportunity(by, opportunity))
    touched = [name for name in words if getattr(opportunity, name) != words[name]]
    search = Opportunity(**words).words_to_search(_names(contributions))
    same = Opportunity.objects.offered().filter(pk=opportunity.pk, version=version)
    if not same.update(**words, search=search, version=F("version") + 1):
        raise _overtaken(opportunity)
    opportunity.contributions.all().delete()
    _set_contributions(opportunity, contributions)
    record(by, "opportunity.edited", opportunity, fields=[*touched, "competencies"])
    opportunity.refresh_from_db()


@transaction.atomic
def close_opportunity(opportunity: Opportunity, *, by: User, reason: str) -> None:
    """Take work off offer and say why; whoever took a copy keeps it."""
    require(can_close_opportunity(by, opportunity))
    if not reason.strip():
        raise Refused(_("Say in a few words why it is closed."))
    still_open = Opportunity.objects.offered().filter(pk=opportunity.pk)
    if not still_open.update(closed_at=now(), closed_reason=reason.strip(), version=F("version") + 1):
        raise Refused(_("This opportunity is closed already."))
    record(by, "opportunity.closed", opportunity, fields=["closed_at", "closed_reason"])
    opportunity.refresh_from_db()


@transaction.atomic
def take_opportunity(opportunity: Opportunity, *, by: User, mentorship: Mentorship) -> Option:
    """Put a copy on the mentorship's board as an idea. Nobody outside the mentorship is told."""
    require(can_add_option(by, mentorship))
    # Held so that it is not closed, and not taken twice, between the look and the copy.
    held = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    if held.is_closed:
        raise Refused(_("This opportunity was closed: it cannot be taken any more."))
    if Option.objects.filter(mentorship=mentorship, origin=held).exists():
        raise Refused(_("This opportunity is in the pipeline already."))
    words = {name: getattr(held, name) for name in DESCRIBED}
    option = Option.objects.create(
        mentorship=mentorship, origin=held, created_by=by, created_at=now(), stage_changed_at=now(), **words
    )
    OptionCompetency.objects.bulk_create(
        OptionCompetency(option=option, competency_id=row.competency_id, contribution=row.contribution)
        for row in held.contributions.all()
    )
    record(by, "option.taken", option, fields=[*DESCRIBED, "competencies", "origin"])
    return option


def _overtaken(opportunity: Opportunity) -> Refused:
    opportunity.refresh_from_db()
    if opportunity.is_closed:
        return Refused(_("This opportunity is closed and cannot be changed any more."))
    return Stale(_("This opportunity was saved by somebody else while you were writing."))


def _names(contributions: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["competency"].name for row in contributions]


def _set_contributions(opportunity: Opportunity, contributions: Sequence[Mapping[str, Any]]) -> None:
    OpportunityCompetency.objects.bulk_create(
        OpportunityCompetency(opportunity=opportunity, **row) for row in contributions
    )
