"""Adding something with a form that keeps a draft until it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from stretchhub.people.actions import draft as drafts
from stretchhub.people.drafting import autosave, initial

from ..models import Assignment


def drafted(
    request: HttpRequest,
    assignment: Assignment,
    *,
    name: str,
    names: Iterable[str],
    make: Callable[..., Any],
    save: Callable[[dict[str, Any]], HttpResponse],
    template: str,
) -> HttpResponse:
    """The form anew with its draft in it, its answer while it is typed in, and its end when it is sent."""
    about = str(assignment.code)
    if "X-Autosave" in request.headers:
        return autosave(request, name, about, names)
    if request.POST.get("do") == "discard":
        drafts.forget(owner=request.user, form=name, about=about)
        return redirect(request.path)
    draft = drafts.find(owner=request.user, form=name, about=about)
    sent = request.method == "POST"
    form = make(request.POST) if sent else make(None, initial={**request.GET.dict(), **initial(draft)})
    if sent and form.is_valid():
        answer = save(form.cleaned_data)
        drafts.forget(owner=request.user, form=name, about=about)
        return answer
    unsaved = (request.POST.get("version") or "0")[:10] if sent else ""
    context = {"assignment": assignment, "form": form, "draft": draft, "came_back": sent, "unsaved": unsaved}
    return render(request, template, context, status=422 if sent else 200)
