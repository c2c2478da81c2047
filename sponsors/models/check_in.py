"""Fifteen minutes with the sponsor, on the rhythm that the charter names."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment


class SponsorCheckInQuerySet(models.QuerySet):
    def visible_to(self, user) -> SponsorCheckInQuerySet:
        """Mentee and mentor; a sponsor their own, as long as they are the sponsor."""
        own = Q(sponsor=user, assignment__sponsor=user)
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user) | own)

    def planned(self) -> SponsorCheckInQuerySet:
        return self.filter(cancelled_at__isnull=True, recorded_at__isnull=True)


class SponsorCheckIn(models.Model):
    """One talk with the sponsor: planned for a day, written down by one of them, acknowledged by another."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sponsor_check_ins")
    sponsor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    result = models.TextField(_("result against plan"), blank=True)
    decision = models.TextField(_("decision needed, by when"), blank=True)
    risk = models.TextField(_("risk to know of"), blank=True)
    heard = models.TextField(_("one thing you are hearing"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = SponsorCheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in with the sponsor")
        verbose_name_plural = _("check-ins with the sponsor")
        ordering = ["assignment_id", "due_on", "id"]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(cancelled_at__isnull=True, recorded_at__isnull=True),
                name="sponsor_check_in_planned",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "due_on"],
                condition=Q(cancelled_at__isnull=True),
                name="sponsor_check_in_once_a_day",
            ),
            models.CheckConstraint(
                name="sponsor_check_in_not_acknowledged_by_oneself",
                condition=Q(acknowledged_by__isnull=True) | ~Q(acknowledged_by=F("recorded_by")),
                violation_error_message=_("Whoever wrote it down does not acknowledge it."),
            ),
            models.CheckConstraint(
                name="sponsor_check_in_recorded_has_facts",
                condition=Q(recorded_at__isnull=True, recorded_by__isnull=True)
                | Q(recorded_at__isnull=False, recorded_by__isnull=False, held_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.due_on}"
