"""The rubric: criteria, and what each level of them looks like."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rubric(models.Model):
    """One version of the rubric; a running cycle keeps the version it began with."""

    name = models.CharField(_("name"), max_length=100)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("rubric")
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="rubric_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Criterion(models.Model):
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="criteria")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("criterion"), max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["rubric_id", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["rubric", "key"], name="criterion_key_once")]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """The anchor of one criterion at one level, 1 to 5."""

    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="levels")
    value = models.PositiveSmallIntegerField(_("level"))
    name = models.CharField(_("name"), max_length=60)
    anchor = models.TextField(_("anchor"))

    class Meta:
        verbose_name = _("level")
        ordering = ["criterion_id", "value"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "value"], name="level_once"),
            models.CheckConstraint(name="level_1_to_5", condition=Q(value__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.value}"
