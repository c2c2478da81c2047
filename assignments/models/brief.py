"""The one-page case for an option, in versions, written section by section."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .option import Option
from .sponsor_request import RequestStatus, SponsorRequest


class BriefStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("With the mentor")
    ENDORSED = "endorsed", _("Endorsed")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    DECLINED = "declined", _("Declined")
    SPONSOR_ACCEPTED = "sponsor_accepted", _("Sponsor accepted")
    SPONSOR_DECLINED = "sponsor_declined", _("Sponsor declined")


class Section(models.TextChoices):
    """The eleven sections of a brief, in the order of the page."""

    PROBLEM = "problem", _("The problem and who feels it")
    OUTCOMES = "outcomes", _("What will be different")
    WHY = "why", _("Why me, why now")
    STEPS = "steps", _("What I will do, in steps")
    PEOPLE = "people", _("People")
    RISKS = "risks", _("Risks and what we do about them")
    DEPENDENCIES = "dependencies", _("Depends on")
    TIME = "time", _("Time and cover")
    BOUNDARIES = "boundaries", _("Boundaries and stop rule")
    JUDGING = "judging", _("How we will judge it")
    DECISION = "decision", _("Decision asked of you")


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
        seen = own | Q(asked) | Q(option__assignment__sponsor=user)
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
        """All to mentee and mentor; to a sponsor what they were sent; to HR what was endorsed.

        Who sponsors the work reads on: what they said yes to, and what the mentor endorsed since.
        """
        return self.read_by(user, hr=user.is_hr)

    def read_by(self, user, *, hr: bool) -> BriefVersionQuerySet:
        """What `visible_to` says, for a question that is compiled: of the person it uses only who they are."""
        own = Q(brief__option__mentorship__mentee=user) | Q(brief__option__mentorship__mentor=user)
        asked = Exists(
            SponsorRequest.objects.filter(
                version=OuterRef("pk"),
                sponsor=user,
                status__in=[RequestStatus.ASKED, RequestStatus.ACCEPTED],
            )
        )
        stood_for = Q(status__in=[BriefStatus.ENDORSED, BriefStatus.SPONSOR_ACCEPTED])
        seen = own | Q(asked) | Q(brief__option__assignment__sponsor=user) & stood_for
        if hr:
            seen |= stood_for
        return self.filter(seen)


class BriefVersion(models.Model):
    """One version of a brief: what was asked, and what became of it."""

    brief = models.ForeignKey(Brief, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(max_length=20, choices=BriefStatus.choices, default=BriefStatus.DRAFT, editable=False)
    problem = models.TextField(_("the problem and who feels it"), help_text=_("Who, how many, since when."), blank=True)
    strength = models.TextField(_("the strength I bring"), blank=True)
    gap = models.TextField(_("the gap I will close"), blank=True)
    learning_goal = models.TextField(_("learning goal"), blank=True)
    why_it_matters = models.TextField(
        _("why it matters here"),
        help_text=_("The gap it fills, whom it reaches beyond the team, what capacity to lead it leaves behind."),
        blank=True,
    )
    first_step = models.TextField(_("first two weeks"), help_text=_("The smallest try that could fail."), blank=True)
    next_steps = models.TextField(_("then"), blank=True)
    dependencies = models.TextField(_("depends on"), blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(60)],
    )
    cover = models.TextField(_("who covers meanwhile"), blank=True)
    dropped = models.TextField(_("what I drop"), blank=True)
    boundaries = models.TextField(_("boundaries"), help_text=_("What it is not, even when asked."), blank=True)
    stop_rule = models.TextField(_("stop rule"), help_text=_("We stop or re-scope if…"), blank=True)
    judged_by = models.TextField(_("how it is judged"), help_text=_("Measures and rubric."), blank=True)
    raters = models.TextField(_("raters"), blank=True)
    review_on = models.DateField(_("review date"), null=True, blank=True)
    decision_asked = models.TextField(
        _("decision asked of you"), help_text=_("The one thing the sponsor decides."), blank=True
    )
    decide_by = models.DateField(_("decide by"), null=True, blank=True)
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
                condition=Q(status__in=["draft", "submitted"]),
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


class BriefSection(models.Model):
    """Where one section of a version stands: a save holds only while its `edit` still does."""

    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=16, choices=Section.choices)
    edit = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("section of a brief")
        ordering = ["version_id", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="brief_section_once")]

    def __str__(self) -> str:
        return f"{self.version} {self.name}"


class BriefWriter(models.Model):
    """Somebody has a version open, and where in it they were last; so that two who write see each other."""

    version = models.ForeignKey(BriefVersion, on_delete=models.CASCADE, related_name="writers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=16, choices=Section.choices, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("person at a brief")
        verbose_name_plural = _("people at a brief")
        ordering = ["version_id", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="brief_writer_once")]

    def __str__(self) -> str:
        return f"{self.version} {self.person}"


class BriefRemarkQuerySet(models.QuerySet):
    def visible_to(self, user) -> BriefRemarkQuerySet:
        """Between mentee and mentor alone."""
        return self.filter(
            Q(version__brief__option__mentorship__mentee=user) | Q(version__brief__option__mentorship__mentor=user)
        )


class BriefRemark(models.Model):
    """What the mentor asks to change in one section; it stays until somebody says that it is settled."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(BriefVersion, on_delete=models.PROTECT, related_name="remarks")
    section = models.CharField(max_length=16, choices=Section.choices)
    words = models.TextField(_("what should change"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = BriefRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark on a brief")
        ordering = ["version_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="brief_remark_says_something",
                condition=~Q(words=""),
                violation_error_message=_("Say what should change."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.section}"
