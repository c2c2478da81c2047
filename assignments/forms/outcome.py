"""An outcome as a form: the measure, its baseline and target, the range with its ends first, and how we will know."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import BriefOutcome, BriefReturn, Direction
from ..outcomes import causes_in, gain_of

CAUSES = 2


def _first_choice(field: Any, words: object) -> None:
    """What stands in a list while nothing is chosen."""
    field.choices = [("", words), *(choice for choice in field.choices if choice[0])]


class OutcomeForm(forms.ModelForm):
    class Meta:
        model = BriefOutcome
        # The order of the page: the ends of the range are asked before what is likely.
        fields = (
            "metric",
            "why",
            "unit",
            "direction",
            "tolerance",
            "baseline",
            "baseline_on",
            "baseline_n",
            "target",
            "due_on",
            "counter_metric",
            "estimate",
            "high",
            "low",
            "likely",
            "confidence",
            "method",
            "source",
            "owner",
            "attribution",
            "other_causes",
            "adds_up",
        )
        field_classes = {"baseline_on": DayField, "due_on": DayField}
        widgets = {
            "baseline_on": DayInput(),
            "due_on": DayInput(),
            "other_causes": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "baseline": _("Where it is now"),
            "target": _("Where it should be"),
            "high": _("How high could it come out?"),
            "low": _("How low could it come out?"),
            "likely": _("And what is likely?"),
            "attribution": _("What it is compared with"),
        }
        help_texts = {
            "metric": _("Something one can count or time, such as “days from claim to decision”."),
            "unit": _("Days, hours a month, of 100, £ a year."),
            "tolerance": _("Only where it should stay: how far it may move either way."),
            "high": _("Ends first, and think of what would have to happen: ranges come out too narrow."),
            "counter_metric": _("What would suffer first if you chased this number alone."),
            "owner": _("Who is asked when the number is doubted."),
        }
        error_messages = {
            "metric": {"required": _("Name the measure.")},
            "baseline": {"required": _("Give today’s value; if nobody knows it, finding out is the first step.")},
            "target": {"required": _("Give the value wanted.")},
        }

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        _first_choice(self.fields["confidence"], _("Not said yet"))
        _first_choice(self.fields["attribution"], _("Not settled yet"))

    def clean_baseline_on(self) -> date | None:
        day = self.cleaned_data["baseline_on"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day is still to come. A baseline was measured before."))
        return day

    def clean(self):
        super().clean()
        self._direction()
        self._range()
        self._causes()
        if self.cleaned_data.get("adds_up") and not self.cleaned_data.get("unit"):
            self.add_error("unit", _("Name the unit, so that it can be added up with others."))
        return self.cleaned_data

    def _direction(self) -> None:
        said = self.cleaned_data
        way, start, end = said.get("direction"), said.get("baseline"), said.get("target")
        if way == Direction.MAINTAIN:
            if said.get("tolerance") is None:
                self._wrong("tolerance", _("Say how far it may move and still count as kept."))
            elif said["tolerance"] < 0:
                self._wrong("tolerance", _("Give it without a sign: it counts both ways."))
            return
        said["tolerance"] = None
        if start is None or end is None or way not in (Direction.INCREASE, Direction.DECREASE):
            return
        if way == Direction.INCREASE and end <= start:
            self._wrong("target", _("More is better, but the target is not above the baseline."))
        if way == Direction.DECREASE and end >= start:
            self._wrong("target", _("Less is better, but the target is not below the baseline."))

    def _range(self) -> None:
        said = self.cleaned_data
        given = [name for name in ("high", "low", "likely") if said.get(name) is not None]
        if not said.get("estimate"):
            if given and "estimate" in said:
                self._wrong("estimate", _("Say how the range was given, or leave its three numbers empty."))
            return
        for name in ("high", "low", "likely"):
            if name in said and said[name] is None:
                self._wrong(name, _("A range needs its high end, its low end and what is likely."))
        if len(given) < 3:
            return
        if said["low"] >= said["high"]:
            self._wrong("low", _("The low end lies below the high end."))
        elif not said["low"] <= said["likely"] <= said["high"]:
            self._wrong("likely", _("What is likely lies between the low and the high end."))

    def _causes(self) -> None:
        said = self.cleaned_data
        if said.get("attribution") and len(list(causes_in(said.get("other_causes") or ""))) < CAUSES:
            self._wrong("other_causes", _("Name at least two other things that could move it, one a line."))

    def _wrong(self, name: str, words: object) -> None:
        if name not in self.errors:
            self.add_error(name, str(words))


class ReturnForm(forms.ModelForm):
    """What an outcome would be worth; only those with a range, and only as the owner of the measure agrees."""

    agreed = forms.BooleanField(
        label=_("The owner of the measure agrees to this conversion"),
        error_messages={"required": _("Ask the owner first. Without a yes, leave money out of the brief.")},
    )

    class Meta:
        model = BriefReturn
        fields = (
            "outcome",
            "currency",
            "value_per_unit",
            "times_a_year",
            "share",
            "confidence",
            "agreed_by",
            "mentee_hours",
            "mentee_rate",
            "support_hours",
            "support_rate",
            "cash",
            "backfill",
        )
        labels = {
            "currency": _("Currency"),
            "mentee_rate": _("Cost of an hour of the mentee"),
            "support_rate": _("Cost of an hour of others"),
            "backfill": _("Cover"),
        }
        help_texts = {
            "value_per_unit": _("What one unit of the measure is worth, in the currency."),
            "times_a_year": _("12 for a measure by the month, 52 by the week, 1 by the year."),
            "share": _("From 0 to 1: how much of the change is this work’s doing."),
            "confidence": _("From 0 to 1: how sure the owner is of that share."),
            "support_hours": _("Mentor, sponsor, experts."),
            "backfill": _("What it costs that somebody stands in."),
        }
        error_messages = {
            "outcome": {"required": _("Choose the outcome.")},
            "value_per_unit": {"required": _("Say what one unit is worth, for example 140.")},
            "share": {"required": _("Give a share from 0 to 1, for example 0.5.")},
            "confidence": {"required": _("Give a share from 0 to 1, for example 0.7.")},
            "agreed_by": {"required": _("Name who owns the measure and agrees to the conversion.")},
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.outcomes = self.instance.version.outcomes.all()
        field = self.fields["outcome"]
        field.queryset = self.outcomes
        # Their names are at hand already.
        several = [("", _("Choose the outcome"))] if len(self.outcomes) != 1 else []
        field.choices = [*several, *((each.pk, each.metric) for each in self.outcomes)]
        if self.instance.pk:
            self.fields["agreed"].initial = True

    def clean_outcome(self) -> BriefOutcome:
        outcome = self.cleaned_data["outcome"]
        if outcome.direction == Direction.MAINTAIN:
            raise forms.ValidationError(_("What is to stay as it is has no gain to convert."))
        if gain_of(outcome) is None:
            raise forms.ValidationError(_("Give it a range first: a return without one would pretend to know."))
        return outcome

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].strip().upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise forms.ValidationError(_("Write the three letters of the currency, such as GBP, EUR or USD."))
        return code

    def clean(self):
        super().clean()
        for name in (
            "value_per_unit",
            "mentee_hours",
            "mentee_rate",
            "support_hours",
            "support_rate",
            "cash",
            "backfill",
        ):
            if (self.cleaned_data.get(name) or 0) < 0:
                self.add_error(name, _("This cannot be below nought."))
        return self.cleaned_data
