"""Looking for another sponsor: why, whom, what they should know, and when to begin anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms.people import PersonForm
from stretchhub.forms import DayField, DayInput
from stretchhub.people.models import User

from ..models import HandOverReason


class HandOverForm(PersonForm):
    """As long as nothing is searched, whom the option's own list names is offered."""

    reason = forms.ChoiceField(
        label=_("What has happened"),
        choices=HandOverReason.choices,
        widget=forms.RadioSelect,
        help_text=_("Only mentee and mentor read this."),
        error_messages={"required": _("Choose why. Only mentee and mentor read it.")},
    )
    note = forms.CharField(
        label=_("Hand-over note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Drawn from what a sponsor may see. Make it yours: whoever you ask reads exactly this."),
        error_messages={"required": _("Write in a few sentences what a new sponsor should know.")},
    )
    kickoff_on = DayField(
        label=_("New kickoff"),
        widget=DayInput,
        help_text=_("Thirty minutes, all three of you. Check-ins with the new sponsor are counted from this day."),
        error_messages={"required": _("Propose a day for the new kickoff.")},
    )

    def __init__(
        self, *args: Any, offered: Sequence[User] = (), earliest: date, latest: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered: Collection[User] = offered
        self.earliest, self.latest = earliest, latest

    def found(self) -> list[User]:
        found = super().found()
        return found if self.words else [*found, *(each for each in self.offered if each not in found)]

    def clean_kickoff_on(self) -> date:
        day = self.cleaned_data["kickoff_on"]
        if day < self.earliest:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        if self.latest and day > self.latest:
            raise forms.ValidationError(_("The assignment ends before this day. Choose an earlier one."))
        return day
