"""The one-page case for an option, in versions, and who was asked to sponsor it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .option import Option


class BriefStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("With the mentor")
    ENDORSED = "endorsed", _("Endorsed")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    DECLINED = "declined", _("Declined")
    SPONSOR_ACCEPTED = "sponsor_accepted", _("Sponsor accepted")
    SPONSOR_DECLINED = "sponsor_declined", _("Sponsor declined")


NEXT: dict[str, set[str]] = {
    BriefStatus.DRAFT: {BriefStatus.SUBMITTED},
    BriefStatus.SUBMITTED: {
        BriefStatus.ENDORSED,
        BriefStatus.CHANGES_REQUESTED,
        BriefStatus.DECLINED,
    },
    BriefStatus.ENDORSED: {BriefStatus.SPONSOR_ACCEPTED, BriefStatus.SPONSOR_DECLINED},
    # What follows is written in a new version, which starts as a draft.
    BriefStatus.CHANGES_REQUESTED: set(),
    BriefStatus.DECLINED: set(),
    BriefStatus.SPONSOR_ACCEPTED: set(),
    BriefStatus.SPONSOR_DECLINED: set(),
}


class BriefQuerySet(models.QuerySet):
    def visible_to(self, user) -> BriefQuerySet:
        """Mentee, mentor and HR; a sponsor once asked, and only the version they were sent.

        HR reads a brief once somebody stands behind it; a draft is not yet a record.
        """
        own = Q(option__mentorship__mentee=user) | Q(option__mentorship__mentor=user)
        asked = Exists(
            SponsorRequest.objects.filter(
                version__brief=OuterRef("pk"),
                sponsor=user,
                status__in=[RequestStatus.ASKED, RequestStatus.ACCEPTED],
            )
        )
        seen = own | Q(asked)
        if user.is_hr:
            seen |= Q(versions__status__in=[BriefStatus.ENDORSED, BriefStatus.SPONSOR_ACCEPTED])
        return self.annotate(asked=asked).filter(seen).distinct()


class Brief(models.Model):
    """The case for one option; its words are in its versions."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    option = models.OneToOneField(Option, on_delete=models.PROTECT, related_name="brief")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BriefQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.option.title


class BriefVersionQuerySet(models.QuerySet):
    def visible_to(self, user) -> BriefVersionQuerySet:
        """All to mentee and mentor; to a sponsor what they were sent; to HR what was endorsed."""
        own = Q(brief__option__mentorship__mentee=user) | Q(brief__option__mentorship__mentor=user)
        asked = Exists(
            SponsorRequest.objects.filter(
                version=OuterRef("pk"),
                sponsor=user,
                status__in=[RequestStatus.ASKED, RequestStatus.ACCEPTED],
            )
        )
        seen = own | Q(asked)
        if user.is_hr:
            seen |= Q(status__in=[BriefStatus.ENDORSED, BriefStatus.SPONSOR_ACCEPTED])
        return self.filter(seen)


class BriefVersion(models.Model):
    """One version of a brief: what was asked, and what became of it."""

    brief = models.ForeignKey(Brief, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(max_length=20, choices=BriefStatus.choices, default=BriefStatus.DRAFT, editable=False)
    problem = models.TextField(_("the problem and who feels it"), help_text=_("Who, how many, since when."), blank=True)
    dependencies = models.TextField(_("depends on"), blank=True)
    decision_asked = models.TextField(
        _("decision asked of you"), help_text=_("The one thing the sponsor decides."), blank=True
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    decision_reason = models.TextField(blank=True, editable=False)
    # Raised with every save, so that a stale page cannot overwrite a newer one.
    edit = models.PositiveIntegerField(default=1, editable=False)

    objects = BriefVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief version")
        ordering = ["brief_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["brief", "number"], name="brief_version_once"),
            models.UniqueConstraint(
                fields=["brief"],
                condition=Q(status__in=["draft", "submitted", "endorsed"]),
                name="brief_one_open_version",
                violation_error_message=_("Another version of this brief is still open."),
            ),
            models.CheckConstraint(
                name="brief_refusal_has_reason",
                condition=~Q(status__in=["changes_requested", "declined"]) | ~Q(decision_reason=""),
                violation_error_message=_("Say what should change, or why not."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brief} v{self.number}"


class BriefOutcome(models.Model):
    """What will be different: one measure with its baseline and target."""

    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="outcomes")
    metric = models.CharField(_("measure"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("by"), null=True, blank=True)

    class Meta:
        verbose_name = _("outcome")
        ordering = ["version_id", "id"]

    def __str__(self) -> str:
        return self.metric


class BriefStakeholder(models.Model):
    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="stakeholders")
    name = models.CharField(_("who"), max_length=200)
    interest = models.CharField(_("what they need"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stakeholder")
        ordering = ["version_id", "id"]

    def __str__(self) -> str:
        return self.name


class BriefRisk(models.Model):
    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="risks")
    risk = models.CharField(_("risk"), max_length=300)
    mitigation = models.CharField(_("what we do about it"), max_length=300)

    class Meta:
        verbose_name = _("risk")
        ordering = ["version_id", "id"]

    def __str__(self) -> str:
        return self.risk


class RequestStatus(models.TextChoices):
    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SponsorRequestQuerySet(models.QuerySet):
    def visible_to(self, user) -> SponsorRequestQuerySet:
        return self.filter(
            Q(sponsor=user)
            | Q(version__brief__option__mentorship__mentee=user)
            | Q(version__brief__option__mentorship__mentor=user)
        )


class SponsorRequest(models.Model):
    """One person asked to sponsor one version of a brief, and what they answered."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(BriefVersion, on_delete=models.PROTECT, related_name="sponsor_requests")
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sponsor"),
        on_delete=models.PROTECT,
        related_name="sponsor_requests",
    )
    message = models.TextField(_("message"), blank=True)
    status = models.CharField(max_length=16, choices=RequestStatus.choices, default=RequestStatus.ASKED, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True)

    objects = SponsorRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("sponsor request")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(status__in=["asked", "accepted"]),
                name="sponsor_asked_one_at_a_time",
                violation_error_message=_("Somebody has been asked already. Wait or withdraw."),
            ),
            models.CheckConstraint(
                name="sponsor_answer_has_date",
                condition=~Q(status__in=["accepted", "declined"]) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} → {self.sponsor}"
