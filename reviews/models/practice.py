"""Rating practised on written cases before real work is rated: the cases, and one person's tries."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CaseStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


CASE_NEXT = {
    CaseStatus.DRAFT: {CaseStatus.PUBLISHED},
    CaseStatus.PUBLISHED: {CaseStatus.RETIRED},
    CaseStatus.RETIRED: {CaseStatus.PUBLISHED},
}


class VignetteQuerySet(models.QuerySet):
    def published(self) -> VignetteQuerySet:
        """Those that an exercise begun now has."""
        return self.filter(status=CaseStatus.PUBLISHED)


class Vignette(models.Model):
    """A written case and the level that experts give it; `experts` are those who confirmed it here.

    A draft can be changed. What was published keeps its words and its level, so that everybody who practised on it
    rated the same case; exercises that run keep the cases they began with.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    status = models.CharField(max_length=9, choices=CaseStatus.choices, default=CaseStatus.DRAFT, editable=False)
    criterion_key = models.SlugField(_("criterion"), max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("case"), max_length=1000)
    gold = models.PositiveSmallIntegerField(
        _("level the experts give it"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.CharField(_("why this level"), max_length=500, blank=True)
    why_not_lower = models.CharField(_("why not the level below"), max_length=500, blank=True)
    why_not_higher = models.CharField(_("why not the level above"), max_length=500, blank=True)
    experts = models.CharField(_("experts who confirmed it"), max_length=300, blank=True)
    # None also where a case came with StretchHub.
    published_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    # Raised by every change, so that a stale page cannot overwrite a newer one.
    edit = models.PositiveIntegerField(default=1, editable=False)

    objects = VignetteQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice case")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(name="vignette_1_to_5", condition=Q(gold__range=(1, 5))),
            models.CheckConstraint(
                name="vignette_draft_has_no_day", condition=~Q(status="draft") | Q(published_at__isnull=True)
            ),
            models.CheckConstraint(
                name="vignette_retired_has_a_day",
                condition=Q(status="retired", retired_at__isnull=False)
                | (~Q(status="retired") & Q(retired_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def came_with_stretchhub(self) -> bool:
        return self.status != CaseStatus.DRAFT and self.published_at is None


class RatingPracticeQuerySet(models.QuerySet):
    def visible_to(self, user) -> RatingPracticeQuerySet:
        """One's own and nobody else's."""
        return self.filter(person=user)


class RatingPractice(models.Model):
    """One person's exercise: all cases rated, the experts' levels seen, three rated again."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rating_practices")
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    # Those that were published when it began; it keeps them.
    cases = models.ManyToManyField(Vignette, related_name="practices", editable=False)
    # From here on the first ratings stand, because the experts' are known.
    seen_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = RatingPracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating practice")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(finished_at__isnull=True), name="rating_practice_one_open"
            ),
            models.CheckConstraint(
                name="rating_practice_finished_after_seeing",
                condition=Q(finished_at__isnull=True) | Q(seen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.began_at:%Y-%m-%d}"


class PracticeRating(models.Model):
    """The level somebody gave a case, and the experts' level as it was then."""

    FIRST, AGAIN = 1, 2

    practice = models.ForeignKey(RatingPractice, on_delete=models.CASCADE, related_name="ratings")
    vignette = models.ForeignKey(Vignette, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(choices=[(FIRST, _("First")), (AGAIN, _("Again"))])
    level = models.PositiveSmallIntegerField()
    gold = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("level given in practice")
        ordering = ["practice_id", "round", "vignette__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "vignette", "round"], name="practice_rating_once"),
            models.CheckConstraint(
                name="practice_rating_1_to_5", condition=Q(level__range=(1, 5)) & Q(gold__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vignette_id}: {self.level}"
