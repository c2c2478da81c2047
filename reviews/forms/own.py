"""What a mentee writes about their own growth, and what they leave out before it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..canonical import digest
from ..case_study import TurningPoint, slide_titles
from ..models import CasePart, DocumentKind
from ..own_text import Called, Fact, Looked

# Customers, products, the organisation: whatever no record knows as a name.
ROWS = 4
HELP = {
    CasePart.SITUATION: gettext_lazy("Who felt the problem, since when, and how large it was."),
    CasePart.BEFORE: gettext_lazy("One thing you could do, one you could not yet, and what shows it."),
    CasePart.STRETCH: gettext_lazy("What was new in it, and who or what helped."),
    CasePart.DECISION: gettext_lazy("What was decided, why, and what happened then."),
    CasePart.SETBACK: gettext_lazy("What you assumed, what happened, what you did."),
    CasePart.FEEDBACK: gettext_lazy("What you heard, and what you changed because of it."),
    CasePart.RESULTS: gettext_lazy("The numbers stand beside it with their ranges. What else could have caused them?"),
    CasePart.LEVELS: gettext_lazy("What you can do now, and how somebody else would notice."),
    CasePart.REUSE: gettext_lazy("A list, a way of asking, a test: what would you hand on?"),
    CasePart.DIFFERENTLY: gettext_lazy("If it began again tomorrow."),
    CasePart.NEXT: gettext_lazy("What you would take on next, and with how much help."),
}


class OwnForm(forms.Form):
    """A field for each part of a case study, or for each slide."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args: Any,
        kind: str,
        words: Mapping[str, str],
        edit: int,
        facts: Mapping[str, Sequence[Fact]] | None = None,
        points: Mapping[str, Sequence[TurningPoint]] | None = None,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={**words, "edit": edit, **(initial or {})}, **kwargs)
        self.kind, self.facts, self.points = kind, facts or {}, points or {}
        outline = kind == DocumentKind.OUTLINE
        for name, label in slide_titles().items() if outline else CasePart.choices:
            self.fields[name] = forms.CharField(
                label=label,
                widget=forms.Textarea(attrs={"rows": 4 if outline else 5}),
                max_length=1000 if outline else 4000,
                required=False,
                help_text="" if outline else HELP[CasePart(name)],
            )

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Part by part its field, what the records say, and the records that can be taken in."""
        return [
            {"key": name, "field": self[name], "facts": self.facts.get(name, ()), "points": self.points.get(name, ())}
            for name in names_of(self.kind)
        ]

    def lines(self, words: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(str(self.fields[name].label), words.get(name, "")) for name in names_of(self.kind)]


def names_of(kind: str) -> tuple[str, ...]:
    return tuple(slide_titles()) if kind == DocumentKind.OUTLINE else tuple(CasePart.values)


class LeaveOutForm(forms.Form):
    """Each passage with a box whether it stays, each name with what is put there, and rows for other words."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, looked: Looked, edit: int, more: list[list[str]], **kwargs: Any) -> None:
        super().__init__(*args, initial={"edit": edit}, **kwargs)
        self.looked = looked
        for choices in looked.choices.values():
            for each in choices:
                self.fields[each.passage.key] = forms.BooleanField(required=False, initial=each.stays)
        for called in looked.people:
            label = _("Instead of “%(name)s”") % {"name": called.full}
            self.fields[_key(called)] = forms.CharField(label=label, initial=called.put, required=False, max_length=80)
        for at in range(ROWS):
            find, put = more[at] if at < len(more) else ("", "")
            self.fields[f"find-{at}"] = forms.CharField(
                label=_("Replace"), initial=find, required=False, max_length=200
            )
            self.fields[f"put-{at}"] = forms.CharField(label=_("with"), initial=put, required=False, max_length=80)

    def sections(self) -> list[dict[str, Any]]:
        """Part by part the passages, each with its box."""
        return [
            {
                "title": self.looked.titles.get(f"title-{key}", key),
                "choices": [{"choice": each, "field": self[each.passage.key]} for each in choices],
            }
            for key, choices in self.looked.choices.items()
            if choices
        ]

    def people(self) -> list[dict[str, Any]]:
        return [
            {"called": called, "field": self[_key(called)], "forms": ", ".join(called.name.forms[1:])}
            for called in self.looked.people
        ]

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"find-{at}"], self[f"put-{at}"]) for at in range(ROWS)]

    @property
    def chosen(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "stays": {
                each.passage.key: given[each.passage.key]
                for choices in self.looked.choices.values()
                for each in choices
            },
            # Whoever came into the text since the page was opened is called as before: nobody let that name stand.
            "names": {
                called.full: given[_key(called)].strip() if _key(called) in self.data else called.put
                for called in self.looked.people
            },
            "more": [
                (given[f"find-{at}"].strip(), given[f"put-{at}"].strip() or "…")
                for at in range(ROWS)
                if given[f"find-{at}"].strip()
            ],
        }


def _key(called: Called) -> str:
    """By whose name it is, so that another name in the text puts no word in the place of another."""
    return f"name-{digest(called.full)[:16]}"
