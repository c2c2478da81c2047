"""A change of what was agreed, and the decision about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, ScopeChange, ScopeKind
from stretchhub.forms import DayField, DayInput


class ScopeChangeForm(forms.ModelForm):
    class Meta:
        model = ScopeChange
        fields = ("kind", "title", "hours", "why", "comes_off", "ends_on", "objective", "milestone")
        field_classes = {"ends_on": DayField}
        widgets = {
            "kind": forms.RadioSelect,
            "why": forms.Textarea(attrs={"rows": 3}),
            "comes_off": forms.Textarea(attrs={"rows": 2}),
            "objective": forms.Textarea(attrs={"rows": 3}),
            "ends_on": DayInput,
        }
        labels = {
            "kind": _("What kind of change is it?"),
            "title": _("What changes?"),
            "hours": _("How many hours?"),
            "why": _("Why?"),
            "comes_off": _("What comes off instead?"),
            "ends_on": _("New end"),
            "objective": _("New objective"),
            "milestone": _("Milestone it is about"),
        }
        help_texts = {
            "hours": _("About how many hours in all; below zero only where something gets smaller."),
            "comes_off": _("What is left out, or where the time comes from. “Nothing” is an answer too."),
            "ends_on": _("Only where the end moves."),
            "objective": _("Only where the objective changes: outcome and measure in new words."),
        }
        error_messages = {
            "kind": {"required": _("Choose what kind of change it is.")},
            "title": {"required": _("Name the change in a few words.")},
            "why": {"required": _("Say why; whoever decides reads it first.")},
        }

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        self.fields["kind"].choices = ScopeKind.choices  # type: ignore[attr-defined]
        self.fields["hours"].required = False
        self.initial["hours"] = None
        milestone: Any = self.fields["milestone"]
        milestone.queryset = assignment.milestones.all()
        milestone.empty_label = _("None in particular")

    def clean_hours(self) -> Decimal:
        return self.cleaned_data["hours"] or Decimal(0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        checks = {
            ScopeKind.ADDED: self._needs_hours,
            ScopeKind.REMOVED: self._needs_hours,
            ScopeKind.CHANGED: self._needs_hours,
            ScopeKind.MOVED: self._needs_end,
            ScopeKind.OBJECTIVE: self._needs_objective,
        }
        if check := checks.get(cleaned.get("kind", "")):
            check(cleaned)
        return cleaned

    def _needs_hours(self, cleaned: dict[str, Any]) -> None:
        hours, kind = cleaned.get("hours"), cleaned["kind"]
        cleaned["ends_on"], cleaned["objective"] = None, ""
        if "hours" in self.errors:
            return
        if not hours:
            self.add_error("hours", _("Give the hours, as well as you know them."))
        elif kind == ScopeKind.ADDED and hours < 0:
            self.add_error("hours", _("What comes on is above zero. Choose “comes off” for less work."))
        elif kind == ScopeKind.REMOVED:
            cleaned["hours"] = -abs(hours)
        if kind == ScopeKind.ADDED and not cleaned.get("comes_off") and "comes_off" not in self.errors:
            self.add_error("comes_off", _("Say what comes off instead, or write “nothing”."))

    def _needs_end(self, cleaned: dict[str, Any]) -> None:
        cleaned["hours"], cleaned["objective"] = Decimal(0), ""
        end, now = cleaned.get("ends_on"), self.assignment.ends_on
        if "ends_on" in self.errors:
            return
        if end is None:
            self.add_error("ends_on", _("Choose the new end."))
        elif end == now:
            self.add_error("ends_on", _("This is the end as it is. Choose another day."))
        elif self.assignment.starts_on and end <= self.assignment.starts_on:
            self.add_error("ends_on", _("The end is after the start. Choose a later day."))

    def _needs_objective(self, cleaned: dict[str, Any]) -> None:
        cleaned["hours"], cleaned["ends_on"] = Decimal(0), None
        if not cleaned.get("objective") and "objective" not in self.errors:
            self.add_error("objective", _("Write the objective as it should be."))


class ScopeDecisionForm(forms.Form):
    """Agree, or say no with a reason."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("approve", _("I agree")), ("decline", _("No, as agreed before"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you say no; the two of them read it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == "decline" and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Say why not, so that they can do better."))
        return cleaned
