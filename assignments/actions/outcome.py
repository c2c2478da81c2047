"""Outcomes of a brief: named, changed, removed; and what one of them would be worth."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.audit.trail import record
from stretchhub.people.models import User

from ..models import BriefOutcome, BriefReturn, BriefVersion, Section
from ..refusals import Refused, Stale
from .brief_part import change, hold_open, take_out

MOST = 5


@transaction.atomic
def add_outcome(version: BriefVersion, *, by: User, words: dict[str, Any]) -> BriefOutcome:
    """Name one more thing that will be different."""
    hold_open(version, by=by, section=Section.OUTCOMES)
    if version.outcomes.count() >= MOST:
        raise Refused(
            ngettext(
                "A brief names at most %(most)s outcome. Remove one first.",
                "A brief names at most %(most)s outcomes. Remove one first.",
                MOST,
            )
            % {"most": MOST}
        )
    outcome = BriefOutcome.objects.create(version=version, **words)
    record(by, "outcome.added", outcome, fields=words)
    return outcome


@transaction.atomic
def edit_outcome(outcome: BriefOutcome, *, by: User, seen: str, words: dict[str, Any]) -> None:
    """Change an outcome, unless somebody else has saved it since it was `seen`."""
    hold_open(outcome.version, by=by, section=Section.OUTCOMES)
    record(by, "outcome.edited", outcome, fields=change(outcome, seen=seen, words=words))


@transaction.atomic
def remove_outcome(outcome: BriefOutcome, *, by: User, seen: str) -> None:
    """Take an outcome out of the draft, and with it what it would be worth, unless it was changed since `seen`."""
    hold_open(outcome.version, by=by, section=Section.OUTCOMES)
    record(by, "outcome.removed", outcome, fields=["metric"])
    take_out(outcome, seen=seen)


@transaction.atomic
def set_return(version: BriefVersion, *, by: User, seen: str, words: dict[str, Any]) -> BriefReturn:
    """Say what an outcome would be worth in money, as the owner of the measure agrees."""
    hold_open(version, by=by, section=Section.OUTCOMES)
    money = BriefReturn.objects.filter(version=version).first()
    if money is None:
        if seen:
            raise Stale(_("This was removed by somebody else while you were writing."))
        money = BriefReturn.objects.create(version=version, **words)
        record(by, "return.added", money, fields=words)
        return money
    record(by, "return.edited", money, fields=change(money, seen=seen, words=words))
    return money


@transaction.atomic
def remove_return(version: BriefVersion, *, by: User) -> None:
    """Speak of money no longer; the outcome stays."""
    hold_open(version, by=by, section=Section.OUTCOMES)
    money = BriefReturn.objects.filter(version=version).first()
    if money is None:
        raise Refused(_("This was removed already."))
    record(by, "return.removed", money, fields=["outcome"])
    money.delete()
