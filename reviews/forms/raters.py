"""People to ask for a review besides the three, a row each; saying no, and taking one back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms import feedback_giving
from assignments.forms.asked_people import PeopleSet, PersonRow

from ..actions.panel import MOST_A_PANEL, Named
from ..models import NAMED, Relation

ROWS = 3
NO_CONTACT, RATHER_NOT = "no_contact", "rather_not"
NO = [
    (NO_CONTACT, _("I have not had enough contact to judge")),
    (RATHER_NOT, _("I would rather not")),
]


class RaterRow(PersonRow):
    group = forms.ChoiceField(
        label=_("Asked as"),
        choices=[(relation.value, relation.label) for relation in NAMED],
        initial=Relation.COLLEAGUE,
    )

    def named(self) -> Named:
        said = self.cleaned_data
        if said["giver"]:
            return Named(said["group"], said["giver"])
        return Named(said["group"], None, said["who"].strip(), said["email"].lower())


class RaterSet(PeopleSet):
    def raters(self) -> list[Named]:
        return [form.named() for form in self.forms if form.cleaned_data]


def rater_rows(data: Any = None, *, rows: int = ROWS) -> RaterSet:
    made = forms.formset_factory(
        RaterRow, formset=RaterSet, extra=rows, max_num=MOST_A_PANEL, absolute_max=MOST_A_PANEL, validate_max=True
    )
    return made(data, prefix="people")


class DeclineForm(feedback_giving.DeclineForm):
    no = NO

    @property
    def no_contact(self) -> bool:
        return self.cleaned_data["why"] == NO_CONTACT


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mentee, mentor and HR read it beside the reviews."),
    )
