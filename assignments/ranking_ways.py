"""Where each thing that a ranking does not know can be said."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Mentorship
from .ranking import Part
from .ranking_of import Reading
from .ranking_words import Way


class Ways:
    """The page that asks for what is unknown, for a factor of one option."""

    def __init__(self, mentorship: Mentorship, reading: Reading) -> None:
        self.mentorship = mentorship
        self.reading = reading

    def __call__(self, key: str, part: Part) -> Way | None:
        """Nothing where the answer does not lie in one place."""
        find = getattr(self, f"_{part.factor}")
        return find(key, part)

    def _goal(self, key: str, part: Part) -> Way:
        if part.reason.code == "no_goals":
            return Way(reverse("assignments:goal-add", args=[self.mentorship.code]), _("Write a goal"))
        return Way(reverse("assignments:option-weigh", args=[key]), _("Say how directly"))

    def _gap(self, key: str, part: Part) -> Way:
        if part.reason.code == "no_wants" and self.reading.goals:
            goal = self.reading.goals[0]
            return Way(reverse("assignments:goal-edit", args=[goal.code]), _("Name competencies"))
        if part.reason.code == "no_wants":
            return Way(reverse("assignments:goal-add", args=[self.mentorship.code]), _("Write a goal"))
        return Way(reverse("assignments:levels", args=[self.mentorship.code]), _("Say the level"))

    def _stretch(self, key: str, part: Part) -> Way:
        reason = self.reading.stretches[key].reason.code
        if part.reason.code == "stretch_range" or reason == "too_many_unknown":
            return Way(reverse("assignments:demonstrated", args=[self.mentorship.code]), _("Say what was shown"))
        return Way(reverse("assignments:stretch", args=[key]), _("Assess the stretch"))

    def _sponsor(self, key: str, part: Part) -> Way:
        action = _("Rate the sponsor") if part.reason.code == "sponsor_unrated" else _("Say who is in view")
        return Way(reverse("assignments:option-weigh", args=[key]) + "#sponsor", action)

    def _workload(self, key: str, part: Part) -> Way:
        missing = self.reading.loads[key].reason.params.get("missing", ())
        if set(missing) == {"stretch"}:
            return Way(reverse("assignments:option-edit", args=[key]), _("Say what it takes"))
        return Way(reverse("assignments:working-hours", args=[self.mentorship.code]), _("Say the hours"))
