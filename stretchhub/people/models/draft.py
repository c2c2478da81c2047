"""What somebody has typed and not yet sent, kept at each autosave."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """The words of one form about one thing, as one person left them; gone when they are sent."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    about = models.CharField(max_length=64, blank=True)
    content = models.JSONField(default=dict)
    # Raised with every save, so that a second page of the same form is noticed.
    edit = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("draft")
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["owner", "form", "about"], name="draft_one_a_form")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.form}"
