"""The letter of a mentor, from the first word to the signature."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Evidence

from .document import IssuedDocument
from .review import ReviewCycle


class LetterState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    ASKED = "asked", _("With the mentee")
    CHANGES = "changes", _("Changes wanted")
    APPROVED = "approved", _("Approved")
    SIGNED = "signed", _("Signed")


# Whatever is written anew is a draft again, also after it was approved.
LETTER_NEXT: dict[str, set[str]] = {
    LetterState.DRAFT: {LetterState.DRAFT, LetterState.ASKED},
    LetterState.ASKED: {LetterState.DRAFT, LetterState.APPROVED, LetterState.CHANGES},
    LetterState.CHANGES: {LetterState.DRAFT},
    LetterState.APPROVED: {LetterState.DRAFT, LetterState.SIGNED},
    LetterState.SIGNED: set(),
}
# What its mentee may read: never a first attempt.
SHOWN = (LetterState.ASKED, LetterState.CHANGES, LetterState.APPROVED)


class LetterPart(models.TextChoices):
    """The parts of a letter, in their order."""

    WHO = "who", _("Who I am to the mentee, and since when")
    WORK = "work", _("The assignment, and why it was a stretch")
    FIRST = "first", _("One thing I saw")
    SECOND = "second", _("Another thing I saw")
    RUBRIC = "rubric", _("What the reviews say")
    HARD = "hard", _("What was hard, and how it was handled")
    OUTCOME = "outcome", _("What came of it")
    READY = "ready", _("I would now trust the mentee with")
    LIMITS = "limits", _("The limits of my view")


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user) -> LetterQuerySet:
        """Its author; the mentee once the facts are to be approved. Others read it when it is signed."""
        return self.filter(Q(author=user) | Q(assignment__mentee=user, state__in=SHOWN))

    def asking(self, user) -> LetterQuerySet:
        """Those that wait for this person: to write, to change or to sign; as the mentee to approve."""
        wanted = Q(state=LetterState.DRAFT, wanted_at__isnull=False)
        mine = Q(author=user) & (wanted | Q(state__in=[LetterState.CHANGES, LetterState.APPROVED]))
        return self.filter(mine | Q(assignment__mentee=user, state=LetterState.ASKED))

    def open(self) -> LetterQuerySet:
        return self.exclude(state=LetterState.SIGNED)


class Letter(models.Model):
    """What a mentor writes about an assignment; signed it is frozen as an issued document."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="letters")
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.DRAFT, editable=False)
    # Part by part what the mentor says, and beside it what the records say: as the mentee was asked to approve it.
    words = models.JSONField(default=dict, blank=True)
    facts = models.JSONField(default=dict, editable=False)
    remarks = models.JSONField(default=dict, editable=False)
    # What shows the two things that were seen; only what the mentee shares at review.
    first_evidence = models.ForeignKey(
        Evidence, verbose_name=_("what shows it"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_evidence = models.ForeignKey(
        Evidence, verbose_name=_("what shows it"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contact = models.CharField(_("how to reach me"), max_length=200, blank=True)
    wanted_at = models.DateTimeField(null=True, editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    document = models.OneToOneField(
        IssuedDocument, on_delete=models.PROTECT, null=True, related_name="letter", editable=False
    )
    # Raised with every save and answer, so that nobody approves or signs what they have not read.
    edit = models.PositiveIntegerField(default=1, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor letter")
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["author", "state"], name="letter_by_author")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "author"], condition=~Q(state="signed"), name="letter_one_at_a_time"
            ),
            models.CheckConstraint(
                name="letter_signed_is_issued",
                condition=Q(state="signed", document__isnull=False) | (~Q(state="signed") & Q(document__isnull=True)),
            ),
            models.CheckConstraint(
                name="letter_approved_by_an_answer",
                condition=~Q(state__in=["approved", "signed", "changes"]) | Q(answered_at__isnull=False),
                violation_error_message=_("The mentee approves the facts before a letter is signed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.get_state_display()}"
