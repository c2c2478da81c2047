"""Two people who think together about what one of them should try next."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MentorshipQuerySet(models.QuerySet):
    def visible_to(self, user) -> MentorshipQuerySet:
        """The mentorships of which this person is the mentee or the mentor."""
        return self.filter(Q(mentee=user) | Q(mentor=user))

    def running(self) -> MentorshipQuerySet:
        return self.filter(ended_on__isnull=True)


class Mentorship(models.Model):
    """A mentor and a mentee; goals and the pipeline of options belong to it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentor"),
        on_delete=models.PROTECT,
        related_name="mentorships_as_mentor",
    )
    mentee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentee"),
        on_delete=models.PROTECT,
        related_name="mentorships_as_mentee",
    )
    purpose = models.TextField(_("what it is for"), blank=True)
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        ordering = ["-started_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="mentorship_two_people",
                condition=~Q(mentor=models.F("mentee")),
                violation_error_message=_("Nobody can be their own mentor."),
            ),
            models.UniqueConstraint(
                fields=["mentor", "mentee"],
                condition=Q(ended_on__isnull=True),
                name="mentorship_running_once",
                violation_error_message=_("This mentorship is running already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} → {self.mentee}"

    def other(self, user):
        """The one of the two who is not `user`."""
        return self.mentee if user.pk == self.mentor_id else self.mentor
