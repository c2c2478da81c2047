"""Groups that people say they belong to, and what was told each quarter about who gets stretch work."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where the group of a person comes from."""

    SELF_REPORT = "self_report", _("What people say of themselves")
    DEPARTMENT = "department", _("Department, by its top name")
    LOCATION = "location", _("Location")
    WORKING_TIME = "working_time", _("Full week or part of it")


class DivisionQuerySet(models.QuerySet):
    def asked(self) -> DivisionQuerySet:
        """Those that people answer themselves."""
        return self.filter(source=Source.SELF_REPORT, is_active=True)


class Division(models.Model):
    """One way of dividing people into groups; `groups` are those that people choose from, one a line."""

    key = models.SlugField(_("key"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    purpose = models.TextField(
        _("what it is asked for"), max_length=600, blank=True, help_text=_("Shown to everybody who is asked.")
    )
    source = models.CharField(
        _("where it comes from"), max_length=16, choices=Source.choices, default=Source.SELF_REPORT, editable=False
    )
    groups = models.JSONField(_("groups"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    edit = models.PositiveIntegerField(default=1, editable=False)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("division into groups")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="division_asked_says_what_for",
                condition=~Q(source="self_report") | ~Q(purpose=""),
                violation_error_message=_("Say what it is asked for."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupAnswer(models.Model):
    """What one person says of themselves in one division; read by that person alone, and counted with others."""

    # Not wanting to say is a group like any other.
    PREFER_NOT = "prefer_not_to_say"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_answers")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="answers")
    group = models.CharField(_("group"), max_length=80)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("own answer about a group")
        ordering = ["division_id", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "division"], name="group_answer_once")]

    def __str__(self) -> str:
        # Never the group: this text may stand in a log.
        return f"{self.division}"


class EquityReportQuerySet(models.QuerySet):
    def visible_to(self, user) -> EquityReportQuerySet:
        return self if user.is_equity_analyst else self.none()


class EquityReport(models.Model):
    """What may be shown of one quarter, taken once and kept as it is: it holds nothing that is hidden."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quarter = models.CharField(_("quarter"), max_length=7, unique=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    # By measure and division: the releases, as their parts.
    content = models.JSONField(default=dict)
    taken_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = EquityReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("equity report")
        ordering = ["-quarter"]
        constraints = [
            models.CheckConstraint(name="equity_report_window", condition=Q(until__gt=models.F("since"))),
        ]

    def __str__(self) -> str:
        return self.quarter
