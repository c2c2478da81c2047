"""How and when a person wants to be told: hours, days, topics, absences and what was put off."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_DAYS_BEFORE = 30


class ReminderSettings(models.Model):
    """The hours of one person; without a row the defaults hold."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_settings")
    remind_at = models.TimeField(_("reminders at"), default=time(9))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    weekly_on = models.PositiveSmallIntegerField(
        _("weekly digest on"), default=1, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    holidays = models.BooleanField(_("no reminders on the organisation’s holidays"), default=True)
    # Everything that may be turned off is; what somebody must get still comes.
    all_off_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("hours of reminders")
        verbose_name_plural = _("hours of reminders")
        ordering = ["user_id"]
        constraints = [
            models.CheckConstraint(
                name="reminder_settings_quiet_both_ends",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                violation_error_message=_("Quiet hours have a beginning and another end."),
            ),
            models.CheckConstraint(name="reminder_settings_weekday", condition=Q(weekly_on__range=(1, 7))),
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class Delivery(models.TextChoices):
    IMMEDIATE = "immediate", _("At once")
    DAILY = "daily", _("In one mail a day")
    WEEKLY = "weekly", _("In one mail a week")
    OFF = "off", _("On the page only")


class TopicDelivery(models.Model):
    """How one person gets one topic; without a row it is the topic's own default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_deliveries")
    topic = models.CharField(max_length=40)
    delivery = models.CharField(_("how"), max_length=12, choices=Delivery.choices)
    # One reminder more, so many days before the day of what is due; 0 is none.
    days_before = models.PositiveSmallIntegerField(
        _("also so many days before"), default=0, validators=[MaxValueValidator(MOST_DAYS_BEFORE)]
    )

    class Meta:
        verbose_name = _("delivery of a topic")
        ordering = ["user_id", "topic"]
        indexes = [models.Index(fields=["topic"], condition=Q(days_before__gt=0), name="topic_delivery_ahead")]
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="topic_delivery_once"),
            models.CheckConstraint(
                name="topic_delivery_days_before", condition=Q(days_before__range=(0, MOST_DAYS_BEFORE))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}"


class Absence(models.Model):
    """The days on which somebody is away; both count."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    from_on = models.DateField(_("away from"))
    until_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("absence")
        ordering = ["user_id", "from_on"]
        indexes = [models.Index(fields=["user", "until_on"], name="absence_by_end")]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_start",
                condition=Q(until_on__gte=F("from_on")),
                violation_error_message=_("The last day away is not before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.from_on}"


class Holiday(models.Model):
    """A day on which the organisation, or one of its places, does not work."""

    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)
    # Compared with a person's own location; empty is everybody.
    location = models.CharField(_("location"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("holiday")
        ordering = ["on", "location", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "location"],
                name="holiday_once",
                violation_error_message=_("This day is a holiday there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class Snooze(models.Model):
    """Somebody put one thing off; until that day it is neither on Today nor in the mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="snoozes")
    # The kind of what waits, and the number of the thing: check_in_due:17
    subject = models.CharField(max_length=120)
    until_on = models.DateField(_("until"))
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("put off")
        ordering = ["user_id", "until_on"]
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="snooze_once_a_subject")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject}"
