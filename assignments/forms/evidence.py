"""Logging evidence: one screen, phone first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assignments.filetypes import MOST_FILES
from assignments.models import Assignment, Competency, Evidence, EvidenceFile, EvidenceKind, StagedFile
from assignments.reach import worth_showing
from assignments.results import agreed_outcomes
from stretchhub.env import today
from stretchhub.forms import DayInput, RowChoices

from .competency import CompetencyField
from .files import FilesField, StagedField, waiting_files


class CompetencyChoices(RowChoices):
    def label_from_instance(self, competency: Competency) -> str:
        return competency.name


class EvidenceForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("What kind is it?"),
        choices=EvidenceKind.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    staged = StagedField(required=False)
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
            "kind",
            "title",
            "text",
            "link",
            "files",
            "learned",
            "changed",
            "happened_on",
            "milestone",
            "outcome",
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
            "outcome": _("Metric"),
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

    def __init__(
        self, *args: Any, assignment: Assignment, by: Any, about: Competency | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        self.day = today(assignment.mentee.zone)
        self.fields["happened_on"].initial = self.day
        self.fields["happened_on"].widget.attrs["max"] = self.day.isoformat()
        self.fields["kind"].initial = EvidenceKind.TEXT
        self.by = by
        self._plan(assignment)
        self._abilities(about)

    def _plan(self, assignment: Assignment) -> None:
        """The milestones and metrics it can be tied to."""
        milestone: Any = self.fields["milestone"]
        milestone.queryset = assignment.milestones.all()
        milestone.empty_label = _("None in particular")
        # Where none was chosen they are asked for only if the form comes back.
        if not self.is_bound or self.data.get("outcome"):
            self.metrics  # noqa: B018  it is worked out once

    @cached_property
    def metrics(self) -> bool:
        """Whether there are metrics to choose from; they are offered from then on."""
        outcomes = agreed_outcomes(self.assignment)
        outcome: Any = self.fields["outcome"]
        outcome.queryset = outcome.queryset.filter(pk__in=[each.pk for each in outcomes])
        # Their names are at hand already.
        outcome.choices = [("", _("None in particular")), *((each.pk, each.metric) for each in outcomes)]
        return bool(outcomes)

    def _abilities(self, about: Competency | None) -> None:
        """The competencies and challenges it can show; looked for once they are chosen or shown."""
        self._wanted = about
        if self.instance.pk and not self.is_bound:
            self.initial["competencies"] = [each.pk for each in self.suggested if each.tagged]
        if "competencies" in self.data:
            competencies: Any = self.fields["competencies"]
            known = Q(retired=False) | Q(pk__in=self._worth_tagging().values("pk"))
            competencies.queryset = Competency.objects.filter(known)
        components: Any = self.fields["components"]
        components.choices = lambda: [(component.value, component.label) for component in self.challenges]

    def _worth_tagging(self) -> QuerySet[Any]:
        return suggested_competencies(self.assignment, self.instance, self._wanted)

    @cached_property
    def suggested(self) -> list[Any]:
        return list(self._worth_tagging())

    @cached_property
    def challenges(self) -> list[Any]:
        return worth_showing(self.assignment.option, self.day)

    @property
    def about(self) -> str:
        """For which evidence files are sent; for none that is logged already."""
        return ""

    @cached_property
    def waiting(self) -> dict[str, StagedFile]:
        """Files that came before the form, by code; asked for where some are named or shown."""
        return waiting_files(self.assignment, self.by)

    def clean_staged(self) -> list[StagedFile]:
        codes = self.cleaned_data["staged"]
        if codes and any(code not in self.waiting for code in codes):
            raise forms.ValidationError(_("A file is not here any more. Choose it again."))
        if len(codes) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most %(most)s files.") % {"most": MOST_FILES})
        return [self.waiting[code] for code in codes]

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("Paste the whole address, beginning with https://."))
        return link

    def clean_happened_on(self) -> Any:
        if self.cleaned_data["happened_on"] > self.day:
            raise forms.ValidationError(_("This day is still to come. Choose the day on which it happened."))
        return self.cleaned_data["happened_on"]

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or EvidenceKind.TEXT

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        files = len(cleaned.get("files") or ()) + len(cleaned.get("staged") or ()) + self.kept_files()
        broken = {"link", "files", "staged"} & set(self.errors)
        if not (cleaned.get("text") or cleaned.get("link") or files or broken):
            self.add_error("text", _now("Add at least one: a few words, a link or a file."))
        if files > MOST_FILES:
            self.add_error("files", _now("Choose at most %(most)s files.") % {"most": MOST_FILES})
        cleaned["kind"] = self._kind(cleaned, files)
        typed = [cleaned[name] for name in ("another", "one_more") if cleaned.get(name)]
        if "competencies" in cleaned:
            # Where none was chosen there is nothing to ask the database for.
            chosen = cleaned["competencies"] if "competencies" in self.data else ()
            cleaned["competencies"] = list(dict.fromkeys([*chosen, *typed]))
        return cleaned

    def kept_files(self) -> int:
        """How many files it has already."""
        return 0

    def _kind(self, cleaned: dict[str, Any], files: int) -> str:
        """What was chosen; words that come with a file or a link alone are what they come with."""
        kind = cleaned.get("kind") or EvidenceKind.TEXT
        if kind == EvidenceKind.TEXT and not cleaned.get("text"):
            return EvidenceKind.FILE if files else EvidenceKind.LINK if cleaned.get("link") else kind
        return kind

    def taken(self) -> list[Any]:
        """The files of this sending that are kept, whatever else has to be put right."""
        return getattr(self.fields["files"], "taken", [])

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields and name != "files"}


class EvidenceEditForm(EvidenceForm):
    """The same for evidence that is logged already; files can be taken out and others added."""

    LINES = ("title", "text", "link", "learned", "changed", "happened_on")

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    without = forms.ModelMultipleChoiceField(
        label=_("Take out"), queryset=EvidenceFile.objects.none(), required=False, to_field_name="code"
    )

    def __init__(self, *args: Any, begun: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = list(self.instance.files.all())
        without: Any = self.fields["without"]
        without.queryset = EvidenceFile.objects.filter(evidence=self.instance)
        self.fields["version"].initial = self.instance.version
        # Who sees it has buttons of its own by now: a page opened before something was narrowed must not widen it.
        for name in ("shared_with_sponsor", "shared_at_review"):
            del self.fields[name]
        if not (self.is_bound or begun):
            self.initial["components"] = [str(each.component) for each in self.instance.components.all()]

    @property
    def about(self) -> str:
        return str(self.instance.code)

    @cached_property
    def waiting(self) -> dict[str, StagedFile]:
        """Nothing is kept as a draft here: a page that is opened anew begins without files."""
        return waiting_files(self.assignment, self.by, self.about) if self.is_bound else {}

    def kept_files(self) -> int:
        return len(self.held) - len(self.cleaned_data.get("without") or ())

    def components_kept(self) -> set[int]:
        """What was chosen, and what it showed already that is not offered any more."""
        offered = {challenge.value for challenge in self.challenges}
        kept = {each.component for each in self.instance.components.all()}
        return set(self.cleaned_data["components"]) | (kept - offered)

    def lines(self, words: Evidence) -> list[tuple[str, str]]:
        """The texts of a version, to be put beside another."""
        return [(str(self[name].label), str(getattr(words, name))) for name in self.LINES]


def suggested_competencies(
    assignment: Assignment, evidence: Evidence | None = None, about: Competency | None = None
) -> QuerySet[Any]:
    """Those the option or its goal is about, and those the evidence shows already; any other is named by typing it."""
    option = assignment.option
    tags = Evidence.competencies.through.objects.filter(evidence=evidence if evidence and evidence.pk else None)
    wanted = Q(pk__in=option.contributions.values("competency")) | Q(tagged=True)
    if option.goal_id:
        wanted |= Q(pk__in=option.goal.targets.values("competency"))
    if about:
        wanted |= Q(pk=about.pk)
    marked = Competency.objects.annotate(tagged=Exists(tags.filter(competency=OuterRef("pk"))))
    return marked.filter(wanted)
