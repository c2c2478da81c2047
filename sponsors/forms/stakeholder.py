"""Placing somebody on the grid of power and interest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms.people import PersonForm
from stretchhub.forms import DayField, DayInput
from stretchhub.people.models import User
from stretchhub.templatetags.words import day

from ..models import Stakeholder

POWER = (
    _("No say"),
    _("Is listened to"),
    _("One voice of several"),
    _("A strong voice"),
    _("Decides, or can stop it"),
)
INTEREST = (
    _("Does not know of it"),
    _("Would not mind either way"),
    _("Cares a little"),
    _("Cares a lot"),
    _("Feels it every day"),
)


def _steps(words: Any) -> list[tuple[int, str]]:
    return [(n, f"{n} · {step}") for n, step in enumerate(words, start=1)]


def _choice(label: Any, words: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("Choose")), *_steps(words)],
        coerce=int,
        error_messages={"required": _("Choose one of the five.")},
    )


class StakeholderForm(forms.ModelForm):
    class Meta:
        model = Stakeholder
        fields = ("name", "power", "interest", "placed_on", "note")
        help_texts = {"placed_on": _("A grid is a snapshot: the day on which you saw it so.")}
        field_classes = {"placed_on": DayField}
        widgets = {"placed_on": DayInput()}

    def __init__(self, *args: Any, today: Any, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["power"] = _choice(_("Power over it"), POWER)
        self.fields["interest"] = _choice(_("Interest in it"), INTEREST)
        if named:
            del self.fields["name"]

    def clean_placed_on(self) -> Any:
        on = self.cleaned_data["placed_on"]
        if on > self.today:
            raise forms.ValidationError(_("Give a day that has been."))
        return on


class PlacedPersonForm(PersonForm):
    """Whom to place: somebody from the directory, or a name beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].required = False

    def clean_person(self) -> User | None:  # type: ignore[override]
        return super().clean_person() if self.cleaned_data.get("person") else None


class PlaceForm(StakeholderForm):
    """Somebody not in the directory has a name typed by hand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].label = _("Or somebody who is not in the directory")
        self.fields["name"].help_text = _("A name or a group, for example “Dispatchers of the night shift”.")


def words_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where somebody stands, label by label."""
    return [
        (str(_("Power over it")), f"{values['power']} · {POWER[values['power'] - 1]}"),
        (str(_("Interest in it")), f"{values['interest']} · {INTEREST[values['interest'] - 1]}"),
        (str(_("Seen on")), day(values["placed_on"])),
        (str(_("Note")), values["note"]),
    ]
