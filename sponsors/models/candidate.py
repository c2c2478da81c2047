"""Whom one might ask to sponsor an option, and where everybody stands; between mentee and mentor alone."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Option

RATED = [MinValueValidator(1), MaxValueValidator(5)]


def _of_the_pair(user, path: str) -> Q:
    return Q(**{f"{path}__mentee": user}) | Q(**{f"{path}__mentor": user})


class SponsorCandidateQuerySet(models.QuerySet):
    def visible_to(self, user) -> SponsorCandidateQuerySet:
        """Mentee and mentor; nobody learns that they were judged."""
        return self.filter(_of_the_pair(user, "option__mentorship"))

    def in_view(self) -> SponsorCandidateQuerySet:
        """Those that nobody has set aside."""
        return self.filter(set_aside_at__isnull=True)


class SponsorCandidate(models.Model):
    """One person who might sponsor one option, judged 1 to 5 on what makes a sponsor; empty is not judged yet."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="sponsor_candidates")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    owns = models.PositiveSmallIntegerField(_("owns the problem"), null=True, blank=True, validators=RATED)
    influences = models.PositiveSmallIntegerField(_("influences the decision"), null=True, blank=True, validators=RATED)
    develops = models.PositiveSmallIntegerField(_("values development"), null=True, blank=True, validators=RATED)
    reach = models.PositiveSmallIntegerField(_("reach"), null=True, blank=True, validators=RATED)
    capacity = models.PositiveSmallIntegerField(_("has capacity"), null=True, blank=True, validators=RATED)
    priority = models.CharField(_("their priority"), max_length=200, blank=True)
    conflict = models.CharField(_("conflict of interest"), max_length=300, blank=True)
    same_network = models.BooleanField(_("known only through the usual network"), default=False)
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    rated_at = models.DateTimeField(default=timezone.now, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    objects = SponsorCandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible sponsor")
        verbose_name_plural = _("possible sponsors")
        ordering = ["option_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["option", "person"],
                name="sponsor_candidate_once",
                violation_error_message=_("This person is on the list already."),
            ),
            *(
                models.CheckConstraint(
                    name=f"sponsor_candidate_{name}_1_to_5",
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (1, 5)}),
                    violation_error_message=_("Choose 1 to 5."),
                )
                for name in ("owns", "influences", "develops", "reach", "capacity")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.person}"


class StakeholderQuerySet(models.QuerySet):
    def visible_to(self, user) -> StakeholderQuerySet:
        """Mentee and mentor: where somebody stands on this grid leaks badly."""
        return self.filter(_of_the_pair(user, "option__mentorship"))


class Stakeholder(models.Model):
    """Where somebody stands towards an option, power and interest 1 to 5, as seen on a day."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="stakeholders")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("who"), max_length=200)
    power = models.PositiveSmallIntegerField(_("power"), validators=RATED)
    interest = models.PositiveSmallIntegerField(_("interest"), validators=RATED)
    note = models.CharField(_("note"), max_length=300, blank=True)
    placed_on = models.DateField(_("seen on"))
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder on the grid")
        verbose_name_plural = _("stakeholders on the grid")
        ordering = ["option_id", "name", "id"]
        constraints = [
            models.CheckConstraint(
                name="stakeholder_placed_1_to_5",
                condition=Q(power__range=(1, 5), interest__range=(1, 5)),
                violation_error_message=_("Choose 1 to 5 for power and for interest."),
            ),
            models.UniqueConstraint(
                fields=["option", "person"],
                condition=Q(person__isnull=False),
                name="stakeholder_person_once",
                violation_error_message=_("This person is on the grid already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
