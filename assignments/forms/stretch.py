"""What an option demands and what support there is; what somebody has shown so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..actions.stretch import Demand
from ..levels import Standing
from ..models import DemonstratedLevel, StretchDemand, StretchProfile
from ..models.stretch import Component, Support
from ..reach import is_leap
from ..stretch import COMPONENTS, SUPPORTS
from ..stretch_words import COMPONENT_HELP, CONFIDENT, DEMANDED, SHOWN, SUPPORTED

LEVELS = ("1", "2", "3", "4", "5")
HIGH = 4
LONGEST_REASON, LONGEST_NAME = 300, 200


@dataclass(frozen=True)
class Step:
    """One of the five levels to choose from; `more` names what choosing it asks for besides."""

    value: str
    word: object
    chosen: bool
    more: str = ""


@dataclass(frozen=True)
class Card:
    """One question of five levels, with the lines that belong to it."""

    name: str
    label: object
    help: object
    steps: tuple[Step, ...]
    unsaid: bool
    may_stay_unsaid: bool = True
    beside: Any = None
    because: str = ""
    reason: Any = None
    person: Any = None
    errors: Any = ()


def _level(label: object) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", _("Not said yet")), *((level, level) for level in LEVELS)],
        error_messages={"invalid_choice": _("Choose a level from 1 to 5.")},
    )


def _line(label: object, longest: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest)


def _steps(form: forms.Form, name: str, words: Iterable[object], more: Mapping[str, str] | None = None):
    chosen = str(form[name].value() or "")
    steps = zip(LEVELS, words, strict=True)
    return tuple(Step(level, word, level == chosen, (more or {}).get(level, "")) for level, word in steps)


def _ask_level(form: forms.Form, name: str, typed: str | None) -> None:
    """Words without a level cannot be kept, and are not dropped unsaid either."""
    if typed and form.cleaned_data.get(name) == "":
        form.add_error(name, _now("Choose a level for what you wrote, or clear the line."))


class StretchForm(forms.Form):
    """Ten demands and five kinds of support, each of which may stay unsaid; the mentee says how sure they feel."""

    def __init__(
        self, data: Any = None, *, saved: StretchProfile | None, shown: Mapping[int, Standing], is_mentee: bool
    ) -> None:
        super().__init__(data, initial=_initial(saved))
        self.shown = shown
        self.is_mentee = is_mentee
        for component in Component:
            self.fields[f"demand_{component}"] = _level(component.label)
            self.fields[f"reason_{component}"] = _line(
                _("Why so much: %(component)s") % {"component": component.label}, LONGEST_REASON
            )
            self.fields[f"person_{component}"] = _line(
                _("Who supports: %(component)s") % {"component": component.label}, LONGEST_NAME
            )
        for support in Support:
            self.fields[support.value] = _level(support.label)
        if is_mentee:
            self.fields["confidence"] = _level(_("How sure I feel"))

    def clean(self) -> dict[str, Any]:
        for component in COMPONENTS:
            level = self.cleaned_data.get(f"demand_{component}") or "0"
            reason = self.cleaned_data.get(f"reason_{component}")
            if int(level) >= HIGH and reason == "":
                self.add_error(f"reason_{component}", _now("Say in a line why it is so high."))
            _ask_level(self, f"demand_{component}", reason or self.cleaned_data.get(f"person_{component}"))
        return self.cleaned_data

    def demands(self) -> list[Demand]:
        """What was said; the lines are kept at any level, also where only a higher one asks for them."""
        found = []
        for component in COMPONENTS:
            level = int(self.cleaned_data[f"demand_{component}"] or 0)
            if level:
                reason, person = (self.cleaned_data[f"{line}_{component}"] for line in ("reason", "person"))
                found.append(Demand(component, level, reason, person))
        return found

    def support(self) -> dict[str, int | None]:
        return {name: _number(self.cleaned_data[name]) for name in SUPPORTS}

    def confidence(self) -> int | None:
        return _number(self.cleaned_data.get("confidence", ""))

    def _shown(self, component: int) -> int | None:
        standing = self.shown.get(component)
        return standing.value if standing else None

    def demand_cards(self) -> list[Card]:
        return [self._demand_card(component) for component in Component]

    def _demand_card(self, component: Component) -> Card:
        name, shown = f"demand_{component}", self._shown(component)
        more = {}
        for level in LEVELS:
            asks = ["why"] if int(level) >= HIGH else []
            more[level] = " ".join(asks + ["who"] * is_leap(shown, int(level)))
        steps = _steps(self, name, DEMANDED, more)
        return Card(
            name=name,
            label=component.label,
            help=COMPONENT_HELP[component],
            steps=steps,
            unsaid=not any(step.chosen for step in steps),
            beside=f"{shown} · {SHOWN[shown - 1]}" if shown else "",
            reason=self[f"reason_{component}"],
            person=self[f"person_{component}"],
            errors=self[name].errors,
        )

    def support_cards(self) -> list[Card]:
        return [self._card(support.value, support.label, SUPPORTED[support]) for support in Support]

    def confidence_card(self) -> Card | None:
        return self._card("confidence", _("How sure do you feel about it?"), CONFIDENT) if self.is_mentee else None

    def _card(self, name: str, label: object, words: Iterable[object]) -> Card:
        steps = _steps(self, name, words)
        unsaid = not any(step.chosen for step in steps)
        return Card(name=name, label=label, help="", steps=steps, unsaid=unsaid, errors=self[name].errors)


def _number(value: str | None) -> int | None:
    return int(value) if value else None


def _initial(saved: StretchProfile | None) -> dict[str, Any]:
    if saved is None:
        return {}
    found: dict[str, Any] = {name: getattr(saved, name) for name in (*SUPPORTS, "confidence")}
    for demand in saved.demands.all():
        i = demand.component
        found |= {f"demand_{i}": demand.level, f"reason_{i}": demand.reason, f"person_{i}": demand.support_person}
    return found


def words_of(saved: StretchProfile, *, with_confidence: bool) -> list[tuple[str, str]]:
    """What a saved profile says, label by label."""
    demands = {demand.component: demand for demand in saved.demands.all()}
    return _words(demands, {name: getattr(saved, name) for name in (*SUPPORTS, "confidence")}, with_confidence)


def words_typed(form: StretchForm) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    demands = {demand.component: demand for demand in form.demands()}
    return _words(demands, {**form.support(), "confidence": form.confidence()}, form.is_mentee)


def _words(
    demands: Mapping[int, Demand | StretchDemand], levels: Mapping[str, int | None], with_confidence: bool
) -> list[tuple[str, str]]:
    lines = [(str(component.label), _one(demands.get(component.value))) for component in Component]
    lines += [(str(support.label), str(levels[support.value] or "")) for support in Support]
    return [*lines, (_now("How sure I feel"), str(levels["confidence"] or ""))] if with_confidence else lines


def _one(demand: Demand | StretchDemand | None) -> str:
    if demand is None:
        return ""
    return "\n".join(part for part in (str(demand.level), demand.reason, demand.support_person) if part)


class ShownForm(forms.Form):
    """What somebody has shown of each component; empty ones are left as they are."""

    def __init__(
        self,
        data: Any = None,
        *,
        own: Mapping[int, DemonstratedLevel],
        standings: Mapping[int, Standing],
        because: Mapping[int, str],
    ) -> None:
        initial: dict[str, Any] = {}
        for i, row in own.items():
            initial |= {f"level_{i}": row.level, f"reason_{i}": row.reason}
        super().__init__(data, initial=initial)
        self.own, self.standings, self.because = own, standings, because
        for component in Component:
            self.fields[f"level_{component}"] = _level(component.label)
            self.fields[f"reason_{component}"] = _line(
                _("What shows it: %(component)s") % {"component": component.label}, LONGEST_REASON
            )

    def clean(self) -> dict[str, Any]:
        for component in COMPONENTS:
            level = self.cleaned_data.get(f"level_{component}") or "0"
            reason = self.cleaned_data.get(f"reason_{component}")
            if int(level) >= HIGH and reason == "":
                self.add_error(f"reason_{component}", _now("Say in a line what shows it."))
            _ask_level(self, f"level_{component}", reason)
        return self.cleaned_data

    def levels(self) -> dict[int, tuple[int, str]]:
        """What was said: level and reason by component."""
        found = {}
        for component in COMPONENTS:
            level = int(self.cleaned_data[f"level_{component}"] or 0)
            if level:
                found[component] = (level, self.cleaned_data[f"reason_{component}"])
        return found

    def cards(self) -> list[Card]:
        return [self._card(component) for component in Component]

    def _card(self, component: Component) -> Card:
        name = f"level_{component}"
        steps = _steps(self, name, SHOWN, {level: "why" for level in LEVELS if int(level) >= HIGH})
        return Card(
            name=name,
            label=component.label,
            help=COMPONENT_HELP[component],
            steps=steps,
            unsaid=not any(step.chosen for step in steps),
            may_stay_unsaid=component.value not in self.own,
            beside=self.standings.get(component.value),
            because=self.because.get(component.value, ""),
            reason=self[f"reason_{component}"],
            errors=self[name].errors,
        )
