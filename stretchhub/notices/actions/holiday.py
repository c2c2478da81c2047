"""The organisation's holidays: replaced by a file for the years and places that it names."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from stretchhub.audit.trail import record

from ..holiday_file import Day, Plan, compare
from ..models import Holiday


def can_change_holidays(person: Any) -> bool:
    return person.is_active and (person.is_hr or person.is_administrator)


@transaction.atomic
def replace(plan: Plan, *, by: Any) -> Plan:
    """Make the years and places of the plan as it says, compared anew with what stands now."""
    if not can_change_holidays(by):
        raise PermissionDenied
    if plan.problems or not plan.days:
        return plan
    compare(plan)
    _delete([*plan.removed, *plan.renamed])
    fresh = [*plan.added, *plan.renamed]
    Holiday.objects.bulk_create(
        [Holiday(on=day.on, name=day.name, location=day.location) for day in fresh], ignore_conflicts=True
    )
    if plan.changes:
        record(by, "holidays.replaced", fields=["location", "name", "on"])
    return plan


def _delete(days: list[Day]) -> None:
    gone = Q(pk__in=[])
    for day in days:
        gone |= Q(on=day.on, place=day.location.lower())
    Holiday.objects.annotate(place=Lower("location")).filter(gone).delete()
