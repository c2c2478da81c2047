"""Reflections: written for oneself, and shown to the mentor only by their author."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import reflection as actions
from ..forms.reflection import WORDS, ReflectionForm, words_of, words_typed
from ..forms.rows import differences
from ..models import Reflection
from ..refusals import Stale
from ..rules import can_own_reflection, can_reflect
from .assignment import find
from .decision import log_address, seen_version
from .drafted import drafted
from .refused import refusals_shown

FORM = "assignments/reflection_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Five minutes; what is typed is kept as a draft and is nobody else's."""
    assignment = find(request, code)
    require(can_reflect(request.user, assignment))

    def save(words: dict[str, Any]) -> HttpResponse:
        reflection = actions.write_reflection(assignment, by=request.user, words=words)
        messages.success(request, _said(reflection))
        return redirect("assignments:reflection", reflection.code)

    make = partial(ReflectionForm, today=today(request.user.zone))
    return drafted(request, assignment, name="reflection", names=WORDS, make=make, save=save, template=FORM)


def _said(reflection: Reflection) -> str:
    if reflection.shared_with_mentor:
        return _("Kept. Your mentor can read it.")
    if reflection.shared_line:
        return _("Kept. Your mentor can read your one line and nothing else.")
    return _("Kept. Only you can read it.")


def _mine(request: HttpRequest, code: UUID) -> Reflection:
    related = ("assignment__mentee", "assignment__mentor", "by")
    return get_object_or_404(Reflection.objects.visible_to(request.user).select_related(*related), code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    reflection = _mine(request, code)
    context = {
        "reflection": reflection,
        "assignment": reflection.assignment,
        "audience": "mentor_and_me" if reflection.shared_with_mentor else "only_me",
        "may_edit": can_own_reflection(request.user, reflection),
    }
    return render(request, "assignments/reflection.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change it; where it was saved in another window, both texts come back."""
    reflection = _mine(request, code)
    require(can_own_reflection(request.user, reflection))
    data = request.POST if request.method == "POST" else None
    form = ReflectionForm(data, instance=copy(reflection), today=today(request.user.zone))
    version = seen_version(request)
    if not form.is_valid():
        return _edit(request, reflection, form, version=version or reflection.version)
    try:
        actions.edit_reflection(reflection, by=request.user, version=version, words=form.cleaned_data)
    except Stale as stale:
        reflection = _mine(request, code)
        both = differences(words_of(reflection), words_typed(form.cleaned_data))
        more = {"stale": stale.words, "differences": both, "version": reflection.version}
        return _edit(request, reflection, form, status=409, **more)
    messages.success(request, _said(reflection))
    return redirect("assignments:reflection", reflection.code)


def _edit(request: HttpRequest, reflection: Reflection, form: ReflectionForm, *, status: int = 0, **more: Any):
    context = {"assignment": reflection.assignment, "reflection": reflection, "form": form, **more}
    return render(request, FORM, context, status=status or (422 if form.errors else 200))


@require_POST
def show(request: HttpRequest, code: UUID) -> HttpResponse:
    """The chip: only me, or my mentor and me."""
    reflection = _mine(request, code)
    actions.show_reflection(reflection, by=request.user, shown=request.POST.get("shown") == "1")
    messages.success(request, _said(reflection))
    return redirect("assignments:reflection", reflection.code)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask first: what is taken out is gone."""
    reflection = _mine(request, code)
    require(can_own_reflection(request.user, reflection))
    if request.method != "POST":
        context = {"reflection": reflection, "assignment": reflection.assignment}
        return render(request, "assignments/reflection_remove.html", context)
    actions.remove_reflection(reflection, by=request.user)
    messages.success(request, _("The reflection is gone."))
    return redirect(log_address(reflection.assignment, "reflections"))
