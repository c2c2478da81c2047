"""What holds for every assignment of the organisation unless an assignment says otherwise."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stretchhub.people.models import Role, RoleGrant

from .charter import Rhythm, SponsorRhythm

# Chosen, not found: after so many days a pipeline in which nothing runs and nothing changes counts as idle.
IDLE_DAYS = 45


class ProgrammeQuerySet(models.QuerySet):
    def telling(self) -> ProgrammeQuerySet:
        """Where somebody is told when both are silent: not once that person has left HR and the administrators."""
        office = RoleGrant.objects.filter(user=OuterRef("escalate_to"), role__in=[Role.HR, Role.ADMINISTRATOR])
        return self.filter(Exists(office), escalate_to__is_active=True)

    def told(self) -> int | None:
        """Who is told when both are silent."""
        return self.telling().values_list("escalate_to_id", flat=True).first()

    def as_told(self) -> Subquery:
        """The same as a column of other rows."""
        return Subquery(self.telling().order_by().values("escalate_to_id")[:1])


class Programme(models.Model):
    """One row: the rhythms a new charter begins with, and whether somebody is told when both are silent."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    rhythm = models.CharField(
        _("rhythm of check-ins"), max_length=16, choices=Rhythm.choices, default=Rhythm.FORTNIGHTLY
    )
    sponsor_rhythm = models.CharField(
        _("rhythm with the sponsor"),
        max_length=20,
        choices=SponsorRhythm.choices,
        default=SponsorRhythm.TWO_THEN_MONTHLY,
    )
    # After mentee and mentor, and only where this is set.
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("programme administrator who is told when both are silent"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    idle_days = models.PositiveSmallIntegerField(
        _("days without a change until a pipeline counts as idle"),
        default=IDLE_DAYS,
        validators=[MinValueValidator(14), MaxValueValidator(365)],
        help_text=_("A design default, not a finding. The mentee is told first, and can say “not now” or let it rest."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        constraints = [models.CheckConstraint(name="programme_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(_("Programme"))
