"""That a person is to be erased: who asked, who decided, and what was done; no word about the person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stretchhub.env import now

# Whoever asks to be erased is erased within this time, as the law says.
WITHIN = timedelta(days=30)
# A worker looks each minute; what is not done so long after it was decided was tried and failed, or nobody works.
LATE = timedelta(minutes=15)


class State(models.TextChoices):
    ASKED = "asked", _("To be decided")
    APPROVED = "approved", _("Being erased")
    DONE = "done", _("Erased")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


NEXT: dict[str, set[str]] = {
    State.ASKED: {State.APPROVED, State.REFUSED, State.WITHDRAWN},
    State.APPROVED: {State.DONE},
    State.DONE: set(),
    State.REFUSED: set(),
    State.WITHDRAWN: set(),
}
MARKS = {
    State.ASKED: "waiting",
    State.APPROVED: "running",
    State.DONE: "done",
    State.REFUSED: "declined",
    State.WITHDRAWN: "closed",
}
OPEN = (State.ASKED, State.APPROVED)


class Ground(models.TextChoices):
    """Why somebody is to be erased; a choice and no words, because the row stays."""

    OWN_WISH = "own_wish", _("The person asked for it")
    LEFT = "left", _("They left, and nothing is needed any more")
    MISTAKE = "mistake", _("They should never have been entered")


class ErasureQuerySet(models.QuerySet):
    def open(self) -> ErasureQuerySet:
        return self.filter(state__in=OPEN)

    def of_address(self, address: str) -> ErasureQuerySet:
        return self.filter(person__isnull=True, address__iexact=address)

    def late(self) -> ErasureQuerySet:
        return self.filter(state=State.APPROVED, decided_at__lt=now() - LATE)

    def visible_to(self, user) -> ErasureQuerySet:
        """HR and administrators all; others what they asked about themselves."""
        return self if user.is_hr or user.is_administrator else self.filter(person=user)


class ErasureRequest(models.Model):
    """One person to be erased, by their account or, where they have none, by their mail address.

    Decided by somebody other than who asked, and never by the person alone. The address is here only while it is
    needed: it is empty once they are erased, or the request is taken back.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="erasures")
    address = models.EmailField(_("e-mail address"), max_length=254, blank=True, editable=False)
    ground = models.CharField(_("why"), max_length=12, choices=Ground.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(_("why not"), max_length=500, blank=True)
    # Where a law wants the frozen packets kept: which law, and until when. They go after that day.
    packets_kept_for = models.CharField(_("which rule asks to keep them"), max_length=200, blank=True)
    packets_kept_until = models.DateField(_("kept until"), null=True, blank=True)
    done_at = models.DateTimeField(null=True)
    # By model how many rows were deleted or emptied.
    counts = models.JSONField(default=dict)
    # Files of rows that are gone, by their random names, until they are off the disk.
    files = models.JSONField(default=list)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["asked", "approved"]),
                name="erasure_one_open",
                violation_error_message=_("It is asked already that this person be erased."),
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(state__in=["asked", "approved"], person__isnull=True),
                name="erasure_one_open_of_an_address",
                violation_error_message=_("It is asked already that this person be erased."),
            ),
            models.CheckConstraint(
                name="erasure_of_an_account_or_an_address",
                condition=Q(person__isnull=False, address="")
                | (Q(person__isnull=True) & (~Q(address="") | Q(state__in=["done", "refused", "withdrawn"]))),
                violation_error_message=_("Say who is to be erased: somebody here, or an address."),
            ),
            models.CheckConstraint(
                name="erasure_decided_by_somebody_else",
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person"))),
                violation_error_message=_("Somebody other than who asked decides, and never the person alone."),
            ),
            models.CheckConstraint(
                name="erasure_done_has_moment",
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
            ),
            models.CheckConstraint(name="erasure_refused_says_why", condition=~Q(state="refused") | ~Q(refusal="")),
            models.CheckConstraint(
                name="erasure_packets_kept_by_a_rule",
                condition=Q(packets_kept_for="", packets_kept_until__isnull=True)
                | (~Q(packets_kept_for="") & Q(packets_kept_until__isnull=False)),
                violation_error_message=_("Say which rule asks to keep the packets, and until when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or 'an address'} {self.state}"

    @property
    def name(self) -> str:
        """Who it is about: somebody here, an address, or the pseudonym that is left of it."""
        if self.person is not None:
            return self.person.name
        if self.address:
            return self.address
        return self.pseudonym if self.state == State.DONE else gettext("An address that is not kept")

    @property
    def pseudonym(self) -> str:
        """What stands for whoever had no account."""
        return f"Erased person {self.code.hex[:8]}"

    @property
    def due_at(self) -> datetime:
        return self.asked_at + WITHIN

    @property
    def mark(self) -> str:
        """By which sign its state is told."""
        return "attention" if self.is_late else MARKS[self.state]

    @property
    def standing(self) -> str:
        """The same in words."""
        return gettext("Not done yet") if self.is_late else self.get_state_display()

    @property
    def is_late(self) -> bool:
        """Decided, and not done though there was time for it."""
        return self.state == State.APPROVED and self.decided_at is not None and self.decided_at < now() - LATE

    @property
    def keeps_packets(self) -> bool:
        return bool(self.packets_kept_for)
