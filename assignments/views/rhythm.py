"""The check-ins of one assignment: what is due, what comes next, the agenda, those held, and the rhythm."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments import agenda, rules, timeline
from assignments.actions import charter as actions
from assignments.forms.rhythm import AgendaForm, RhythmForm
from assignments.models import Assignment, Charter, CheckIn, Rhythm, Status
from assignments.refusals import Stale
from stretchhub.env import today
from stretchhub.pages import Page, page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .pair import of_the_two
from .refused import refusals_shown

PAGE = 12


@require_safe
def check_ins(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = of_the_two(request, code, "charter")
    user, day = request.user, today(request.user.zone)
    rows = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True)
    come = rows.filter(due_on__lte=day).prefetch_related("answers")
    page = page_by_key(come, request.GET.get("after", ""), by=("-due_on", "-pk"), size=PAGE)
    held = timeline.meetings(page.items, user, day, older=not page.first)
    ahead = list(rows.filter(due_on__gt=day).prefetch_related("answers").order_by("due_on"))
    due = next((meeting for meeting in held if meeting.to_answer), None)
    context = {
        "assignment": assignment,
        "part": assignment.part_of(user),
        "other": assignment.mentor if user.pk == assignment.mentee_id else assignment.mentee,
        "charter": getattr(assignment, "charter", None),
        "due": due,
        "next_meeting": timeline.meetings(ahead[:1], user, day)[0] if ahead else None,
        "ahead_count": len(ahead),
        "page": Page([meeting for meeting in held if meeting is not due], page.next_key, page.first),
        "agenda": agenda.of(assignment),
        "form": AgendaForm(),
        "may_keep_agenda": rules.can_keep_agenda(user, assignment),
        "may_change_rhythm": _may_change(user, assignment),
    }
    return render(request, "assignments/check_ins.html", context)


def _may_change(user: Any, assignment: Assignment) -> bool:
    return hasattr(assignment, "charter") and rules.can_edit_charter(user, assignment)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def rhythm(request: HttpRequest, code: Any) -> HttpResponse:
    """Choose another rhythm for this assignment: a new version of its charter."""
    assignment = of_the_two(request, code, "charter")
    require(_may_change(request.user, assignment))
    charter = assignment.charter
    form = RhythmForm(request.POST or None, instance=copy(charter))
    if form.is_valid():
        try:
            actions.change_rhythm(
                assignment, by=request.user, version=form.cleaned_data["version"], rhythm=form.cleaned_data["rhythm"]
            )
        except Stale as stale:
            return _overtaken(request, assignment, form, stale)
        messages.success(request, _saved_words(assignment, charter, form.cleaned_data["rhythm"]))
        return redirect("assignments:check-ins", assignment.code)
    return _rhythm_page(request, assignment, form, status=422 if form.errors else 200)


def _saved_words(assignment: Assignment, before: Charter, rhythm: str) -> str:
    if before.rhythm == rhythm:
        return _("It is the same rhythm as before; nothing has changed.")
    if assignment.status != Status.ACTIVE:
        return _("Saved. All three of you are asked to acknowledge this version of the charter.")
    return _("Planned anew; what was due or answered stays. All three of you are asked to acknowledge the charter.")


def _overtaken(request: HttpRequest, assignment: Assignment, form: RhythmForm, stale: Stale) -> HttpResponse:
    """The charter has another version by now: what it says beside what was chosen, which stays chosen."""
    now_saved = Charter.objects.get(assignment=assignment)
    assignment.charter = now_saved
    chosen = form.cleaned_data["rhythm"]
    again = RhythmForm(instance=copy(now_saved), initial={"rhythm": chosen})
    again.initial["rhythm"] = chosen
    labels = dict(Rhythm.choices)
    both = [{"label": _("Rhythm of check-ins"), "saved": labels[now_saved.rhythm], "typed": labels[chosen]}]
    more = {"stale": stale.words, "differences": both if now_saved.rhythm != chosen else []}
    return _rhythm_page(request, assignment, again, status=409, **more)


def _rhythm_page(request: HttpRequest, assignment: Assignment, form: RhythmForm, **more: Any) -> HttpResponse:
    status = more.pop("status")
    context = {"assignment": assignment, "part": assignment.part_of(request.user), "form": form, **more}
    return render(request, "assignments/rhythm.html", context, status=status)
