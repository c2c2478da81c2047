"""What goes on the learning plan, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.env import today
from stretchhub.forms import DayField, DayInput
from stretchhub.templatetags.words import day

from ..models import Goal, LearningItem, LearningKind, Mentorship
from .competency import CompetencyField

CHANGED = {
    "required": _("Say in one sentence what it changed, even if that is little."),
    "max_length": _("Keep it to one sentence, 500 characters at most."),
}


class ChangedField(forms.CharField):
    """One sentence: what somebody does differently now."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What did it change?"),
            help_text=_("One sentence: what you do differently now, or know that you did not."),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages=CHANGED,
        )

    def clean(self, value: Any) -> str:
        return " ".join(super().clean(value).split())


class DoneForm(forms.Form):
    changed = ChangedField()


class LearningForm(forms.Form):
    """An item of the plan; for one that is done, what it changed can be put in better words."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=LearningKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a kind.")},
    )
    title = forms.CharField(
        label=_("What"),
        max_length=200,
        error_messages={"required": _("Name it in a few words, for example the title of the book.")},
    )
    link = forms.URLField(
        label=_("Link"),
        max_length=1000,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
        error_messages={"invalid": _("Paste the whole address, beginning with https://.")},
    )
    goal = forms.ChoiceField(
        label=_("Goal"), required=False, error_messages={"invalid_choice": _("Choose one of these goals.")}
    )
    competency = CompetencyField(required=False)
    due_on = DayField(
        label=_("Due on"),
        required=False,
        widget=DayInput,
        help_text=_("On this day the mentee is reminded once."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        mentorship: Mentorship,
        goals: Sequence[Goal],
        item: LearningItem | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(item) if item else initial)
        self.item, self.today = item, today(mentorship.mentee.zone)
        kept = [item.goal] if item and item.goal and item.goal not in goals else []
        self.goals: dict[str, Goal] = {str(goal.code): goal for goal in [*goals, *kept]}
        self._fields["goal"].choices = [("", _("No goal in particular"))] + [
            (code, goal.title) for code, goal in self.goals.items()
        ]
        if item and item.competency_id:
            self._fields["competency"].names.also.add(item.competency_id)
        if item and item.done_on:
            self.fields["changed"] = ChangedField()

    @property
    def _fields(self) -> Any:
        return self.fields

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_link(self) -> str:
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("Paste the whole address, beginning with https://."))
        return link

    def clean_goal(self) -> Goal | None:
        return self.goals.get(self.cleaned_data["goal"])

    def clean_due_on(self) -> date | None:
        due_on = self.cleaned_data["due_on"]
        kept = self.item is not None and self.item.due_on == due_on
        if due_on and due_on < self.today and not kept:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day, or leave it empty."))
        return due_on


def _initial(item: LearningItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "title": item.title,
        "link": item.link,
        "goal": str(item.goal.code) if item.goal else "",
        "competency": item.competency,
        "due_on": item.due_on,
        "changed": item.changed,
    }


def words_of(item: LearningItem) -> list[tuple[str, str]]:
    """What an item says, label by label."""
    names = ("kind", "title", "link", "goal", "competency", "due_on", *(["changed"] if item.done_on else []))
    return _words({name: getattr(item, name) for name in names})


def words_typed(form: LearningForm) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    return _words(form.cleaned_data)


def _words(said: dict[str, Any]) -> list[tuple[str, str]]:
    words = [
        (_("Kind"), LearningKind(said["kind"]).label),
        (_("What"), said["title"]),
        (_("Link"), said["link"]),
        (_("Goal"), said["goal"].title if said["goal"] else ""),
        (_("Competency"), said["competency"].name if said["competency"] else ""),
        (_("Due on"), day(said["due_on"])),
    ]
    if "changed" in said:
        words.append((_("What it changed"), said["changed"]))
    return [(str(label), str(text)) for label, text in words]
