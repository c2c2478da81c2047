"""Why somebody else is asked to take over as sponsor, and when they would begin."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models import RequestStatus, SponsorRequest


class HandOverReason(models.TextChoices):
    LEFT = "left", _("They have left the organisation")
    ROLE = "role", _("They have another role now")
    TIME = "time", _("They have no time for it any more")
    SILENT = "silent", _("They do not answer")
    OTHER = "other", _("Another reason")


class HandOverQuerySet(models.QuerySet):
    def visible_to(self, user) -> HandOverQuerySet:
        """Mentee and mentor, and whoever is asked or has taken over; not the one who hands over."""
        pair = Q(request__assignment__mentee=user) | Q(request__assignment__mentor=user)
        asked = Q(request__sponsor=user)
        return self.filter(pair | asked)

    def waiting(self) -> HandOverQuerySet:
        return self.filter(request__status=RequestStatus.ASKED)


class HandOver(models.Model):
    """One question to a possible new sponsor while the work runs; what they should know is on the request."""

    request = models.OneToOneField(SponsorRequest, on_delete=models.PROTECT, related_name="taking_over")
    # Who sponsored it when the question was put.
    outgoing = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    # Between mentee and mentor.
    reason = models.CharField(_("why"), max_length=8, choices=HandOverReason.choices)
    kickoff_on = models.DateField(_("new kickoff"))

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over of a sponsor")
        verbose_name_plural = _("hand-overs of sponsors")
        ordering = ["-request_id"]

    def __str__(self) -> str:
        return str(self.request)
