"""The one thing needed of a sponsor now: a decision, an unblock or an introduction."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, RequestStatus, Status
from stretchhub.people.models import User

from .hand_over import HandOver


class AskKind(models.TextChoices):
    DECISION = "decision", _("Decision")
    UNBLOCK = "unblock", _("Unblock")
    INTRODUCTION = "introduction", _("Introduction")


class AskState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DELEGATED = "delegated", _("Delegated")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a sponsor passed on still waits, for whom they named.
NEXT: dict[str, set[str]] = {
    AskState.OPEN: {AskState.ACCEPTED, AskState.DELEGATED, AskState.DECLINED, AskState.WITHDRAWN},
    AskState.DELEGATED: {AskState.ACCEPTED, AskState.DECLINED, AskState.WITHDRAWN},
    AskState.ACCEPTED: set(),
    AskState.DECLINED: set(),
    AskState.WITHDRAWN: set(),
}

WAITS = [AskState.OPEN, AskState.DELEGATED]


def _put_to(user) -> Q:
    """Whoever handed the work over reads no more of what they were asked for it, unless it waits for them again."""
    handed_over = HandOver.objects.filter(
        request__assignment=OuterRef("assignment"),
        request__status__in=[RequestStatus.ACCEPTED, RequestStatus.HANDED_OVER],
        outgoing=user,
    )
    own = Q(state=AskState.OPEN) | Q(assignment__sponsor=user) | ~Exists(handed_over)
    return Q(addressee=user) & own | Q(delegated_to=user)


class AskQuerySet(models.QuerySet):
    def visible_to(self, user) -> AskQuerySet:
        """Mentee, mentor, the one who is asked and whom they named; after a hand-over only the new one."""
        pair = Q(assignment__mentee=user) | Q(assignment__mentor=user)
        return self.filter(pair | _put_to(user))

    def put_to(self, user) -> AskQuerySet:
        """What this person was asked, or was named to answer."""
        return self.filter(_put_to(user))

    def open(self) -> AskQuerySet:
        return self.filter(state=AskState.OPEN)

    def waiting(self) -> AskQuerySet:
        """What somebody still has to answer."""
        return self.filter(state__in=WAITS)

    def waiting_for(self, user) -> AskQuerySet:
        """What this person has to answer: asked of them, or passed on to them, of work that goes on."""
        mine = Q(state=AskState.OPEN, addressee=user) | Q(state=AskState.DELEGATED, delegated_to=user)
        return self.filter(mine).exclude(assignment__status=Status.CLOSED)


class Ask(models.Model):
    """One question to a sponsor; of each assignment one at a time is open."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="asks")
    kind = models.CharField(_("what is needed"), max_length=12, choices=AskKind.choices)
    question = models.CharField(_("question"), max_length=300)
    why = models.TextField(_("why now"), blank=True)
    needed_by = models.DateField(_("needed by"))
    # Who has to answer: the sponsor, and while there is none who escalations go to.
    addressee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    # How often it was put to whoever has to answer now, the last time when, and since when the mentor is told that it
    # goes unanswered.
    times_put = models.PositiveSmallIntegerField(default=1, editable=False)
    put_at = models.DateTimeField(default=timezone.now, editable=False)
    attention_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(max_length=12, choices=AskState.choices, default=AskState.OPEN, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True)
    delegated_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("delegated to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("ask")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["put_at"], condition=Q(state__in=["open", "delegated"]), name="ask_waiting"),
            models.Index(fields=["addressee", "state"], name="ask_by_addressee"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state="open"),
                name="ask_one_open",
                violation_error_message=_("Something is asked already. Wait for the answer or withdraw it."),
            ),
            models.CheckConstraint(
                name="ask_answer_has_date",
                condition=~Q(state__in=["accepted", "delegated", "declined"])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ask_declined_has_reason",
                condition=~Q(state="declined") | ~Q(reason=""),
                violation_error_message=_("Say why not in a sentence."),
            ),
            models.CheckConstraint(
                name="ask_delegated_names_somebody",
                condition=~Q(state="delegated") | Q(delegated_to__isnull=False),
                violation_error_message=_("Name who answers instead."),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def waits(self) -> bool:
        """Whether somebody still has to answer it."""
        return self.state in WAITS

    @property
    def waits_for(self) -> User:
        """Who has to answer: the one it is put to, or whom they named instead."""
        named = self.delegated_to if self.state == AskState.DELEGATED else None
        return named or self.addressee
