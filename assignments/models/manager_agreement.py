"""The line manager's word on hours and cover, given on one form and nothing else."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .charter import Charter


class ManagerAnswer(models.TextChoices):
    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    NOT_YET = "not_yet", _("Not yet")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("No longer asked")


class ManagerAgreementQuerySet(models.QuerySet):
    def visible_to(self, user) -> ManagerAgreementQuerySet:
        """The manager who was asked; the parties see it on the charter."""
        return self.current().filter(manager=user)

    def current(self) -> ManagerAgreementQuerySet:
        """Those that are still asked or answered for; one a charter at the most."""
        return self.exclude(answer=ManagerAnswer.WITHDRAWN)


class ManagerAgreement(models.Model):
    """Hours and cover as a line manager was asked about them; other hours or cover ask anew."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="manager_agreements")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("line manager"), on_delete=models.PROTECT, related_name="+"
    )
    hours_per_week = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1)
    cover = models.TextField(_("who covers meanwhile"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    answer = models.CharField(max_length=10, choices=ManagerAnswer.choices, default=ManagerAnswer.ASKED)
    reason = models.TextField(_("reason"), blank=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = ManagerAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement of the line manager")
        ordering = ["charter_id", "-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["charter"],
                condition=Q(answer__in=["asked", "agreed", "not_yet", "declined"]),
                name="manager_agreement_one_current",
                violation_error_message=_("The line manager has been asked already."),
            ),
            models.CheckConstraint(
                name="manager_not_yet_has_reason",
                condition=~Q(answer__in=["not_yet", "declined"]) | ~Q(reason=""),
                violation_error_message=_("Say in a sentence why not yet."),
            ),
            models.CheckConstraint(
                name="manager_answer_has_date",
                condition=~Q(answer__in=["agreed", "not_yet", "declined"]) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter} {self.manager}"
