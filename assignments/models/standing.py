"""What people say about how an assignment stands, its pauses, and what two make of too much work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class StatusOverride(models.Model):
    """Somebody knows better than the signals, says why, and for fourteen days at the most."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="status_overrides")
    value = models.CharField(
        _("status"),
        max_length=16,
        choices=[
            ("on_track", _("On track")),
            ("needs_attention", _("Needs attention")),
            ("off_track", _("Off track")),
        ],
    )
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    expires_on = models.DateField(_("until"))
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("status set by hand")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(ended_at__isnull=True), name="status_override_one_standing"
            ),
            models.CheckConstraint(name="status_override_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.value}"


class Pause(models.Model):
    """The days on which the clocks of an assignment stood; `until_on` is the first day that counts again."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="pauses")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True)

    class Meta:
        verbose_name = _("pause")
        ordering = ["assignment_id", "from_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(until_on__isnull=True), name="pause_one_open"),
            models.CheckConstraint(
                name="pause_ends_after_start", condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.from_on}"


class WorkloadResponse(models.Model):
    """What mentee and mentor decided when the work was too much; read by the two alone."""

    class Choice(models.TextChoices):
        RESCOPE = "rescope", _("Take something off")
        PAUSE = "pause", _("Pause")
        COVER = "cover", _("Get cover")
        CARRY_ON = "carry_on", _("Carry on for now")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="workload_responses")
    choice = models.CharField(_("what you do about it"), max_length=12, choices=Choice.choices)
    words = models.TextField(_("in a sentence"), blank=True, max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("answer to too much work")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.choice}"
