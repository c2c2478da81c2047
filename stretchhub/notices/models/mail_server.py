"""Whether the mail server answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailServer(models.Model):
    """One row: since when the mail server has not answered, and when it was last tried."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    answered_at = models.DateTimeField(null=True)
    down_since = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail server")
        constraints = [models.CheckConstraint(name="mail_server_single", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(_("Mail server"))
