"""How a possible sponsor is reached: drafted, an introduction asked, introduced, replied, kickoff."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import RequestStatus, SponsorRequest

from .candidate import SponsorCandidate, _of_the_pair


class IntroductionState(models.TextChoices):
    DRAFTED = "drafted", _("Drafted")
    INTRO_ASKED = "intro_asked", _("Introduction asked")
    INTRODUCED = "introduced", _("Introduced")
    REPLIED = "replied", _("Replied")
    KICKOFF = "kickoff", _("Kickoff")


# Who is reached directly needs no introduction; nothing goes back.
NEXT: dict[str, set[str]] = {
    IntroductionState.DRAFTED: {IntroductionState.INTRO_ASKED, IntroductionState.INTRODUCED},
    IntroductionState.INTRO_ASKED: {IntroductionState.INTRODUCED, IntroductionState.REPLIED},
    IntroductionState.INTRODUCED: {IntroductionState.REPLIED, IntroductionState.KICKOFF},
    IntroductionState.REPLIED: {IntroductionState.KICKOFF},
    IntroductionState.KICKOFF: set(),
}

BEFORE_REPLY = {IntroductionState.DRAFTED, IntroductionState.INTRO_ASKED, IntroductionState.INTRODUCED}
ANSWERED = {RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.HANDED_OVER}

NOT_WAITED_FOR = [*sorted(ANSWERED), RequestStatus.WITHDRAWN]


class IntroductionQuerySet(models.QuerySet):
    def visible_to(self, user) -> IntroductionQuerySet:
        """Mentee and mentor; whoever was asked to introduce sees that one request elsewhere."""
        return self.filter(_of_the_pair(user, "candidate__option__mentorship"))

    def shown_to_introducer(self, user) -> IntroductionQuerySet:
        """The one request, to whom it is put now; handed on, it is the next one's."""
        return self.filter(introducer=user, asked_at__isnull=False)

    def sent_to(self, user) -> IntroductionQuerySet:
        """What somebody was written to from here, without a brief to answer."""
        return self.filter(candidate__person=user, sent_at__isnull=False, request__isnull=True)

    def unanswered(self) -> IntroductionQuerySet:
        """Introduced and not heard of, where nothing more was done about it."""
        waiting = self.filter(
            state=IntroductionState.INTRODUCED, followed_up_at__isnull=True, left_alone_at__isnull=True
        )
        return waiting.exclude(request__status__in=NOT_WAITED_FOR)

    def asked_elsewhere(self) -> IntroductionQuerySet:
        """Those whose person was asked formally on the brief's own page: the newest such request is `asked_pk`."""
        requests = SponsorRequest.objects.filter(
            sponsor=OuterRef("candidate__person"),
            version__brief__option=OuterRef("candidate__option"),
            assignment__isnull=True,
            introduction__isnull=True,
        ).exclude(status=RequestStatus.WITHDRAWN)
        # An answer from before somebody thought of an introduction is none to it.
        newest = requests.filter(Q(status=RequestStatus.ASKED) | Q(asked_at__gte=OuterRef("drafted_at")))
        free = self.filter(Q(request__isnull=True) | Q(request__status=RequestStatus.WITHDRAWN))
        return free.annotate(asked_pk=Subquery(newest.order_by("-asked_at", "-pk").values("pk")[:1])).filter(
            asked_pk__isnull=False
        )

    def to_be_made_by(self, user) -> IntroductionQuerySet:
        """The introductions this person was asked to make and has not made."""
        return self.filter(introducer=user, state=IntroductionState.INTRO_ASKED)


class Introduction(models.Model):
    """The way to one possible sponsor: the words, who introduces, and how far it has come."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.OneToOneField(SponsorCandidate, on_delete=models.PROTECT, related_name="introduction")
    state = models.CharField(
        max_length=12, choices=IntroductionState.choices, default=IntroductionState.DRAFTED, editable=False
    )
    message = models.TextField(_("message"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    drafted_at = models.DateTimeField(default=timezone.now, editable=False)
    introducer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who introduces"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    introduced_at = models.DateTimeField(null=True, editable=False)
    # Sent from here, so that the words that went out are the words kept.
    sent_at = models.DateTimeField(null=True, editable=False)
    replied_at = models.DateTimeField(null=True, editable=False)
    reply = models.TextField(_("reply"), blank=True)
    kickoff_on = models.DateField(_("kickoff"), null=True, blank=True)
    # A follow-up is suggested once: it was sent, or somebody chose to leave it.
    followed_up_at = models.DateTimeField(null=True, editable=False)
    left_alone_at = models.DateTimeField(null=True, editable=False)
    request = models.OneToOneField(
        SponsorRequest, on_delete=models.PROTECT, null=True, editable=False, related_name="introduction"
    )

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="introduction_asked_of_somebody",
                condition=~Q(state="intro_asked") | Q(introducer__isnull=False, asked_at__isnull=False),
                violation_error_message=_("Name who introduces."),
            ),
            models.CheckConstraint(
                name="introduction_introduced_has_date",
                condition=~Q(state="introduced") | Q(introduced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} {self.state}"

    @property
    def answered_at(self) -> datetime | None:
        """When they replied: here, or by answering the request that went with the message."""
        if self.replied_at or self.request is None or self.request.status not in ANSWERED:
            return self.replied_at
        return self.request.answered_at

    @property
    def sent_words(self) -> str:
        """What they were written: the words of the formal question, where they were asked on the brief's own page."""
        return self.request.message if self.request is not None else self.message

    @property
    def shown_state(self) -> str:
        """How far it has come, in words."""
        state = IntroductionState(self.state)
        if self.answered_at and state in BEFORE_REPLY:
            state = IntroductionState.REPLIED
        return str(state.label)
