"""Divisions into groups, and one's own answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Division, GroupAnswer, Source

MOST_GROUPS = 20


class DivisionForm(forms.ModelForm):
    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)
    groups = forms.CharField(
        label=_("Groups"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line. “Prefer not to say” is always there beside them."),
    )

    class Meta:
        model = Division
        fields = ["name", "purpose", "is_active"]
        error_messages = {"name": {"unique": _("Another division has this name. Choose another.")}}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "is_active": _("People are asked, and the next report counts it. Ask your works council or "
                           "data-protection officer first."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "purpose", "groups", "is_active", "edit"])
        self.fields["edit"].initial = self.instance.edit
        self.fields["groups"].initial = "\n".join(self.instance.groups)
        if self.instance.source != Source.SELF_REPORT:
            del self.fields["groups"], self.fields["purpose"]
        if self.instance.pk is None:
            del self.fields["is_active"]

    def clean_purpose(self) -> str:
        purpose = self.cleaned_data["purpose"].strip()
        if not purpose:
            raise forms.ValidationError(_("Say what it is asked for; everybody who is asked reads it."))
        return purpose

    def clean_groups(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["groups"].splitlines() if line.strip()]
        if not 2 <= len(lines) <= MOST_GROUPS or max(map(len, lines)) > 80:
            raise forms.ValidationError(_("Name two to twenty groups, one a line, each of at most 80 characters."))
        if len({line.casefold() for line in lines}) < len(lines) or GroupAnswer.PREFER_NOT in lines:
            raise forms.ValidationError(_("Two lines name the same group. Take one out."))
        return lines

    def words(self) -> dict[str, Any]:
        """What is saved; a division that comes from the directory keeps its source's groups."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "purpose": given.get("purpose", self.instance.purpose),
            "groups": given.get("groups", self.instance.groups),
        }


class GroupsForm(forms.Form):
    """One choice for each division that is asked; nothing is required."""

    def __init__(self, data: Any = None, *, divisions: list[Division], mine: dict[int, str]) -> None:
        super().__init__(data)
        self.divisions = divisions
        for each in divisions:
            choices = [(group, group) for group in each.groups]
            open_ones = [(GroupAnswer.PREFER_NOT, _("Prefer not to say")), ("", _("Leave it open"))]
            self.fields[self.name(each)] = forms.ChoiceField(
                label=each.name,
                help_text=each.purpose,
                choices=choices + open_ones,
                initial=mine.get(each.pk, ""),
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the groups, or leave it open.")},
            )

    @staticmethod
    def name(division: Division) -> str:
        return f"division_{division.pk}"

    def answers(self) -> list[tuple[Division, str]]:
        return [(each, self.cleaned_data[self.name(each)]) for each in self.divisions]
