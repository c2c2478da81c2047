"""What every new charter begins with, for HR and administrators."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assignments.actions import programme as actions
from assignments.forms.rhythm import ProgrammeForm
from assignments.models import Programme
from assignments.refusals import Stale
from assignments.rules import can_set_programme
from stretchhub.people.rules import require
from stretchhub.people.submissions import once


@require_http_methods(["GET", "HEAD", "POST"])
@once
def programme(request: HttpRequest) -> HttpResponse:
    require(can_set_programme(request.user))
    held = actions.programme_now()
    form = ProgrammeForm(request.POST or None, instance=copy(held))
    if form.is_valid():
        try:
            actions.set_programme(by=request.user, version=form.cleaned_data["version"], words=form.words())
        except Stale as stale:
            return _both(request, form, stale)
        messages.success(request, _("Saved. Charters begin with it from now on; those that are written keep theirs."))
        return redirect("assignments:programme")
    return _page(request, form, status=422 if form.errors else 200)


def _both(request: HttpRequest, form: ProgrammeForm, stale: Stale) -> HttpResponse:
    saved = actions.programme_now()
    typed = Programme(**form.words())
    both = [
        {"label": form.fields[name].label, "saved": _shown(saved, name), "typed": _shown(typed, name)}
        for name in actions.FIELDS
        if getattr(saved, name) != getattr(typed, name)
    ]
    again = ProgrammeForm(instance=copy(saved))
    again.initial |= {name: getattr(typed, name) for name in actions.FIELDS}
    return _page(request, again, status=409, stale=stale.words, differences=both)


def _shown(programme: Programme, name: str) -> str:
    if name == "escalate_to":
        return programme.escalate_to.name if programme.escalate_to else str(_("Nobody"))
    if name == "idle_days":
        return str(programme.idle_days)
    return str(getattr(programme, f"get_{name}_display")())


def _page(request: HttpRequest, form: ProgrammeForm, *, status: int, **more: Any) -> HttpResponse:
    return render(request, "assignments/programme.html", {"form": form, **more}, status=status)
