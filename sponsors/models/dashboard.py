"""What a sponsor reads, built beforehand, and that it was read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment
from stretchhub.packed import PackedField


class DashboardSnapshotQuerySet(models.QuerySet):
    def visible_to(self, user) -> DashboardSnapshotQuerySet:
        """A dashboard is its sponsor's own; mentee and mentor see it on their assignment."""
        return self.filter(sponsor=user)


class DashboardSnapshot(models.Model):
    """Everything one sponsor's dashboard shows, as of one moment, in one row.

    `generation` is raised with each write. A build remembers the generation it began with and
    replaces the row only while that still stands, so a slow build never overwrites a newer one.
    """

    sponsor = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sponsor"),
        on_delete=models.PROTECT,
        related_name="dashboard",
    )
    generation = models.PositiveIntegerField(default=0)
    as_of = models.DateTimeField(_("as of"), null=True)
    content = PackedField(default=dict)
    # What the last digest told of, in short, so that the next one says only what is new.
    digested_at = models.DateTimeField(null=True, editable=False)
    digested = models.JSONField(default=dict, editable=False)

    objects = DashboardSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("sponsor dashboard")
        ordering = ["sponsor_id"]

    def __str__(self) -> str:
        return str(self.sponsor)


class DashboardAcknowledgement(models.Model):
    """A sponsor has read an assignment's part of the dashboard as it was at one moment."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sponsor_acknowledgements")
    sponsor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    as_of = models.DateTimeField(_("as of"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"))
    # What stood there, in short, so that the next build can say what is different.
    facts = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("acknowledgement by a sponsor")
        ordering = ["-acknowledged_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "sponsor", "revision"], name="dashboard_acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.sponsor}"
