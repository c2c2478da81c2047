"""What the mentee makes of a week, for themselves unless they show it to the mentor."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, TextField, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class ReflectionQuerySet(models.QuerySet):
    def visible_to(self, user) -> ReflectionQuerySet:
        """Whoever wrote it, and the mentor where it was shown to them. Nobody else, whatever their role."""
        return self.filter(Q(by=user) | Q(assignment__mentor=user, shared_with_mentor=True))

    def shown_to(self, user) -> ReflectionQuerySet:
        """What this person may read as rows: all of it, or for the mentor the one line alone.

        What is not shown never leaves the database: the three parts are empty in such a row.
        """
        whole = Q(by=user) | Q(shared_with_mentor=True)
        rows = self.filter(Q(by=user) | Q(assignment__mentor=user) & (Q(shared_with_mentor=True) | ~Q(shared_line="")))
        parts = {
            name: Case(When(whole, then=F(part)), default=Value(""), output_field=TextField())
            for name, part in (("how", "worked"), ("why", "surprised"), ("next", "differently"))
        }
        is_whole = Case(When(whole, then=Value(True)), default=Value(False), output_field=models.BooleanField())
        return rows.only("code", "on", "shared_line", "shared_with_mentor").annotate(whole=is_whole, **parts)


class Reflection(models.Model):
    """Worked, surprised, differently; private by default."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reflections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    on = models.DateField(_("about the time until"))
    worked = models.TextField(_("what worked"), blank=True, max_length=4000)
    surprised = models.TextField(_("what surprised me"), blank=True, max_length=4000)
    differently = models.TextField(_("what I would do differently"), blank=True, max_length=4000)
    # The one line of it that the mentee chooses to show to the mentor while the rest stays private.
    shared_line = models.CharField(_("one line for my mentor"), max_length=300, blank=True)
    shared_with_mentor = models.BooleanField(_("show it to my mentor"), default=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reflection")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["assignment", "-on", "-id"], name="reflection_newest")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.on}"
