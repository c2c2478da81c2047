"""Adding something with a form that keeps a draft until it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from stretchhub.people import drafts
from stretchhub.people.actions import draft as draft_rows
from stretchhub.people.models import Draft

from ..forms.rows import differences
from ..models import Assignment
from ..refusals import Stale


def drafted(
    request: HttpRequest,
    assignment: Assignment,
    *,
    name: str,
    names: Sequence[str],
    make: Callable[..., Any],
    save: Callable[[dict[str, Any]], HttpResponse],
    template: str,
) -> HttpResponse:
    """The form anew with its draft in it, its answer while it is typed in, and its end when it is sent."""
    about, user = assignment.code, request.user
    if "X-Autosave" in request.headers:
        labels = {field: make(None).fields[field].label for field in names}
        return drafts.autosaved(request, name, about, fields=labels)
    if request.POST.get("do") == "discard":
        draft_rows.forget(user, name, about)
        return redirect(request.path)
    sent, draft = request.method == "POST", draft_rows.find(user, name, about)
    form = make(request.POST) if sent else make(None, initial=_first_words(request, draft))
    stale: dict[str, Any] = {}
    if sent and form.is_valid():
        try:
            words, edit = drafts.typed(request, names), drafts.edit_of(request)
            draft_rows.require_newest(user, name, about, content=words, edit=edit)
        except draft_rows.Overtaken as overtaken:
            draft = overtaken.draft
            stale = drafts.both_texts(request, draft, {field: form.fields[field].label for field in names})
        else:
            answer = save(form.cleaned_data)
            draft_rows.forget(user, name, about)
            return answer
    context = {
        "assignment": assignment,
        "form": form,
        "draft": draft,
        "came_back": sent,
        "unsaved": str(drafts.edit_of(request)) if sent else "",
        **stale,
    }
    return render(request, template, context, status=409 if stale else 422 if sent else 200)


def kept_elsewhere(
    request: HttpRequest,
    assignment: Assignment,
    *,
    make: Callable[..., Any],
    edit: int,
    saved: Any,
    typed: Any,
    stale: Stale,
    template: str,
) -> HttpResponse:
    """What another window kept beside what was typed here, which stands in the form and is sent after `edit`."""
    sent = request.POST.copy()
    sent["edit"] = str(edit)
    form = make(sent)
    both = differences(form.lines(saved), form.lines(typed))
    context = {"assignment": assignment, "form": form, "stale": stale.words, "differences": both, "came_back": True}
    return render(request, template, context, status=409)


def _first_words(request: HttpRequest, draft: Draft | None) -> dict[str, Any]:
    """What the draft says, else what the address brings."""
    brought = {name: value.replace("\x00", "")[:300] for name, value in request.GET.items()}
    return {name: words for name, words in draft.content.items() if words} if draft else brought
