"""A file on its way: uploaded as soon as it is chosen, attached when the evidence is logged."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .evidence import stored_name


class StagedFileQuerySet(models.QuerySet):
    def visible_to(self, user) -> StagedFileQuerySet:
        """Until it is attached, whoever uploaded it alone."""
        return self.filter(by=user)


class StagedFile(models.Model):
    """Never handed out; attached to a piece of evidence, or swept away after a day."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="staged_files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The code of the evidence that is being changed; empty for what is to be logged.
    about = models.CharField(max_length=36, blank=True)
    # The page's own name for this upload: sent again after a lost answer, it stays one file.
    key = models.CharField(max_length=64)
    file = models.FileField(upload_to=stored_name, max_length=100)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = StagedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file on its way")
        ordering = ["assignment_id", "id"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="staged_file_once")]

    def __str__(self) -> str:
        return self.name
