"""The guided conversation from which goals come: one screen a topic, saved as it is typed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .mentorship import Mentorship


class Topic(models.TextChoices):
    """The screens of the conversation, in their order."""

    ASPIRATIONS = "aspirations", _("Aspirations")
    STRENGTHS = "strengths", _("Strengths")
    GAPS = "gaps", _("Gaps")
    NEEDS = "needs", _("Needs now")
    SUCCESS = "success", _("Success")
    AVOID = "avoid", _("What to avoid")


MOST_STRENGTHS = 5

# The fields of each topic, by the name they are kept under.
FIELDS: dict[str, tuple[str, ...]] = {
    Topic.ASPIRATIONS: ("next_role", "ambition"),
    Topic.STRENGTHS: tuple(f"{what}_{n}" for n in range(1, MOST_STRENGTHS + 1) for what in ("strength", "example")),
    Topic.GAPS: ("gaps",),
    Topic.NEEDS: ("needs",),
    Topic.SUCCESS: ("impact", "skills"),
    Topic.AVOID: ("avoid",),
}


class IntakeQuerySet(models.QuerySet):
    def visible_to(self, user) -> IntakeQuerySet:
        """What is said in an intake is the mentee's and the mentor's alone."""
        return self.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor=user))

    def open(self) -> IntakeQuerySet:
        return self.filter(kept_at__isnull=True)

    def latest_kept(self) -> IntakeQuerySet:
        """The kept ones after which no other was begun."""
        newer = self.model.objects.filter(mentorship=OuterRef("mentorship"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer), kept_at__isnull=False)


class Intake(models.Model):
    """One conversation of a mentorship; kept when both have said what matters, and then only read."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="intakes")
    number = models.PositiveIntegerField(editable=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    kept_at = models.DateTimeField(null=True, editable=False)
    revisit_on = models.DateField(_("revisit on"), null=True, blank=True)
    # Raised when the revisit day changes, so that its reminder is another one.
    revisit_revision = models.PositiveIntegerField(default=0, editable=False)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake conversation")
        ordering = ["mentorship_id", "-number"]
        indexes = [models.Index(fields=["revisit_on"], name="intake_by_revisit")]
        constraints = [
            models.UniqueConstraint(fields=["mentorship", "number"], name="intake_number_once"),
            models.UniqueConstraint(
                fields=["mentorship"],
                condition=Q(kept_at__isnull=True),
                name="intake_open_once",
                violation_error_message=_("A conversation is open already."),
            ),
            models.CheckConstraint(
                name="intake_kept_has_revisit_day",
                condition=Q(kept_at__isnull=True) | Q(revisit_on__isnull=False),
                violation_error_message=_("Choose a day to look at this again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentorship} {self.number}"


class IntakeAnswer(models.Model):
    """What was said to one topic: its fields by name, saved by whoever typed last."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="answers")
    topic = models.CharField(_("topic"), max_length=16, choices=Topic.choices)
    words = models.JSONField(default=dict)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("answer of an intake")
        ordering = ["intake_id", "id"]
        constraints = [models.UniqueConstraint(fields=["intake", "topic"], name="intake_topic_once")]

    def __str__(self) -> str:
        return f"{self.intake}: {self.get_topic_display()}"
