"""The rubric: criteria, and what each level of them looks like."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RubricStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class RubricQuerySet(models.QuerySet):
    def visible_to(self, user) -> RubricQuerySet:
        """HR writes them; everybody may read one that was published."""
        return self if user.is_hr else self.exclude(status=RubricStatus.DRAFT)

    def published(self) -> RubricQuerySet:
        """Those that a new cycle can be opened with."""
        return self.filter(status=RubricStatus.PUBLISHED)


class Rubric(models.Model):
    """One version of the rubric; a running cycle keeps the version it began with.

    A draft can be changed; what was published never changes again, a new version follows it.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    version = models.PositiveIntegerField(_("version"), default=1)
    status = models.CharField(
        max_length=16, choices=RubricStatus.choices, default=RubricStatus.PUBLISHED, editable=False
    )
    changes = models.CharField(_("what changed"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    # Raised with every save of a draft, so that a stale page cannot overwrite a newer one.
    edit = models.PositiveIntegerField(default=1, editable=False)

    objects = RubricQuerySet.as_manager()

    class Meta:
        verbose_name = _("rubric")
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="rubric_version_once"),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(status="draft"),
                name="rubric_one_draft",
                violation_error_message=_("There is a draft of this rubric already."),
            ),
        ]

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
