"""What goes into an export: which tables, what narrows them, in which format and what for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assignments.forms.asked_people import PersonInput, label_of, people_named
from assignments.models import Assignment, Status
from stretchhub.forms import DayField, DayInput
from stretchhub.people.models import User

from ..exporting import Scope
from ..models import Format, ReviewCycle

EVERY = [("", _("All"))]
TABLE_WORDS = {
    "assignments": _("Assignments"),
    "ratings": _("Ratings"),
    "evidence": _("Evidence index"),
    "check_ins": _("Check-ins kept and missed"),
    "metrics": _("Metrics"),
    "feedback": _("Feedback"),
}
SIGNED_OFF = [*EVERY, ("yes", _("Reviews are final")), ("no", _("Not yet"))]
ACTIVE = [*EVERY, ("yes", _("Mentee is active")), ("no", _("Mentee has left"))]
SHOWN_NAMESAKES = 3


class PersonField(forms.CharField):
    """A person by name or by e-mail address, also somebody who has left; cleaned to their code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=254, widget=PersonInput, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        if "@" in text:
            person = User.objects.filter(email=text.lower()).first()
            exact, near = ([person] if person else []), ""
        else:
            exact, like = people_named(text)
            near = "; ".join(label_of(each) for each in (exact or like)[:SHOWN_NAMESAKES])
        if len(exact) == 1:
            return str(exact[0].code)
        if near:
            raise forms.ValidationError(
                _now("Is it one of these: %(near)s? Choose one, or type the address.") % {"near": near}
            )
        raise forms.ValidationError(_now("Nobody here has this name or address."))


class ExportForm(forms.Form):
    """The filter, and with `counting` no more: a preview is looked at before anybody says what it is for."""

    tables = forms.MultipleChoiceField(
        label=_("Tables"),
        choices=list(TABLE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one table.")},
    )
    cycle = forms.ChoiceField(label=_("Review cycle"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*EVERY, *Status.choices])
    signed_off = forms.ChoiceField(label=_("Signed off"), required=False, choices=SIGNED_OFF)
    active = forms.ChoiceField(label=_("Active"), required=False, choices=ACTIVE)
    since = DayField(label=_("Running from"), required=False, widget=DayInput())
    until = DayField(label=_("Running until"), required=False, widget=DayInput())
    department = forms.ChoiceField(
        label=_("Department"), required=False, help_text=_("The mentee’s, with everything below it.")
    )
    manager = PersonField(label=_("Line manager"), help_text=_("Name or e-mail address."))
    mentor = PersonField(label=_("Mentor"))
    sponsor = PersonField(label=_("Sponsor"))
    format = forms.ChoiceField(label=_("Format"), choices=Format.choices, initial=Format.XLSX, widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=300,
        help_text=_("Kept with the export: the file holds what was said of named people."),
        error_messages={"required": _("Say in a few words what the file is for.")},
    )

    def __init__(self, *args: Any, counting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("format", "purpose"):
            self.fields[name].required = not counting
        cycles = ReviewCycle.objects.order_by("-opens_on", "-pk").values_list("code", "name")
        self.fields["cycle"].choices = [*EVERY, *cycles]
        self.fields["department"].choices = [*EVERY, *((path, path) for path in _departments())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _now("The end cannot be before the start."))
        return cleaned

    @property
    def says_which(self) -> bool:
        """Whether tables and filter can be read, whatever else is missing."""
        return not set(self.errors) - {"format", "purpose"}

    def scope(self, *, reader: User, day: date) -> Scope:
        """The filter that was typed."""
        said = self.cleaned_data
        days = {name: said[name].isoformat() if said[name] else "" for name in ("since", "until")}
        names = ("cycle", "state", "signed_off", "active", "department", "manager", "mentor", "sponsor")
        return Scope(day=day.isoformat(), reader=reader.pk, **days, **{name: said[name] for name in names})


def _departments() -> list[str]:
    """Every path that a mentee belongs to, and every path above it."""
    paths: set[str] = set()
    named = Assignment.objects.exclude(mentee__department="").order_by().values_list("mentee__department", flat=True)
    for path in named.distinct():
        parts = path.split("/")
        paths |= {"/".join(parts[:number]) for number in range(1, len(parts) + 1)}
    return sorted(paths - {""})
