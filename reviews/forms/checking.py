"""What somebody compares a document with: the file they were given, or its number."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Far more than any document of ours.
MOST_BYTES = 5 * 1024 * 1024


class CompareForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file you were given"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("PDF or JSON, at most 5 MB. It is compared and not kept."),
    )
    sha256 = forms.CharField(
        label=gettext_lazy("or its SHA-256"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("64 digits and letters from a to f."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            raise ValidationError(_("This file is too large to be one of our documents. Choose one of at most 5 MB."))
        return file

    def clean_sha256(self) -> str:
        typed = "".join(self.cleaned_data["sha256"].split()).lower()
        if typed and not re.fullmatch(r"[0-9a-f]{64}", typed, re.ASCII):
            raise ValidationError(_("A SHA-256 has 64 signs: digits and the letters a to f. Paste it whole."))
        return typed

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and given.get("file") is None and not given.get("sha256"):
            raise ValidationError(_("Choose the file, or paste its SHA-256."))
        return given
