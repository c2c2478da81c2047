"""A file that HR asked for, from the asking to its expiry."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .review import ReviewCycle


class Format(models.TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel (XLSX)")
    JSONL = "jsonl", _("JSON lines")


# Of an archive of one person's own data, which somebody without HR's role may ask for; never among HR's files.
OWN = "own"


class ExportStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being written")
    COMPLETE = "complete", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


BEING_WRITTEN = (ExportStatus.QUEUED, ExportStatus.RUNNING)


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user) -> ExportQuerySet:
        """HR sees that exports were made; the file is for the one who asked."""
        return self.exclude(format=OWN) if user.is_hr else self.none()

    def own_of(self, user) -> ExportQuerySet:
        """The archives of this person's own data, that they asked for themselves."""
        return self.filter(format=OWN, requested_by=user)

    def being_written(self) -> ExportQuerySet:
        """Those that have been asked for and have not come to their end."""
        return self.filter(status__in=BEING_WRITTEN)


# Where they are among the files that are kept.
FOLDER = "exports"


def stored_name(instance: Export, filename: str) -> str:
    return f"{FOLDER}/{uuid.uuid4().hex}"


class Export(models.Model):
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Which tables, what narrows them, and how many rows of each the file has.
    tables = models.JSONField(default=list, editable=False)
    filter = models.JSONField(default=dict, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    cycle = models.ForeignKey(
        ReviewCycle, on_delete=models.PROTECT, null=True, blank=True, related_name="exports", editable=False
    )
    format = models.CharField(_("format"), max_length=8, choices=Format.choices)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    status = models.CharField(max_length=16, choices=ExportStatus.choices, default=ExportStatus.QUEUED, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="exports",
        editable=False,
    )
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    rows_expected = models.PositiveBigIntegerField(default=0, editable=False)
    rows_written = models.PositiveBigIntegerField(default=0, editable=False)
    # How many percent of a workbook are packed; nothing before its last row and once it is there.
    packed = models.PositiveSmallIntegerField(null=True, editable=False)
    file = models.FileField(upload_to=stored_name, max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["status", "lease_until"], name="export_by_status"),
            models.Index(fields=["requested_by", "-requested_at"], name="export_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="export_complete_has_every_row",
                condition=~Q(status="complete")
                | (Q(rows_written=F("rows_expected")) & ~Q(sha256="") & Q(completed_at__isnull=False)),
                violation_error_message=_("An export is complete only with every row written."),
            )
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.tables)} {self.format}"
