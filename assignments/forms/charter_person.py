"""Choosing a person of the charter: those who take part are offered, everybody else is searched for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from assignments.models import Assignment
from stretchhub.people.models import User

from .people import MOST_FOUND, find_people


class PersonField(forms.ModelChoiceField):
    """One person who is still there, by their code."""

    def to_python(self, value: Any) -> User | None:
        try:
            return super().to_python(str(UUID(str(value))) if value else None)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


def person_field(words: Any) -> PersonField:
    errors = {"required": words, "invalid_choice": words}
    return PersonField(queryset=User.objects.active(), to_field_name="code", error_messages=errors)


@dataclass(frozen=True)
class PersonChoice:
    """One field of the form with whom it offers: the parties, the line manager, and whom the search found."""

    form: forms.ModelForm
    name: str
    most: int = MOST_FOUND

    @property
    def field(self) -> forms.BoundField:
        return self.form[self.name]

    @property
    def search(self) -> str:
        """The name of the search field, which never counts as part of the charter."""
        return f"{self.name}_q"

    @property
    def words(self) -> str:
        typed = self.form.data if self.form.is_bound else self.form.initial
        return str(typed.get(self.search, ""))[:100]

    @property
    def chosen(self) -> str:
        """The code ticked so far."""
        if self.form.is_bound:
            return str(self.form.data.get(self.name, ""))
        given = self.form.initial.get(self.name, "")
        if isinstance(given, int):
            given = getattr(self.form.instance, self.name).code
        return str(given or "")

    def people(self) -> list[User]:
        """Found people first where somebody searched, then the chosen one and those who take part."""
        assignment: Assignment = self.form.instance.assignment
        found = self._found()
        parties = [assignment.sponsor, assignment.mentor, assignment.mentee.manager]
        unique = {person.pk: person for person in [*self._ticked(), *found, *parties] if person is not None}
        return [person for person in unique.values() if person.is_active]

    @property
    def found_none(self) -> bool:
        return not self._found()

    def _found(self) -> list[User]:
        return find_people(self.words, without=[self.form.instance.assignment.mentee_id])

    def _ticked(self) -> list[User]:
        try:
            code = UUID(self.chosen)
        except ValueError:
            return []
        return list(User.objects.active().filter(code=code))
