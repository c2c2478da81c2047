"""Work on offer in the shared pool: what it is, why it is closed, who takes it, and a file of it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Opportunity
from ..models.opportunity import DESCRIBED
from ..pool import Pipeline
from .option import HALF_HOURS, WHAT_IS_NEEDED, TimeFrame

LARGEST_FILE = 5 * 1024 * 1024


class OpportunityForm(TimeFrame, forms.ModelForm):
    class Meta:
        model = Opportunity
        fields = DESCRIBED
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        labels = {"title": _("What is on offer")}
        widgets = {
            "why": forms.Textarea(attrs={"rows": 4}),
            "success_criteria": forms.Textarea(attrs={"rows": 3}),
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "hours_per_week": forms.NumberInput(attrs=HALF_HOURS),
        }
        error_messages = WHAT_IS_NEEDED | {
            "why": {"required": _("Say what the work is and whom it would stretch.")},
        }


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it closed?"),
        max_length=300,
        help_text=_("Those who took a copy read it too."),
        error_messages={"required": _("Say in a few words why it is closed.")},
    )


class TakeForm(forms.Form):
    """Into whose pipeline; asked only where there is a choice."""

    mentorship = forms.ChoiceField(
        label=_("Into which pipeline"),
        error_messages={
            "required": _("Choose into which pipeline it goes."),
            "invalid_choice": _("Choose into which pipeline it goes."),
        },
    )

    def __init__(self, *args, pipelines: Sequence[Pipeline], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(pipeline.code): pipeline for pipeline in pipelines}
        named = [(code, pipeline.label) for code, pipeline in self.found.items()]
        if len(named) == 1:
            self.fields["mentorship"].required = False
            self.fields["mentorship"].widget = forms.HiddenInput()
        self.fields["mentorship"].choices = [("", _("Choose")), *named] if len(named) > 1 else named  # type: ignore[attr-defined]

    def clean_mentorship(self) -> Pipeline:
        return self.found[self.cleaned_data["mentorship"] or next(iter(self.found))]


class OpportunityFileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV or Excel file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it and import the parts."))
        return file
