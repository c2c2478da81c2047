"""The words in which growth is described: frameworks, competencies, level descriptors."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

LEVELS = range(1, 6)


class Framework(models.Model):
    """A published list of competencies, with the licence and credit it must be shown with."""

    name = models.CharField(_("name"), max_length=200)
    version = models.CharField(_("version"), max_length=40, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    credit = models.CharField(_("credit"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("competency framework")
        ordering = ["name", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="framework_version_once",
                violation_error_message=_("This version of the framework is here already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


class CompetencyQuerySet(models.QuerySet):
    def current(self) -> CompetencyQuerySet:
        return self.filter(retired=False)


class Competency(models.Model):
    """Something a person can get better at, described at five levels."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="competencies")
    key = models.CharField(_("key"), max_length=200)
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    retired = models.BooleanField(_("retired"), default=False)

    objects = CompetencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["framework", "key"], name="competency_key_once")]

    def __str__(self) -> str:
        return self.name


class LevelDescriptor(models.Model):
    """What a competency looks like at one level, 1 to 5."""

    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="level_descriptors")
    level = models.PositiveSmallIntegerField(_("level"))
    text = models.TextField(_("what it looks like"))

    class Meta:
        verbose_name = _("level descriptor")
        ordering = ["competency_id", "level"]
        constraints = [
            models.UniqueConstraint(fields=["competency", "level"], name="level_described_once"),
            models.CheckConstraint(name="level_descriptor_1_to_5", condition=models.Q(level__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.level}"
