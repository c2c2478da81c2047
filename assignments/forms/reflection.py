"""Five minutes of looking back: worked, surprised, differently."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Reflection

PARTS = ("worked", "surprised", "differently")
WORDS = (*PARTS, "on", "shared_line", "shared_with_mentor")


class ReflectionForm(forms.ModelForm):
    class Meta:
        model = Reflection
        fields = WORDS
        field_classes = {"on": DayField}
        labels = {
            "worked": _("Worked"),
            "surprised": _("Surprised"),
            "differently": _("Differently"),
            "on": _("About the time until"),
            "shared_line": _("One line for my mentor"),
            "shared_with_mentor": _("Show all of it to my mentor"),
        }
        widgets = {
            "on": DayInput,
            "shared_line": forms.TextInput(attrs={"autocomplete": "off"}),
            **{name: forms.Textarea(attrs={"rows": 3}) for name in PARTS},
        }
        help_texts = {
            "worked": _("What went better than it might have, and what did I do that helped?"),
            "surprised": _("What did I expect, what happened, and what does that say about my assumption?"),
            "differently": _("If I had the same week again: the one thing I would change, and where I try it next."),
            "shared_line": _(
                "Your mentor reads this line and nothing else. Leave it empty to keep all of it to yourself."
            ),
        }
        error_messages = {"on": {"required": _("Choose a day.")}}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        if self.instance.pk is None:
            self.fields["on"].initial = today

    def clean_on(self) -> date:
        day = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in PARTS) and not set(PARTS) & set(self.errors):
            self.add_error("worked", _now("Write at least one of the three; one sentence is enough."))
        return cleaned


def words_of(reflection: Reflection) -> list[tuple[str, str]]:
    """What a reflection says, label by label."""
    return words_typed({name: getattr(reflection, name) for name in WORDS})


def words_typed(values: dict[str, Any]) -> list[tuple[str, str]]:
    labels = ReflectionForm.Meta.labels
    return [(str(labels[name]), _shown(values.get(name))) for name in WORDS]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value or "")
