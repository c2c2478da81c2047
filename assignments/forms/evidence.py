"""Logging evidence: one screen, phone first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assignments.actions.evidence import Attachment
from assignments.filetypes import ACCEPT, MOST_FILES, Unknown, clean_name, recognise
from assignments.models import Assignment, Competency, Evidence
from assignments.reach import worth_showing
from stretchhub.env import today
from stretchhub.forms import DayInput

from .competency import CompetencyField

LONGEST_KEY = 19
REFUSED = {
    "kind": _("“%(name)s” is not a kind we take. Save it as PDF, or as an image, text or office file."),
    "content": _("“%(name)s” does not hold what its name says. Open it, save it again and choose the new file."),
    "empty": _("“%(name)s” is empty. Choose the file again."),
    "large": _("“%(name)s” is larger than 25 MB. Make it smaller, or paste a link to it."),
    "macro": _("“%(name)s” contains macros. Save it without them, or as PDF."),
    "archive": _("“%(name)s” is packed in a way we do not open. Save it as PDF."),
}


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is looked at, and what is kept is an Attachment."""

    widget = FilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[Attachment]:  # type: ignore[override]
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most %(most)s files.") % {"most": MOST_FILES})
        return [self._looked_at(upload) for upload in uploads]

    def _looked_at(self, upload: UploadedFile) -> Attachment:
        name = clean_name(upload.name or "")
        try:
            kind = recognise(name, upload.file, upload.size or 0)  # type: ignore[arg-type]
        except Unknown as why:
            raise forms.ValidationError(REFUSED[str(why)] % {"name": name}) from None
        return Attachment(upload, name, kind)


class CompetencyChoices(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        for one in value or ():
            # A number too large for any row cannot even be looked for.
            if not (str(one).isdecimal() and len(str(one)) < LONGEST_KEY):
                raise forms.ValidationError(_("Choose from the list."))
        return super().clean(value)

    def label_from_instance(self, competency: Competency) -> str:
        return competency.name


class EvidenceForm(forms.ModelForm):
    files = FilesField(label=_("Photo or file"), required=False)
    link = forms.URLField(
        label=_("Link"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
        error_messages={"invalid": _("Paste the whole address, beginning with https://.")},
    )
    competencies = CompetencyChoices(
        label=_("What it shows you can do"),
        queryset=Competency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    another = CompetencyField(label=_("Another competency"), required=False)
    one_more = CompetencyField(label=_("And one more"), required=False)
    components = forms.TypedMultipleChoiceField(
        label=_("Which challenge does it show?"),
        required=False,
        coerce=int,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    class Meta:
        model = Evidence
        fields = (
            "title",
            "text",
            "link",
            "files",
            "learned",
            "changed",
            "happened_on",
            "milestone",
            "competencies",
            "shared_with_sponsor",
            "shared_at_review",
        )
        labels = {
            "title": _("What is it?"),
            "text": _("In words"),
            "learned": _("What I learned"),
            "changed": _("What it changed"),
            "happened_on": _("When"),
            "milestone": _("Milestone"),
            "shared_with_sponsor": _("Sponsor"),
            "shared_at_review": _("HR at review"),
        }
        widgets = {
            "title": forms.TextInput(attrs={"placeholder": _("Demo to the regional leads"), "autocomplete": "off"}),
            "text": forms.Textarea(attrs={"rows": 3}),
            "learned": forms.Textarea(attrs={"rows": 2}),
            "changed": forms.Textarea(attrs={"rows": 2}),
            "happened_on": DayInput,
        }
        error_messages = {
            "title": {"required": _("Give it a name you will recognise in half a year.")},
            "learned": {"required": _("Write one sentence; at review time this is what counts.")},
            "happened_on": {"required": _("Choose the day on which it happened.")},
        }

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = today(assignment.mentee.zone)
        self.fields["happened_on"].initial = self.day
        self.fields["happened_on"].widget.attrs["max"] = self.day.isoformat()
        milestone: Any = self.fields["milestone"]
        milestone.queryset = assignment.milestones.all()
        milestone.empty_label = _("None in particular")
        competencies: Any = self.fields["competencies"]
        self.suggested = suggested_competencies(assignment)
        known = Q(retired=False) | Q(pk__in=[competency.pk for competency in self.suggested])
        competencies.queryset = Competency.objects.filter(known)
        self.challenges = worth_showing(assignment.option, self.day)
        components: Any = self.fields["components"]
        components.choices = [(component.value, component.label) for component in self.challenges]

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("Paste the whole address, beginning with https://."))
        return link

    def clean_happened_on(self) -> Any:
        if self.cleaned_data["happened_on"] > self.day:
            raise forms.ValidationError(_("This day is still to come. Choose the day on which it happened."))
        return self.cleaned_data["happened_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        shown = cleaned.get("text") or cleaned.get("link") or cleaned.get("files")
        if not shown and not {"link", "files"} & set(self.errors):
            self.add_error("text", _now("Add at least one: a few words, a link or a file."))
        typed = [cleaned[name] for name in ("another", "one_more") if cleaned.get(name)]
        if "competencies" in cleaned:
            cleaned["competencies"] = list(dict.fromkeys([*cleaned["competencies"], *typed]))
        return cleaned

    def words(self) -> dict[str, Any]:
        left_out = {"files", "competencies"}
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name not in left_out}


def suggested_competencies(assignment: Assignment) -> list[Competency]:
    """Those the option or its goal is about; any other is named by typing it."""
    option = assignment.option
    wanted = Q(pk__in=option.contributions.values("competency"))
    if option.goal_id:
        wanted |= Q(pk__in=option.goal.targets.values("competency"))
    return list(Competency.objects.filter(wanted))
