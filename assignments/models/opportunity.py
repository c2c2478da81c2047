"""The shared pool: stretch work that anybody offers and every mentee may take a copy of."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .competency import Competency
from .option import Audience, Contribution, Kind, OptionRole

# What describes the work on offer; an option that is a copy takes it over.
DESCRIBED = (
    "title",
    "kind",
    "domain",
    "audience",
    "role",
    "why",
    "starts_on",
    "ends_on",
    "hours_per_week",
    "success_criteria",
)


class OpportunityQuerySet(models.QuerySet):
    def visible_to(self, user) -> OpportunityQuerySet:
        """Everybody sees what is offered; what was closed stays with whoever offered it or took it."""
        if not user.is_active:
            return self.none()
        taken = Q(copies__mentorship__mentee=user) | Q(copies__mentorship__mentor=user)
        own = self.model.objects.filter(Q(offered_by=user) | taken).values("pk")
        return self.filter(Q(closed_at__isnull=True) | Q(pk__in=own))

    def offered(self) -> OpportunityQuerySet:
        return self.filter(closed_at__isnull=True)

    def matching(self, words: str) -> OpportunityQuerySet:
        """Those in which every one of these words occurs."""
        found = self
        for word in words.lower().split():
            found = found.filter(search__contains=word)
        return found


class Opportunity(models.Model):
    """Stretch work on offer, described as an option is; a mentee takes a copy into the pipeline."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What the offerer's own list calls it, so that the same file can be imported again.
    key = models.CharField(_("key"), max_length=100, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    domain = models.CharField(_("domain"), max_length=120, help_text=_("Where the work is, for example Customer care."))
    audience = models.CharField(
        _("audience"), max_length=16, choices=Audience.choices, help_text=_("Who will see or use the result.")
    )
    role = models.CharField(_("role"), max_length=16, choices=OptionRole.choices, default=OptionRole.OWNER)
    why = models.TextField(_("what it is and whom it would stretch"), max_length=4000)
    competencies = models.ManyToManyField(Competency, through="OpportunityCompetency")
    starts_on = models.DateField(_("could start on"), null=True, blank=True)
    ends_on = models.DateField(_("would end by"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(60)],
    )
    success_criteria = models.TextField(_("success criteria"), blank=True, max_length=4000)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opportunities", editable=False
    )
    offered_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_reason = models.CharField(_("why it is closed"), max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Everything a search looks into, in lower case.
    search = models.TextField(editable=False, default="")

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["-offered_at", "-id"]
        indexes = [
            models.Index(fields=["-offered_at", "-id"], name="opportunity_newest", condition=Q(closed_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="opportunity_ends_after_start",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end cannot be before the start."),
            ),
            models.UniqueConstraint(
                fields=["offered_by", "key"], condition=~Q(key=""), name="opportunity_key_once_an_offerer"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    def words_to_search(self, competencies: Iterable[str]) -> str:
        """What a search looks into; whoever writes an opportunity sets `search` to it."""
        return "\n".join([self.title, self.domain, self.why, self.success_criteria, *competencies]).lower()


class OpportunityCompetency(models.Model):
    """A competency that an opportunity would develop, and how directly."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="contributions")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    contribution = models.CharField(
        _("contribution"), max_length=16, choices=Contribution.choices, default=Contribution.PRIMARY
    )

    class Meta:
        verbose_name = _("competency of an opportunity")
        ordering = ["opportunity_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "competency"],
                name="opportunity_competency_once",
                violation_error_message=_("This opportunity has that competency already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.competency} ({self.get_contribution_display()})"
