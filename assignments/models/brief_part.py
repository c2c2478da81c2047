"""What stands in the rows of a brief: outcomes with their numbers, people, risks, claims, and the return."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .brief import BriefVersion, Section
from .option import Experiment


class PartQuerySet(models.QuerySet):
    def visible_to(self, user) -> PartQuerySet:
        """What stands in a version that this person may read."""
        return self.filter(version__in=BriefVersion.objects.visible_to(user))


class Direction(models.TextChoices):
    INCREASE = "increase", _("More is better")
    DECREASE = "decrease", _("Less is better")
    MAINTAIN = "maintain", _("Keep it within")


class Confidence(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Estimate(models.TextChoices):
    """How a range was given; high and low are asked before the likely value."""

    NONE = "", _("No range yet")
    PERT = "pert", _("Lowest, highest, then most likely")
    PERCENTILES = "percentiles", _("Percentiles: 1 in 20 below, 1 in 20 above, then the middle")


class Attribution(models.TextChoices):
    """How we will know what the work contributed, the strongest first."""

    COMPARISON = "comparison", _("Compared with a group that goes on as before")
    TREND = "trend", _("Compared with the trend or a forecast")
    BEFORE_AFTER = "before_after", _("Before and after, with other causes listed")
    OWNER = "owner", _("Estimated by the owner of the measure")


class BriefOutcome(models.Model):
    """What will be different: one measure from its baseline to its target, and how sure we are."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="outcomes")
    metric = models.CharField(_("measure"), max_length=200)
    why = models.CharField(_("why it matters"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, default=Direction.DECREASE)
    tolerance = models.DecimalField(_("tolerance"), max_digits=14, decimal_places=2, null=True, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2)
    baseline_on = models.DateField(_("measured on"), null=True, blank=True)
    baseline_n = models.PositiveIntegerField(_("number of cases"), null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("by"), null=True, blank=True)
    method = models.CharField(_("how it is measured"), max_length=300, blank=True)
    source = models.CharField(_("where the data come from"), max_length=200, blank=True)
    owner = models.CharField(_("who owns the measure"), max_length=200, blank=True)
    confidence = models.CharField(_("confidence"), max_length=8, choices=Confidence.choices, blank=True)
    counter_metric = models.CharField(_("what must not get worse"), max_length=200, blank=True)
    estimate = models.CharField(_("range given as"), max_length=12, choices=Estimate.choices, blank=True)
    high = models.DecimalField(_("high"), max_digits=14, decimal_places=2, null=True, blank=True)
    low = models.DecimalField(_("low"), max_digits=14, decimal_places=2, null=True, blank=True)
    likely = models.DecimalField(_("likely"), max_digits=14, decimal_places=2, null=True, blank=True)
    attribution = models.CharField(_("how we will know"), max_length=16, choices=Attribution.choices, blank=True)
    other_causes = models.TextField(
        _("other plausible causes"), help_text=_("At least two, one a line: what else could move it."), blank=True
    )
    adds_up = models.BooleanField(
        _("it adds up with other outcomes in the same unit"),
        default=False,
        help_text=_("Hours saved in two teams do; two cycle times do not."),
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        ordering = ["version_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="brief_outcome_range_in_order",
                condition=Q(estimate="")
                | Q(
                    low__isnull=False,
                    likely__isnull=False,
                    high__isnull=False,
                    low__lte=F("likely"),
                    likely__lte=F("high"),
                    low__lt=F("high"),
                ),
                violation_error_message=_("A range goes from low over likely to high."),
            ),
        ]

    def __str__(self) -> str:
        return self.metric


class PersonRole(models.TextChoices):
    SPONSOR = "sponsor", _("Sponsor")
    APPROVER = "approver", _("Approver")
    CONTRIBUTOR = "contributor", _("Contributor")
    USER = "user", _("User of the result")
    AFFECTED = "affected", _("Affected by it")


class BriefStakeholder(models.Model):
    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="stakeholders")
    name = models.CharField(_("who"), max_length=200)
    role = models.CharField(_("part"), max_length=12, choices=PersonRole.choices, default=PersonRole.AFFECTED)
    interest = models.CharField(_("what they need"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stakeholder")
        ordering = ["version_id", "id"]

    def __str__(self) -> str:
        return self.name


class BriefRisk(models.Model):
    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="risks")
    risk = models.CharField(_("risk"), max_length=300)
    trigger = models.CharField(_("how we notice"), max_length=300, blank=True)
    mitigation = models.CharField(_("what we do about it"), max_length=300)

    class Meta:
        verbose_name = _("risk")
        ordering = ["version_id", "id"]

    def __str__(self) -> str:
        return self.risk


class Backing(models.TextChoices):
    PILOT = "pilot", _("Pilot data")
    QUOTE = "quote", _("A customer’s words")
    ASSUMPTION = "assumption", _("An assumption")


class BriefClaim(models.Model):
    """One thing that a brief says is so, and what stands behind it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="claims")
    section = models.CharField(_("section"), max_length=16, choices=Section.choices)
    words = models.CharField(_("claim"), max_length=300)
    backing = models.CharField(_("backed by"), max_length=12, choices=Backing.choices, default=Backing.ASSUMPTION)
    source = models.CharField(_("source"), max_length=300, blank=True)
    experiment = models.ForeignKey(
        Experiment,
        verbose_name=_("experiment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
    )
    # A pilot counts how many of how many, or a mean with its spread, before and after.
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    before_n = models.PositiveIntegerField(_("cases before"), null=True, blank=True)
    before_hits = models.PositiveIntegerField(_("of them with it, before"), null=True, blank=True)
    before_mean = models.DecimalField(_("mean before"), max_digits=14, decimal_places=3, null=True, blank=True)
    before_sd = models.DecimalField(_("spread before"), max_digits=14, decimal_places=3, null=True, blank=True)
    after_n = models.PositiveIntegerField(_("cases after"), null=True, blank=True)
    after_hits = models.PositiveIntegerField(_("of them with it, after"), null=True, blank=True)
    after_mean = models.DecimalField(_("mean after"), max_digits=14, decimal_places=3, null=True, blank=True)
    after_sd = models.DecimalField(_("spread after"), max_digits=14, decimal_places=3, null=True, blank=True)
    quote = models.TextField(_("their words"), blank=True)
    quoted = models.CharField(_("who said it"), max_length=200, blank=True)
    consent = models.BooleanField(_("they agreed to be quoted"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        ordering = ["version_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="brief_claim_quote_has_consent",
                condition=~Q(backing="quote") | (Q(consent=True) & ~Q(quote="")),
                violation_error_message=_("A quotation needs the words and the consent of whoever said them."),
            ),
            models.CheckConstraint(
                name="brief_claim_hits_within_cases",
                condition=(Q(before_hits__isnull=True) | Q(before_hits__lte=F("before_n")))
                & (Q(after_hits__isnull=True) | Q(after_hits__lte=F("after_n"))),
                violation_error_message=_("There cannot be more with it than there were cases."),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class BriefReturn(models.Model):
    """What an outcome would be worth in money, where the owner of the measure agrees to say so."""

    version = models.OneToOneField(BriefVersion, on_delete=models.CASCADE, related_name="money")
    outcome = models.ForeignKey(BriefOutcome, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    value_per_unit = models.DecimalField(_("worth of one unit"), max_digits=12, decimal_places=2)
    times_a_year = models.PositiveSmallIntegerField(_("times a year"), default=12)
    share = models.DecimalField(
        _("share this work contributes"),
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    confidence = models.DecimalField(
        _("how sure of it"),
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    agreed_by = models.CharField(_("who owns the measure and agrees"), max_length=200)
    mentee_hours = models.DecimalField(_("hours of the mentee"), max_digits=7, decimal_places=1, default=0)
    mentee_rate = models.DecimalField(_("cost of such an hour"), max_digits=9, decimal_places=2, default=0)
    support_hours = models.DecimalField(_("hours of others"), max_digits=7, decimal_places=1, default=0)
    support_rate = models.DecimalField(_("cost of such an hour"), max_digits=9, decimal_places=2, default=0)
    cash = models.DecimalField(_("spent"), max_digits=12, decimal_places=2, default=0)
    backfill = models.DecimalField(_("cover"), max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("return")
        constraints = [
            models.CheckConstraint(
                name="brief_return_agreed",
                condition=~Q(agreed_by=""),
                violation_error_message=_("Name who owns the measure and agrees to the conversion."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.currency}"
