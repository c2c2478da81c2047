"""How some of them want to be told, a week away that is coming, and the holidays of the three sites."""

from __future__ import annotations

from datetime import date, time

from stretchhub.notices.models import Absence, Delivery, Holiday, ReminderSettings, TopicDelivery
from stretchhub.notices.topics import Topic

from .cohort import Cohort

# Month and day of what comes each year, and where (nowhere named: everywhere).
HOLIDAYS = (
    (1, 1, "New Year’s Day", ""),
    (7, 4, "Independence Day", "Newark"),
    (8, 9, "National Day", "Singapore"),
    (12, 25, "Christmas Day", ""),
    (12, 26, "Boxing Day", "Felixstowe"),
)
# Who wants what: hour, quiet from and until, and topics that come otherwise than at once.
WISHES = {
    "mentee": (time(9), None, None, {Topic.EVIDENCE: Delivery.DAILY}),
    "mentor": (time(8, 30), None, None, {Topic.EVIDENCE: Delivery.WEEKLY}),
    "koh": (time(8), time(19), time(8), {}),
}
AWAY = {"mentee": (47, 51)}


def add_reminders(cohort: Cohort) -> None:
    year = cohort.calendar.today.year
    Holiday.objects.bulk_create(
        Holiday(on=date(each, month, day), name=name, location=place)
        for each in (year, year + 1)
        for month, day, name, place in HOLIDAYS
    )
    for key, (remind_at, quiet_from, quiet_until, topics) in WISHES.items():
        person = cohort.people[key]
        ReminderSettings.objects.create(
            user=person, remind_at=remind_at, quiet_from=quiet_from, quiet_until=quiet_until
        )
        for topic, delivery in topics.items():
            TopicDelivery.objects.create(user=person, topic=topic, delivery=delivery)
    for key, (since, until) in AWAY.items():
        days = cohort.calendar.day(since), cohort.calendar.day(until)
        Absence.objects.create(user=cohort.people[key], from_on=min(days), until_on=max(days))
