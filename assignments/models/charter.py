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
    BY_MILESTONE = "by_milestone", _("At each milestone")


class SponsorRhythm(models.TextChoices):
    """Fifteen minutes with the sponsor, how often."""

    TWO_THEN_MONTHLY = "two_then_monthly", _("Every two weeks for six weeks, then every month")
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")


class RightsForm(models.TextChoices):
    """The words for who decides; in either there is exactly one who approves."""

    DACI = "daci", _("DACI: driver, approver, contributors, informed")
    RACI = "raci", _("RACI: responsible, accountable, consulted, informed")


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
    outcome = models.TextField(_("outcome and measure"), blank=True)
    learning_goal = models.TextField(_("learning goal"), blank=True)
    in_scope = models.TextField(_("in scope"))
    out_of_scope = models.TextField(_("out of scope"))
    rights_form = models.CharField(_("words for who decides"), max_length=4, choices=RightsForm.choices, default="daci")
    # Exactly one: a column that is never empty holds exactly one person.
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approver"), on_delete=models.PROTECT, related_name="+"
    )
    decision_rights = models.TextField(_("decision rights"), help_text=_("Who decides what, and who is only heard."))
    contributors = models.TextField(_("contributors"), blank=True)
    informed = models.TextField(_("informed"), blank=True)
    resources = models.TextField(_("resources"), blank=True)
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("escalate to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    escalate_after_days = models.PositiveSmallIntegerField(
        _("after how many days"), default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    escalation = models.TextField(_("escalation"), help_text=_("How you turn to them."))
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
    sponsor_rhythm = models.CharField(
        _("rhythm with the sponsor"),
        max_length=20,
        choices=SponsorRhythm.choices,
        default=SponsorRhythm.TWO_THEN_MONTHLY,
    )
    cover = models.TextField(_("who covers meanwhile"), blank=True)
    sponsor_sees = models.TextField(_("what the sponsor may see"), blank=True)
    stop_rule = models.TextField(_("stop rule"), blank=True)
    raters = models.TextField(_("raters"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    review_on = models.DateField(_("review date"))
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # How many times the rhythm was sent out as an invitation: calendars keep the highest number.
    invitations = models.PositiveIntegerField(default=0, editable=False)

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
