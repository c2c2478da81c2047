"""Adding a cycle."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import ReviewCycle, Rubric

# Words that stand where a code would stand in an address.
TAKEN = {"add"}
CODE_TAKEN = _("Another cycle has this code. Choose another.")


class CycleForm(forms.ModelForm):
    class Meta:
        model = ReviewCycle
        fields = ["name", "code", "opens_on", "closes_on", "rubric", "calibrates"]
        field_classes = {"opens_on": DayField, "closes_on": DayField}
        widgets = {"opens_on": DayInput(), "closes_on": DayInput()}
        labels = {"calibrates": _("Calibrate before ratings are final")}
        help_texts = {"code": _("Short, for addresses and file names, for example 2026-h2.")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubric"].empty_label = None
        self.fields["rubric"].queryset = Rubric.objects.published().order_by("name", "-version")

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].lower()
        if code in TAKEN:
            raise forms.ValidationError(_("This word cannot be a code. Choose another."))
        # However it was written where it came from elsewhere.
        if ReviewCycle.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(CODE_TAKEN)
        return code
