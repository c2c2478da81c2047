"""One side's answer to a check-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import CheckInAnswer

LOADS = [
    ("1", _("1 · light")),
    ("2", "2"),
    ("3", _("3 · full, and fine")),
    ("4", "4"),
    ("5", _("5 · too much")),
]


FIELDS = ("moved", "avoided", "decision_missing", "scope", "load", "hours", "next_try", "feedback_from")
# How the load feels is said anew each time.
COPIED = tuple(name for name in FIELDS if name != "load")


class AnswerForm(forms.ModelForm):
    load = forms.TypedChoiceField(
        label=_("How the load feels"),
        choices=LOADS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only the two of you see this."),
    )

    class Meta:
        model = CheckInAnswer
        fields = FIELDS
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("moved", "avoided", "decision_missing", "scope", "next_try")
        }
        # Hours told lately are one of the signals of the shared status; the figure stays between the two.
        help_texts = {
            "hours": _(
                "About how many. Only the two of you see the figure; others learn at most that there is a capacity"
                " concern."
            )
        }
        error_messages = {
            "moved": {"required": _("Say what moved; “nothing yet, because …” is an answer too.")},
            "next_try": {"required": _("Name one thing to try, however small.")},
        }

    def __init__(self, *args: Any, mentee: str = "", **kwargs: Any) -> None:
        """`mentee` is the name of the mentee where the mentor answers."""
        super().__init__(*args, **kwargs)
        if mentee:
            self.fields["load"].label = _("How full it looks for %(name)s") % {"name": mentee}
            self.fields["hours"].label = _("Hours a week you see it taking")

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    @property
    def labels(self) -> dict[str, object]:
        """The names of the fields with what people read."""
        return {name: self.fields[name].label for name in FIELDS}
