"""Figures of the programme that no page counts by itself: as of a night, or of a quarter."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Standing(models.Model):
    """One row: how many have stretch work, how many wait and how long, as of one moment."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True)
    content = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("standing of the programme")
        constraints = [models.CheckConstraint(name="standing_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.as_of)


class QuarterFiguresQuerySet(models.QuerySet):
    def visible_to(self, user) -> QuarterFiguresQuerySet:
        return self if user.is_hr else self.none()

    def settled(self) -> QuarterFiguresQuerySet:
        """Of quarters that are over, taken once."""
        return self.filter(settled=True)


class QuarterFigures(models.Model):
    """What was late in a quarter and, once it is over, what went with good outcomes; it holds nothing hidden.

    Figures of a quarter that is not over are replaced each night and hold only what HR reads of each assignment
    anyway; those of one that is over are taken once and stay, so that no two of them can be subtracted.
    """

    quarter = models.CharField(_("quarter"), max_length=7, unique=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    settled = models.BooleanField(default=False)
    as_of = models.DateTimeField(_("as of"), default=timezone.now)
    content = models.JSONField(default=dict)

    objects = QuarterFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a quarter")
        verbose_name_plural = _("figures of quarters")
        ordering = ["-quarter"]
        constraints = [models.CheckConstraint(name="quarter_figures_window", condition=Q(until__gt=F("since")))]

    def __str__(self) -> str:
        return self.quarter
