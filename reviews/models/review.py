"""Who rates an assignment, and what they saw."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Evidence, Setback
from stretchhub.notices.models import Outsider
from stretchhub.people.models import User

from .rubric import Criterion, Rubric


class ReviewCycle(models.Model):
    """A period whose reviews are read together, known by a short code such as 2026-h2."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="cycles")
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    calibrates = models.BooleanField(
        _("talk over what lies apart"),
        default=False,
        help_text=_("Where ratings lie two levels apart, they are talked over in a calibration before they are final."),
    )

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
    EXPERT = "expert", _("Expert")
    END_USER = "end_user", _("End user")


# Those who are named one by one, with or without an account; of the others there is one each.
NAMED = (Relation.COLLEAGUE, Relation.EXPERT, Relation.END_USER)


class ReviewStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CALIBRATING = "calibrating", _("In calibration")
    FINAL = "final", _("Final")
    AMENDED = "amended", _("Amended")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("No longer asked")


# What can be read: as it became final, or as it was amended since.
READABLE = (ReviewStatus.FINAL, ReviewStatus.AMENDED)
# Nobody waits for these, and they count nowhere.
NOT_ASKED = (ReviewStatus.DECLINED, ReviewStatus.WITHDRAWN)

# Who takes over as sponsor once more is asked once more; what is amended may be amended again.
NEXT: dict[str, set[str]] = {
    ReviewStatus.DRAFT: {ReviewStatus.SUBMITTED, ReviewStatus.DECLINED, ReviewStatus.WITHDRAWN},
    ReviewStatus.SUBMITTED: {ReviewStatus.FINAL, ReviewStatus.CALIBRATING},
    ReviewStatus.CALIBRATING: {ReviewStatus.FINAL},
    ReviewStatus.FINAL: {ReviewStatus.AMENDED},
    ReviewStatus.AMENDED: {ReviewStatus.AMENDED},
    ReviewStatus.DECLINED: set(),
    ReviewStatus.WITHDRAWN: {ReviewStatus.DRAFT},
}


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user) -> ReviewQuerySet:
        """One's own while it is asked for; final ones for mentee, mentor, calibrators and HR.

        The sponsor sees others' ratings only where the mentee shares the final result.
        """
        own = Q(assignment__mentee=user) | Q(assignment__mentor=user)
        shared = SharedResult.objects.filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle"))
        seen = Q(rater=user) | Q(own, status__in=READABLE)
        seen |= Q(Exists(shared), assignment__sponsor=user, status__in=READABLE)
        if user.is_hr or user.is_calibrator:
            seen |= Q(status__in=READABLE)
        return self.asked().filter(seen)

    def asked(self) -> ReviewQuerySet:
        """Those that are written or to be written; not what was declined, nor what is asked of somebody else now."""
        return self.exclude(status__in=NOT_ASKED)

    def final(self) -> ReviewQuerySet:
        """Those that can be read, as they became final or as they were amended since."""
        return self.filter(status__in=READABLE)

    def observers(self) -> ReviewQuerySet:
        """Everybody but the mentee."""
        return self.exclude(relation=Relation.SELF)

    def reachable(self) -> ReviewQuerySet:
        """Outsiders' whose mailed address still leads somewhere: all that were not taken back."""
        return self.filter(rater__isnull=True).exclude(status=ReviewStatus.WITHDRAWN)


class Review(models.Model):
    """One rater's review of one assignment in one cycle; locked on submission.

    When the last rater of an assignment has submitted, all its reviews become final together,
    so that nobody sees another's before submitting their own. The rater is somebody with an account,
    or an outsider by name and address who comes by `link`.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="reviews")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reviews")
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    rater_name = models.CharField(_("name"), max_length=200, blank=True)
    rater_email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    # An outsider's: stands in the mailed address under the site's signature; another makes the old address worthless.
    link = models.UUIDField(null=True, unique=True, editable=False)
    relation = models.CharField(_("relation"), max_length=16, choices=Relation.choices)
    status = models.CharField(max_length=16, choices=ReviewStatus.choices, default=ReviewStatus.DRAFT, editable=False)
    summary = models.TextField(_("in one or two sentences"), blank=True, max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_on = models.DateField(_("due on"))
    submitted_at = models.DateTimeField(null=True, editable=False)
    final_at = models.DateTimeField(null=True, editable=False)
    # Why it was declined or taken back, when, and by whom it was taken back.
    decline_reason = models.CharField(_("why not"), max_length=500, blank=True, editable=False)
    no_contact = models.BooleanField(_("not enough contact to judge"), default=False, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    # Raised by each amendment after it was final.
    version = models.PositiveSmallIntegerField(default=1, editable=False)
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
                fields=["cycle", "assignment", "rater_email"],
                condition=Q(rater__isnull=True) & ~Q(status="withdrawn"),
                name="review_once_an_address",
                violation_error_message=_("This address is asked for a review already."),
            ),
            models.CheckConstraint(
                name="review_by_somebody",
                condition=Q(rater__isnull=False, rater_email="")
                | (
                    Q(rater__isnull=True, link__isnull=False, relation__in=["colleague", "expert", "end_user"])
                    & ~Q(rater_email="")
                    & ~Q(rater_name="")
                ),
                violation_error_message=_("Say who reviews: somebody here, or a name and an address."),
            ),
            models.UniqueConstraint(
                fields=["cycle", "assignment", "relation"],
                condition=Q(relation__in=["self", "mentor", "sponsor"]) & ~Q(status="withdrawn"),
                name="review_once_a_part",
            ),
            models.CheckConstraint(
                name="review_submitted_has_date",
                condition=Q(status__in=["draft", "declined", "withdrawn"], submitted_at__isnull=True)
                | (~Q(status__in=["draft", "declined", "withdrawn"]) & Q(submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="review_final_has_date",
                condition=Q(status__in=["final", "amended"], final_at__isnull=False)
                | (~Q(status__in=["final", "amended"]) & Q(final_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.get_relation_display()}"

    @property
    def name(self) -> str:
        return self.rater.name if self.rater else self.rater_name

    @property
    def email(self) -> str:
        return self.rater.email if self.rater else self.rater_email

    @property
    def addressee(self) -> User | Outsider:
        """Whoever is written to: somebody with an account, or an outsider by name and address."""
        return self.rater or Outsider(self.rater_email, self.rater_name)


class SharedResult(models.Model):
    """The final reviews of an assignment in one cycle, shown by the mentee to its sponsor; gone when taken back."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="shared_results")
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("shared result")
        ordering = ["-shared_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["assignment", "cycle"], name="result_shared_once")]

    def __str__(self) -> str:
        return f"{self.assignment} {self.cycle}"


class Score(models.Model):
    """One criterion of one review: a level 1 to 5, or not observed; never both, never 0.

    `level` is the one that counts; what it was when handed in stays in the first of its changes.
    """

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
