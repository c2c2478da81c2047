"""Who was asked to sponsor a version of a brief, and what they answered."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RequestStatus(models.TextChoices):
    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    HANDED_OVER = "handed_over", _("Handed over")


class SponsorRequestQuerySet(models.QuerySet):
    def visible_to(self, user) -> SponsorRequestQuerySet:
        return self.filter(
            Q(sponsor=user)
            | Q(version__brief__option__mentorship__mentee=user)
            | Q(version__brief__option__mentorship__mentor=user)
        )


class SponsorRequest(models.Model):
    """One person asked to sponsor one version of a brief, and what they answered."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey("assignments.BriefVersion", on_delete=models.PROTECT, related_name="sponsor_requests")
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sponsor"),
        on_delete=models.PROTECT,
        related_name="sponsor_requests",
    )
    message = models.TextField(_("message"), blank=True)
    # Where the work runs already and somebody else takes over: what they should know.
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.PROTECT, null=True, editable=False, related_name="hand_overs"
    )
    hand_over = models.TextField(_("hand-over note"), blank=True)
    status = models.CharField(max_length=16, choices=RequestStatus.choices, default=RequestStatus.ASKED, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True)

    objects = SponsorRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("sponsor request")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(status="asked"),
                name="sponsor_asked_one_at_a_time",
                violation_error_message=_("Somebody has been asked already. Wait or withdraw."),
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(status="accepted"),
                name="sponsor_accepted_once",
                violation_error_message=_("Somebody sponsors this version already."),
            ),
            models.CheckConstraint(
                name="sponsor_answer_has_date",
                condition=~Q(status__in=["accepted", "declined"]) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} → {self.sponsor}"
