"""What the two want to talk about at their next check-in; what is not settled is carried over."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .check_in import CheckIn


class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user) -> AgendaItemQuerySet:
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user))

    def open(self) -> AgendaItemQuerySet:
        return self.filter(settled_at__isnull=True)


class AgendaItem(models.Model):
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="agenda")
    text = models.CharField(_("what to talk about"), max_length=500)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    # The check-in at which it was talked about.
    check_in = models.ForeignKey(CheckIn, on_delete=models.PROTECT, null=True, related_name="agenda", editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the agenda")
        ordering = ["assignment_id", "added_at", "id"]

    def __str__(self) -> str:
        return self.text
