"""A setback, written down as something to learn from."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment


class SetbackQuerySet(models.QuerySet):
    def visible_to(self, user) -> SetbackQuerySet:
        """Mentee and mentor; the sponsor only what the mentee shared."""
        return self.filter(
            Q(assignment__mentee=user)
            | Q(assignment__mentor=user)
            | Q(assignment__sponsor=user, shared_with_sponsor=True)
        )


class Setback(models.Model):
    """A card: what was assumed, what happened, what was done, what would be done now, what changed.

    After thirty days it asks once more whether the change held.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="setbacks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    title = models.CharField(_("the setback, in a few words"), max_length=200)
    happened_on = models.DateField(_("when"))
    assumed = models.TextField(_("what I assumed"), max_length=4000)
    happened = models.TextField(_("what happened"), max_length=4000)
    did = models.TextField(_("what I did"), max_length=4000)
    would_do = models.TextField(_("what I would do now"), blank=True, max_length=4000)
    changed = models.TextField(_("what I have changed"), blank=True, max_length=4000)
    # For others, without names or places; only where the mentee wants it.
    team_lesson = models.TextField(_("a lesson for the team"), blank=True, max_length=1000)
    shared_with_sponsor = models.BooleanField(_("share with the sponsor"), default=False)
    ask_again_on = models.DateField(_("look at it again on"))
    later = models.TextField(_("did the change hold"), blank=True, max_length=4000)
    later_at = models.DateTimeField(null=True, editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SetbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("setback")
        ordering = ["-happened_on", "-id"]
        indexes = [
            models.Index(fields=["assignment", "-happened_on", "-id"], name="setback_newest"),
            models.Index(fields=["ask_again_on"], condition=Q(later_at__isnull=True), name="setback_to_ask_again"),
        ]
        constraints = [
            models.CheckConstraint(name="setback_later_with_words", condition=Q(later_at__isnull=True) | ~Q(later=""))
        ]

    def __str__(self) -> str:
        return self.title
