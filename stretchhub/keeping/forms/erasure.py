"""Asking that somebody be erased, and deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.env import today
from stretchhub.forms import DayField, DayInput

from ..models import Ground


class AskForm(forms.Form):
    """Why, as HR knows it; whoever asks about themselves need not say."""

    ground = forms.ChoiceField(
        label=_("Why"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why.")},
    )


class AddressForm(forms.Form):
    """By which address somebody without an account is known."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The whole address, as a message reached it. Whoever has no account is known by it alone."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Type the address of whoever is to be erased."),
            "invalid": _("Type a whole address, such as name@example.org."),
        },
    )

    def clean_address(self) -> str:
        return self.cleaned_data["address"].lower()


class ApproveForm(forms.Form):
    prefix = "approve"

    packets_kept_for = forms.CharField(
        label=_("Which rule asks to keep the frozen review packets, if one does"),
        max_length=200,
        required=False,
        help_text=_("For example the paragraph of a labour law. Left empty, the packets go too."),
    )
    packets_kept_until = DayField(label=_("Until when they are kept"), required=False, widget=DayInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rule, day = cleaned.get("packets_kept_for"), cleaned.get("packets_kept_until")
        if rule and not day and "packets_kept_until" not in self.errors:
            self.add_error("packets_kept_until", _("Say until when the rule wants them kept."))
        if day and not rule:
            self.add_error("packets_kept_for", _("Say which rule wants them kept until then."))
        if day and day <= today():
            self.add_error("packets_kept_until", _("Choose a day that is still to come."))
        return cleaned


class RefuseForm(forms.Form):
    prefix = "refuse"

    refusal = forms.CharField(
        label=_("Why not"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads this, and which rule it rests on."),
        error_messages={"required": _("Say why not: whoever asked has a right to know.")},
    )
