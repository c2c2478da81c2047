"""A message is a row before it is a mail."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stretchhub.localtime import zone_of


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    CANCELLED = "cancelled", _("No longer needed")
    STALE = "stale", _("Overtaken by a newer one")
    DEAD = "dead", _("Could not be sent")
    # It goes out within the digest that it names.
    BUNDLED = "bundled", _("In a digest")
    SETTLED = "settled", _("Closed by hand")
    SHOWN = "shown", _("On the page only")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PAGE = "page", _("On the page only")


# What somebody is told on the page.
COUNTS = (State.QUEUED, State.SENDING, State.SENT, State.UNCERTAIN, State.BUNDLED, State.SHOWN)
# What a person has to look at: it is neither known to have gone out nor tried any more.
UNSETTLED = (State.UNCERTAIN, State.DEAD)


@dataclass(frozen=True)
class Outsider:
    """Somebody without an account who is written to."""

    email: str
    name: str
    locale: str = settings.LANGUAGE_CODE
    time_zone: str = settings.TIME_ZONE
    is_active: bool = True

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zone_of(self.time_zone)


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user) -> NoticeQuerySet:
        return self.filter(recipient=user)

    def inbox(self, user) -> NoticeQuerySet:
        """What this person is told on the page: everything due that still counts."""
        return self.filter(recipient=user, state__in=COUNTS)

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
        null=True,
    )
    # Of somebody without an account; then there is no recipient.
    address = models.EmailField(max_length=254, blank=True)
    address_name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    object_type = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    # When it was to go out at first, before quiet hours, digests and further tries moved it.
    planned_for = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("due at"))
    digest = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="bundled")
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
            # What waits for an administrator; almost nothing.
            models.Index(fields=["id"], condition=Q(state__in=["uncertain", "dead"]), name="notice_unsettled"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_sent_has_date",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notice_to_somebody",
                condition=Q(recipient__isnull=False, address="") | (Q(recipient__isnull=True) & ~Q(address="")),
            ),
            models.CheckConstraint(
                name="notice_bundled_in_a_digest", condition=~Q(state="bundled") | Q(digest__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def addressee(self):
        """Whoever it goes to: a person with an account, or an outsider."""
        return self.recipient if self.recipient_id else Outsider(self.address, self.address_name)
