"""One check-in: both sides beside each other, the form for one's own, and the acknowledgement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import agenda, reminders, rules, timeline
from assignments.actions import check_in as actions
from assignments.check_in_words import difference_words
from assignments.forms.check_in import COPIED, AnswerForm
from assignments.messages.check_in import DUE
from assignments.models import Assignment, CheckIn, CheckInAnswer
from assignments.two_sides import differences, side
from stretchhub.env import today
from stretchhub.people import drafts
from stretchhub.people.actions import draft as draft_rows
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .refused import refusals_shown, way_back

PEOPLE = ("assignment__mentee", "assignment__mentor")
QUESTIONS = ("moved", "avoided", "decision_missing", "scope", "next_try", "feedback_from")


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def detail(request: HttpRequest, code: Any) -> HttpResponse:
    """Both sides and the form for one's own, which keeps a draft while it is written."""
    visible = CheckIn.objects.visible_to(request.user).select_related(*PEOPLE)
    check_in = get_object_or_404(visible, code=code)
    context = _page(request, check_in)
    may_answer = rules.can_answer_check_in(request.user, check_in)
    context["may_answer"] = may_answer and context["meeting"].mine is None
    if request.method != "POST":
        return _shown(request, context)
    require(may_answer)
    form = _form(request, check_in, request.POST)
    if "X-Autosave" in request.headers:
        return _autosaved(request, context, form)
    if "keep" in request.POST:
        return _kept(request, context, form)
    if not form.is_valid():
        return _shown(request, context, form, status=422)
    try:
        words, edit = drafts.typed(request, list(form.labels)), drafts.edit_of(request)
        draft_rows.require_newest(request.user, actions.DRAFT, check_in.code, content=words, edit=edit)
    except draft_rows.Overtaken as overtaken:
        return _both(request, context, overtaken, form)
    actions.answer(check_in, by=request.user, **form.words())
    messages.success(request, _("Answered. The other side is told."))
    return redirect("assignments:check-in", check_in.code)


def _form(request: HttpRequest, check_in: CheckIn, data: Any = None, **more: Any) -> AnswerForm:
    is_mentor = request.user.pk == check_in.assignment.mentor_id
    return AnswerForm(data, mentee=check_in.assignment.mentee.first_name if is_mentor else "", **more)


def _autosaved(request: HttpRequest, context: dict[str, Any], form: AnswerForm) -> JsonResponse:
    if not context["may_answer"]:
        return JsonResponse({"words": _("Not saved: you have answered this check-in already.")}, status=422)
    return drafts.autosaved(request, actions.DRAFT, context["check_in"].code, fields=form.labels)


def _kept(request: HttpRequest, context: dict[str, Any], form: AnswerForm) -> HttpResponse:
    """The button for later, which also works without script; nothing is written over."""
    check_in, words = context["check_in"], drafts.typed(request, list(form.labels))
    require(context["may_answer"])
    try:
        draft_rows.keep(request.user, actions.DRAFT, check_in.code, content=words, edit=drafts.edit_of(request))
    except draft_rows.Overtaken as overtaken:
        return _both(request, context, overtaken, _form(request, check_in, initial=words))
    messages.success(request, _("Kept as a draft that only you can read. Send it when it is ready."))
    return redirect("assignments:check-in", check_in.code)


def _both(request: HttpRequest, context: dict[str, Any], overtaken: draft_rows.Overtaken, form: Any) -> HttpResponse:
    """What another page kept beside what was typed in this one."""
    both = drafts.both_texts(request, overtaken.draft, form.labels)
    more = {"version": overtaken.draft.edit, "seen": drafts.edit_of(request), **both}
    return _shown(request, context | more, form, status=409)


def _shown(request: HttpRequest, context: dict[str, Any], form: Any = None, *, status: int = 200) -> HttpResponse:
    """The page; where one's own side is still to write, with the draft and what was copied on request."""
    if context["may_answer"] and "version" not in context:
        draft = draft_rows.find(request.user, actions.DRAFT, context["check_in"].code)
        context |= {"version": draft.edit if draft else 0, "saved": drafts.saved_words(draft)}
        context["seen"] = drafts.edit_of(request) if form else context["version"]
        last = context["last_try"] if request.GET.get("copy") == "last" else None
        initial = {name: getattr(last, name) for name in COPIED} if last else {}
        initial |= {name: words for name, words in (draft.content if draft else {}).items() if words}
        context |= {"copied": last is not None, "form": form or _form(request, context["check_in"], initial=initial)}
    elif form:
        context["form"] = form
    elif context["meeting"].mine is None:
        context["typed"] = _begun(request, context["check_in"])
    return render(request, "assignments/check_in.html", context, status=status)


def _begun(request: HttpRequest, check_in: CheckIn) -> list[tuple[Any, str]]:
    """The words of a draft that cannot be sent, because the work rests or the day was taken back; to be copied."""
    draft = draft_rows.find(request.user, actions.DRAFT, check_in.code)
    labels = _form(request, check_in).labels
    return [(labels[name], words) for name, words in (draft.content if draft else {}).items() if words]


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
        "talk_about": _talk_about(assignment, meeting),
        "agenda": agenda.of(assignment),
        "may_keep_agenda": rules.can_keep_agenda(request.user, assignment),
    }


def _talk_about(assignment: Assignment, meeting: timeline.Meeting) -> list[str]:
    """Once both have answered: where they see it differently, in kind words."""
    found = {answer.by_id: answer for answer in (meeting.mine, meeting.theirs) if answer}
    if not {assignment.mentee_id, assignment.mentor_id} <= found.keys():
        return []
    mentee, mentor = (
        side(answer.load, float(answer.hours) if answer.hours is not None else None, _texts(answer))
        for answer in (found[assignment.mentee_id], found[assignment.mentor_id])
    )
    return [difference_words(each, assignment) for each in differences(mentee, mentor)]


def _texts(answer: CheckInAnswer) -> dict[str, str]:
    return {name: getattr(answer, name) for name in QUESTIONS}


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
