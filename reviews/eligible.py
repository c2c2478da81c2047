"""Who is counted in a report on equity, in which group, and who had stretch work: a fixed number of queries.

Nothing that is worked out here leaves by itself: it goes into `equity.reports`, which says what may be shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Audience
from assignments.models.stretch import Component
from stretchhub.people.models import User

from .models import Division, GroupAnswer, Source
from .quarters import Quarter

STRETCH, VISIBLE = "stretch", "visible"
MEASURES = {
    STRETCH: _("Had stretch work in these twelve months"),
    VISIBLE: _("Had stretch work that others see: high stakes, or for executives, customers or partners"),
}
# From here on stakes and visibility are a major part of the work.
HIGH_STAKES = 4
SEEN_BY = (Audience.EXECUTIVES, Audience.CUSTOMERS, Audience.PARTNERS)
NOT_SAID, NO_NAME = "not_answered", "not_recorded"
FULL, PART = "full_week", "part_of_the_week"
FULL_DAYS = 5


def divisions_of(quarter: Quarter) -> Mapping[str, Mapping[str, tuple[Counter[str], Counter[str]]]]:
    """By measure and division: how many of each group had it, and how many are eligible.

    Eligible is everybody who is active and was here before the quarter ended, asked for it or not.
    """
    people = User.objects.filter(is_active=True, joined_at__date__lte=quarter.until)
    rows = list(people.values_list("pk", "department", "location", "working_days").iterator(chunk_size=5000))
    answers = _answers()
    groups = {
        each.key: {pk: _group(each, answers, pk, *facts) for pk, *facts in rows}
        for each in Division.objects.filter(is_active=True)
    }
    return {
        measure: {key: (_counted(group, had), Counter(group.values())) for key, group in groups.items()}
        for measure, had in _who_had(quarter).items()
    }


def _answers() -> dict[tuple[int, int], str]:
    asked = GroupAnswer.objects.filter(division__source=Source.SELF_REPORT, division__is_active=True)
    return {(division, person): group for division, person, group in asked.values_list("division", "person", "group")}


def _group(division: Division, answers: Mapping[tuple[int, int], str], pk: int, *facts: str) -> str:
    department, location, working_days = facts
    if division.source == Source.SELF_REPORT:
        return answers.get((division.pk, pk), NOT_SAID)
    if division.source == Source.WORKING_TIME:
        return FULL if len(working_days) >= FULL_DAYS else PART
    told = department.split("/")[0] if division.source == Source.DEPARTMENT else location
    return told.strip()[:80] or NO_NAME


def _who_had(quarter: Quarter) -> dict[str, set[int]]:
    """The people whose stretch work ran on some day of the twelve months."""
    ran = Assignment.objects.filter(activated_at__isnull=False, starts_on__lte=quarter.until).filter(
        Q(closed_at__isnull=True) | Q(closed_at__date__gte=quarter.since)
    )
    stakes = Q(
        option__stretch_profile__demands__component=Component.STAKES,
        option__stretch_profile__demands__level__gte=HIGH_STAKES,
    )
    seen = ran.filter(stakes | Q(option__audience__in=SEEN_BY))
    return {STRETCH: set(ran.values_list("mentee", flat=True)), VISIBLE: set(seen.values_list("mentee", flat=True))}


def _counted(groups: Mapping[int, str], had: Iterable[int]) -> Counter[str]:
    return Counter(groups[pk] for pk in had if pk in groups)
