"""A claim as a form: what is said, and what stands behind it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Backing, BriefClaim

SHARES = ("hits",)
MEANS = ("mean", "sd")
SIDES = ("before", "after")
NUMBERS = tuple(f"{side}_{name}" for side in SIDES for name in ("n", *SHARES, *MEANS))


class ClaimForm(forms.ModelForm):
    class Meta:
        model = BriefClaim
        fields = ("words", "section", "backing", "source", "experiment", "unit", *NUMBERS, "quote", "quoted", "consent")
        widgets = {
            "words": forms.Textarea(attrs={"rows": 2}),
            "quote": forms.Textarea(attrs={"rows": 3}),
            "backing": forms.RadioSelect(),
        }
        labels = {
            "before_n": _("Cases before"),
            "before_hits": _("Of them with it, before"),
            "before_mean": _("Or their mean, before"),
            "before_sd": _("Its standard deviation, before"),
            "after_n": _("Cases after"),
            "after_hits": _("Of them with it, after"),
            "after_mean": _("Or their mean, after"),
            "after_sd": _("Its standard deviation, after"),
        }
        help_texts = {
            "words": _("One sentence that could turn out to be wrong."),
            "source": _("Where somebody could look it up: a report, a query, a meeting and its day."),
            "experiment": _("One of this option’s experiments, where the claim comes from one."),
            "unit": _("Only for means: days, minutes, points."),
        }
        error_messages = {
            "words": {"required": _("Write the claim as one sentence.")},
            "section": {"required": _("Choose the section that the claim stands in.")},
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["experiment"].queryset = self.instance.version.brief.option.experiments.all()
        sections = self.fields["section"]
        sections.choices = [("", _("Choose the section")), *(choice for choice in sections.choices if choice[0])]
        self.fields["experiment"].empty_label = _("None")

    def clean(self):
        super().clean()
        said = self.cleaned_data
        backing = said.get("backing")
        if backing == Backing.PILOT:
            self._pilot()
        if backing == Backing.QUOTE:
            self._quote()
        return said

    def _pilot(self) -> None:
        """Counts or means, after and where there are any before; or an experiment that was tried, in words."""
        said = self.cleaned_data
        filled = {name for name in NUMBERS if said.get(name) is not None}
        if not filled:
            tried = said.get("experiment")
            if tried is None or not tried.result:
                self._wrong("after_n", _("Give the pilot’s numbers, or choose an experiment that has a result."))
            return
        kinds = {kind for kind in (SHARES, MEANS) if filled & {f"{side}_{name}" for side in SIDES for name in kind}}
        if len(kinds) > 1:
            self._wrong("after_mean", _("Give counts or means, not both."))
            return
        needed = ("n", *next(iter(kinds), SHARES))
        for side in ("after", *(["before"] if any(name.startswith("before") for name in filled) else [])):
            for name in needed:
                if said.get(f"{side}_{name}") is None:
                    self._wrong(f"{side}_{name}", _("This number is missing from the pilot."))
        self._possible()

    def _possible(self) -> None:
        said = self.cleaned_data
        for side in SIDES:
            n, hits, sd = (said.get(f"{side}_{name}") for name in ("n", "hits", "sd"))
            if n is not None and n < 1:
                self._wrong(f"{side}_n", _("A side of a pilot has a case at least; leave it empty where it has none."))
            if n is not None and hits is not None and hits > n:
                self._wrong(f"{side}_hits", _("There cannot be more with it than there were cases."))
            if sd is not None and sd < 0:
                self._wrong(f"{side}_sd", _("A standard deviation is never below nought."))

    def _quote(self) -> None:
        said = self.cleaned_data
        if "quote" in said and not said["quote"].strip():
            self._wrong("quote", _("Write down what they said, in their words."))
        if not said.get("consent"):
            self._wrong("consent", _("Ask them first. Until they agree, mark the claim as an assumption."))

    def _wrong(self, name: str, words: object) -> None:
        if name not in self.errors:
            self.add_error(name, str(words))
