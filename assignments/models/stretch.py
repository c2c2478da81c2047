"""What an option demands, what its mentee has shown, and the help there is; private to the two."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .competency import LevelQuerySet, Provenance
from .evidence import Evidence
from .option import Option


class Component(models.IntegerChoices):
    """What can make work a stretch: ten components of challenge."""

    RESPONSIBILITIES = 1, _("Unfamiliar responsibilities")
    NEW_DIRECTION = 2, _("Starting something new")
    INHERITED = 3, _("An inherited problem")
    PEOPLE = 4, _("Difficult people matters")
    STAKES = 5, _("High stakes and visibility")
    SCALE = 6, _("Scope and scale")
    PRESSURE = 7, _("Pressure from outside")
    INFLUENCE = 8, _("Influence without authority")
    PLACES = 9, _("Across cultures and places")
    DIVERSITY = 10, _("A diverse group")


class Support(models.TextChoices):
    """The help that lets somebody reach further."""

    FEEDBACK = "feedback", _("How often there is feedback")
    ACCESS = "access", _("Access to mentor and sponsor")
    PEERS = "peers", _("Access to experts and peers")
    RESOURCES = "resources", _("Resources and decision rights")
    SAFETY = "safety", _("Safe to fail")


def _rating(words, **more) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        words, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)], **more
    )


def _in_range(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (1, 5)})


class StretchProfile(models.Model):
    """The support there is for an option and how sure the mentee feels; its demands are rows of their own."""

    option = models.OneToOneField(Option, on_delete=models.CASCADE, related_name="stretch_profile")
    feedback = _rating(Support.FEEDBACK.label)
    access = _rating(Support.ACCESS.label)
    peers = _rating(Support.PEERS.label)
    resources = _rating(Support.RESOURCES.label)
    safety = _rating(Support.SAFETY.label)
    # The mentee's alone to say; only the two of them ever read it.
    confidence = _rating(_("how sure I feel"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("stretch profile")
        constraints = [
            models.CheckConstraint(name=f"stretch_{name}_1_to_5", condition=_in_range(name))
            for name in ("feedback", "access", "peers", "resources", "safety", "confidence")
        ]

    def __str__(self) -> str:
        return f"{self.option}"


class StretchDemand(models.Model):
    """How much of one component an option demands, 1 to 5; the highest two say why."""

    profile = models.ForeignKey(StretchProfile, on_delete=models.CASCADE, related_name="demands")
    component = models.PositiveSmallIntegerField(_("component"), choices=Component.choices)
    level = models.PositiveSmallIntegerField(_("demanded"))
    reason = models.CharField(_("why so much"), max_length=300, blank=True)
    # Who helps with this one, where it is a leap.
    support_person = models.CharField(_("who supports"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("demand of an option")
        ordering = ["profile_id", "component"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "component"], name="stretch_component_once"),
            models.CheckConstraint(
                name="stretch_demand_1_to_5", condition=Q(level__range=(1, 5)) & Q(component__range=(1, 10))
            ),
            models.CheckConstraint(
                name="stretch_high_demand_has_reason",
                condition=Q(level__lt=4) | ~Q(reason=""),
                violation_error_message=_("Say in a line why it is so high."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_component_display()}: {self.level}"


class DemonstratedLevel(models.Model):
    """How far somebody had handled a component on a day, and who says so. Added to, never changed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="demonstrated_levels")
    component = models.PositiveSmallIntegerField(_("component"), choices=Component.choices)
    level = models.PositiveSmallIntegerField(_("demonstrated"))
    reason = models.CharField(_("what shows it"), max_length=300, blank=True)
    provenance = models.CharField(_("who says so"), max_length=16, choices=Provenance.choices)
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dated_on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("demonstrated level")
        ordering = ["dated_on", "id"]
        indexes = [models.Index(fields=["person", "component", "dated_on"], name="demonstrated_by_person")]
        constraints = [
            models.CheckConstraint(
                name="demonstrated_1_to_5", condition=Q(level__range=(1, 5)) & Q(component__range=(1, 10))
            ),
            models.CheckConstraint(
                name="demonstrated_high_has_reason",
                condition=Q(level__lt=4) | ~Q(reason=""),
                violation_error_message=_("Say in a line what shows it."),
            ),
            models.CheckConstraint(
                name="demonstrated_verified_by_an_assignment",
                condition=~Q(provenance="verified") | Q(assignment__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "component", "assignment"],
                condition=Q(provenance="verified"),
                name="demonstrated_verified_once_an_assignment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_component_display()}: {self.level}"


class EvidenceComponent(models.Model):
    """A piece of evidence shows how a component of the stretch was handled."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="components")
    component = models.PositiveSmallIntegerField(_("component"), choices=Component.choices)

    class Meta:
        verbose_name = _("component that evidence shows")
        ordering = ["evidence_id", "component"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "component"], name="evidence_component_once"),
            models.CheckConstraint(name="evidence_component_1_to_10", condition=Q(component__range=(1, 10))),
        ]

    def __str__(self) -> str:
        return self.get_component_display()
