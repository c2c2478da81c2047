"""A setback as a card, and a month later whether the change held."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Setback

WORDS = ("title", "happened_on", "assumed", "happened", "did", "would_do", "changed", "team_lesson")


class SetbackForm(forms.ModelForm):
    """With the choice of sharing only while it is written; later that has its own button."""

    class Meta:
        model = Setback
        fields = (*WORDS, "shared_with_sponsor")
        field_classes = {"happened_on": DayField}
        labels = {
            "title": _("The setback, in a few words"),
            "happened_on": _("When"),
            "assumed": _("What I assumed"),
            "happened": _("What happened"),
            "did": _("What I did"),
            "would_do": _("What I would do now"),
            "changed": _("What I have changed"),
            "team_lesson": _("A lesson others could use"),
            "shared_with_sponsor": _("Sponsor"),
        }
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "happened_on": DayInput,
            **{name: forms.Textarea(attrs={"rows": 2}) for name in WORDS[2:]},
        }
        help_texts = {
            "assumed": _("Before it happened: what did you take for granted?"),
            "happened": _("The facts first, as somebody else in the room would tell them."),
            "changed": _("Leave it empty until something has. In 30 days you are asked whether it held."),
            "team_lesson": _(
                "Without names, teams or places. It stays between you and your mentor; "
                "should lessons ever be passed on, you are asked first."
            ),
        }
        error_messages = {
            "title": {"required": _("Give it a name you will recognise in half a year.")},
            "happened_on": {"required": _("Choose the day on which it happened.")},
            "assumed": {"required": _("Write what you took for granted; there lies the lesson.")},
            "happened": {"required": _("Write what happened, in a sentence or two.")},
            "did": {"required": _("Write what you did then, even if that was nothing.")},
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["happened_on"].widget.attrs["max"] = today.isoformat()
        if self.instance.pk is None:
            self.fields["happened_on"].initial = today
        else:
            del self.fields["shared_with_sponsor"]

    def clean_happened_on(self) -> date:
        day = self.cleaned_data["happened_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come. Choose the day on which it happened."))
        return day


class LaterForm(forms.Form):
    later = forms.CharField(
        label=_("Did the change hold?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is still different, and what crept back?"),
        error_messages={"required": _("One sentence is enough, also if little has stayed.")},
    )


def words_of(setback: Setback) -> list[tuple[str, str]]:
    """What a card says, label by label."""
    return words_typed({name: getattr(setback, name) for name in WORDS})


def words_typed(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(SetbackForm.Meta.labels[name]), str(values.get(name) or "")) for name in WORDS]
