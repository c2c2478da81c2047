"""Saying what the ranking needs to know: goal fits, the sponsor in view, working hours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Goal, Mentorship, Option, OptionGoal, SponsorOutlook
from ..refusals import Refused, Stale
from ..rules import can_rank_options, can_weigh_option
from ..weighing import said_of


@transaction.atomic
def weigh_option(
    option: Option, *, by: User, mark: str, fits: Mapping[int, int | None], outlook: Mapping[str, Any]
) -> None:
    """Say how directly an option serves goals of its mentorship (None: not said) and who might sponsor it.

    `mark` names what stood there when the page was opened: where somebody has said otherwise since, nothing changes.
    """
    require(can_weigh_option(by, option))
    # A write first: it holds the row on either engine, so that of two who save at once the second sees the first.
    Option.objects.filter(pk=option.pk).update(version=F("version"))
    before = said_of(option)
    if before.mark != mark:
        raise Stale(_("This was changed by somebody else while you were choosing."))
    open_goals = set(Goal.objects.filter(mentorship_id=option.mentorship_id).open().values_list("pk", flat=True))
    if not set(fits) <= open_goals:
        raise Refused(_("One of the goals is not open any more. Load the page again."))
    touched = _set_fits(option, before.fits, fits)
    if dict(before.outlook) != dict(outlook):
        SponsorOutlook.objects.update_or_create(option=option, defaults=dict(outlook))
        touched.append("sponsor_outlook")
    if touched:
        record(by, "option.weighed", option, fields=touched)


def _set_fits(option: Option, before: Mapping[int, int], fits: Mapping[int, int | None]) -> list[str]:
    """Write what differs; a goal that is not said any more has no row."""
    changed = {goal: fit for goal, fit in fits.items() if before.get(goal) != fit}
    OptionGoal.objects.filter(option=option, goal__in=changed).delete()
    OptionGoal.objects.bulk_create(
        OptionGoal(option=option, goal_id=goal, fit=fit) for goal, fit in changed.items() if fit is not None
    )
    return ["fits"] if changed else []


@transaction.atomic
def set_hours(
    mentorship: Mentorship,
    *,
    by: User,
    seen: tuple[Decimal | None, Decimal | None],
    contracted: Decimal | None,
    base: Decimal | None,
) -> None:
    """Say how many hours the contract has and the present work takes, unless they changed since they were `seen`."""
    require(can_rank_options(by, mentorship))
    was_contracted, was_base = seen
    same = Mentorship.objects.filter(pk=mentorship.pk, contracted_hours=was_contracted, base_hours=was_base)
    if not same.update(contracted_hours=contracted, base_hours=base):
        mentorship.refresh_from_db(fields=["contracted_hours", "base_hours"])
        raise Stale(_("The hours were changed by somebody else while you were writing."))
    mentorship.contracted_hours, mentorship.base_hours = contracted, base
    touched = [
        name
        for name, old, new in (("contracted_hours", was_contracted, contracted), ("base_hours", was_base, base))
        if old != new
    ]
    if touched:
        record(by, "mentorship.hours_set", mentorship, fields=touched)
