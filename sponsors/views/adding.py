"""The page on which somebody is found in the directory and something is said of them, shared by list and grid."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from assignments.forms.people import PersonForm
from assignments.models import Option
from stretchhub.pages import panel


def add_page(
    request: HttpRequest,
    template: str,
    option: Option,
    people: PersonForm,
    words: BaseForm,
    *,
    status: int = 0,
    **more: object,
) -> HttpResponse:
    """Both forms as they stand, with what is wrong in either on top."""
    wrong = people.is_bound and bool(people.errors or words.errors)
    context = {"option": option, "form": people, "words": words, "all_forms": [people, words], "sets": []}
    context |= {"wrong": wrong, **more}
    return panel(request, template, context, part="found", status=status or (422 if wrong else 0))
