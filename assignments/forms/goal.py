"""Writing a goal and the levels it asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Goal, GoalCompetency
from ..models.competency import LEVELS
from .rows import CompetencyRow, CompetencySet, current_competencies

MOST_ROWS = 5
NO_LEVEL = {"required": _("Choose a level.")}
LEVEL_CHOICES = [("", "–"), *((level, str(level)) for level in LEVELS)]


class GoalForm(forms.ModelForm):
    class Meta:
        model = Goal
        fields = ("title", "success", "horizon")
        widgets = {"success": forms.Textarea(attrs={"rows": 4})}
        error_messages = {
            "title": {"required": _("Give the goal a title.")},
            "success": {"required": _("Say how you would know.")},
        }


class TargetRow(CompetencyRow):
    level_now = forms.TypedChoiceField(label=_("Level now"), choices=LEVEL_CHOICES, coerce=int, error_messages=NO_LEVEL)
    level_wanted = forms.TypedChoiceField(
        label=_("Level wanted"), choices=LEVEL_CHOICES, coerce=int, error_messages=NO_LEVEL
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
    }


def words_of(goal: Goal) -> list[tuple[str, str]]:
    """What a goal says, label by label."""
    targets = goal.targets.select_related("competency")
    levels = [f"{t.competency.name}: {t.level_now} → {t.level_wanted}" for t in targets]
    return _words(goal.title, goal.success, goal.get_horizon_display(), levels)


def words_typed(form: GoalForm, rows) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    typed = form.cleaned_data
    levels = [f"{row['competency'].name}: {row['level_now']} → {row['level_wanted']}" for row in rows.rows()]
    horizon = dict(Goal._meta.get_field("horizon").flatchoices)[typed["horizon"]]
    return _words(typed["title"], typed["success"], str(horizon), levels)


def _words(title: str, success: str, horizon: str, levels: list[str]) -> list[tuple[str, str]]:
    return [
        (str(_("Goal")), title),
        (str(_("What success looks like")), success),
        (str(_("Horizon")), str(horizon)),
        (str(_("Competencies")), "\n".join(sorted(levels))),
    ]
