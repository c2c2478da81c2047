"""A stretch assignment: an option that somebody sponsors, carried out and reviewed."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .option import Option


class Status(models.TextChoices):
    CHARTERING = "chartering", _("Chartering")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    REVIEWING = "reviewing", _("In review")
    CLOSED = "closed", _("Closed")


class Ending(models.TextChoices):
    DELIVERED = "delivered", _("Delivered")
    STOPPED = "stopped", _("Stopped with learning")
    WITHDRAWN = "withdrawn", _("Withdrawn")


NEXT: dict[str, set[str]] = {
    Status.CHARTERING: {Status.ACTIVE, Status.CLOSED},
    Status.ACTIVE: {Status.PAUSED, Status.REVIEWING, Status.CLOSED},
    Status.PAUSED: {Status.ACTIVE, Status.CLOSED},
    Status.REVIEWING: {Status.ACTIVE, Status.CLOSED},
    Status.CLOSED: set(),
}
ENDINGS: dict[str, set[str]] = {
    Status.CHARTERING: {Ending.WITHDRAWN, Ending.STOPPED},
    Status.ACTIVE: {Ending.WITHDRAWN, Ending.STOPPED},
    Status.PAUSED: {Ending.WITHDRAWN, Ending.STOPPED},
    Status.REVIEWING: {Ending.DELIVERED, Ending.STOPPED},
}
RUNNING = (Status.ACTIVE, Status.PAUSED, Status.REVIEWING)


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> AssignmentQuerySet:
        """The assignments this person may open; anything else is a 404."""
        return self.filter(Q(mentee=user) | Q(mentor=user) | Q(sponsor=user))

    def on_record_for(self, user) -> AssignmentQuerySet:
        """What HR reads of assignments that are not its own: the record, not the talk between two people."""
        return self if user.is_hr else self.none()

    def running(self) -> AssignmentQuerySet:
        return self.filter(status__in=RUNNING)


def part_in(user, *, mentee_id: int, mentor_id: int, sponsor_id: int | None) -> str:
    """What this person is where these three are: mentee, mentor, sponsor, or nothing."""
    parts = {sponsor_id: "sponsor", mentor_id: "mentor", mentee_id: "mentee"}
    return parts.get(user.pk, "")


class Assignment(models.Model):
    """Temporary work beyond a role, with a mentee who does it, a mentor and a sponsor."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    option = models.OneToOneField(Option, on_delete=models.PROTECT, related_name="assignment")
    title = models.CharField(_("assignment"), max_length=200)
    outcome = models.TextField(_("outcome"), blank=True)
    mentee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentee"),
        on_delete=models.PROTECT,
        related_name="assignments_as_mentee",
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentor"),
        on_delete=models.PROTECT,
        related_name="assignments_as_mentor",
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sponsor"),
        on_delete=models.PROTECT,
        null=True,
        related_name="assignments_as_sponsor",
    )
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.CHARTERING, editable=False)
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True, editable=False)
    ending_reason = models.TextField(_("what was learned"), blank=True, editable=False)
    starts_on = models.DateField(_("starts on"), null=True)
    ends_on = models.DateField(_("ends on"), null=True)
    activated_at = models.DateTimeField(null=True, editable=False)
    paused_on = models.DateField(null=True, editable=False)
    pause_reason = models.CharField(_("why it is paused"), max_length=500, blank=True, editable=False)
    # The clocks of the status begin anew here after a pause.
    resumed_on = models.DateField(null=True, editable=False)
    # The new kickoff with somebody who has taken over as sponsor.
    kickoff_on = models.DateField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # When the words and files of its evidence and check-ins went, as they are kept for a time only; and how many files.
    let_go_at = models.DateTimeField(null=True, editable=False)
    files_let_go = models.PositiveIntegerField(null=True, editable=False)
    # Raised by every action that changes what the sponsor may see.
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["mentee", "status"], name="assignment_by_mentee"),
            models.Index(fields=["mentor", "status"], name="assignment_by_mentor"),
            models.Index(fields=["sponsor", "status"], name="assignment_by_sponsor"),
            models.Index(
                fields=["activated_at", "id"],
                condition=Q(status__in=["active", "paused", "reviewing"]),
                name="assignment_running",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="assignment_running_has_sponsor",
                condition=~Q(status__in=["active", "paused", "reviewing"]) | Q(sponsor__isnull=False),
                violation_error_message=_("A running assignment needs a sponsor."),
            ),
            models.CheckConstraint(
                name="assignment_running_has_start",
                condition=~Q(status__in=["active", "paused", "reviewing"])
                | Q(activated_at__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                violation_error_message=_("A running assignment has a start and an end."),
            ),
            models.CheckConstraint(
                name="assignment_closed_has_ending",
                condition=(Q(status="closed") & ~Q(ending="") & Q(closed_at__isnull=False))
                | (~Q(status="closed") & Q(ending="")),
                violation_error_message=_("A closed assignment says how it ended."),
            ),
            models.CheckConstraint(
                name="assignment_paused_since",
                condition=~Q(status="paused") | Q(paused_on__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_mentor_is_not_mentee",
                condition=~Q(mentor=F("mentee")),
                violation_error_message=_("Nobody can be their own mentor."),
            ),
            models.CheckConstraint(
                name="assignment_sponsor_is_not_mentee",
                condition=Q(sponsor__isnull=True) | ~Q(sponsor=F("mentee")),
                violation_error_message=_("Nobody can sponsor themselves."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def span(self) -> tuple[date | None, date | None]:
        """From when until when it goes, as far as that is written down: in the charter before it begins."""
        charter = getattr(self, "charter", None)
        start = self.starts_on or (charter.starts_on if charter else None)
        return start, self.ends_on or (charter.ends_on if charter else None)

    @property
    def talks_from(self) -> date | None:
        """From where the talks with the sponsor are counted: the start, the end of a pause or a new kickoff."""
        return max((d for d in (self.starts_on, self.resumed_on, self.kickoff_on) if d is not None), default=None)

    def part_of(self, user) -> str:
        """What this person is here: mentee, mentor, sponsor, or nothing."""
        return part_in(user, mentee_id=self.mentee_id, mentor_id=self.mentor_id, sponsor_id=self.sponsor_id)
