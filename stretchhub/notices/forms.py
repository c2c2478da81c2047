"""How and when somebody wants to be told, when they are away, and the organisation's holidays."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from .holiday_file import COLUMNS, Plan
from .models import Absence, Delivery, ReminderSettings
from .models.preference import MOST_DAYS_BEFORE
from .topics import CHOSEN, WHOLE, WITH_DAYS, Topic

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
MOST_DAYS_AWAY = 366
LARGEST_FILE = 1024 * 1024
HELP = {
    Topic.CHECK_INS: _("When one is due, and what the other wrote."),
    Topic.PLAN: _("Milestones whose day has passed, scope, decisions to look back at, your learning plan."),
    Topic.WORK: _("What somebody asks or answers about briefs, charters, asks and introductions."),
    Topic.EVIDENCE: _("Evidence that was logged or shared, feedback asked and given."),
    Topic.REVIEWS: _("Reviews to write, and results."),
    Topic.SPONSOR_DIGEST: _("For sponsors: one mail on Mondays, when there is something new."),
}


BEFORE = {
    Topic.CHECK_INS: _("A check-in also so many days before"),
    Topic.PLAN: _("A milestone or something to learn also so many days before"),
}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PreferencesForm(forms.ModelForm):
    """Hours, and a choice for each topic."""

    weekly_on = forms.TypedChoiceField(label=_("Weekly mail on"), choices=WEEKDAYS, coerce=int)
    all_off = forms.BooleanField(
        label=_("No mail at all"),
        required=False,
        help_text=_("Everything is still on the page. Codes, invitations and what concerns your account still come."),
    )

    class Meta:
        model = ReminderSettings
        fields = ["remind_at", "quiet_from", "quiet_until", "weekly_on", "holidays"]
        widgets = {"remind_at": TimeInput, "quiet_from": TimeInput, "quiet_until": TimeInput}
        labels = {"holidays": _("Not on the organisation’s holidays")}

    def __init__(self, *args: Any, topics: dict[str, str], before: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["all_off"].initial = self.instance.all_off_at is not None
        for topic in CHOSEN:
            self.fields[f"topic_{topic}"] = forms.ChoiceField(
                label=topic.label, choices=_choices(topic), initial=topics[topic], help_text=HELP[topic]
            )

        for topic in WITH_DAYS:
            self.fields[f"before_{topic}"] = forms.IntegerField(
                label=BEFORE[topic],
                min_value=0,
                max_value=MOST_DAYS_BEFORE,
                required=False,
                initial=before[topic] or None,
                error_messages={"invalid": _("Write a whole number of days, or leave it empty.")},
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        begin, end = said.get("quiet_from"), said.get("quiet_until")
        if (begin is None) != (end is None) and not {"quiet_from", "quiet_until"} & set(self.errors):
            missing = "quiet_until" if end is None else "quiet_from"
            self.add_error(missing, _("Give both ends of the quiet hours, or neither."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("Quiet hours end at another time than they begin."))
        return said

    @property
    def held(self) -> str:
        """A fingerprint of what is chosen now, by which a page that was opened before tells that it is older."""
        chosen = [(name, str(getattr(self.instance, name))) for name in self.Meta.fields]
        return hashlib.sha256(repr([*chosen, *self._rest()]).encode()).hexdigest()[:16]

    def _rest(self) -> list[tuple[str, str]]:
        names = ("all_off", *(f"topic_{topic}" for topic in CHOSEN), *(f"before_{topic}" for topic in WITH_DAYS))
        return [(name, str(self.fields[name].initial)) for name in names]

    def lines(self) -> list[tuple[str, str]]:
        """Label and words of each choice as it stands in this form."""
        return [(str(each.label), self._words(each)) for each in self]

    def _words(self, each: forms.BoundField) -> str:
        value = each.value()
        if isinstance(each.field, forms.BooleanField):
            return str(_("yes") if value else _("no"))
        if isinstance(each.field, forms.ChoiceField):
            return next((str(label) for key, label in each.field.choices if str(key) == str(value)), str(value))
        return str(value or "")[:5]

    def topic_fields(self) -> list[forms.BoundField]:
        return [self[f"topic_{topic}"] for topic in CHOSEN]

    def before_fields(self) -> list[forms.BoundField]:
        return [self[f"before_{topic}"] for topic in WITH_DAYS]

    def before(self) -> dict[str, int]:
        return {str(topic): self.cleaned_data[f"before_{topic}"] or 0 for topic in WITH_DAYS}

    def hours(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def topics(self) -> dict[str, str]:
        return {str(topic): self.cleaned_data[f"topic_{topic}"] for topic in CHOSEN}


def _choices(topic: Topic) -> list[tuple[str, Any]]:
    if topic == WHOLE:
        return [(Delivery.IMMEDIATE.value, _("By mail")), (Delivery.OFF.value, _("Not by mail"))]
    return [(each.value, each.label) for each in Delivery]


class AbsenceForm(forms.ModelForm):
    from_on = DayField(label=_("Away from"), widget=DayInput)
    until_on = DayField(label=_("Until, that day included"), widget=DayInput)

    class Meta:
        model = Absence
        fields = ["from_on", "until_on"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until_on(self) -> date:
        until = self.cleaned_data["until_on"]
        if until < self.today:
            raise ValidationError(_("That is over already. Choose a day from today on."))
        return until

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        since, until = said.get("from_on"), said.get("until_on")
        if since and until and until < since:
            self.add_error("until_on", _("The last day away is not before the first."))
        elif since and until and (until - since).days > MOST_DAYS_AWAY:
            self.add_error("until_on", _("Give at most a year at once."))
        return said


class HolidayFileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV or Excel file"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 1 MB. Bring one year at a time."))
        return file


class HolidayTextForm(forms.Form):
    """The rows that were looked at, carried to the press that saves them."""

    rows = forms.CharField(max_length=LARGEST_FILE, strip=False, widget=forms.HiddenInput)

    @classmethod
    def holding(cls, plan: Plan) -> HolidayTextForm:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows((day.on.isoformat(), day.name, day.location) for day in plan.days)
        return cls(initial={"rows": out.getvalue()})
