"""The words in which growth is described: frameworks, competencies, level descriptors."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEVELS = range(1, 6)


class Framework(models.Model):
    """A published list of competencies, with the licence and credit it must be shown with.

    `sha256` and `retrieved_on` tell which copy of the source this is; `changes` says what was
    altered on the way in, as licences with attribution ask for.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    version = models.CharField(_("version"), max_length=40, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    licence_holder = models.CharField(
        _("licence holder"),
        max_length=200,
        blank=True,
        help_text=_("Who holds the licence, where the source needs one."),
    )
    credit = models.CharField(
        _("credit line"),
        max_length=500,
        blank=True,
        help_text=_("Shown wherever the framework is shown or exported."),
    )
    changes = models.CharField(_("what was changed"), max_length=500, blank=True)
    source_url = models.URLField(_("where it comes from"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    proficiency_threshold = models.PositiveSmallIntegerField(
        _("proficient from level"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("From this level on, 1 to 5, somebody counts as proficient."),
    )
    retrieved_on = models.DateField(_("retrieved on"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    imported_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("competency framework")
        ordering = ["name", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="framework_version_once",
                violation_error_message=_("This version of the framework is here already."),
            ),
            models.CheckConstraint(name="framework_threshold_1_to_5", condition=Q(proficiency_threshold__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()

    @property
    def mark(self) -> str:
        """A short name of exactly these details, which tells whether somebody has changed them since."""
        details = [getattr(self, field.name) for field in self._meta.fields if field.editable]
        return hashlib.sha256(repr(details).encode()).hexdigest()[:24]


class CompetencyQuerySet(models.QuerySet):
    def current(self) -> CompetencyQuerySet:
        return self.filter(retired=False)

    def to_explain(self, named: Iterable[int] = ()) -> CompetencyQuerySet:
        """Those whose levels are shown beside a form: the few we ship, and those named in it already."""
        few = self.current().filter(Q(framework__imported_at__isnull=True) | Q(pk__in=named))
        return few.select_related("framework").prefetch_related("level_descriptors")

    def matching(self, words: str) -> CompetencyQuerySet:
        """Those whose name or other names hold every one of these words."""
        found = self
        for word in words.lower().split():
            found = found.filter(search__contains=word)
        return found


class Competency(models.Model):
    """Something a person can get better at, described at five levels."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="competencies")
    # What the source calls it for good: its code, or its address where it has no code.
    key = models.CharField(_("key"), max_length=500)
    uri = models.CharField(_("address in the source"), max_length=500, blank=True)
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("type"), max_length=80, blank=True)
    alt_labels = models.TextField(_("other names"), blank=True, help_text=_("One a line."))
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    retired = models.BooleanField(_("retired"), default=False)
    # Name and other names in lower case, so that a search needs one plain comparison.
    search = models.TextField(editable=False, default="")

    objects = CompetencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "key"], name="competency_key_once"),
            models.CheckConstraint(
                name="competency_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=models.F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.search = self.words_to_search()
        if (named := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*named, "search"}
        super().save(*args, **kwargs)

    @property
    def other_names(self) -> list[str]:
        return self.alt_labels.splitlines()

    def words_to_search(self) -> str:
        """What a search looks into; whoever writes rows in bulk sets `search` to it."""
        return f"{self.name}\n{self.alt_labels}".lower()


class LevelDescriptor(models.Model):
    """What a competency looks like at one level, 1 to 5."""

    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="level_descriptors")
    level = models.PositiveSmallIntegerField(_("level"))
    text = models.TextField(_("what it looks like"))
    # The value on the source's own scale, where that is not 1 to 5: “4 of 0–7”.
    source_value = models.CharField(_("in the source"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("level descriptor")
        ordering = ["competency_id", "level"]
        constraints = [
            models.UniqueConstraint(fields=["competency", "level"], name="level_described_once"),
            models.CheckConstraint(name="level_descriptor_1_to_5", condition=models.Q(level__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.competency} {self.level}"


class Provenance(models.TextChoices):
    """Who says so; a stronger one is not replaced by a weaker one while it is fresh."""

    SELF_DECLARED = "self_declared", _("Self-declared")
    MENTOR_RATED = "mentor_rated", _("Mentor-rated")
    VERIFIED = "verified", _("Verified by review")


class LevelQuerySet(models.QuerySet):
    def visible_to(self, user) -> LevelQuerySet:
        """What somebody has shown, in a competency or a component, is their own to read and their mentors’."""
        mine = Q(person__mentorships_as_mentee__mentor=user, person__mentorships_as_mentee__ended_on__isnull=True)
        return self.filter(pk__in=self.model.objects.filter(Q(person=user) | mine).values("pk"))


class CompetencyLevel(models.Model):
    """The level somebody had in a competency on a day, and who says so. Added to, never changed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="competency_levels")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    provenance = models.CharField(_("who says so"), max_length=16, choices=Provenance.choices)
    note = models.CharField(_("what shows it"), max_length=500, blank=True)
    # The assignment whose final review verified it.
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dated_on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("level of a competency")
        ordering = ["dated_on", "id"]
        indexes = [models.Index(fields=["person", "competency", "dated_on"], name="level_of_person")]
        constraints = [
            models.CheckConstraint(name="competency_level_1_to_5", condition=Q(level__range=(1, 5))),
            models.CheckConstraint(
                name="competency_level_verified_by_an_assignment",
                condition=~Q(provenance="verified") | Q(assignment__isnull=False),
                violation_error_message=_("A verified level names the assignment whose review verified it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.level}"
