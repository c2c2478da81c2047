"""Somebody who would like to be somebody's mentor; a mentorship begins when the other one says yes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OfferStatus(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class MentorshipOfferQuerySet(models.QuerySet):
    def visible_to(self, user) -> MentorshipOfferQuerySet:
        return self.filter(Q(mentee=user) | Q(mentor=user))

    def open(self) -> MentorshipOfferQuerySet:
        """Those that the mentee can still answer."""
        return self.filter(status=OfferStatus.OPEN, mentor__is_active=True)


class MentorshipOffer(models.Model):
    """What one person has offered another. Until that one says yes it opens nothing of theirs."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentor"),
        on_delete=models.PROTECT,
        related_name="mentorship_offers_made",
    )
    mentee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentee"),
        on_delete=models.PROTECT,
        related_name="mentorship_offers",
    )
    purpose = models.TextField(_("what it is for"), blank=True)
    status = models.CharField(max_length=16, choices=OfferStatus.choices, default=OfferStatus.OPEN, editable=False)
    offered_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = MentorshipOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a mentorship")
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="mentorship_offer_two_people",
                condition=~Q(mentor=models.F("mentee")),
                violation_error_message=_("Nobody can be their own mentor."),
            ),
            models.UniqueConstraint(
                fields=["mentor", "mentee"],
                condition=Q(status="open"),
                name="mentorship_offered_once",
                violation_error_message=_("This was offered already and waits for an answer."),
            ),
            models.CheckConstraint(
                name="mentorship_offer_open_or_answered",
                condition=Q(status="open", answered_at__isnull=True)
                | (~Q(status="open") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} → {self.mentee}: {self.get_status_display()}"
