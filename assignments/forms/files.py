"""Files that somebody chose: each is looked at, those that are taken are kept even where another is not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from assignments.actions.evidence_file import Attachment
from assignments.filetypes import ACCEPT, MOST_FILES, Unknown, clean_name, recognise
from assignments.models import Assignment, StagedFile

REFUSED = {
    "kind": _("“%(name)s” is not a kind we take. Save it as PDF, or as an image, text or office file."),
    "content": _("“%(name)s” does not hold what its name says. Open it, save it again and choose the new file."),
    "empty": _("“%(name)s” is empty. Choose the file again."),
    "large": _("“%(name)s” is larger than 25 MB. Make it smaller, or paste a link to it."),
    "macro": _("“%(name)s” contains macros. Save it without them, or as PDF."),
    "archive": _("“%(name)s” is packed in a way we do not open. Save it as PDF."),
}


def looked_at(upload: UploadedFile) -> Attachment:
    """What it is; a ValidationError says why it is not taken and what to do."""
    name = clean_name(upload.name or "")
    try:
        kind = recognise(name, upload.file, upload.size or 0)  # type: ignore[arg-type]
    except Unknown as why:
        raise forms.ValidationError(REFUSED[str(why)] % {"name": name}) from None
    return Attachment(upload, name, kind)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; those that are taken are in `taken`, also where one of them is not."""

    widget = FilesInput(attrs={"accept": ACCEPT})
    taken: list[Attachment]

    def clean(self, data: Any, initial: Any = None) -> list[Attachment]:  # type: ignore[override]
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        self.taken, wrong = [], []
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most %(most)s files.") % {"most": MOST_FILES})
        for upload in uploads:
            try:
                self.taken.append(looked_at(upload))
            except forms.ValidationError as error:
                wrong.append(error)
        if wrong:
            raise forms.ValidationError(wrong)
        return self.taken


class UploadForm(forms.Form):
    """One file, sent as soon as it is chosen, under a name that its page gave the sending."""

    file = forms.FileField(allow_empty_file=True, max_length=None)
    key = forms.CharField(max_length=64)
    about = forms.UUIDField(required=False)

    def clean_about(self) -> str:
        return str(self.cleaned_data["about"] or "")

    def clean_file(self) -> Attachment:
        return looked_at(self.cleaned_data["file"])


class StagedInput(forms.MultipleHiddenInput):
    pass


class StagedField(forms.Field):
    """The files that were uploaded before the form was sent, by their codes."""

    widget = StagedInput

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(value or ()))


def waiting_files(assignment: Assignment, by: Any, about: str = "") -> dict[str, StagedFile]:
    """What this person uploaded to this form and has not attached yet, by code."""
    rows = StagedFile.objects.visible_to(by).filter(assignment=assignment, about=about).order_by("pk")
    return {str(row.code): row for row in rows}


def is_code(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
