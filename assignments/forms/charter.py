"""What mentee and mentor write into a charter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.actions.charter import FIELDS
from assignments.models import Charter
from stretchhub.forms import DayField, DayInput
from stretchhub.people.models import User

from .charter_person import PersonChoice, person_field

LONGEST_DAYS = 3 * 366


# Written in one's own words; without them nothing begins.
REQUIRED = {
    "outcome": _("Say what will be different, and how it is measured."),
    "learning_goal": _("Say what the mentee wants to be able to do afterwards."),
    "in_scope": _("Say what belongs to it, in a sentence or two."),
    "out_of_scope": _("Name at least one thing that does not belong to it."),
    "stop_rule": _("Say when you stop or change the scope."),
    "decision_rights": _("Say who decides what."),
    "escalation": _("Say how you turn to them, for example by phone, with a proposal."),
    "resources": _("Say what it needs beside time: access, a budget, people; or that it needs nothing."),
    "cover": _("Say who covers what meanwhile; the line manager reads it."),
    "sponsor_sees": _("Say what the sponsor may see."),
    "raters": _("Name who looks back at it with you."),
}


class CharterForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    approver = person_field(_("Search for a person and choose the one who approves."))
    escalate_to = person_field(_("Search for a person and choose whom you turn to."))

    class Meta:
        model = Charter
        fields = FIELDS
        field_classes = {"starts_on": DayField, "ends_on": DayField, "review_on": DayField}
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in REQUIRED} | {
            "escalation": forms.Textarea(attrs={"rows": 2}),
            "cover": forms.Textarea(attrs={"rows": 2}),
            "contributors": forms.Textarea(attrs={"rows": 2}),
            "informed": forms.Textarea(attrs={"rows": 2}),
            "rights_form": forms.RadioSelect,
            "escalate_after_days": forms.NumberInput(attrs={"min": "1", "max": "60"}),
            "hours_per_week": forms.NumberInput(attrs={"step": "0.5", "min": "0.5", "max": "60"}),
            "starts_on": DayInput,
            "ends_on": DayInput,
            "review_on": DayInput,
        }
        help_texts = {
            "outcome": _("The measure from its start to its target, by a day. Taken from the brief."),
            "learning_goal": _("What the mentee wants to be able to do afterwards."),
            "in_scope": _("What the mentee takes on, so that everybody would draw the same line."),
            "out_of_scope": _("What it is not, even when somebody asks for it."),
            "stop_rule": _("We stop or change the scope if…"),
            "decision_rights": _("What the mentee decides alone, what the approver decides, who is only heard."),
            "contributors": _("Who gives advice or work before something is decided."),
            "informed": _("Who hears of it afterwards."),
            "resources": _("Access, data, a budget, people; also what somebody else takes over."),
            "hours_per_week": _("What is really kept free. The line manager is asked about it by mail."),
            "cover": _("Who takes over what meanwhile. The line manager reads exactly this."),
            "rhythm": _("Check-ins are planned from this on the mentee’s working days."),
            "sponsor_rhythm": _("Fifteen minutes each; they come as an invitation for the calendar."),
            "sponsor_sees": _("The mentee shares piece by piece; what is private stays private whatever stands here."),
            "raters": _("For example mentee, mentor, sponsor and a colleague who sees the result."),
        }
        error_messages = {
            **{name: {"required": words} for name, words in REQUIRED.items()},
            "escalate_after_days": {"required": _("Say after how many days, for example 3.")},
            "hours_per_week": {
                "required": _("Give the hours a week, for example 4."),
                "invalid": _("Give the hours as a number, for example 4 or 4.5."),
                "min_value": _("Give at least half an hour a week."),
                "max_value": _("Give at most 60 hours a week."),
            },
            "starts_on": {"required": _("Choose the day it starts.")},
            "ends_on": {"required": _("Choose the day it ends.")},
            "review_on": {"required": _("Choose the day on which you look back together.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED:
            self.fields[name].required = True
        if not self.is_bound:
            self.initial.setdefault("version", self.instance.version if self.instance.pk else 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end, review = (cleaned.get(name) for name in ("starts_on", "ends_on", "review_on"))
        if start and end:
            self._order(start, end)
        if start and review and review <= start:
            self.add_error("review_on", _("Choose a review date after the start."))
        return cleaned

    def _order(self, start: date, end: date) -> None:
        if end <= start:
            self.add_error("ends_on", _("Choose an end after the start."))
        elif (end - start).days > LONGEST_DAYS:
            self.add_error("ends_on", _("Choose an end within three years; a stretch is for a while."))

    def clean_approver(self) -> User:
        approver: User = self.cleaned_data["approver"]
        if approver.pk == self.instance.assignment.mentee_id:
            raise forms.ValidationError(_("The mentee drives the work; somebody else approves. Choose that person."))
        return approver

    def clean_escalate_to(self) -> User:
        escalate_to: User = self.cleaned_data["escalate_to"]
        if escalate_to.pk == self.instance.assignment.mentee_id:
            raise forms.ValidationError(_("The mentee is who turns to somebody. Choose whom they turn to."))
        return escalate_to

    def words(self) -> dict[str, Any]:
        """What was written, without the version that was on the page."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def choices(self) -> list[PersonChoice]:
        """The two people of the charter, each with whom the search found."""
        return [PersonChoice(self, "approver"), PersonChoice(self, "escalate_to")]
