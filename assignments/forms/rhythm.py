"""How often the two meet, what every charter begins with, and what is put on the agenda."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import AgendaItem, Charter, Programme
from stretchhub.people.models import Role, User


class AgendaForm(forms.ModelForm):
    class Meta:
        model = AgendaItem
        fields = ("text",)
        labels = {"text": _("Put on the agenda")}
        error_messages = {"text": {"required": _("Write in a few words what you want to talk about.")}}


class RhythmForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Charter
        fields = ("rhythm",)
        widgets = {"rhythm": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version


class ProgrammeForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    escalate_to = forms.ModelChoiceField(
        label=_("Who is told when mentee and mentor are both silent"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("HR or an administrator, to offer help. Never the sponsor. Leave it at nobody and nobody is told."),
    )

    class Meta:
        model = Programme
        fields = ("rhythm", "sponsor_rhythm", "escalate_to", "idle_days")
        help_texts = {"rhythm": _("A new charter begins with it; mentee and mentor may agree on another.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        office = User.objects.filter(is_active=True, role_grants__role__in=[Role.HR, Role.ADMINISTRATOR])
        # A page that was opened before this was asked says nothing of it; then it stays as it is.
        self.fields["idle_days"].required = False
        self.fields["escalate_to"].queryset = office.distinct().order_by("full_name", "pk")  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return said | {"idle_days": said["idle_days"] or self.initial["idle_days"]}
