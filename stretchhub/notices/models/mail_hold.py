"""Whether mail is held after a restore."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailHold(models.Model):
    """One row while nothing is sent: the restored system may be a trial, and what it knows is as old as its backup."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    # The moment that the restored rows are of.
    taken_at = models.DateTimeField()
    restored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("hold of mail")
        constraints = [models.CheckConstraint(name="mail_hold_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(_("Mail is held"))
