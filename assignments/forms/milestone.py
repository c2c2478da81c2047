"""A step of the plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import Milestone
from stretchhub.forms import DayField, DayInput


class MilestoneForm(forms.ModelForm):
    weight = forms.TypedChoiceField(
        label=_("Weight"),
        choices=[
            (1, _("1 · a small step")),
            (2, "2"),
            (3, _("3 · a real part")),
            (4, "4"),
            (5, _("5 · the heart of it")),
        ],
        coerce=int,
        initial=1,
        help_text=_("Heavier ones count more when the schedule is judged."),
    )

    class Meta:
        model = Milestone
        fields = ("title", "definition_of_progress", "due_on", "weight")
        field_classes = {"due_on": DayField}
        widgets = {"definition_of_progress": forms.Textarea(attrs={"rows": 3}), "due_on": DayInput}
        error_messages = {
            "title": {"required": _("Name the step in a few words.")},
            "definition_of_progress": {"required": _("Say what somebody else could see when it is done.")},
            "due_on": {"required": _("Choose a day you believe in; it can be moved later.")},
        }
