"""What ranking weighs, in which version, and the rankings two people chose to keep."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .mentorship import Mentorship
from .option import Option


class MethodSettings(models.Model):
    """The defaults behind every number shown, one row a version; the highest version holds.

    `values` holds only what differs from the shipped defaults of `assignments.method.Method`.
    """

    version = models.PositiveIntegerField(unique=True)
    values = models.JSONField(default=dict)
    reason = models.CharField(_("why it was changed"), max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("method settings")
        verbose_name_plural = _("method settings")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"


class SponsorState(models.TextChoices):
    NOT_LOOKED = "unknown", _("Not looked yet")
    NONE_FOUND = "none", _("Looked, nobody found")
    FOUND = "found", _("Somebody in view")


class SponsorOutlook(models.Model):
    """How strong a sponsor the two see for an option; a private estimate, never shown to the sponsor."""

    option = models.OneToOneField(Option, on_delete=models.CASCADE, related_name="sponsor_outlook")
    state = models.CharField(_("sponsor"), max_length=8, choices=SponsorState.choices, default=SponsorState.NOT_LOOKED)
    name = models.CharField(_("who"), max_length=200, blank=True)
    owns = models.PositiveSmallIntegerField(_("owns the problem"), null=True, blank=True)
    influences = models.PositiveSmallIntegerField(_("influences the decision"), null=True, blank=True)
    develops = models.PositiveSmallIntegerField(_("values development"), null=True, blank=True)
    engaged = models.PositiveSmallIntegerField(_("is engaged"), null=True, blank=True)

    class Meta:
        verbose_name = _("sponsor in view")
        constraints = [
            models.CheckConstraint(
                name="sponsor_outlook_found_is_rated",
                condition=~Q(state="found")
                | (
                    ~Q(name="")
                    & Q(owns__range=(1, 5))
                    & Q(influences__range=(1, 5))
                    & Q(develops__range=(1, 5))
                    & Q(engaged__range=(1, 5))
                ),
                violation_error_message=_("Name the person and rate all four, 1 to 5."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.get_state_display()


class RankingWeights(models.Model):
    """How much each factor counts for one mentorship, adding up to 100; a change is a new version."""

    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="ranking_weights")
    version = models.PositiveIntegerField()
    goal = models.PositiveSmallIntegerField(_("goal fit"), default=30)
    gap = models.PositiveSmallIntegerField(_("gap coverage"), default=25)
    stretch = models.PositiveSmallIntegerField(_("stretch fit"), default=20)
    sponsor = models.PositiveSmallIntegerField(_("sponsor strength"), default=15)
    workload = models.PositiveSmallIntegerField(_("workload fit"), default=10)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("weights of the ranking")
        verbose_name_plural = _("weights of the ranking")
        ordering = ["mentorship_id", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "version"], name="ranking_weights_version_once"),
            models.CheckConstraint(
                name="ranking_weights_add_up_to_100",
                condition=Q(goal=100 - F("gap") - F("stretch") - F("sponsor") - F("workload")),
                violation_error_message=_("The five weights add up to 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship} v{self.version}"


class KeptRankingQuerySet(models.QuerySet):
    def visible_to(self, user) -> KeptRankingQuerySet:
        return self.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor=user))


class KeptRanking(models.Model):
    """A ranking as it stood on a day, with the weights, the method and the inputs it was computed from."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="kept_rankings")
    weights = models.JSONField()
    weights_version = models.PositiveIntegerField()
    method_version = models.PositiveIntegerField()
    inputs = models.JSONField()
    result = models.JSONField()
    note = models.CharField(_("what you concluded"), max_length=500, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    objects = KeptRankingQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept ranking")
        ordering = ["-kept_at", "-id"]

    def __str__(self) -> str:
        return f"{self.mentorship} {self.kept_at:%Y-%m-%d}"
