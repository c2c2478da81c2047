"""The board, and one option on it."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.option import add_option, edit_option, move_option, undo_move
from ..forms.option import MoveForm, OptionForm, contribution_rows, words_of, words_typed
from ..forms.rows import differences
from ..mentoring import pictures_of
from ..models import BriefStatus, Mentorship, Option, Stage
from ..models.option import NEEDS_REASON
from ..notebook import leaves_of
from ..outreach import number
from ..pipeline import BRIEF_MARKS, KIND_ICONS, move_choices, read_board, with_brief_status
from ..refusals import Refused, Stale
from ..rules import can_add_option, can_edit_option, can_move_option

UNDO_SECONDS = 12  # ten on the page, and the way there
UNDO_SALT = "assignments.option-undo"


def _mine(request: HttpRequest, code: UUID) -> Option:
    options = Option.objects.visible_to(request.user).select_related("mentorship__mentor", "mentorship__mentee", "goal")
    return get_object_or_404(with_brief_status(options), code=code)


def _mentorship(request: HttpRequest, code: UUID) -> Mentorship:
    visible = Mentorship.objects.visible_to(request.user).select_related("mentor", "mentee")
    return get_object_or_404(visible, code=code)


@require_safe
def pipeline(request: HttpRequest) -> HttpResponse:
    """The only board there is, or the choice of them."""
    own = list(
        Mentorship.objects.visible_to(request.user)
        .running()
        .select_related("mentor", "mentee")
        .order_by("mentee__full_name", "pk")
    )
    if len(own) == 1:
        return redirect("assignments:board", own[0].code)
    return render(request, "assignments/pipeline.html", {"pictures": pictures_of(own, request.user)})


@require_safe
def board(request: HttpRequest, code: UUID) -> HttpResponse:
    return _board(request, _mentorship(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Put an option on the board."""
    mentorship = _mentorship(request, code)
    require(can_add_option(request.user, mentorship))
    data = request.POST if request.method == "POST" else None
    form = OptionForm(data, mentorship=mentorship, initial={"goal": request.GET.get("goal")})
    rows = contribution_rows(data=data)
    if form.is_bound and form.is_valid() and rows.is_valid():
        option = add_option(mentorship, by=request.user, words=form.cleaned_data, contributions=rows.rows())
        return done(request, _address(option), _("The option is on the board."))
    return _form(request, form, rows, mentorship=mentorship)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _mine(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change an option; where somebody was faster, both texts come back."""
    option = _mine(request, code)
    require(can_edit_option(request.user, option))
    data = request.POST if request.method == "POST" else None
    form = OptionForm(data, instance=copy(option), mentorship=option.mentorship)
    rows = contribution_rows(option, data)
    here = {"mentorship": option.mentorship, "option": option}
    version = request.POST.get("version", "")
    version_seen = int(version) if version.isdecimal() and len(version) < 10 else 0
    if not (form.is_bound and form.is_valid() and rows.is_valid()):
        return _form(request, form, rows, version=version_seen or option.version, **here)
    words = form.cleaned_data
    try:
        edit_option(option, by=request.user, version=version_seen, words=words, contributions=rows.rows())
    except Stale as stale:
        here["option"] = option = _mine(request, code)
        both = {"stale": stale.words, "differences": differences(words_of(option), words_typed(form, rows))}
        return _form(request, form, rows, version=option.version, status=409, **here, **both)
    return done(request, _address(option), _("The option is saved."))


@require_POST
def move(request: HttpRequest, code: UUID) -> HttpResponse:
    """Move a card; a move that is not possible says why, one that needs a reason asks for it."""
    option = _mine(request, code)
    require(can_move_option(request.user, option))
    form = MoveForm(request.POST)
    to = request.POST.get("to", "")
    if not form.is_valid() or to not in Stage.values:
        return _answer(request, option, refused=_("Choose where this option should go."), status=422)
    words = form.cleaned_data
    if to == option.stage:
        return _moved(request, option, "")
    if to in NEEDS_REASON and not words["reason"].strip():
        return _answer(request, option, reason_for=Stage(to), version=words["version"], status=422)
    before = {"stage": option.stage, "left_stage": option.left_stage, "reason": option.stage_reason}
    try:
        move_option(option, by=request.user, to=to, version=words["version"], reason=words["reason"])
    except Refused as refused:
        return _answer(request, _mine(request, code), refused=refused.words, status=409)
    token = signing.dumps({"option": option.pk, "version": option.version, **before}, salt=UNDO_SALT)
    said = _("“%(option)s” moved to %(stage)s.") % {"option": option.title, "stage": option.get_stage_display()}
    return _moved(request, option, said, token)


@require_POST
def undo(request: HttpRequest, code: UUID) -> HttpResponse:
    """Take a move back within ten seconds, while nothing else has happened to the card."""
    option = _mine(request, code)
    require(can_move_option(request.user, option))
    try:
        before = signing.loads(request.POST.get("undo", ""), salt=UNDO_SALT, max_age=UNDO_SECONDS)
        if before.pop("option") != option.pk:
            raise signing.BadSignature
        undo_move(option, by=request.user, **before)
    except signing.BadSignature:
        words = _("It is too late to undo this. Move the card back instead.")
        return _answer(request, option, refused=words, status=409)
    except Refused as refused:
        return _answer(request, _mine(request, code), refused=refused.words, status=409)
    said = _("“%(option)s” is back in %(stage)s.") % {"option": option.title, "stage": option.get_stage_display()}
    return _moved(request, option, said)


def _address(option: Option) -> str:
    return reverse("assignments:option", args=[option.code])


def _from_its_page(request: HttpRequest) -> bool:
    return request.POST.get("from") == "option"


def _moved(request: HttpRequest, option: Option, said: str, token: str = "") -> HttpResponse:
    """Back to where the move was made: the option's page, the board, or for htmx the board alone."""
    if request.htmx and not _from_its_page(request):  # type: ignore[attr-defined]
        return _board(request, option.mentorship, said=said, undo=token, undo_code=option.code)
    if said:
        messages.success(request, said)
    if _from_its_page(request):
        return redirect(_address(option))
    return redirect("assignments:board", option.mentorship.code)


def _answer(request: HttpRequest, option: Option, *, status: int, **more: object) -> HttpResponse:
    """The page the move was tried on, saying why nothing moved or what is still asked."""
    if _from_its_page(request):
        return _page(request, option, status=status, **more)
    return _board(request, option.mentorship, status=status, asking=option, **more)


def _board(request: HttpRequest, mentorship: Mentorship, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "board": read_board(mentorship, request.user),
        "mentorship": mentorship,
        "is_mentee": mentorship.mentee_id == request.user.pk,
        "may_add": can_add_option(request.user, mentorship),
        **more,
    }
    return panel(request, "assignments/board.html", context, part="board", status=status)


def _page(request: HttpRequest, option: Option, *, status: int = 200, **more: object) -> HttpResponse:
    following = [choice for choice in move_choices(option) if not choice.current]
    context = {
        "option": option,
        "mentorship": option.mentorship,
        "kind_icon": KIND_ICONS[option.kind],
        "contributions": option.contributions.select_related("competency"),
        "brief": getattr(option, "brief", None),
        "brief_mark": BRIEF_MARKS.get(option.brief_status or "", ""),
        "brief_word": BriefStatus(option.brief_status).label if option.brief_status else "",
        "hours": number(option.hours_per_week) if option.hours_per_week is not None else "",
        "assignment": getattr(option, "assignment", None),
        "experiments": leaves_of(option, today(request.user.zone)),
        "on_the_way": [choice for choice in following if choice.value not in NEEDS_REASON],
        "aside": [choice for choice in following if choice.value in NEEDS_REASON],
        "may_edit": can_edit_option(request.user, option),
        "steps": _steps(option),
        **more,
    }
    return render(request, "assignments/option.html", context, status=status)


def _steps(option: Option) -> list[dict[str, str]]:
    """The six stages as steps, those passed and the one it is in."""
    stages = [stage for stage in Stage if stage not in NEEDS_REASON]
    here = option.left_stage or option.stage
    at = stages.index(Stage(here)) if here in stages else -1
    states = ["done" if n < at else "now" if n == at else "next" for n in range(len(stages))]
    return [{"label": str(stage.label), "state": state} for stage, state in zip(stages, states, strict=True)]


def _form(request: HttpRequest, form: OptionForm, rows, *, status: int = 0, **more: object) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or rows.is_wrong)
    context = {"form": form, "rows": rows, "all_forms": [form, *rows.forms], "wrong": wrong, "sets": [rows], **more}
    return render(request, "assignments/option_form.html", context, status=status or (422 if wrong else 200))
