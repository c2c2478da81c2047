"""What mentee, mentor and sponsor agree on before an assignment begins."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")


class CharterQuerySet(models.QuerySet):
    def visible_to(self, user) -> CharterQuerySet:
        """The three parties; HR reads it."""
        if user.is_hr:
            return self
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(assignment__sponsor=user))


class Charter(models.Model):
    """The agreement of one assignment; a change raises the version and asks everybody again."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="charter")
    version = models.PositiveIntegerField(default=1, editable=False)
    in_scope = models.TextField(_("in scope"))
    out_of_scope = models.TextField(_("out of scope"))
    decision_rights = models.TextField(_("decision rights"), help_text=_("Who decides what, and who is only heard."))
    escalation = models.TextField(_("escalation"), help_text=_("To whom, after how many days, and how."))
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0.5), MaxValueValidator(60)],
    )
    rhythm = models.CharField(
        _("rhythm of check-ins"),
        max_length=16,
        choices=Rhythm.choices,
        default=Rhythm.FORTNIGHTLY,
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    review_on = models.DateField(_("review date"))
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CharterQuerySet.as_manager()

    class Meta:
        verbose_name = _("charter")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="charter_ends_after_start",
                condition=Q(ends_on__gt=models.F("starts_on")),
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                name="charter_review_after_start",
                condition=Q(review_on__gt=models.F("starts_on")),
                violation_error_message=_("The review date must be after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} v{self.version}"


class Part(models.TextChoices):
    MENTEE = "mentee", _("Mentee")
    MENTOR = "mentor", _("Mentor")
    SPONSOR = "sponsor", _("Sponsor")


class CharterAcknowledgement(models.Model):
    """One party has read and agreed to one version of a charter."""

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="acknowledgements")
    charter_version = models.PositiveIntegerField()
    part = models.CharField(max_length=16, choices=Part.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("acknowledgement of a charter")
        ordering = ["charter_id", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["charter", "charter_version", "part"], name="charter_acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.charter} {self.part}"
