"""What shows that something was learned and something changed."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .brief_part import BriefOutcome
from .competency import Competency
from .milestone import Milestone


class EvidenceKind(models.TextChoices):
    TEXT = "text", _("Words")
    LINK = "link", _("Link")
    FILE = "file", _("File")
    DEMO = "demo", _("Demo")
    REPORT = "report", _("Impact report")


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user) -> EvidenceQuerySet:
        """Mentee and mentor; the sponsor only what the mentee shared."""
        return self.filter(
            Q(assignment__mentee=user)
            | Q(assignment__mentor=user)
            | Q(assignment__sponsor=user, shared_with_sponsor=True)
        )

    def with_marks(self) -> EvidenceQuerySet:
        """With the number of files, and of those who said here, and not in feedback, that it is as it says."""
        confirmed = Q(verifications__verdict="confirmed", verifications__request__isnull=True)
        return self.annotate(
            file_count=models.Count("files", distinct=True),
            confirmed_count=models.Count("verifications", filter=confirmed, distinct=True),
        )


class Evidence(models.Model):
    """One piece of evidence: words, a link or files, with what was learned and what it changed."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="evidence")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=EvidenceKind.choices, default=EvidenceKind.TEXT)
    title = models.CharField(_("what is it"), max_length=200)
    text = models.TextField(_("in words"), blank=True, max_length=10000)
    link = models.URLField(_("link"), blank=True, max_length=1000)
    learned = models.TextField(_("what I learned"), max_length=4000)
    changed = models.TextField(_("what it changed"), blank=True, max_length=4000)
    happened_on = models.DateField(_("when"))
    milestone = models.ForeignKey(
        Milestone,
        verbose_name=_("milestone"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    outcome = models.ForeignKey(
        BriefOutcome,
        verbose_name=_("metric"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    competencies = models.ManyToManyField(Competency, verbose_name=_("competencies"), blank=True, related_name="+")
    shared_with_sponsor = models.BooleanField(_("share with the sponsor"), default=False)
    shared_at_review = models.BooleanField(_("share with HR at review"), default=False)
    logged_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-happened_on", "-id"]
        indexes = [models.Index(fields=["assignment", "-happened_on", "-id"], name="evidence_newest")]

    def __str__(self) -> str:
        return self.title


# Where they are among the files that are kept.
FOLDER = "evidence"


def stored_name(instance: models.Model, filename: str) -> str:
    """A random name: what the person called the file is kept in the database only."""
    token = uuid.uuid4().hex
    return str(PurePosixPath(FOLDER, token[:2], token))


class EvidenceFileQuerySet(models.QuerySet):
    def ready(self) -> EvidenceFileQuerySet:
        """Those that may be handed out to whoever sees their evidence."""
        return self.filter(state=FileState.READY)

    def to_redraw(self) -> EvidenceFileQuerySet:
        return self.filter(state=FileState.PENDING)

    def visible_to(self, user) -> EvidenceFileQuerySet:
        return self.filter(evidence__in=Evidence.objects.visible_to(user))


class FileState(models.TextChoices):
    PENDING = "pending", _("Being looked at")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Could not be read")


class EvidenceFile(models.Model):
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(upload_to=stored_name, max_length=100)
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    # A picture is made anew before anybody may fetch it, so that nothing but the picture is left of it.
    state = models.CharField(max_length=8, choices=FileState.choices, default=FileState.READY, editable=False)
    # How often it was tried; one that brings the worker down is not tried for ever.
    tries = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        ordering = ["evidence_id", "id"]
        indexes = [models.Index(fields=["id"], condition=Q(state="pending"), name="evidence_file_pending")]

    def __str__(self) -> str:
        return self.name
