"""A message is a row before it is a mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    CANCELLED = "cancelled", _("No longer needed")
    STALE = "stale", _("Overtaken by a newer one")
    DEAD = "dead", _("Could not be sent")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PAGE = "page", _("On the page only")


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user) -> NoticeQuerySet:
        return self.filter(recipient=user)

    def inbox(self, user) -> NoticeQuerySet:
        """What this person is told on the page: everything due that still counts."""
        return self.filter(recipient=user, state__in=[State.QUEUED, State.SENDING, State.SENT, State.UNCERTAIN])

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One message to one person about one thing, written once under a unique key.

    The words are made when it is sent, after asking again whether it still should be.
    """

    key = models.CharField(
        max_length=250,
        unique=True,
        help_text="kind:subject:revision:local-date:recipient:channel",
    )
    kind = models.CharField(_("kind"), max_length=80)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.PROTECT,
        related_name="notices",
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    # Tries that the mail server answered with an error of this message's own.
    failures = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    data_started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    message_id = models.CharField(max_length=200, unique=True)
    reason = models.CharField(_("why held back"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering = ["-due_at", "-id"]
        indexes = [
            # What the sender asks every few seconds; small, because most rows are sent.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="notice_to_send",
            ),
            models.Index(fields=["recipient", "-due_at", "-id"], name="notice_inbox"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_sent_has_date",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.key
