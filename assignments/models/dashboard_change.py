"""That something has changed which a sponsor's dashboard does not show yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from stretchhub.inserting import insert


class DashboardChangeQuerySet(models.QuerySet):
    def note(self, sponsors: Iterable[int | None]) -> None:
        """The dashboards of these sponsors are to be built again; without a sponsor there is none."""
        changes = [DashboardChange(sponsor_id=sponsor) for sponsor in sponsors if sponsor is not None]
        if len(changes) == 1:
            insert(changes[0])
        else:
            self.bulk_create(changes)


class DashboardChange(models.Model):
    """One row a change, in the transaction of the change; taken away with the build that shows it.

    Rows are only added and taken away, never changed: people who change things at once do not wait for each other,
    and a build takes away those that it saw before it read, no others.
    """

    sponsor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False)

    objects = DashboardChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change that a dashboard does not show yet")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sponsor_id} {self.pk}"
