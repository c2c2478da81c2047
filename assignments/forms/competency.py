"""Choosing a competency by typing its name: with thousands of them a list to choose from cannot stand."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Case, Q, QuerySet, Value, When
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from stretchhub.markup import format_html

from ..models import Competency

SUGGESTED = 20
LONGEST_TYPED = 1000
SHOWN_NEAREST = 3
SHOWN_NAMESAKES = 5
BRACKETS = 5


class CompetencyNames:
    """The competencies that names mean, read for all the fields of a page at once.

    `also` are those chosen earlier, by primary key: they stay valid after they are retired.
    """

    def __init__(self, also: Iterable[int] = ()) -> None:
        self.also = set(also)
        self.typed: set[str] = set()
        self._by_name: dict[str, list[Competency]] | None = None

    def expect(self, typed: Iterable[str]) -> None:
        """Names that will be asked for, so that one query answers for all of them."""
        wanted = {folded(text) for text in typed if text and len(text) <= LONGEST_TYPED}
        if wanted - self.typed:
            self.typed |= wanted
            self._by_name = None

    def find(self, text: str) -> list[Competency]:
        """Every competency that this text can mean: its name, or its name with the framework's."""
        wanted = folded(text)
        self.expect([wanted])
        found = {
            one.pk: one
            for name in _names_in(wanted)
            for one in self._read().get(name, [])
            if wanted in (folded(one.name), *map(folded, self._longer(one)))
        }
        current = [one for one in found.values() if not one.retired]
        return current or list(found.values())

    def label(self, competency: Competency) -> str:
        """What is typed to mean this one and no other."""
        if str(competency.pk) not in self._known:
            self.expect([competency.name])
        namesakes = [one for one in self._read().get(folded(competency.name), []) if one.pk != competency.pk]
        if not namesakes:
            return competency.name
        short, long = self._longer(competency)
        return long if any(one.framework_id == competency.framework_id for one in namesakes) else short

    def of(self, pk: Any) -> Competency | None:
        return self._known.get(str(pk))

    @staticmethod
    def _longer(competency: Competency) -> tuple[str, str]:
        framework = str(competency.framework)
        return f"{competency.name} ({framework})", f"{competency.name} ({framework}, {competency.key})"

    @cached_property
    def _known(self) -> dict[str, Competency]:
        known = Competency.objects.filter(pk__in=self.also).select_related("framework") if self.also else ()
        return {str(one.pk): one for one in known}

    def _read(self) -> dict[str, list[Competency]]:
        if self._by_name is None:
            names = {folded(one.name) for one in self._known.values()}
            names |= {name for text in self.typed for name in _names_in(text)}
            self._by_name = defaultdict(list)
            for one in with_names(names).select_related("framework") if names else ():
                self._by_name[folded(one.name)].append(one)
            for one in self._known.values():
                if one.retired:
                    self._by_name[folded(one.name)].append(one)
        return self._by_name

    def labels(self, competencies: Iterable[Competency]) -> dict[int, str]:
        """What is typed to mean each of these; one query for all."""
        competencies = list(competencies)
        self.expect(one.name for one in competencies)
        return {one.pk: self.label(one) for one in competencies}

    def nearest(self, text: str) -> list[str]:
        """Names that look like what was typed."""
        wanted = folded(text)
        words = wanted.split()
        holding = sorted((name for name in self._current_names if all(word in name for word in words)), key=len)
        near = holding or difflib.get_close_matches(wanted, list(self._current_names), SHOWN_NEAREST)
        return [self._current_names[name] for name in near[:SHOWN_NEAREST]]

    @cached_property
    def _current_names(self) -> dict[str, str]:
        return {name.lower(): name for name in Competency.objects.current().order_by().values_list("name", flat=True)}


def folded(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split()).lower()


def with_names(names: Iterable[str]) -> QuerySet[Competency]:
    """The current competencies with one of these names, in lower case."""
    wanted = Q(pk__in=[])
    for name in names:
        # The search column begins with the name and a line break.
        wanted |= Q(search__startswith=f"{name}\n")
    return Competency.objects.current().filter(wanted).order_by("name", "pk")


def _names_in(text: str) -> set[str]:
    """The text itself, and what stands before each of its last brackets: its end may be the framework.

    Each one is a condition of the query, and a database takes only so many.
    """
    if not text.endswith(")"):
        return {text}
    brackets = list(re.finditer(r" \(", text))[-BRACKETS:]
    return {text} | {text[: bracket.start()] for bracket in brackets}


def suggested(text: str) -> list[Competency]:
    """At most twenty current competencies: the exact name first, then the framework we ship, then by name."""
    typed = folded(text[:LONGEST_TYPED])
    rank = Case(
        When(search__startswith=f"{typed}\n", then=Value(0)),
        When(framework__imported_at__isnull=True, then=Value(1)),
        When(search__startswith=typed, then=Value(2)),
        default=Value(3),
    )
    found = Competency.objects.current().matching(typed).select_related("framework")
    return list(found.order_by(rank, "name", "pk")[:SUGGESTED])


class CompetencyInput(forms.TextInput):
    """A text field whose suggestions come as one types; without script the whole name is typed."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attrs = dict(attrs or {})
        names_id = f"{attrs.get('id') or name}_names"
        attrs |= {
            "list": names_id,
            "autocomplete": "off",
            "hx-get": reverse("assignments:competency-suggest"),
            "hx-trigger": "input changed delay:200ms, focus once",
            "hx-target": f"#{names_id}",
            "hx-swap": "innerHTML",
            "hx-push-url": "false",
            "hx-sync": "this:replace",
        }
        field = super().render(name, value, attrs, renderer)
        return format_html("{}<datalist{}></datalist>", field, flatatt({"id": names_id}))


class CompetencyField(forms.CharField):
    """A competency, typed by its name; "Name (Framework)" where two frameworks share it.

    Its value is a `Competency`, or None where the field may stay empty. Initial values are primary
    keys or competencies. Rows of one form share `names`, so that they are read together.
    """

    widget = CompetencyInput
    default_error_messages = {"required": _("Choose a competency.")}

    def __init__(self, *, names: CompetencyNames | None = None, **kwargs: Any) -> None:
        self.names = names or CompetencyNames()
        super().__init__(max_length=LONGEST_TYPED, **{"label": _("Competency"), **kwargs})
        self.widget.attrs.pop("maxlength", None)

    def __deepcopy__(self, memo: dict[int, Any]) -> CompetencyField:
        field = super().__deepcopy__(memo)
        # What was read for one form is not kept for the next.
        field.names = CompetencyNames(self.names.also)
        return field

    def prepare_value(self, value: Any) -> Any:
        """A competency shows its name; what was typed comes back as it is."""
        if isinstance(value, Competency):
            return self.names.label(value)
        return value

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Initial values by primary key become competencies here, where typed words are still apart from them."""
        initial = form.initial.get(field_name)
        if initial not in (None, "") and not isinstance(initial, Competency) and str(initial).isdecimal():
            form.initial[field_name] = self._of(initial) or ""
        return super().get_bound_field(form, field_name)

    def _of(self, pk: Any) -> Competency | None:
        return self.names.of(pk) or Competency.objects.select_related("framework").filter(pk=pk).first()

    def clean(self, value: Any) -> Competency | None:  # type: ignore[override]
        typed = super().clean(value)
        if not typed:
            return None
        found = self.names.find(typed)
        if len(found) == 1:
            return found[0]
        raise forms.ValidationError(self._several(found) if found else self._unknown(typed))

    def _several(self, found: list[Competency]) -> str:
        labels = [self.names.label(one) for one in found[:SHOWN_NAMESAKES]]
        return _now("Several competencies have this name. Write which one: %s.") % ", ".join(labels)

    def _unknown(self, typed: str) -> str:
        nearest = self.names.nearest(typed)
        if nearest:
            words = _now("There is no competency “%(typed)s”. Near it: %(nearest)s.")
            return words % {"typed": typed[:80], "nearest": ", ".join(nearest)}
        return (
            _now("There is no competency “%s”. Type a few letters of its name and choose from the list.") % typed[:80]
        )
