"""One check-in: both sides beside each other, the form for one's own, and the acknowledgement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import reminders, rules, timeline
from assignments.actions import check_in as actions
from assignments.forms.check_in import AnswerForm
from assignments.messages.check_in import DUE
from assignments.models import CheckIn, CheckInAnswer
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .refused import refusals_shown, way_back

QUESTIONS = ("moved", "avoided", "decision_missing", "scope", "next_try")


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def detail(request: HttpRequest, code: Any) -> HttpResponse:
    visible = CheckIn.objects.visible_to(request.user).select_related("assignment__mentee", "assignment__mentor")
    check_in = get_object_or_404(visible, code=code)
    may_answer = rules.can_answer_check_in(request.user, check_in)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        require(may_answer)
        if form.is_valid():
            actions.answer(check_in, by=request.user, **form.words())
            messages.success(request, _("Answered. The other side is told."))
            return redirect("assignments:check-in", check_in.code)
    context = _page(request, check_in) | {"form": form}
    context["may_answer"] = may_answer and context["meeting"].mine is None
    return render(request, "assignments/check_in.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, check_in: CheckIn) -> dict[str, Any]:
    assignment, day = check_in.assignment, today(request.user.zone)
    rows = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True).order_by("due_on")
    held = timeline.meetings(rows.prefetch_related("answers"), request.user, day)
    place = next((i for i, meeting in enumerate(held) if meeting.check_in.pk == check_in.pk), None)
    meeting = held[place] if place is not None else timeline.cancelled(check_in, request.user)
    sides = [_side(meeting, person, request.user) for person in (assignment.mentee, assignment.mentor)]
    return {
        "check_in": check_in,
        "assignment": assignment,
        "meeting": meeting,
        "sides": sides,
        "other": assignment.mentor if request.user.pk == assignment.mentee_id else assignment.mentee,
        "reminder": reminders.sent_for(request.user, DUE, [check_in.pk]).get(check_in.pk),
        "before": held[place - 1].check_in if place else None,
        "after": held[place + 1].check_in if place is not None and place + 1 < len(held) else None,
        "last_try": _last_try(held[: place or 0]),
    }


def _side(meeting: timeline.Meeting, person: Any, reader: Any) -> dict[str, Any]:
    """What one of the two wrote, question by question."""
    answer = meeting.mine if person.pk == reader.pk else meeting.theirs
    words = []
    for name in QUESTIONS if answer else ():
        text = getattr(answer, name)
        if text:
            words.append((CheckInAnswer._meta.get_field(name).verbose_name, text))
    return {"person": person, "is_me": person.pk == reader.pk, "answer": answer, "words": words}


def _last_try(earlier: list[timeline.Meeting]) -> CheckInAnswer | None:
    """What this person wanted to try, to begin the next answer from."""
    return next((meeting.mine for meeting in reversed(earlier) if meeting.mine), None)


@require_POST
@refusals_shown
def acknowledge(request: HttpRequest, code: Any) -> HttpResponse:
    related = ("by", "check_in__assignment__mentee", "check_in__assignment__mentor")
    answers = CheckInAnswer.objects.visible_to(request.user).select_related(*related)
    answer = get_object_or_404(answers, code=code)
    actions.acknowledge(answer, by=request.user)
    messages.success(request, _("Acknowledged. %(who)s knows that you read it.") % {"who": answer.by.first_name})
    return way_back(request, "assignments:check-in", answer.check_in.code)
