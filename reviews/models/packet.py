"""What HR reads of a final review: frozen once, and what is said about it afterwards."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment

from ..canonical import digest
from .review import ReviewCycle, SharedResult


class ReviewNarrative(models.Model):
    """How capability and readiness changed, in the mentee's words; the mentor reads it once it is shown or frozen."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="narratives")
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="+")
    before = models.TextField(_("what I could do before"), blank=True, max_length=4000)
    did = models.TextField(_("what I did, and what helped"), blank=True, max_length=4000)
    changed = models.TextField(_("what changed in what I can do"), blank=True, max_length=4000)
    ready = models.TextField(_("what I am ready for next"), blank=True, max_length=4000)
    differently = models.TextField(_("what I would do differently"), blank=True, max_length=4000)
    shared_with_mentor = models.BooleanField(_("show it to my mentor now"), default=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    # Raised with every save, so that a stale page cannot overwrite a newer one.
    edit = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("narrative")
        constraints = [models.UniqueConstraint(fields=["assignment", "cycle"], name="narrative_once_a_cycle")]

    def __str__(self) -> str:
        return f"{self.assignment} {self.cycle}"


class NeverChanges(TypeError):
    """What is frozen or added is never changed nor taken away."""


class FrozenQuerySet(models.QuerySet):
    """Rows that are added and nothing else."""

    def update(self, **values: Any) -> int:
        raise NeverChanges(self.model.__name__)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NeverChanges(self.model.__name__)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise NeverChanges(self.model.__name__)


class Frozen(models.Model):
    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanges(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise NeverChanges(type(self).__name__)


class FrozenText(Frozen):
    """One text with its SHA-256: JSON as `canonical` writes it."""

    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    @cached_property
    def told(self) -> dict[str, Any]:
        """What stands in it."""
        return json.loads(self.content)

    @cached_property
    def is_intact(self) -> bool:
        """Whether the text is still the one that was frozen."""
        return digest(self.content) == self.sha256


class PacketQuerySet(FrozenQuerySet):
    def visible_to(self, user) -> PacketQuerySet:
        """Mentee, mentor and HR; the sponsor while the mentee shares the final result."""
        if user.is_hr:
            return self
        shared = SharedResult.objects.filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle"))
        return self.filter(
            Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(Exists(shared), assignment__sponsor=user)
        )

    def newest(self) -> PacketQuerySet:
        """Of each assignment and cycle the version that nothing has taken the place of."""
        return self.filter(superseded_by__isnull=True)


class ReviewPacket(FrozenText):
    """The final review of an assignment as it was frozen: the exact text of its JSON, and the SHA-256 of it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="packets")
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="packets")
    version = models.PositiveSmallIntegerField(default=1)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("why there is a new version"), max_length=2000, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = PacketQuerySet.as_manager()

    class Meta:
        verbose_name = _("review packet")
        ordering = ["-frozen_at", "-id"]
        indexes = [models.Index(fields=["cycle", "-frozen_at", "-id"], name="packet_by_cycle")]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "cycle", "version"], name="packet_version_once"),
            models.CheckConstraint(
                name="packet_new_version_has_reason",
                condition=Q(version=1, supersedes__isnull=True)
                | (Q(version__gt=1, supersedes__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} v{self.version}"


class PacketStatement(Frozen):
    """What the mentee says to a packet; a later one takes its place, and this one stays readable."""

    packet = models.ForeignKey(ReviewPacket, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("my statement"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("statement")
        ordering = ["packet_id", "number"]
        constraints = [models.UniqueConstraint(fields=["packet", "number"], name="packet_statement_once")]

    def __str__(self) -> str:
        return f"{self.packet} {self.number}"


class AddendumBy(models.TextChoices):
    MENTEE = "mentee", _("Mentee")
    MENTOR = "mentor", _("Mentor")
    HR = "hr", _("HR")


class PacketAddendum(Frozen):
    """Something added to a packet after it was frozen; nothing in the packet changes by it."""

    packet = models.ForeignKey(ReviewPacket, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(_("addendum"), max_length=4000)
    part = models.CharField(max_length=8, choices=AddendumBy.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.packet} {self.at}"
