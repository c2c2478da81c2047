"""The chosen values behind every number, for administrators to set."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..method import Method
from ..method_words import ASCENDING, GROUPS, SPONSOR_WEIGHTS, VALUES, Value


class MethodForm(forms.Form):
    """Every value of the method, and why it is changed."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Everybody can read it beside the version."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, so that everybody can follow it.")},
    )

    def __init__(self, *args: Any, method: Method, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: _plain(value) for name, value in method.values().items()}, **kwargs)
        for value in VALUES.values():
            self.fields[value.name] = _field(value)

    def clean(self) -> dict[str, Any]:
        """Look at the values together: some may not overtake others, and the mix makes one whole."""
        cleaned = self.cleaned_data
        for smaller, larger in ASCENDING:
            if smaller in cleaned and larger in cleaned and cleaned[smaller] > cleaned[larger]:
                words = _("Not above “%(larger)s”, which is %(value)s.")
                self.add_error(smaller, words % {"larger": VALUES[larger].label, "value": cleaned[larger]})
        shares = [cleaned.get(f"target_{kind}") for kind in ("safe", "core", "bold")]
        if None not in shares and not math.isclose(sum(shares), 1, abs_tol=1e-9):  # type: ignore[arg-type]
            words = _("The three shares aimed at add up to %(sum)s; let them make 1.")
            self.add_error("target_safe", words % {"sum": f"{sum(shares):.4g}"})  # type: ignore[arg-type]
        points = [cleaned.get(name) for name in SPONSOR_WEIGHTS]
        if None not in points and sum(points) != 100:  # type: ignore[arg-type]
            words = _("The five weights add up to %(sum)s; let them make 100.")
            self.add_error(SPONSOR_WEIGHTS[0], words % {"sum": sum(points)})  # type: ignore[arg-type]
        return cleaned

    def values(self) -> dict[str, int | float]:
        return {name: self.cleaned_data[name] for name in VALUES}

    def groups(self) -> list[tuple[Any, list[tuple[Value, Any]]]]:
        """The fields in the groups in which they are read."""
        return [(group, [(value, self[value.name]) for value in group.values]) for group in GROUPS]


def _field(value: Value) -> forms.Field:
    words = {
        "required": _("Give a number; the shipped one is %(default)s.") % {"default": _plain(value.default)},
        "invalid": _("A whole number is needed here.") if value.whole else _("A number is needed here."),
        "min_value": _("From %(low)s to %(high)s.") % {"low": _plain(value.low), "high": _plain(value.high)},
    }
    words["max_value"] = words["min_value"]
    kind: type[forms.IntegerField] = forms.IntegerField if value.whole else forms.FloatField
    return kind(
        label=value.label,
        min_value=value.low,  # type: ignore[arg-type]
        max_value=value.high,  # type: ignore[arg-type]
        error_messages=words,
        widget=forms.NumberInput(attrs={"step": "1" if value.whole else "any"}),
    )


def _plain(number: float) -> str:
    return f"{number:g}"
