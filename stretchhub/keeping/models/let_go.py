"""How much was let go of, and when it was last looked for: one row for each class of data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetGo(models.Model):
    """What the nightly run did with one class of data; only numbers, so that the rows that went are still counted."""

    name = models.CharField(max_length=20, primary_key=True)
    # The last run that came to its end, and the last that took something.
    done_at = models.DateTimeField(null=True)
    went_at = models.DateTimeField(null=True)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("what was let go of")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
