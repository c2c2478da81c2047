"""Writing a goal and the levels it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from stretchhub.text import first_line

from ..models import Audience, Goal, GoalCompetency, Horizon, Intake, Topic
from ..models.competency import LEVELS
from .rows import CompetencyRow, CompetencySet, current_competencies

MOST_ROWS = 5
NO_LEVEL = {"required": _("Choose a level.")}
LEVEL_CHOICES = [("", "–"), *((level, str(level)) for level in LEVELS)]


# How much something counts beside the others, from little to most.
WEIGHTS = {
    1: _("Counts a little"),
    2: _("Counts less than most"),
    3: _("Counts as usual"),
    4: _("Counts more than most"),
    5: _("Counts most"),
}


class GoalForm(forms.ModelForm):
    weight = forms.TypedChoiceField(
        label=_("How much it counts"),
        choices=list(WEIGHTS.items()),
        coerce=int,
        required=False,
        empty_value=3,
        initial=3,
    )
    audiences = forms.MultipleChoiceField(
        label=_("Audiences wanted"),
        help_text=_("Whom the work should reach."),
        choices=Audience.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Goal
        fields = ("title", "success", "horizon", "weight", "audiences", "domains")
        widgets = {"success": forms.Textarea(attrs={"rows": 4}), "domains": forms.Textarea(attrs={"rows": 3})}
        error_messages = {
            "title": {"required": _("Give the goal a title.")},
            "success": {"required": _("Say how you would know.")},
        }


def first_words(intake: Intake | None) -> dict[str, str]:
    """What a goal out of a conversation begins with: the impact wanted, and with it the skills to prove."""
    answers = intake.answers.all() if intake else ()
    words = next((answer.words for answer in answers if answer.topic == Topic.SUCCESS), {})
    impact, skills = words.get("impact", ""), words.get("skills", "")
    if skills:
        skills = _now("Skills to prove: %(skills)s") % {"skills": skills}
    return {
        "title": first_line(impact or words.get("skills", ""), 120),
        "success": "\n\n".join(text for text in (impact, skills) if text),
    }


def weight_words(weight: int) -> str:
    """“Counts most”."""
    return str(WEIGHTS[weight])


class TargetRow(CompetencyRow):
    telling = ("competency", "level_now", "level_wanted")
    level_now = forms.TypedChoiceField(label=_("Level now"), choices=LEVEL_CHOICES, coerce=int, error_messages=NO_LEVEL)
    level_wanted = forms.TypedChoiceField(
        label=_("Level wanted"), choices=LEVEL_CHOICES, coerce=int, error_messages=NO_LEVEL
    )

    weight = forms.TypedChoiceField(
        label=_("Weight"), choices=list(WEIGHTS.items()), coerce=int, required=False, empty_value=3, initial=3
    )

    def clean(self):
        now, wanted = self.cleaned_data.get("level_now"), self.cleaned_data.get("level_wanted")
        if now and wanted and wanted < now:
            self.add_error("level_wanted", _("The level wanted cannot be below the level now."))
        return self.cleaned_data


def target_rows(goal: Goal | None = None, data=None):
    """Five rows, filled with what the goal asks for already."""
    targets = list(goal.targets.all()) if goal else []
    rows = forms.formset_factory(
        TargetRow, formset=CompetencySet, extra=MOST_ROWS - len(targets), max_num=MOST_ROWS, validate_max=True
    )
    return rows(
        data,
        prefix="targets",
        initial=[_initial(target) for target in targets],
        form_kwargs={"known": current_competencies([target.competency_id for target in targets])},
    )


def _initial(target: GoalCompetency) -> dict[str, object]:
    return {
        "competency": str(target.competency_id),
        "level_now": target.level_now,
        "level_wanted": target.level_wanted,
        "weight": target.weight,
    }


def words_of(goal: Goal) -> list[tuple[str, str]]:
    """What a goal says, label by label."""
    targets = goal.targets.select_related("competency")
    levels = [_level(t.competency.name, t.level_now, t.level_wanted, t.weight) for t in targets]
    fields = GoalForm.Meta.fields
    return _words({name: getattr(goal, name) for name in fields}, levels)


def words_typed(form: GoalForm, rows) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    levels = [
        _level(row["competency"].name, row["level_now"], row["level_wanted"], row["weight"]) for row in rows.rows()
    ]
    return _words(form.cleaned_data, levels)


def _level(name: str, now: int, wanted: int, weight: int) -> str:
    return f"{name}: {now} → {wanted} ({weight_words(weight)})"


def _words(said: Mapping[str, Any], levels: list[str]) -> list[tuple[str, str]]:
    audiences = [str(label) for value, label in Audience.choices if value in said["audiences"]]
    return [
        (str(_("Goal")), said["title"]),
        (str(_("What success looks like")), said["success"]),
        (str(_("Horizon")), str(Horizon(said["horizon"]).label)),
        (str(_("How much it counts")), weight_words(said["weight"])),
        (str(_("Audiences wanted")), "\n".join(audiences)),
        (str(_("Domains wanted")), said["domains"]),
        (str(_("Competencies")), "\n".join(sorted(levels))),
    ]
