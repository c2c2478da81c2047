"""What many people have chosen about their messages, read in two queries however many they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from stretchhub.among import Among
from stretchhub.compiled import compiled
from stretchhub.env import now
from stretchhub.localtime import zone_of

from .models import Absence, Delivery, Holiday
from .timing import Hours
from .topics import WHOLE

# Absences and holidays further ahead move nothing that is written now.
AHEAD = timedelta(days=400)
BEHIND = timedelta(days=60)
HOURS = ("remind_at", "quiet_from", "quiet_until", "weekly_on", "holidays", "all_off_at")
NOTHING_CHOSEN = (None,) * (len(HOURS) + 2)


@dataclass(frozen=True)
class Wishes:
    """When and how one person wants to be told."""

    hours: Hours
    is_active: bool
    deliveries: Mapping[str, str]
    all_off: bool = False

    def delivery(self, topic: str) -> str:
        """How messages of this topic come; without a choice at once."""
        chosen = Delivery.OFF if self.all_off else self.deliveries.get(topic, Delivery.IMMEDIATE)
        if topic == WHOLE and chosen != Delivery.OFF:
            return Delivery.IMMEDIATE
        return chosen


def of(people: Collection[int], moment: datetime) -> dict[int, Wishes]:
    """The wishes of these people, by id; those who chose the same share one `Hours`."""
    if not people:
        return {}
    days = _Days(people, moment)
    shared: dict[tuple[Any, ...], Hours] = {}
    # Whoever chose nothing shares all wishes with others of the same zone, days and place.
    alike: dict[tuple[Any, ...], Wishes] = {}
    wishes: dict[int, Wishes] = {}
    for row in _rows(list(people)):
        pk, common = row[0], row[1:5]
        if any(row[5:]) or pk in days.away:
            _add(row, days, shared, wishes)
            continue
        if common not in alike:
            _add((pk, *common, *NOTHING_CHOSEN), days, shared, wishes)
            alike[common] = wishes[pk]
        wishes[pk] = alike[common]
    return wishes


def _add(row: tuple[Any, ...], days: _Days, shared: dict[tuple[Any, ...], Hours], wishes: dict[int, Wishes]) -> None:
    """What one row says; a person has one for each topic that they chose for."""
    pk, is_active, zone, working_days, location, *chosen, topic, delivery = row
    if pk not in wishes:
        hours = _hours(zone, working_days, chosen, days.holidays(location), days.away.get(pk, ()), shared)
        wishes[pk] = Wishes(hours, is_active, {}, all_off=chosen[5] is not None)
    if topic is not None:
        wishes[pk].deliveries[topic] = delivery  # type: ignore[index]


def of_one(person: Any, moment: datetime | None = None) -> Wishes:
    return of([person.pk], moment or now())[person.pk]


@compiled
def _rows(people: list[int]) -> QuerySet:
    """One row for each person and topic that they chose for."""
    return (
        get_user_model()
        .objects.filter(Among("id", people))
        .order_by("id")
        .values_list(
            "id",
            "is_active",
            "time_zone",
            "working_days",
            "location",
            *(f"reminder_settings__{name}" for name in HOURS),
            "topic_deliveries__topic",
            "topic_deliveries__delivery",
        )
    )


def _hours(zone: str, working_days: str, chosen: list[Any], holidays: frozenset[date], away: Any, shared: Any) -> Hours:
    remind_at, quiet_from, quiet_until, weekly_on, minds, _all_off = chosen
    if remind_at is None:
        remind_at, weekly_on, minds = Hours.remind_at, Hours.weekly_on, True
    free = holidays if minds else frozenset()
    key = (zone, working_days, remind_at, quiet_from, quiet_until, weekly_on, free, away)
    if key not in shared:
        shared[key] = Hours(zone_of(zone), *key[1:])
    return shared[key]


@compiled
def _days_off(people: list[int], since: date, until: date) -> QuerySet:
    """Absences and holidays in one; a holiday is nobody's and of a place."""
    absences = Absence.objects.filter(Among("user_id", people), until_on__gte=since, from_on__lte=until)
    holidays = Holiday.objects.filter(on__range=(since, until))
    nobody = Cast(Value(None), BigIntegerField())
    return (
        absences.order_by()
        .values_list("user_id", "from_on", "until_on", Value("", CharField()))
        .union(holidays.order_by().values_list(nobody, F("on"), F("on"), F("location")), all=True)
    )


class _Days:
    """Absences by person and holidays by place, from one query."""

    def __init__(self, people: Collection[int], moment: datetime) -> None:
        near = ((moment - BEHIND).date(), (moment + AHEAD).date())
        self.away: dict[int, tuple[tuple[date, date], ...]] = {}
        self._everywhere: set[date] = set()
        self._places: dict[str, set[date]] = {}
        self._known: dict[str, frozenset[date]] = {}
        for person, since, until, place in _days_off(list(people), *near):
            if person is not None:
                self.away[person] = (*self.away.get(person, ()), (since, until))
            elif place:
                self._places.setdefault(_plain(place), set()).add(since)
            else:
                self._everywhere.add(since)

    def holidays(self, location: str) -> frozenset[date]:
        place = _plain(location)
        if place not in self._known:
            self._known[place] = frozenset(self._everywhere | self._places.get(place, set()))
        return self._known[place]


def _plain(place: str) -> str:
    return " ".join(place.split()).casefold()
