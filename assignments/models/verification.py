"""Somebody else says that a piece of evidence is as it says."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assignment import Assignment
from .competency import Competency
from .evidence import Evidence
from .feedback import FeedbackRequest


class Source(models.TextChoices):
    """Where it comes from that somebody can do something."""

    SELF = "self", _("Self")
    MENTOR = "mentor", _("Mentor")
    PEER = "peer", _("Expert or peer")
    END_USER = "end_user", _("End user")
    METRIC = "metric", _("Metric")
    ARTEFACT = "artefact", _("Artefact")


class Verdict(models.TextChoices):
    CONFIRMED = "confirmed", _("It is as it says")
    PARTLY = "partly", _("In part")
    NOT_SEEN = "not_seen", _("I have not seen enough of it")


class EvidenceVerification(models.Model):
    """One person's word on one piece of evidence; never its author's."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="verifications")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Where an outsider judged it in answering a request.
    request = models.ForeignKey(FeedbackRequest, on_delete=models.PROTECT, null=True, related_name="verifications")
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    words = models.TextField(_("what you saw"), blank=True, max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    # What was judged; evidence that was changed since says so.
    evidence_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("verification")
        ordering = ["evidence_id", "at", "id"]
        constraints = [
            models.CheckConstraint(
                name="evidence_verified_by_somebody_else",
                condition=~Q(source="self") & (Q(by__isnull=False) | Q(request__isnull=False)),
                violation_error_message=_("Somebody else verifies what you logged."),
            ),
            models.UniqueConstraint(
                fields=["evidence", "by"],
                condition=Q(by__isnull=False),
                name="evidence_verified_once_a_person",
                violation_error_message=_("You have said what you think of it already."),
            ),
            models.UniqueConstraint(
                fields=["evidence", "request"],
                condition=Q(request__isnull=False),
                name="evidence_verified_once_a_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} {self.verdict}"


class EvidenceAskQuerySet(models.QuerySet):
    def visible_to(self, user) -> EvidenceAskQuerySet:
        """Whoever is asked, and whoever asked."""
        return self.filter(Q(asked_of=user) | Q(asked_by=user))

    def open(self) -> EvidenceAskQuerySet:
        return self.filter(settled_at__isnull=True)


class EvidenceAsk(models.Model):
    """An empty cell of the coverage was tapped: somebody is asked for what is missing there."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="evidence_asks")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    objects = EvidenceAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for evidence")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["asked_of"], condition=Q(settled_at__isnull=True), name="evidence_ask_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "competency", "source", "asked_of"],
                condition=Q(settled_at__isnull=True),
                name="evidence_ask_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.source}"
