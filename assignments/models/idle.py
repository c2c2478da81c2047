"""What a mentee says when their pipeline has stood still for a while."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .mentorship import Mentorship


class IdleChoice(models.TextChoices):
    LOOK = "look", _("Looking at options")
    LATER = "later", _("Not now, but from a day on")
    PAUSE = "pause", _("Development rests")
    RESUME = "resume", _("Development goes on")


class IdleAnswer(models.Model):
    """The newest one counts; nothing said before is changed."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="idle_answers")
    choice = models.CharField(max_length=8, choices=IdleChoice.choices)
    until_on = models.DateField(_("from"), null=True)
    said_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("answer about a pipeline that stands still")
        ordering = ["mentorship_id", "-id"]
        constraints = [
            models.CheckConstraint(
                name="idle_answer_later_has_day",
                condition=Q(choice="later", until_on__isnull=False) | (~Q(choice="later") & Q(until_on__isnull=True)),
                violation_error_message=_("“Not now” names the day from which on to ask again."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.mentorship}: {self.get_choice_display()}"
