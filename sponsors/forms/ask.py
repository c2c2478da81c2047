"""Asking a sponsor for one thing, and answering."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms.people import PersonForm
from stretchhub.forms import DayField, DayInput

from ..models import Ask, AskKind


class AskForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("What you need"),
        choices=[
            (AskKind.DECISION, _("Decision: say yes or no")),
            (AskKind.UNBLOCK, _("Unblock: remove what stands in the way")),
            (AskKind.INTRODUCTION, _("Introduction: bring us together with somebody")),
        ],
        initial=AskKind.DECISION,
    )

    class Meta:
        model = Ask
        fields = ("kind", "question", "why", "needed_by")
        field_classes = {"needed_by": DayField}
        widgets = {"why": forms.Textarea(attrs={"rows": 3}), "needed_by": DayInput}
        labels = {"question": _("The one thing, as a question"), "why": _("Why now")}
        help_texts = {
            "question": _("Something they can say yes or no to, such as “May the pilot run a second week?”"),
            "why": _("What waits for it, and what it costs to wait. Two sentences are read."),
            "needed_by": _("A reminder follows after three working days, twice at the most."),
        }
        error_messages = {
            "question": {"required": _("Ask one question that can be answered with yes or no.")},
            "needed_by": {"required": _("Choose the day by which you need the answer.")},
        }

    def clean_why(self) -> str:
        why = self.cleaned_data["why"]
        if len(why) > 2000:
            raise forms.ValidationError(_("Say it in fewer than 2,000 characters."))
        return why


class DelegateForm(PersonForm):
    reason = forms.CharField(
        label=_("A word to them"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("They, mentee and mentor read it."),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Say why not in a sentence, so that they can go another way.")},
    )
