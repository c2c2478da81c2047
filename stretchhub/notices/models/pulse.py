"""When work that comes round was last done."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pulse(models.Model):
    """One row for each kind of work that Celery does again and again, so that an operator sees when it stops."""

    task = models.CharField(max_length=100, primary_key=True)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pulse of a task")
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task
