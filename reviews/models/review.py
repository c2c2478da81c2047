"""Who rates an assignment, and what they saw."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Evidence, Setback

from .rubric import Criterion, Rubric


class ReviewCycle(models.Model):
    """A period whose reviews are read together, known by a short code such as 2026-H2."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="cycles")
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))

    class Meta:
        verbose_name = _("review cycle")
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="cycle_closes_after_opening",
                condition=Q(closes_on__gte=models.F("opens_on")),
                violation_error_message=_("A cycle cannot close before it opens."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Relation(models.TextChoices):
    SELF = "self", _("Self")
    MENTOR = "mentor", _("Mentor")
    SPONSOR = "sponsor", _("Sponsor")
    COLLEAGUE = "colleague", _("Colleague")


class ReviewStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    FINAL = "final", _("Final")
    WITHDRAWN = "withdrawn", _("No longer asked")


# Who takes over as sponsor once more is asked once more.
NEXT: dict[str, set[str]] = {
    ReviewStatus.DRAFT: {ReviewStatus.SUBMITTED, ReviewStatus.WITHDRAWN},
    ReviewStatus.SUBMITTED: {ReviewStatus.FINAL},
    ReviewStatus.FINAL: set(),
    ReviewStatus.WITHDRAWN: {ReviewStatus.DRAFT},
}


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user) -> ReviewQuerySet:
        """One's own while it is asked for; final ones of the assignment for mentee, mentor and HR.

        The sponsor sees others' ratings only where the mentee shares the final result.
        """
        seen = Q(rater=user) | Q(Q(assignment__mentee=user) | Q(assignment__mentor=user), status=ReviewStatus.FINAL)
        if user.is_hr:
            seen |= Q(status=ReviewStatus.FINAL)
        return self.asked().filter(seen)

    def asked(self) -> ReviewQuerySet:
        """Those that are written or to be written; not what a sponsor began who has handed the work over."""
        return self.exclude(status=ReviewStatus.WITHDRAWN)

    def final(self) -> ReviewQuerySet:
        return self.filter(status=ReviewStatus.FINAL)


class Review(models.Model):
    """One rater's review of one assignment in one cycle; locked on submission.

    When the last rater of an assignment has submitted, all its reviews become final together,
    so that nobody sees another's before submitting their own.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="reviews")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reviews")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    relation = models.CharField(_("relation"), max_length=16, choices=Relation.choices)
    status = models.CharField(max_length=16, choices=ReviewStatus.choices, default=ReviewStatus.DRAFT, editable=False)
    summary = models.TextField(_("in one or two sentences"), blank=True, max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_on = models.DateField(_("due on"))
    submitted_at = models.DateTimeField(null=True, editable=False)
    final_at = models.DateTimeField(null=True, editable=False)
    # Raised with every save of a draft, so that a stale page cannot overwrite a newer one.
    edit = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["cycle", "status", "id"], name="review_by_cycle"),
            models.Index(fields=["rater", "status"], name="review_by_rater"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "assignment", "rater"],
                condition=~Q(status="withdrawn"),
                name="review_once_a_rater",
                violation_error_message=_("This person is asked for a review already."),
            ),
            models.UniqueConstraint(
                fields=["cycle", "assignment", "relation"],
                condition=Q(relation__in=["self", "mentor", "sponsor"]) & ~Q(status="withdrawn"),
                name="review_once_a_part",
            ),
            models.CheckConstraint(
                name="review_submitted_has_date",
                condition=Q(status__in=["draft", "withdrawn"], submitted_at__isnull=True)
                | (~Q(status__in=["draft", "withdrawn"]) & Q(submitted_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.get_relation_display()}"


class Score(models.Model):
    """One criterion of one review: a level 1 to 5, or not observed; never both, never 0."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    not_observed = models.BooleanField(_("not observed"), default=False)
    note = models.TextField(_("what you saw"), blank=True, max_length=4000)
    evidence = models.ManyToManyField(Evidence, verbose_name=_("evidence"), blank=True, related_name="scores")
    # What went wrong and what came of it; only adaptability rests on it.
    setbacks = models.ManyToManyField(Setback, verbose_name=_("setbacks"), blank=True, related_name="scores")

    class Meta:
        verbose_name = _("score")
        ordering = ["review_id", "criterion__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once"),
            models.CheckConstraint(
                name="score_level_or_not_observed",
                condition=Q(level__isnull=True) | Q(not_observed=False),
            ),
            models.CheckConstraint(name="score_1_to_5", condition=Q(level__isnull=True) | Q(level__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level or '–'}"
