"""Planning a session, and changing a level with a reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput
from stretchhub.people.models import Role, User

from ..models import CalibrationSession, Level, ReviewCycle

NOT_OBSERVED = 0


def calibrators():
    return User.objects.with_role(Role.CALIBRATOR).order_by("full_name", "pk")


class SessionForm(forms.ModelForm):
    """Name, cycle, day and who leads; the cycle stays once it is planned."""

    class Meta:
        model = CalibrationSession
        fields = ["name", "cycle", "held_on", "facilitator", "note"]
        field_classes = {"held_on": DayField}
        widgets = {"held_on": DayInput(), "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "facilitator": _(
                "A calibrator who is neither mentee, mentor nor sponsor of the work, and rates none of it."
            ),
            "note": _("Everybody who is asked reads it: where you meet, what to bring."),
        }

    def __init__(self, *args, planned: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facilitator"].queryset = calibrators()
        self.fields["facilitator"].empty_label = None
        if planned:
            del self.fields["cycle"]
        else:
            self.fields["cycle"].empty_label = None
            self.fields["cycle"].queryset = ReviewCycle.objects.filter(calibrates=True)
            self.fields["cycle"].error_messages["required"] = _("No cycle talks over what lies apart. Ask HR for one.")


class AskForm(forms.Form):
    """One more person to ask: a calibrator, or a rater of something on the agenda who is not asked."""

    person = forms.ModelChoiceField(
        label=_("Ask one more person"),
        queryset=User.objects.none(),
        to_field_name="code",
        empty_label=_("Choose"),
        error_messages={"required": _("Choose a person."), "invalid_choice": _("This person cannot be asked.")},
    )

    def __init__(self, *args, people, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class ChangeForm(forms.Form):
    """Whose level, which one instead, and why; each level that was shown goes with it."""

    score = forms.TypedChoiceField(
        label=_("Whose level changes"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whose level changes."),
            "invalid_choice": _("Choose whose level changes."),
        },
    )
    level = forms.TypedChoiceField(
        label=_("To which level"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the new level."), "invalid_choice": _("Choose the new level.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The rater, mentee, mentor and HR read it beside the level as it was."),
        error_messages={"required": _("Say why the level changes.")},
    )

    def __init__(self, *args, ratings: Sequence[Any], levels: Collection[Level], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ratings = ratings
        names = [(level.value, f"{level.value} {level.name}") for level in levels]
        self.fields["score"].choices = [(each.score.pk, each.name) for each in ratings]
        self.fields["level"].choices = [*names, (NOT_OBSERVED, _("Not observed"))]
        for each in ratings:
            self.fields[f"shown_{each.score.pk}"] = forms.IntegerField(
                required=False, min_value=0, max_value=5, widget=forms.HiddenInput
            )
            self.initial.setdefault(f"shown_{each.score.pk}", each.score.level or NOT_OBSERVED)

    def change(self) -> dict[str, Any]:
        """What was asked for: the score, the level shown, the one wanted, the reason."""
        data = self.cleaned_data
        return {
            "score": next(each.score for each in self.ratings if each.score.pk == data["score"]),
            "shown": data[f"shown_{data['score']}"] or None,
            "level": data["level"] or None,
            "reason": data["reason"],
        }

    def shown_fields(self) -> list[forms.BoundField]:
        return [self[f"shown_{each.score.pk}"] for each in self.ratings]


class KeepForm(forms.Form):
    note = forms.CharField(
        label=_("What was said (optional)"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class LockForm(forms.Form):
    """Asked only where nobody but the facilitator is noted as here."""

    reason = forms.CharField(
        label=_("Why one person decided alone"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the session. If others came, note who is here instead."),
        error_messages={"required": _("Note who is here, or say why one person decided alone.")},
    )


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why no calibration is needed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with your name. The reviews become final as they were handed in."),
        error_messages={"required": _("Say why no calibration is needed.")},
    )
