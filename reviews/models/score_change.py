"""A level that was changed after it was handed in, with the reason; the one before stays on record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .review import Score


class ChangeKind(models.TextChoices):
    CALIBRATION = "calibration", _("Calibration")
    AMENDMENT = "amendment", _("Amendment")


class ScoreChange(models.Model):
    """One step of a level; an empty level is not observed. Added, never changed."""

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=16, choices=ChangeKind.choices)
    before = models.PositiveSmallIntegerField(_("before"), null=True)
    after = models.PositiveSmallIntegerField(_("after"), null=True)
    reason = models.TextField(_("reason"), max_length=2000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("change of a level")
        ordering = ["score_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="score_change_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the level changes."),
            ),
            models.CheckConstraint(
                name="score_change_1_to_5",
                condition=(Q(before__isnull=True) | Q(before__range=(1, 5)))
                & (Q(after__isnull=True) | Q(after__range=(1, 5))),
            ),
            models.CheckConstraint(
                name="score_change_changes",
                condition=Q(before__isnull=True, after__isnull=False)
                | Q(before__isnull=False, after__isnull=True)
                | ~Q(before=F("after")),
                violation_error_message=_("The level is the same as before."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_id}: {self.before or '–'} → {self.after or '–'}"
