"""Choosing one person by searching name, title or department; works without script."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stretchhub.people.models import User

MOST_FOUND = 20


def find_people(words: str, *, without: Collection[int]) -> list[User]:
    """Active people whose name, title or department holds every word, by name."""
    found = User.objects.active().exclude(pk__in=without)
    terms = words.replace("\x00", " ").split()[:6]
    if not terms:
        return []
    for term in terms:
        found = found.filter(
            Q(full_name__icontains=term)
            | Q(preferred_name__icontains=term)
            | Q(job_title__icontains=term)
            | Q(department__icontains=term)
        )
    return list(found.order_by("full_name", "pk")[:MOST_FOUND])


class PersonForm(forms.Form):
    """A search field and, below it, whom it found.

    `q` searches and is never required; `person` is the code of the one chosen.
    """

    most = MOST_FOUND

    q = forms.CharField(label=_("Find a person"), required=False, max_length=100)
    person = forms.CharField(
        required=True, error_messages={"required": _("Search for a person and choose one from the list.")}
    )

    def __init__(self, *args, without: Collection[int] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.without = without
        self.fields["person"].label = str(_("Person"))

    def clean_person(self) -> User:
        code = self.cleaned_data["person"]
        try:
            return User.objects.active().exclude(pk__in=self.without).get(code=UUID(code))
        except (ValueError, User.DoesNotExist):
            raise forms.ValidationError(_("This person cannot be chosen. Search again.")) from None

    @property
    def chosen(self) -> str:
        """The code ticked so far, to be ticked again when the page comes back."""
        return str(self.data.get("person", self.initial.get("person", "")))

    @property
    def words(self) -> str:
        return str(self.data.get("q", self.initial.get("q", "")))[:100]

    def found(self) -> list[User]:
        """Whom the search found; a person already ticked stays in the list, on top."""
        people = find_people(self.words, without=self.without)
        try:
            code = UUID(self.chosen)
        except ValueError:
            return people
        ticked = User.objects.active().exclude(pk__in=self.without).filter(code=code).first()
        if ticked is None or ticked in people:
            return people
        return [ticked, *people]
