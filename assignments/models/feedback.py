"""Feedback that the mentee asks for: at most three questions, to named people, with or without an account."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stretchhub.notices.models import Outsider
from stretchhub.people.models import User

from .assignment import Assignment
from .competency import Competency
from .evidence import Evidence


class FeedbackGroup(models.TextChoices):
    """From where somebody has seen the work; confidential answers are shown by group."""

    COACH = "coach", _("Coach")
    EXPERT = "expert", _("Expert")
    PEER = "peer", _("Peer")
    END_USER = "end_user", _("End user")


class FeedbackRoundQuerySet(models.QuerySet):
    def visible_to(self, user) -> FeedbackRoundQuerySet:
        """Mentee and mentor; whoever is asked has a page of their own."""
        return self.filter(Q(assignment__mentee=user) | Q(assignment__mentor=user))

    def open(self) -> FeedbackRoundQuerySet:
        return self.filter(closed_at__isnull=True)

    def on_record_for(self, user) -> FeedbackRoundQuerySet:
        """What HR may read numbers of: confidential answers that were published, never those it gave itself."""
        if not user.is_hr:
            return self.none()
        return self.filter(confidential=True, publication__gt=0).exclude(requests__giver=user)


class FeedbackRound(models.Model):
    """One time of asking: the questions, who will read the answers, and whether givers are named."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="feedback_rounds")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    about = models.CharField(_("what it is about"), max_length=200)
    note = models.TextField(_("a few words to whoever is asked"), blank=True, max_length=1000)
    confidential = models.BooleanField(_("confidential"), default=False)
    evidence = models.ManyToManyField(Evidence, verbose_name=_("evidence to judge"), blank=True, related_name="+")
    closes_on = models.DateField(_("open until"))
    keep_until = models.DateField(_("kept until"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # A round of confidential answers is published once, when it closes; later ones join in threes.
    published_at = models.DateTimeField(null=True, editable=False)
    # How often answers were published, and how often the round was open; messages are told apart by it.
    publication = models.PositiveSmallIntegerField(default=0, editable=False)
    opening = models.PositiveSmallIntegerField(default=1, editable=False)
    # How the mentee closes a confidential round; everybody who was asked is told.
    changed_because = models.TextField(_("what I changed because of it"), blank=True, max_length=2000)
    thanked_at = models.DateTimeField(null=True, editable=False)
    # The answers are gone after the day until which they are kept; numbers that were shown stay.
    purged_at = models.DateTimeField(null=True, editable=False)
    kept = models.JSONField(default=list, editable=False)

    objects = FeedbackRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of feedback")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["assignment", "-created_at", "-id"], name="feedback_round_newest")]

    def __str__(self) -> str:
        return self.about


class FeedbackQuestion(models.Model):
    class Form(models.TextChoices):
        WORDS = "words", _("In words")
        SCALE = "scale", _("From 1 to 5")

    round = models.ForeignKey(FeedbackRound, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("question"), max_length=300)
    form = models.CharField(_("answered"), max_length=8, choices=Form.choices, default=Form.WORDS)
    competency = models.ForeignKey(
        Competency, verbose_name=_("competency"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("question")
        ordering = ["round_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="feedback_question_position_once"),
            models.CheckConstraint(
                name="feedback_question_at_most_three",
                condition=Q(position__range=(1, 3)),
                violation_error_message=_("Ask at most three questions."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class FeedbackState(models.TextChoices):
    ASKED = "asked", _("Asked")
    SUBMITTED = "submitted", _("Answered")
    DECLINED = "declined", _("Declined")
    NO_CONTACT = "no_contact", _("Not enough contact to judge")
    WITHDRAWN = "withdrawn", _("Taken back")
    EXPIRED = "expired", _("Closed without an answer")


# Whoever said no, or has not seen enough, may still answer while the round is open.
UNANSWERED = (FeedbackState.ASKED, FeedbackState.DECLINED, FeedbackState.NO_CONTACT)


def fresh_link() -> uuid.UUID:
    return uuid.uuid4()


class FeedbackRequestQuerySet(models.QuerySet):
    def visible_to(self, user) -> FeedbackRequestQuerySet:
        """Those that this person is asked to answer."""
        return self.filter(giver=user).exclude(state=FeedbackState.WITHDRAWN)

    def reachable(self) -> FeedbackRequestQuerySet:
        """Those whose mailed address still leads somewhere: not taken back, and not of somebody who has left."""
        there = Q(giver__isnull=True) | Q(giver__is_active=True)
        return self.filter(there).exclude(state=FeedbackState.WITHDRAWN)

    def shared_with(self, user) -> FeedbackRequestQuerySet:
        """Named answers that the mentee passed on to this sponsor."""
        return self.filter(
            round__assignment__sponsor=user,
            round__confidential=False,
            state=FeedbackState.SUBMITTED,
            shared_with_sponsor=True,
        )

    def counted(self) -> FeedbackRequestQuerySet:
        """Those whose answers in confidence may come out: an address that nobody knows of could be the mentee's own."""
        return self.filter(Q(giver__isnull=False) | Q(vouched_at__isnull=False))

    def outside(self) -> FeedbackRequestQuerySet:
        """Those who have no account here and are asked still: the mentee named them by an address."""
        return self.filter(giver__isnull=True).exclude(state=FeedbackState.WITHDRAWN)

    def of_outsider(self, address: str, until: datetime) -> FeedbackRequestQuerySet:
        """What was asked of whoever has no account and this address, up to this moment."""
        return self.filter(giver__isnull=True, giver_email__iexact=address, first_asked_at__lte=until)

    def unknown(self) -> FeedbackRequestQuerySet:
        """Outsiders of confidential rounds of whom the mentor has not said that they know who they are."""
        return self.outside().filter(round__confidential=True, vouched_at__isnull=True)

    def at_review(self) -> FeedbackRequestQuerySet:
        """Named answers that the mentee shows to HR beside a review packet."""
        return self.filter(round__confidential=False, state=FeedbackState.SUBMITTED, shared_at_review=True)


class FeedbackRequest(models.Model):
    """One person is asked: a colleague with an account, or an outsider by name and address.

    What is addressed by `link` lives until it is answered or over; opening it changes nothing.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(FeedbackRound, on_delete=models.PROTECT, related_name="requests")
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="feedback_requests"
    )
    giver_name = models.CharField(_("name"), max_length=200, blank=True)
    giver_email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    group = models.CharField(_("group"), max_length=12, choices=FeedbackGroup.choices)
    # Since when the mentor says that they know who this outsider is; asked of confidential rounds alone.
    vouched_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(max_length=12, choices=FeedbackState.choices, default=FeedbackState.ASKED, editable=False)
    # Stands in the mailed address under the site's signature; another one makes the old address worthless.
    link = models.UUIDField(default=fresh_link, unique=True, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    # Stays where a round that is opened again asks once more.
    first_asked_at = models.DateTimeField(default=timezone.now, editable=False)
    draft = models.JSONField(default=dict, editable=False)
    drafted_at = models.DateTimeField(null=True, editable=False)
    # Whoever was asked wants no reminder of it; the question itself stays where it is.
    reminders_stopped_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    # In which publication of a confidential round the answers came out; 0 while they wait.
    publication = models.PositiveSmallIntegerField(default=0, editable=False)
    decline_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    shared_with_sponsor = models.BooleanField(_("share with the sponsor"), default=False)
    shared_at_review = models.BooleanField(_("show to HR at review"), default=False)
    # How the mentee closes the loop; the giver is told.
    changed_because = models.TextField(_("what I changed because of it"), blank=True, max_length=2000)
    thanked_at = models.DateTimeField(null=True, editable=False)

    objects = FeedbackRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for feedback")
        ordering = ["round_id", "id"]
        indexes = [models.Index(fields=["giver", "state"], name="feedback_request_by_giver")]
        constraints = [
            models.CheckConstraint(
                name="feedback_request_to_somebody",
                condition=Q(giver__isnull=False) | (~Q(giver_email="") & ~Q(giver_name="")),
                violation_error_message=_("Say who is asked: somebody here, or a name and an address."),
            ),
            models.UniqueConstraint(
                fields=["round", "giver"],
                condition=Q(giver__isnull=False),
                name="feedback_request_once_a_giver",
                violation_error_message=_("This person is asked in this round already."),
            ),
            models.UniqueConstraint(
                fields=["round", "giver_email"],
                condition=Q(giver__isnull=True),
                name="feedback_request_once_an_address",
                violation_error_message=_("This address is asked in this round already."),
            ),
            models.CheckConstraint(
                name="feedback_request_settled_at_a_moment",
                condition=Q(state="asked", settled_at__isnull=True) | (~Q(state="asked") & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.pk}"

    @property
    def name(self) -> str:
        return self.giver.name if self.giver else self.giver_name

    @property
    def addressee(self) -> User | Outsider:
        """Whoever is written to: somebody with an account, or an outsider by name and address."""
        return self.giver or Outsider(self.giver_email, self.giver_name)


class FeedbackAnswer(models.Model):
    """The answer to one question; read only through the rules of its round."""

    request = models.ForeignKey(FeedbackRequest, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(FeedbackQuestion, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField(blank=True, max_length=4000)
    level = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        verbose_name = _("answer")
        ordering = ["question_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "question"], name="feedback_answered_once"),
            models.CheckConstraint(
                name="feedback_level_1_to_5", condition=Q(level__isnull=True) | Q(level__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.question_id}"
