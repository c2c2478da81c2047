"""The rating form by either door: signed in, or by the link of a mail.

Opening it changes nothing, however often. Each step is a form of its own with an address of its own; going to another
step keeps what was typed, and so does the page by itself while somebody types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from assignments.forms.rows import differences
from assignments.refusals import Refused, Stale
from stretchhub.env import now
from stretchhub.people.models import User

from ..actions import panel as panel_actions
from ..actions import review as actions
from ..forms.raters import DeclineForm
from ..forms.review import CriterionForm, LookForm, StepForm
from ..models import Criterion, Relation, Review
from ..rater_messages import how_long, who_reads
from ..rating import Sheet, sheet_of
from ..rules import can_decline

LOOK = "look"
# Those who open evidence on a page of its own.
PARTIES = (Relation.SELF, Relation.MENTOR, Relation.SPONSOR)


def answer(request: HttpRequest, review: Review, by: User | None, template: str) -> HttpResponse:
    """One step of a draft: shown, kept, handed in, or declined."""
    if request.method != "POST":
        return _page(request, sheet_of(review), template)
    done: dict[str, Callable[..., HttpResponse]] = {"submit": _hand_in, "decline": _decline}
    act = _autosave if "X-Autosave" in request.headers else done.get(request.POST.get("do", ""), _save)
    try:
        return act(request, review, by, template)
    except Stale as stale:
        return _both(request, review, template, stale)
    except Refused as refused:
        if "X-Autosave" in request.headers:
            return JsonResponse({"words": refused.words}, status=422)
        messages.warning(request, refused.words)
        return redirect(request.path)


def _step(request: HttpRequest, sheet: Sheet) -> Criterion | None:
    """The criterion of this step, None for the look over; without one, the first that still wants something."""
    wanted = request.GET.get("step", "")
    begun = any(sheet.answers.values())
    found = next((each for each in sheet.criteria if each.key == wanted), None)
    if found or wanted == LOOK:
        return found
    return sheet.first_open() if begun else sheet.criteria[0]


def _form(sheet: Sheet, step: Criterion | None, data: Any = None) -> CriterionForm | LookForm:
    return CriterionForm(data, sheet=sheet, criterion=step) if step else LookForm(data, sheet=sheet)


def _keep(review: Review, by: User | None, form: StepForm, *, trail: bool = True) -> Review:
    return actions.save_draft(review, by=by, edit=form.edit, answers=form.answers(), summary=form.summary, trail=trail)


def _save(request: HttpRequest, review: Review, by: User | None, template: str) -> HttpResponse:
    """Keep this step and go on to the one that was asked for."""
    sheet = sheet_of(review)
    step = _step(request, sheet)
    form = _form(sheet, step, request.POST)
    if not form.is_valid():
        return _page(request, sheet, template, form=form, status=422)
    _keep(review, by, form)
    here = step.key if step else LOOK
    to = request.POST.get("go", "")
    if to not in {LOOK, *(each.key for each in sheet.criteria)}:
        messages.success(request, _("Draft saved. Nobody but you reads it."))
        to = here
    return redirect(f"{request.path}?step={to}")


def _autosave(request: HttpRequest, review: Review, by: User | None, template: str) -> HttpResponse:
    sheet = sheet_of(review)
    form = _form(sheet, _step(request, sheet), request.POST)
    if not form.is_valid():
        return JsonResponse({"words": _("Not saved: something here is longer than can be kept.")}, status=422)
    kept = _keep(review, by, form, trail=False)
    words = _("Saved %(time)s. Not handed in yet.") % {"time": formats.date_format(timezone.localtime(now()), "H:i")}
    return JsonResponse({"version": kept.edit, "words": words})


def _hand_in(request: HttpRequest, review: Review, by: User | None, template: str) -> HttpResponse:
    """Lock it, if every level rests on enough; if not the words are kept, and the page says what is missing."""
    sheet = sheet_of(review)
    form = _form(sheet, None, request.POST)
    if not form.is_valid():
        return _page(request, sheet, template, form=form, status=422)
    if not form.cleaned_data["asked_myself"]:
        form.add_error("asked_myself", _("Ask yourself this for each level, then tick it."))
    elif _submitted(review, by, form):
        messages.success(request, _("Handed in. It is locked now; mentee and mentor hear when all are in."))
        return redirect(request.path)
    _keep(review, by, form)
    return _page(request, sheet_of(review), template, form=form, status=422, handing_in=True)


def _submitted(review: Review, by: User | None, form: LookForm) -> bool:
    try:
        looked = form.cleaned_data["looked"]
        actions.submit(review, by=by, edit=form.edit, answers={}, summary=form.summary, looked=looked)
    except ValidationError:
        return False
    return True


def _decline(request: HttpRequest, review: Review, by: User | None, template: str) -> HttpResponse:
    if not can_decline(by, review):
        raise PermissionDenied
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, sheet_of(review), template, decline_form=form, status=422)
    panel_actions.decline(review, by=by, no_contact=form.no_contact, reason=form.cleaned_data["reason"].strip())
    messages.success(request, _("Thank you for saying so. Whoever asked is told, and nothing more is asked of you."))
    return redirect("reviews:list" if by else request.path)


def _both(request: HttpRequest, review: Review, template: str, stale: Stale) -> HttpResponse:
    """Saved from another window meanwhile: both texts, to be merged by a person."""
    review.refresh_from_db()
    sheet = sheet_of(review)
    form = _form(sheet, _step(request, sheet), request.POST)
    form.is_valid()
    context = {"stale": stale.words, "differences": differences(*_texts(sheet, form))}
    if "X-Autosave" in request.headers:
        both = render_to_string("components/draft_both.html", {**context, "here": request.get_full_path()}, request)
        return JsonResponse({"version": review.edit, "both": both}, status=409)
    return _page(request, sheet, template, form=form, status=409, **context)


def _texts(sheet: Sheet, form: CriterionForm | LookForm) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is stored and what was typed, line by line."""
    if isinstance(form, LookForm):
        return form.lines(sheet.review.summary), form.lines(form.summary or "")
    return form.lines(sheet.said(form.criterion)), form.lines(form.answers()[form.criterion.pk])


def _page(
    request: HttpRequest,
    sheet: Sheet,
    template: str,
    *,
    form: CriterionForm | LookForm | None = None,
    decline_form: DeclineForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    review = sheet.review
    form = form or _form(sheet, _step(request, sheet))
    step = form.criterion if isinstance(form, CriterionForm) else None
    keys = [*(each.key for each in sheet.criteria), LOOK]
    place = keys.index(step.key if step else LOOK)
    context = {
        "review": review,
        "assignment": review.assignment,
        "mentee": review.assignment.mentee,
        "form": form,
        "step": step,
        "number": place + 1,
        "steps": _steps(sheet, step),
        "evidence": sheet.evidence,
        "opens_evidence": review.relation in PARTIES,
        "back_to": keys[place - 1] if place else "",
        "next_to": keys[place + 1] if step else "",
        "next_name": sheet.criteria[place + 1].name if place + 1 < len(sheet.criteria) else "",
        "lines": [] if step else _lines(sheet),
        "ready": sheet.first_open() is None,
        "seal": sheet.seal,
        "version": review.edit,
        "seen": request.POST.get("version", ""),
        "may_decline": review.relation not in PARTIES,
        "decline_form": decline_form or DeclineForm(),
        "who_reads": who_reads(review),
        "how_long": how_long(review),
        **more,
    }
    return render(request, template, context, status=status)


def _steps(sheet: Sheet, step: Criterion | None) -> list[dict[str, Any]]:
    """Every criterion with how far it is, and the look over."""
    made = [
        {
            "key": each.key,
            "name": each.name,
            "now": each == step,
            "state": "done" if not sheet.missing(each) else "begun" if each.pk in sheet.answers else "",
        }
        for each in sheet.criteria
    ]
    return [*made, {"key": LOOK, "name": _("Look over"), "now": step is None, "state": ""}]


def _lines(sheet: Sheet) -> list[dict[str, Any]]:
    """What would be handed in, criterion by criterion."""
    found = []
    for criterion in sheet.criteria:
        said = sheet.said(criterion)
        found.append(
            {
                "criterion": criterion,
                "said": said,
                "level": next((each for each in criterion.levels.all() if each.value == said.level), None),
                "rests_on": [each.title for each in sheet.evidence if each.pk in said.evidence]
                + [each.title for each in sheet.setbacks if each.pk in said.setbacks],
                "missing": sheet.missing(criterion),
            }
        )
    return found
