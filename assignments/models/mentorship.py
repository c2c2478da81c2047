"""Two people who think together about what one of them should try next."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
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
    # The mentee's working time, from which the load of an option is reckoned; unknown until somebody says.
    contracted_hours = models.DecimalField(
        _("hours a week in the contract"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(80)],
    )
    base_hours = models.DecimalField(
        _("hours a week the present work takes"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    # From when on its mentee is told that it stands still, as it was found last; none while something runs.
    idle_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MentorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        ordering = ["-started_on", "-id"]
        indexes = [models.Index(fields=["idle_on"], name="mentorship_by_idle_day", condition=Q(idle_on__isnull=False))]
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
