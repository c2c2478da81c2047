"""What a mentee writes about their own growth, and what they leave out of it before it leaves."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment

from .document import DocumentKind


class CasePart(models.TextChoices):
    """The parts of a growth case study, in their order."""

    SITUATION = "situation", _("The situation")
    BEFORE = "before", _("What I could do before")
    STRETCH = "stretch", _("The stretch, and the support")
    DECISION = "decision", _("A decision that turned it")
    SETBACK = "setback", _("A setback that turned it")
    FEEDBACK = "feedback", _("Feedback that turned it")
    RESULTS = "results", _("Results")
    LEVELS = "levels", _("How my level changed")
    REUSE = "reuse", _("What others can use again")
    DIFFERENTLY = "differently", _("What I would do differently")
    NEXT = "next", _("My next challenge")


TURNING = (CasePart.DECISION, CasePart.SETBACK, CasePart.FEEDBACK)


class OwnDraft(models.Model):
    """Words by part, and what is left out or said otherwise; nobody but the mentee ever reads it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.JSONField(default=dict, blank=True)
    # By passage whether it stays; one that is not named stays unless it was never shared.
    stays = models.JSONField(default=dict, blank=True)
    # By full name what stands there instead, nothing where the name stays; and what else is replaced.
    names = models.JSONField(default=dict, blank=True)
    more = models.JSONField(default=list, blank=True)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    edit = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("draft of a case study or record")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "assignment"], condition=~Q(kind="record"), name="own_draft_once"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(kind="record"), name="own_draft_one_record"),
            models.CheckConstraint(
                name="own_draft_record_is_of_all_assignments",
                condition=Q(kind="record", assignment__isnull=True)
                | Q(kind__in=["case_study", "outline"], assignment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"
