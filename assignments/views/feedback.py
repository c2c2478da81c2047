"""Feedback as the mentee asks for it and keeps it, and as mentor and sponsor read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.pages import page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import feedback_page, rules
from ..actions import feedback as actions
from ..forms.asked_people import label_of, people_rows
from ..forms.feedback import AskForm, ReopenForm, ThankForm, thank_words
from ..forms.people import find_people
from ..models import Assignment, FeedbackRequest, FeedbackRound, FeedbackState
from ..refusals import Refused
from .assignment import find
from .refused import refusals_shown

PEOPLE = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")


@require_safe
def feedback(request: HttpRequest, code: Any) -> HttpResponse:
    """The rounds of an assignment, newest first; for its sponsor what was shared with them."""
    assignment = find(request, code)
    part = assignment.part_of(request.user)
    if part == "sponsor":
        context = {
            "assignment": assignment,
            "part": part,
            "shared": feedback_page.shared_with(request.user, assignment),
        }
        return render(request, "assignments/feedback_shared.html", context)
    rounds = feedback_page.rounds_of(assignment, request.user)
    page = page_by_key(rounds, request.GET.get("after", ""), by=("-created_at", "-pk"))
    context = {
        "assignment": assignment,
        "part": part,
        "page": page,
        "lines": feedback_page.lines(page.items),
        "may_ask": rules.can_ask_feedback(request.user, assignment),
    }
    return render(request, "assignments/feedback.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def ask(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code, "option__goal")
    require(rules.can_ask_feedback(request.user, assignment))
    data = request.POST if request.method == "POST" else None
    competency, group = request.GET.get("competency", ""), request.GET.get("group", "")
    form = AskForm(data, assignment=assignment, competency=competency)
    people = people_rows(data, group=group)
    if data is None or not (form.is_valid() & people.is_valid()):
        return _ask_page(request, assignment, form, people)
    try:
        made = actions.ask_feedback(
            assignment,
            by=request.user,
            words=form.words(),
            questions=form.cleaned_data["questions"],
            people=people.people(),
            evidence=form.evidence(),
        )
    except Refused as refused:
        form.add_error(None, refused.words)
        return _ask_page(request, assignment, form, people)
    messages.success(request, _asked_words(len(people.people())))
    return redirect("assignments:feedback-round", made.code)


def _asked_words(n: int) -> str:
    return ngettext("Asked. %(n)s person gets a link by mail.", "Asked. %(n)s people get a link by mail.", n) % {"n": n}


def _ask_page(request: HttpRequest, assignment: Assignment, form: AskForm, people: Any) -> HttpResponse:
    wrong = form.is_bound and (bool(form.errors) or people.is_wrong)
    context = {
        "assignment": assignment,
        "form": form,
        "people": people,
        "picked": form["evidence"].value() or [],
        "chosen": form["confidential"].value(),
    }
    return render(request, "assignments/feedback_ask.html", context, status=422 if wrong else 200)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Names for a field in which somebody to ask is typed; the field sends its words under its own name."""
    words = next(iter(request.GET.values()), "")
    found = find_people(words.replace(",", " ")[:200], without=[request.user.pk])
    return render(request, "assignments/feedback_people.html", {"names": [(label_of(one), one) for one in found]})


def _find(request: HttpRequest, code: UUID) -> FeedbackRound:
    return get_object_or_404(FeedbackRound.objects.visible_to(request.user).select_related(*PEOPLE), code=code)


def _find_request(request: HttpRequest, code: UUID) -> FeedbackRequest:
    visible = FeedbackRequest.objects.filter(round__in=FeedbackRound.objects.visible_to(request.user))
    related = ("giver", *(f"round__{person}" for person in PEOPLE))
    return get_object_or_404(visible.select_related(*related), code=code)


@require_safe
def round_detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _find(request, code))


def _page(request: HttpRequest, round: FeedbackRound, *, status: int = 200, **more: Any) -> HttpResponse:
    """The round with its forms: to open it again, and to close it by what changed."""
    keeps = rules.can_keep_round(request.user, round)
    may_ask = rules.can_ask_feedback(request.user, round.assignment)
    context = {
        "assignment": round.assignment,
        "round": round,
        "read": feedback_page.round_page(round, request.user),
        "keeps": keeps,
        "may_vouch": round.confidential and not round.purged_at and rules.can_vouch(request.user, round),
        "may_ask": may_ask and round.closed_at is None,
        "may_reopen": may_ask and round.closed_at is not None and round.purged_at is None,
        "reopen_form": ReopenForm(round=round),
        "thank_form": ThankForm(initial={"changed_because": round.changed_because}),
        "part": round.assignment.part_of(request.user),
        **more,
    }
    return render(request, "assignments/feedback_round.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def more(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask more people the same questions."""
    round = _find(request, code)
    require(rules.can_ask_feedback(request.user, round.assignment))
    if round.closed_at is not None:
        raise Refused(_("This round of feedback is closed. Open it again, then ask more people."))
    rows = people_rows(request.POST if request.method == "POST" else None)
    if rows.is_bound and rows.is_valid():
        actions.ask_more(round, by=request.user, people=rows.people())
        messages.success(request, _asked_words(len(rows.people())))
        return redirect("assignments:feedback-round", round.code)
    context = {"assignment": round.assignment, "round": round, "people": rows}
    return render(request, "assignments/feedback_more.html", context, status=422 if rows.is_wrong else 200)


@require_POST
@refusals_shown
def close(request: HttpRequest, code: UUID) -> HttpResponse:
    round = _find(request, code)
    actions.close(round, by=request.user)
    messages.success(request, _("Closed. Nobody is asked any more."))
    return redirect("assignments:feedback-round", round.code)


@require_POST
@refusals_shown
def reopen(request: HttpRequest, code: UUID) -> HttpResponse:
    round = _find(request, code)
    require(rules.can_keep_round(request.user, round))
    form = ReopenForm(request.POST, round=round)
    if not form.is_valid():
        return _page(request, round, reopen_form=form, status=422)
    actions.reopen(round, by=request.user, closes_on=form.cleaned_data["closes_on"])
    messages.success(request, _("Open again. Whoever has not answered is asked once more."))
    return redirect("assignments:feedback-round", round.code)


@require_POST
@refusals_shown
def take_back(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _find_request(request, code)
    actions.take_back(asked, by=request.user)
    messages.success(request, _("Taken back. The link in their mail leads nowhere now."))
    return redirect("assignments:feedback-round", asked.round.code)


@require_POST
@refusals_shown
def vouch(request: HttpRequest, code: UUID) -> HttpResponse:
    """The mentor knows who an outsider is, or no longer says so."""
    asked = _find_request(request, code)
    known = request.POST.get("known") == "1"
    actions.vouch(asked, by=request.user, known=known)
    names = {"who": asked.name}
    said = _("Confirmed. An answer of %(who)s counts.") if known else _("Answers of %(who)s do not come out now.")
    messages.success(request, said % names)
    return redirect("assignments:feedback-round", asked.round.code)


@require_POST
@refusals_shown
def share(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _find_request(request, code)
    shared = request.POST.get("shared") == "1"
    actions.share(asked, by=request.user, shared=shared)
    messages.success(request, _("Shared with the sponsor.") if shared else _("No longer shared."))
    return redirect("assignments:feedback-round", asked.round.code)


@require_POST
@refusals_shown
def at_review(request: HttpRequest, code: UUID) -> HttpResponse:
    asked = _find_request(request, code)
    shown = request.POST.get("shown") == "1"
    actions.show_at_review(asked, by=request.user, shown=shown)
    messages.success(request, _("HR reads it beside the review packet.") if shown else _("No longer shown to HR."))
    return redirect("assignments:feedback-round", asked.round.code)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def thank(request: HttpRequest, code: UUID) -> HttpResponse:
    """What changed because of one person's words; they are told."""
    asked = _find_request(request, code)
    require(rules.can_keep_round(request.user, asked.round))
    if asked.round.confidential or asked.state != FeedbackState.SUBMITTED:
        raise Refused(_("There is no answer of this person to close."))
    form = ThankForm(request.POST or None, initial={"changed_because": asked.changed_because})
    if form.is_valid():
        actions.thank(asked, by=request.user, words=thank_words(form))
        messages.success(request, _("Saved. %(who)s is told.") % {"who": asked.name})
        return redirect("assignments:feedback-round", asked.round.code)
    found = feedback_page.round_page(asked.round, request.user).givers
    context = {
        "assignment": asked.round.assignment,
        "round": asked.round,
        "giver": next(each for each in found if each.request.pk == asked.pk),
        "form": form,
    }
    return render(request, "assignments/feedback_thank.html", context, status=422 if form.errors else 200)


@require_POST
@refusals_shown
def thank_all(request: HttpRequest, code: UUID) -> HttpResponse:
    """What changed because of a confidential round; everybody who was asked is told."""
    round = _find(request, code)
    require(rules.can_keep_round(request.user, round))
    form = ThankForm(request.POST)
    if not form.is_valid():
        return _page(request, round, thank_form=form, status=422)
    if not (round.confidential and round.publication):
        raise Refused(_("Nothing of this round was shown yet."))
    actions.thank_all(round, by=request.user, words=thank_words(form))
    messages.success(request, _("Saved. Everybody who was asked is told."))
    return redirect("assignments:feedback-round", round.code)


@require_safe
def on_record(request: HttpRequest, code: UUID) -> HttpResponse:
    """What HR reads: the published cells of confidential rounds, and nothing by name."""
    assignments = Assignment.objects.on_record_for(request.user).select_related("mentee", "mentor", "sponsor")
    assignment = get_object_or_404(assignments, code=code)
    rounds = FeedbackRound.objects.on_record_for(request.user).filter(assignment=assignment)
    page = page_by_key(
        rounds.prefetch_related("questions__competency"), request.GET.get("after", ""), by=("-pk",), size=10
    )
    context = {"assignment": assignment, "page": page, "rounds": feedback_page.cells_of(page.items)}
    return render(request, "assignments/feedback_on_record.html", context)
