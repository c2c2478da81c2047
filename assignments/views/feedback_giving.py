"""The page of a giver: by the link of a mail without signing in, or signed in from Today.

Opening it changes nothing, however often; a post without an answer in it changes nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub.env import now
from stretchhub.people.models import User

from .. import feedback_links
from ..actions import feedback_giving as actions
from ..actions.feedback_round import is_open
from ..forms.feedback_giving import DeclineForm, GiveForm
from ..forms.rows import differences
from ..handing_out import hand_out
from ..messages.feedback import who_reads
from ..models import EvidenceFile, FeedbackAnswer, FeedbackRequest, FeedbackState
from ..models.feedback import UNANSWERED
from ..refusals import Refused, Stale

PEOPLE = ("giver", "round__assignment__mentee", "round__assignment__mentor", "round__assignment__sponsor")
BY_LINK, OWN = "assignments/feedback_give.html", "assignments/feedback_give_own.html"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Without signing in; it leads nowhere else."""
    asked = _behind(token)
    with timezone.override(asked.addressee.zone):
        return _answer(request, asked, None, BY_LINK)


@csrf_exempt  # Mail programs post here by themselves; the token is what lets them.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No reminder of this one request, from the mail itself: opening the page asks, pressing acts."""
    asked = _behind(token)
    if request.method == "POST":
        actions.stop_reminders(asked)
    context = {**_known(asked), "stopped": request.method == "POST", "answer": feedback_links.path_of(asked)}
    context["open"] = asked.state in UNANSWERED and is_open(asked.round)
    with timezone.override(asked.addressee.zone):
        return render(request, "assignments/feedback_stop.html", context)


@login_not_required
@require_safe
def by_link_file(request: HttpRequest, token: str, code: UUID) -> HttpResponse:
    asked = _behind(token)
    return _file(asked, code)


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, code: UUID) -> HttpResponse:
    return _answer(request, _mine(request, code), request.user, OWN)


@require_safe
def own_file(request: HttpRequest, code: UUID, file: UUID) -> HttpResponse:
    return _file(_mine(request, code), file)


def _behind(token: str) -> FeedbackRequest:
    asked = feedback_links.find(token)
    if asked is None:
        raise Http404
    return asked


def _mine(request: HttpRequest, code: UUID) -> FeedbackRequest:
    return get_object_or_404(FeedbackRequest.objects.visible_to(request.user).select_related(*PEOPLE), code=code)


def _file(asked: FeedbackRequest, code: UUID) -> HttpResponse:
    """A file of the evidence to judge, while there is something to judge; saved, never shown here."""
    if asked.state not in UNANSWERED or not is_open(asked.round):
        raise Http404
    files = EvidenceFile.objects.filter(evidence__in=asked.round.evidence.all())
    kept = get_object_or_404(files, code=code)
    return hand_out(kept)


def _answer(request: HttpRequest, asked: FeedbackRequest, by: User | None, template: str) -> HttpResponse:
    if asked.state not in UNANSWERED or not is_open(asked.round):
        return _over(request, asked, by, template)
    done: dict[str, Callable[..., HttpResponse]] = {"save": _save, "decline": _decline}
    if request.method != "POST":
        return _page(request, asked, template)
    act = _save if "X-Autosave" in request.headers else done.get(request.POST.get("do", ""), _send)
    try:
        return act(request, asked, by, template)
    except Stale as stale:
        return _both(request, asked, template, stale)
    except Refused as refused:
        if "X-Autosave" in request.headers:
            return JsonResponse({"words": refused.words}, status=422)
        asked.refresh_from_db()
        return _over(request, asked, by, template, status=409)


def _form(asked: FeedbackRequest, data: Any = None) -> GiveForm:
    evidence = list(asked.round.evidence.prefetch_related("files"))
    draft = asked.draft.get("words", {})
    return GiveForm(data, questions=list(asked.round.questions.all()), evidence=evidence, draft=draft)


def _send(request: HttpRequest, asked: FeedbackRequest, by: User | None, template: str) -> HttpResponse:
    form = _form(asked, request.POST)
    if not form.is_valid():
        return _page(request, asked, template, form=form, status=422)
    actions.require_newest(asked, words=form.typed(), edit=_number(request.POST.get("version")))
    actions.give(asked, by=by, answers=form.answers(), judged=form.judged())
    return redirect(request.path)


def _decline(request: HttpRequest, asked: FeedbackRequest, by: User | None, template: str) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, template, decline_form=form, status=422)
    actions.decline(asked, by=by, why=form.cleaned_data["why"], reason=form.cleaned_data["reason"])
    messages.success(request, _("Thank you for saying so. Should you change your mind, the form is still here."))
    return redirect(request.path)


def _save(request: HttpRequest, asked: FeedbackRequest, by: User | None, template: str) -> HttpResponse:
    form = _form(asked, request.POST)
    edit = actions.save_draft(asked, by=by, words=form.typed(), edit=_number(request.POST.get("version")))
    if "X-Autosave" in request.headers:
        return JsonResponse({"version": edit, "words": _saved_line()})
    messages.success(request, _("Saved as a draft. Nobody but you reads it; come back by the same link."))
    return redirect(request.path)


def _both(request: HttpRequest, asked: FeedbackRequest, template: str, stale: Stale) -> HttpResponse:
    """Saved from another window meanwhile: both texts, to be merged by a person."""
    form = _form(asked, request.POST)
    saved = form.draft_lines(asked.draft.get("words", {}))
    context = {"stale": stale.words, "differences": differences(saved, form.draft_lines(form.typed()))}
    edit = asked.draft.get("edit", 0)
    if "X-Autosave" in request.headers:
        both = render_to_string("assignments/feedback_both.html", {**context, "address": request.path}, request)
        return JsonResponse({"version": edit, "both": both}, status=409)
    return _page(request, asked, template, form=form, status=409, **context)


def _page(
    request: HttpRequest,
    asked: FeedbackRequest,
    template: str,
    *,
    form: GiveForm | None = None,
    decline_form: DeclineForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        **_known(asked),
        "form": form or _form(asked),
        "decline_form": decline_form or DeclineForm(),
        "said_no": asked.state != FeedbackState.ASKED,
        "version": asked.draft.get("edit", 0),
        "seen": _number(request.POST.get("version")),
        "outside": _outside(asked),
        **more,
    }
    return render(request, template, context, status=status)


def _over(
    request: HttpRequest, asked: FeedbackRequest, by: User | None, template: str, *, status: int = 200
) -> HttpResponse:
    """Nothing is asked any more. Somebody signed in reads their own words; a link shows none."""
    context = {
        **_known(asked),
        "over": True,
        "answered": asked.state == FeedbackState.SUBMITTED,
        "own_answers": _own_answers(asked) if by else [],
        "changed": asked.round.changed_because if asked.round.confidential else asked.changed_because,
    }
    return render(request, template, context, status=status)


def _own_answers(asked: FeedbackRequest) -> list[FeedbackAnswer]:
    return list(asked.answers.select_related("question").order_by("question__position"))


def _known(asked: FeedbackRequest) -> dict[str, Any]:
    assignment = asked.round.assignment
    return {
        "asked": asked,
        "round": asked.round,
        "mentee": assignment.mentee,
        "who_reads": who_reads(asked),
    }


def _outside(asked: FeedbackRequest) -> int:
    """How many without an account the mentee named in a confidential round: givers should know of it."""
    return FeedbackRequest.objects.outside().filter(round=asked.round).count() if asked.round.confidential else 0


def _saved_line() -> str:
    return _("Saved %(time)s. Not sent yet.") % {"time": formats.date_format(timezone.localtime(now()), "H:i")}


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and value.isascii() and len(value) < 10 else 0
