"""Who has a mentor and no stretch work, since when, and what comes next: worked out each night."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from stretchhub.people.departments import of_department


class Step(models.TextChoices):
    """What has to come next before somebody has stretch work, in this order."""

    GOAL = "goal", _("Goal")
    OPTION = "option", _("Option")
    BRIEF = "brief", _("Brief")
    SPONSOR = "sponsor", _("Sponsor")
    CHARTER = "charter", _("Charter")


class WaitQuerySet(models.QuerySet):
    def visible_to(self, user) -> WaitQuerySet:
        """HR alone, of people who are still there."""
        return self.filter(person__is_active=True) if user.is_hr else self.none()

    def in_department(self, path: str) -> WaitQuerySet:
        """Those of a department and of all below it."""
        return self.filter(of_department(path))


class Wait(models.Model):
    """One person who waits; the step alone and never a word of what mentee and mentor wrote."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentee"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("mentor"), on_delete=models.CASCADE, related_name="+"
    )
    # As it was on that night; with an index that finds what begins alike.
    department = models.CharField(_("department"), max_length=300, blank=True, db_index=True)
    since = models.DateField(_("waiting since"))
    step = models.CharField(_("step"), max_length=8, choices=Step.choices)
    # Of a charter: whether it is written already and only lacks somebody's word.
    written = models.BooleanField(default=False)

    objects = WaitQuerySet.as_manager()

    class Meta:
        verbose_name = _("wait")
        ordering = ["since", "person"]
        indexes = [
            models.Index(fields=["since", "person"], name="wait_longest"),
            models.Index(fields=["step", "since", "person"], name="wait_by_step"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.step}"
