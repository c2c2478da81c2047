"""How far raters agree, worked out in the night; never of a person who was rated."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .review import ReviewCycle


class AgreementReading(models.Model):
    """Everything the page about agreement shows of one cycle, or of all, as of one moment."""

    # None for all of them together.
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, null=True, related_name="+", editable=False)
    all_cycles = models.BooleanField(default=False, editable=False)
    as_of = models.DateTimeField(_("as of"))
    # What there was when it was worked out: nothing is worked out again while that is the same.
    built_from = models.CharField(max_length=200)
    content = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("reading of agreement")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cycle"], name="agreement_once_a_cycle"),
            models.UniqueConstraint(
                fields=["all_cycles"], condition=models.Q(all_cycles=True), name="agreement_once_of_all"
            ),
            models.CheckConstraint(
                name="agreement_of_one_cycle_or_all",
                condition=models.Q(cycle__isnull=True, all_cycles=True)
                | models.Q(cycle__isnull=False, all_cycles=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.as_of:%Y-%m-%d}"


class RaterSeverity(models.Model):
    """How much milder or stricter one rater is, where enough work is shared to say so."""

    reading = models.ForeignKey(AgreementReading, on_delete=models.CASCADE, related_name="severities")
    name = models.CharField(_("rater"), max_length=200)
    # Whose it is: somebody with an account, or an outsider by their address.
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    value = models.FloatField()
    raw = models.FloatField()
    ratings = models.PositiveIntegerField()
    mentees = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("severity of a rater")
        # By name: there is no order by figure.
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["reading", "name", "id"], name="severity_by_name")]

    def __str__(self) -> str:
        return self.name
