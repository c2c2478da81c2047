"""A link that was mailed to one person for one purpose, and the codes that open it."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def _fresh_salt() -> str:
    return secrets.token_urlsafe(32)


class Purpose(models.TextChoices):
    SPONSOR_DASHBOARD = "sponsor_dashboard", _("The sponsor’s dashboard")
    MANAGER_AGREEMENT = "manager_agreement", _("Agreeing to hours and cover")


class MailLinkQuerySet(models.QuerySet):
    def alive(self, moment) -> MailLinkQuerySet:
        """Those that still open something: neither over nor revoked, and of somebody who is still there."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=moment, person__is_active=True)


class MailLink(models.Model):
    """What a mailed link reaches: one purpose, one person, one thing at the most.

    The token itself is not stored: it is this row's code under a signature of the site's own key.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=24, choices=Purpose.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_links")
    object_id = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = MailLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailed link")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "person", "object_id"],
                condition=Q(revoked_at__isnull=True),
                name="mail_link_one_alive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.person_id}"


class MailedCode(models.Model):
    """Six digits mailed to the person of a link; good for ten minutes, five tries and one use.

    The digits are not stored: they follow from the salt and the site's own key.
    """

    link = models.ForeignKey(MailLink, on_delete=models.CASCADE, related_name="codes")
    salt = models.CharField(max_length=43, default=_fresh_salt)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mailed code")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.link_id} {self.created_at:%H:%M}"
