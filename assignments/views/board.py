"""The board: the choice of boards, one board, and the moves on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stretchhub.pages import panel
from stretchhub.people.rules import require

from ..actions.option import move_option, undo_move
from ..assessing import as_of
from ..balance import read_balance
from ..balance_words import balance_words
from ..board_filter import read_filter, zone_choices
from ..forms.option import MoveForm
from ..mentoring import pictures_of
from ..models import Kind, Mentorship, Option, Stage
from ..models.option import NEEDS_REASON
from ..pipeline import CARD_ICONS, read_board
from ..refusals import Refused
from ..rules import can_add_option, can_move_option
from .option import address_of, option_page, own_mentorship, own_option

UNDO_SECONDS = 12  # ten on the page, and the way there
UNDO_SALT = "assignments.option-undo"
NO_OPTION = UUID(int=0)  # stands in the board's address of moves where the script puts a card's code


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
    """The pipeline of one mentorship, narrowed as the address says."""
    return _board(request, own_mentorship(request, code))


@require_safe
def balance(request: HttpRequest, code: UUID) -> HttpResponse:
    """How the pipeline balances, with the arithmetic of each figure, and all that is missing."""
    mentorship = own_mentorship(request, code)
    found = read_balance(mentorship, as_of(mentorship, request.user))
    context = {
        "mentorship": mentorship,
        "is_mentee": mentorship.mentee_id == request.user.pk,
        "may_add": can_add_option(request.user, mentorship),
        "balance": balance_words(found),
        "icons": CARD_ICONS,
    }
    return render(request, "assignments/balance.html", context)


@require_POST
def move(request: HttpRequest, code: UUID) -> HttpResponse:
    """Move a card; a move that is not possible says why, one that needs a reason asks for it."""
    option = own_option(request, code)
    require(can_move_option(request.user, option))
    form = MoveForm(request.POST)
    to, typed = request.POST.get("to", ""), request.POST.get("reason", "").strip()
    if not form.is_valid() or to not in Stage.values:
        too_long = to in Stage.values and list(form.errors) == ["reason"]
        said = form.errors["reason"][0] if too_long else _("Choose where this option should go.")
        return _answer(request, option, refused=said, status=422, **_kept(option, to, typed))
    words = form.cleaned_data
    if to == option.stage:
        said = _("“%(option)s” is in %(stage)s already.") % _names(option)
        if typed and typed != option.stage_reason:
            return _answer(request, option, refused=said, status=409, **_kept(option, to, typed))
        return _moved(request, option, said)
    asks_why = to in NEEDS_REASON and to in option.next_stages() and words["version"] == option.version
    if asks_why and not words["reason"].strip():
        return _answer(request, option, reason_for=Stage(to), version=words["version"], status=422)
    before = {"stage": option.stage, "left_stage": option.left_stage, "reason": option.stage_reason}
    try:
        move_option(option, by=request.user, to=to, version=words["version"], reason=words["reason"])
    except Refused as refused:
        fresh = own_option(request, code)
        return _answer(request, fresh, refused=refused.words, status=409, **_kept(fresh, to, typed))
    token = signing.dumps({"option": option.pk, "version": option.version, **before}, salt=UNDO_SALT)
    return _moved(request, option, _("“%(option)s” moved to %(stage)s.") % _names(option), token)


@require_POST
def undo(request: HttpRequest, code: UUID) -> HttpResponse:
    """Take a move back within ten seconds, while nothing else has happened to the card."""
    option = own_option(request, code)
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
        return _answer(request, own_option(request, code), refused=refused.words, status=409)
    return _moved(request, option, _("“%(option)s” is back in %(stage)s.") % _names(option))


def _kept(option: Option, to: str, typed: str) -> dict[str, object]:
    """A reason that was typed comes back: in its form where it can be sent again, else to be copied."""
    if not typed:
        return {}
    if to in NEEDS_REASON and to in option.next_stages():
        return {"reason_for": Stage(to), "version": option.version, "reason": typed}
    return {"typed": [(_("Why"), typed)]}


def _names(option: Option) -> dict[str, str]:
    return {"option": option.title, "stage": option.get_stage_display()}


def _from_its_page(request: HttpRequest) -> bool:
    return request.POST.get("from") == "option"


def _by_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx) and not _from_its_page(request)  # type: ignore[attr-defined]


def _moved(request: HttpRequest, option: Option, said: str, token: str = "") -> HttpResponse:
    """Back to where the move was made: the option's page, the board, or for htmx the board alone."""
    if _by_htmx(request):
        return _board(request, option.mentorship, said=said, undo=token, card=option)
    messages.success(request, said)
    if _from_its_page(request):
        return redirect(address_of(option))
    return redirect(_address(request, option.mentorship))


def _answer(request: HttpRequest, option: Option, *, status: int, **more: object) -> HttpResponse:
    """The page the move was tried on, saying why nothing moved or what is still asked."""
    if _from_its_page(request):
        return option_page(request, option, status=status, **more)
    return _board(request, option.mentorship, status=status, card=option, **more)


def _address(request: HttpRequest, mentorship: Mentorship) -> str:
    """The board as it was narrowed when the move was made."""
    return reverse("assignments:board", args=[mentorship.code]) + read_filter(request.GET).query


def _board(
    request: HttpRequest, mentorship: Mentorship, *, status: int = 200, card: Option | None = None, **more: object
) -> HttpResponse:
    """`card` is the one that was moved or stayed: it takes the focus, and says beside itself why it stayed."""
    found = read_board(mentorship, request.user, as_of(mentorship, request.user), read_filter(request.GET))
    context = {
        "board": found,
        "mentorship": mentorship,
        "is_mentee": mentorship.mentee_id == request.user.pk,
        "may_add": can_add_option(request.user, mentorship),
        "card": card,
        "on_card": card is not None and _by_htmx(request) and found.has(card),
        "address": _address(request, mentorship),
        "kinds": Kind.choices,
        "zones": zone_choices(),
        "stages": Stage.choices,
        "no_option": NO_OPTION,
        "icons": CARD_ICONS,
        **more,
    }
    return panel(request, "assignments/board.html", context, part="board", status=status)
