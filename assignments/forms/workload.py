"""What the two do about too much work."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import WorkloadResponse

MEANS = [
    (WorkloadResponse.Choice.RESCOPE, _("Take something off: less scope, or a later day")),
    (WorkloadResponse.Choice.PAUSE, _("Pause: all clocks stop, nothing gets late")),
    (WorkloadResponse.Choice.COVER, _("Get cover: somebody takes other work over")),
    (WorkloadResponse.Choice.CARRY_ON, _("Carry on for now: it is a peak that ends")),
]


class WorkloadForm(forms.ModelForm):
    choice = forms.ChoiceField(
        label=_("What you do about it"),
        choices=MEANS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one; carrying on is a choice too.")},
    )

    class Meta:
        model = WorkloadResponse
        fields = ("choice", "words")
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}
