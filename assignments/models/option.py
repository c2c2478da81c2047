"""A stretch option: something the mentee could take on, on its way through the pipeline."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .competency import Competency
from .goal import Goal
from .mentorship import Mentorship


class Kind(models.TextChoices):
    TECHNICAL = "technical", _("Technical")
    STRATEGIC = "strategic", _("Strategic")
    CROSS_FUNCTIONAL = "cross_functional", _("Cross-functional")
    OWNERSHIP = "ownership", _("End-to-end ownership")
    AMBIGUITY = "ambiguity", _("Ambiguity")
    STAKEHOLDERS = "stakeholders", _("Stakeholder management")


class Audience(models.TextChoices):
    TEAM = "team", _("Own team")
    PEERS = "peers", _("Other teams")
    EXECUTIVES = "executives", _("Executives")
    CUSTOMERS = "customers", _("Customers or end users")
    PARTNERS = "partners", _("Partners or regulators")


class OptionRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    CONTRIBUTOR = "contributor", _("Contributor")
    ADVISOR = "advisor", _("Advisor")


class Stage(models.TextChoices):
    IDEA = "idea", _("Idea")
    EXPLORING = "exploring", _("Exploring")
    BRIEFED = "briefed", _("Briefed")
    SEEKING_SPONSOR = "seeking_sponsor", _("Seeking sponsor")
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")
    PARKED = "parked", _("Parked")
    DECLINED = "declined", _("Declined")


BOARD = (
    Stage.IDEA,
    Stage.EXPLORING,
    Stage.BRIEFED,
    Stage.SEEKING_SPONSOR,
    Stage.ACTIVE,
    Stage.CLOSED,
)
OPEN = (Stage.IDEA, Stage.EXPLORING, Stage.BRIEFED, Stage.SEEKING_SPONSOR)

# Parked goes back only to the stage it left, which the action checks beside this table.
# Active and closed are reached through the assignment, never by moving a card.
NEXT: dict[str, set[str]] = {
    Stage.IDEA: {Stage.EXPLORING, Stage.PARKED, Stage.DECLINED},
    Stage.EXPLORING: {Stage.IDEA, Stage.BRIEFED, Stage.PARKED, Stage.DECLINED},
    Stage.BRIEFED: {Stage.EXPLORING, Stage.SEEKING_SPONSOR, Stage.PARKED, Stage.DECLINED},
    Stage.SEEKING_SPONSOR: {Stage.BRIEFED, Stage.ACTIVE, Stage.PARKED, Stage.DECLINED},
    Stage.ACTIVE: {Stage.CLOSED},
    Stage.CLOSED: set(),
    Stage.PARKED: set(OPEN),
    Stage.DECLINED: set(),
}
NEEDS_REASON = {Stage.PARKED, Stage.DECLINED}


class OptionQuerySet(models.QuerySet):
    def visible_to(self, user) -> OptionQuerySet:
        """The pipeline is the mentee's and the mentor's alone."""
        return self.filter(Q(mentorship__mentee=user) | Q(mentorship__mentor=user))

    def live(self) -> OptionQuerySet:
        return self.filter(stage__in=[*OPEN, Stage.ACTIVE])


class Option(models.Model):
    """One possible stretch assignment, with why it would help and what it would take."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mentorship = models.ForeignKey(Mentorship, on_delete=models.PROTECT, related_name="options")
    goal = models.ForeignKey(
        Goal,
        verbose_name=_("goal"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="options",
    )
    title = models.CharField(_("option"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    domain = models.CharField(_("domain"), max_length=120, help_text=_("Where the work is, for example Customer care."))
    audience = models.CharField(
        _("audience"),
        max_length=16,
        choices=Audience.choices,
        help_text=_("Who will see or use the result."),
    )
    role = models.CharField(_("role"), max_length=16, choices=OptionRole.choices, default=OptionRole.OWNER)
    why = models.TextField(_("why this one"), help_text=_("What it would stretch, and for whom."))
    competencies = models.ManyToManyField(Competency, through="OptionCompetency")
    starts_on = models.DateField(_("could start on"), null=True, blank=True)
    ends_on = models.DateField(_("would end by"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5), MaxValueValidator(60)],
    )
    backfill_hours = models.DecimalField(
        _("hours a week covered by others"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(60)],
        help_text=_("Work taken over by somebody else while this runs; empty where nothing is agreed."),
    )
    success_criteria = models.TextField(
        _("success criteria"), blank=True, help_text=_("How both of you would know it worked.")
    )
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.IDEA, editable=False)
    left_stage = models.CharField(max_length=20, choices=Stage.choices, blank=True, default="", editable=False)
    stage_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    stage_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # When its words were changed last; none while they are as they were written first.
    edited_at = models.DateTimeField(null=True, editable=False)
    # The opportunity of the shared pool that this option is a copy of.
    origin = models.ForeignKey(
        "assignments.Opportunity",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        editable=False,
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["mentorship", "stage"], name="option_by_stage")]
        constraints = [
            models.CheckConstraint(
                name="option_ends_after_start",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end cannot be before the start."),
            ),
            models.CheckConstraint(
                name="option_put_aside_has_reason",
                condition=~Q(stage__in=["parked", "declined"]) | ~Q(stage_reason=""),
                violation_error_message=_("Say why this option is parked or declined."),
            ),
            models.CheckConstraint(
                name="option_parked_knows_where_from",
                condition=~Q(stage="parked") | ~Q(left_stage=""),
            ),
            models.UniqueConstraint(
                fields=["mentorship", "origin"],
                condition=Q(origin__isnull=False),
                name="option_origin_once",
                violation_error_message=_("This opportunity is in the pipeline already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    def next_stages(self) -> list[Stage]:
        """Where a person may move this card now, in the order of the board."""
        if self.stage == Stage.PARKED:
            return [Stage(self.left_stage)]
        by_hand = NEXT[self.stage] - {Stage.ACTIVE, Stage.CLOSED}
        return [stage for stage in Stage if stage in by_hand]


class Contribution(models.TextChoices):
    PRIMARY = "primary", _("Primary")
    SECONDARY = "secondary", _("Secondary")


class OptionCompetency(models.Model):
    """A competency that an option would develop, and how directly."""

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="contributions")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    contribution = models.CharField(
        _("contribution"),
        max_length=16,
        choices=Contribution.choices,
        default=Contribution.PRIMARY,
    )

    class Meta:
        verbose_name = _("competency of an option")
        ordering = ["option_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["option", "competency"],
                name="option_competency_once",
                violation_error_message=_("This option has that competency already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.competency} ({self.get_contribution_display()})"


class Fit(models.IntegerChoices):
    """How directly an option serves a goal."""

    NONE = 0, _("Not at all")
    TOUCHES = 1, _("Touches it")
    SUPPORTS = 2, _("Supports it")
    DIRECT = 3, _("Serves it directly")


class OptionGoal(models.Model):
    """How directly an option serves one goal; no row means that nobody has said yet."""

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="fits")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="fits")
    fit = models.PositiveSmallIntegerField(_("fit"), choices=Fit.choices)

    class Meta:
        verbose_name = _("fit of an option to a goal")
        ordering = ["option_id", "goal_id"]
        constraints = [
            models.UniqueConstraint(fields=["option", "goal"], name="option_goal_once"),
            models.CheckConstraint(name="option_goal_fit_0_to_3", condition=Q(fit__range=(0, 3))),
        ]

    def __str__(self) -> str:
        return f"{self.option} → {self.goal}: {self.get_fit_display()}"


class ExperimentQuerySet(models.QuerySet):
    def visible_to(self, user) -> ExperimentQuerySet:
        """The notebook is read by those who read the option."""
        return self.filter(option__in=Option.objects.visible_to(user))


class Experiment(models.Model):
    """A page of the lab notebook of an option: the smallest try, what came of it, what follows."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="experiments")
    hypothesis = models.TextField(_("hypothesis"), max_length=1000, help_text=_("We believe that …"))
    smallest_try = models.TextField(
        _("smallest try"), max_length=1000, help_text=_("The least that would show whether it holds.")
    )
    try_by = models.DateField(_("try by"), null=True, blank=True)
    tried_on = models.DateField(_("tried on"), null=True, blank=True)
    result = models.TextField(_("result"), max_length=2000, blank=True, help_text=_("What happened, in facts."))
    learning = models.TextField(_("learning"), max_length=2000, blank=True)
    next_try = models.TextField(_("next"), max_length=1000, blank=True, help_text=_("What you will do because of it."))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        verbose_name = _("experiment")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="experiment_tried_has_result",
                condition=Q(tried_on__isnull=True) | (~Q(result="") & ~Q(learning="")),
                violation_error_message=_("Say what happened and what you learned, or leave the day empty."),
            )
        ]

    def __str__(self) -> str:
        return self.hypothesis[:80]
