"""The learning plan: what is read, taken, watched or practised beside the work."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .competency import Competency
from .goal import Goal
from .mentorship import Mentorship


class LearningKind(models.TextChoices):
    READING = "reading", _("Reading")
    COURSE = "course", _("Course")
    MICRO_CREDENTIAL = "micro_credential", _("Micro-credential")
    SHADOWING = "shadowing", _("Shadowing")
    PRACTICE = "practice", _("Practice")


class LearningItemQuerySet(models.QuerySet):
    def visible_to(self, user) -> LearningItemQuerySet:
        """The learning plan is the mentee's and the mentor's alone."""
        return self.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor=user))

    def open(self) -> LearningItemQuerySet:
        return self.filter(done_on__isnull=True, dropped_at__isnull=True)


class LearningItem(models.Model):
    """One thing to learn from; done when somebody can say in a sentence what it changed."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="learning_items")
    kind = models.CharField(_("kind"), max_length=20, choices=LearningKind.choices)
    title = models.CharField(_("what"), max_length=200)
    link = models.URLField(_("link"), max_length=1000, blank=True)
    goal = models.ForeignKey(
        Goal, verbose_name=_("goal"), on_delete=models.PROTECT, null=True, blank=True, related_name="learning_items"
    )
    competency = models.ForeignKey(
        Competency, verbose_name=_("competency"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    changed = models.CharField(_("what it changed"), max_length=500, blank=True, editable=False)
    dropped_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LearningItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the learning plan")
        verbose_name_plural = _("learning plan")
        ordering = ["mentorship_id", "due_on", "id"]
        indexes = [models.Index(fields=["due_on"], name="learning_by_due_day")]
        constraints = [
            models.CheckConstraint(
                name="learning_done_says_what_changed",
                condition=Q(done_on__isnull=True) | ~Q(changed=""),
                violation_error_message=_("Say in one sentence what it changed."),
            )
        ]

    def __str__(self) -> str:
        return self.title
