"""The guided conversation: one screen a topic, saved while it is typed, kept, and read again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.env import now, today
from stretchhub.people.rules import require
from stretchhub.templatetags.words import moment

from ..actions.intake import change_revisit_day, keep_intake, save_topic, start_intake
from ..cadence import months_on
from ..conversation import Conversation, conversation, conversations_of
from ..forms.intake import RevisitForm, TopicForm, lines_saved
from ..forms.rows import differences
from ..intake_words import SCREENS, said
from ..models import Intake, IntakeAnswer, Mentorship, Topic
from ..refusals import Refused, Stale
from ..rules import can_write_intake
from .refused import refusals_shown

REVISIT_MONTHS = 3
TOPICS = list(Topic)


def _mine(request: HttpRequest, code: UUID) -> Intake:
    intakes = Intake.objects.visible_to(request.user)
    return get_object_or_404(intakes.select_related("mentorship__mentor", "mentorship__mentee"), code=code)


@require_safe
def intakes(request: HttpRequest, code: UUID) -> HttpResponse:
    """The conversations of a mentorship, the open one first."""
    visible = Mentorship.objects.visible_to(request.user).select_related("mentor", "mentee")
    mentorship = get_object_or_404(visible, code=code)
    found = conversations_of(mentorship)
    context = {
        "mentorship": mentorship,
        "conversations": found,
        "open": next((each for each in found if each.intake.kept_at is None), None),
        "may_write": can_write_intake(request.user, mentorship),
    }
    return render(request, "assignments/intakes.html", context)


@require_POST
def start(request: HttpRequest, code: UUID) -> HttpResponse:
    """Begin a conversation, or go on with the open one."""
    mentorship = get_object_or_404(Mentorship.objects.visible_to(request.user), code=code)
    intake = start_intake(mentorship, by=request.user)
    return redirect("assignments:intake-topic", intake.code, TOPICS[0])


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _mine(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def topic(request: HttpRequest, code: UUID, topic: str) -> HttpResponse:
    """One screen of the conversation; a form that saves itself posts to the same address."""
    intake = _mine(request, code)
    if topic not in Topic.values:
        raise Http404
    require(can_write_intake(request.user, intake.mentorship))
    if request.method == "POST":
        return _save(request, intake, topic)
    if intake.kept_at:
        return redirect("assignments:intake", intake.code)
    answer = _saved(intake, topic)
    return _screen(request, intake, topic, TopicForm(topic, answer), answer)


def _save(request: HttpRequest, intake: Intake, topic: str) -> HttpResponse:
    form = TopicForm(topic, None, request.POST)
    by_itself = "X-Autosave" in request.headers
    if not form.is_valid():
        if by_itself:
            return JsonResponse({"words": _("Not saved: %(why)s") % {"why": _first_error(form)}}, status=422)
        return _screen(request, intake, topic, form, _saved(intake, topic), sent=True)
    try:
        answer = save_topic(
            intake, by=request.user, topic=topic, words=form.words(), version=_number(request.POST.get("version"))
        )
    except Stale as stale:
        return _both(request, intake, topic, form, stale)
    except Refused as refused:
        if by_itself:
            return JsonResponse({"words": refused.words}, status=422)
        raise
    if by_itself:
        return JsonResponse({"version": answer.version if answer else 0, "words": saved_line(answer)})
    return redirect(_after(intake, topic))


def _both(request: HttpRequest, intake: Intake, topic: str, form: TopicForm, stale: Stale) -> HttpResponse:
    """Somebody was faster: what is saved now beside what was typed, to be merged by a person."""
    answer = _saved(intake, topic)
    context = {
        "stale": stale.words,
        "differences": differences(lines_saved(answer, topic), said(form.words())),
    }
    if "X-Autosave" in request.headers:
        both = render_to_string("assignments/intake_both.html", {**context, "intake": intake, "topic": topic}, request)
        return JsonResponse({"version": answer.version if answer else 0, "both": both}, status=409)
    return _screen(request, intake, topic, form, answer, status=409, **context)


def _screen(
    request: HttpRequest,
    intake: Intake,
    topic: str,
    form: TopicForm,
    answer: IntakeAnswer | None,
    *,
    sent: bool = False,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    here = TOPICS.index(Topic(topic))
    seen = _number(request.POST.get("version"))
    version = seen if sent else answer.version if answer else 0
    context = {
        "intake": intake,
        "mentorship": intake.mentorship,
        "form": form,
        "topic": topic,
        "screen": SCREENS[topic],
        "conversation": conversation(intake),
        "version": version,
        "seen": seen,
        "answer": answer,
        "carried": answer is not None and answer.saved_at < intake.started_at,
        "saved": saved_line(answer),
        "number": here + 1,
        "count": len(TOPICS),
        "before": TOPICS[here - 1].value if here else "",
        "is_last": here + 1 == len(TOPICS),
        **more,
    }
    return render(request, "assignments/intake_topic.html", context, status=status or (422 if sent else 200))


@require_POST
def keep(request: HttpRequest, code: UUID) -> HttpResponse:
    """Keep an open conversation with a day to look at it again."""
    intake = _mine(request, code)
    require(can_write_intake(request.user, intake.mentorship))
    form = RevisitForm(request.POST, today=today(request.user.zone))
    if not form.is_valid():
        return _page(request, intake, form=form, status=422)
    try:
        keep_intake(intake, by=request.user, revisit_on=form.cleaned_data["revisit_on"])
    except Refused as refused:
        return _page(request, _mine(request, code), refused=refused.words, status=409)
    messages.success(request, _("The conversation is kept. Now write the goals that come out of it."))
    return redirect("assignments:intake", intake.code)


@require_POST
def revisit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Choose another day to look at a kept conversation again."""
    intake = _mine(request, code)
    require(can_write_intake(request.user, intake.mentorship))
    form = RevisitForm(request.POST, today=today(request.user.zone))
    if not form.is_valid():
        return _page(request, intake, form=form, status=422)
    change_revisit_day(intake, by=request.user, revisit_on=form.cleaned_data["revisit_on"])
    messages.success(request, _("The day is saved. You are both reminded that morning."))
    return redirect("assignments:intake", intake.code)


def _page(
    request: HttpRequest, intake: Intake, *, form: RevisitForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    read = conversation(intake)
    context = {
        "intake": intake,
        "mentorship": intake.mentorship,
        "conversation": read,
        "form": form or _revisit_form(request, intake),
        "goals": intake.goals.order_by("created_at", "pk"),
        "newer": Intake.objects.filter(mentorship=intake.mentorship_id, number__gt=intake.number).exists(),
        "may_write": can_write_intake(request.user, intake.mentorship),
        "first_open": _first_open(read),
        "refused": refused,
    }
    return render(request, "assignments/intake.html", context, status=status)


def _revisit_form(request: HttpRequest, intake: Intake) -> RevisitForm:
    day = today(request.user.zone)
    proposal = months_on(day, REVISIT_MONTHS, intake.mentorship.mentee.working_days)
    return RevisitForm(today=day, day=intake.revisit_on or proposal)


def _first_open(read: Conversation) -> str:
    """The first topic to which nothing is said yet, else the first of all."""
    return next((part.topic for part in read.parts if not part.filled), TOPICS[0].value)


def _saved(intake: Intake, topic: str) -> IntakeAnswer | None:
    return intake.answers.filter(topic=topic).select_related("saved_by").first()


def saved_line(answer: IntakeAnswer | None) -> str:
    """“Saved 14:05 by Amara”, with the day when it is another."""
    if answer is None:
        return ""
    at = timezone.localtime(answer.saved_at)
    today_too = at.date() == timezone.localtime(now()).date()
    time = formats.date_format(at, "H:i") if today_too else moment(at)
    return _("Saved %(time)s by %(who)s") % {"time": time, "who": answer.saved_by.first_name}


def _after(intake: Intake, topic: str) -> str:
    here = TOPICS.index(Topic(topic))
    if here + 1 == len(TOPICS):
        return reverse("assignments:intake", args=[intake.code])
    return reverse("assignments:intake-topic", args=[intake.code, TOPICS[here + 1].value])


def _first_error(form: TopicForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{form[name].label}: {errors[0]}"


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and value.isascii() and len(value) < 10 else 0
