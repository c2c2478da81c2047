"""Six digits from a mail."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "form-control code-field"}
        ),
        help_text=_("From the mail with the subject “… is your StretchHub code”. They are good for ten minutes."),
        error_messages={"required": _("Type the six digits from the mail.")},
    )
