"""Changing evidence that is logged, and saying of somebody else's whether it is as it says."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import rules
from assignments.actions import evidence as actions
from assignments.evidence_draft import Kept, change_of, kept_of
from assignments.forms.evidence import EvidenceEditForm
from assignments.forms.files import waiting_files
from assignments.forms.rows import differences
from assignments.forms.verification import VerifyForm
from assignments.models import Evidence, StagedFile
from assignments.refusals import Stale
from assignments.verifications import by_name
from stretchhub.people.actions import draft as drafts
from stretchhub.people.models import Draft
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .evidence import find_piece, form_context, piece_page
from .evidence_draft import autosave_change, both_drafts, bring, draft_number, throw_change_away
from .refused import refusals_shown

DRAFT = ("content", "edit", "saved_at")


def _find(request: HttpRequest, code: Any) -> Any:
    """With what its form is made of, the draft of a change, and whether anybody has said something of it."""
    pieces = Evidence.objects.visible_to(request.user).select_related(
        "assignment__mentee", "assignment__option__goal", "assignment__option__mentorship"
    )
    draft = Draft.objects.filter(owner=request.user, form=actions.EDIT_FORM, about=str(code))
    kept = {f"draft_{name}": Subquery(draft.values(name)[:1]) for name in DRAFT}
    pieces = pieces.annotate(spoken_of=Exists(by_name().filter(evidence=OuterRef("pk"))), **kept)
    return get_object_or_404(pieces.prefetch_related("files"), code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def edit(request: HttpRequest, code: Any) -> HttpResponse:
    evidence = _find(request, code)
    require(rules.can_edit_evidence(request.user, evidence))
    if "X-Autosave" in request.headers:
        return autosave_change(request, evidence)
    if "throw_away" in request.POST:
        return throw_change_away(request, evidence)
    form = _form(request, evidence)
    brought: list[StagedFile] = []
    if form.is_bound:
        form.is_valid()
        brought = bring(request, evidence.assignment, form)
    return _save(request, evidence, form, brought)


@once
@refusals_shown
def _save(request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: list[Any]) -> HttpResponse:
    if form.is_bound and "keep_draft" in request.POST:
        return _keep_draft(request, evidence, form, brought)
    if not form.is_bound or not form.is_valid():
        return _page(request, evidence, form, brought, status=422 if form.errors else 200)
    said = form.cleaned_data
    try:
        actions.change_evidence(
            copy(evidence),
            by=request.user,
            version=said["version"],
            words=form.words(),
            competencies=said["competencies"],
            files=[*said["staged"], *(each for each in brought if each not in said["staged"])],
            without=list(said["without"]),
            components=form.components_kept(),
        )
    except Stale as stale:
        return _both(request, evidence, form, brought, stale)
    messages.success(request, _("Saved."))
    return redirect("assignments:evidence", evidence.code)


def _keep_draft(request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: list[Any]) -> HttpResponse:
    """By the button; both texts where another page kept its own since this one was opened, and nothing is changed."""
    data = request.POST.copy()
    data.setlist("staged", [*data.getlist("staged"), *(str(each.code) for each in brought)])
    content, place = change_of(data, form.waiting), {"form": actions.EDIT_FORM, "about": str(evidence.code)}
    try:
        drafts.keep(request.user, **place, content=content, edit=draft_number(request.POST.get("draft", "")))
    except drafts.Overtaken as other:
        return _page(request, evidence, form, brought, status=409, **both_drafts(other.draft, content))
    messages.success(request, _("Kept as a draft. Nobody but you sees it."))
    return redirect("assignments:evidence-edit", evidence.code)


def _both(request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: Any, stale: Stale) -> HttpResponse:
    saved = _find(request, evidence.code)
    lines = differences(form.lines(saved), [(str(form[name].label), str(form[name].value())) for name in form.LINES])
    return _page(request, saved, form, brought, status=409, stale=stale.words, differences=lines, version=saved.version)


def _form(request: HttpRequest, evidence: Evidence) -> EvidenceEditForm:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    # A form writes into its instance; what is shown of the evidence beside it stays as it is.
    about = {"assignment": evidence.assignment, "by": request.user, "begun": _draft(evidence) is not None}
    return EvidenceEditForm(data, files, instance=copy(evidence), **about)


def _draft(evidence: Any) -> Draft | None:
    """The change that was begun, as it was read with the evidence."""
    if evidence.draft_edit is None:
        return None
    return Draft(**{name: getattr(evidence, f"draft_{name}") for name in DRAFT})


def _page(
    request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: Any, *, status: int, **more: Any
) -> HttpResponse:
    draft = _draft(evidence)
    kept = Kept({}, draft.edit) if draft and form.is_bound else _begun(request, evidence, form, draft)
    context = {
        "evidence": evidence,
        "assignment": evidence.assignment,
        "form": form,
        "draft": kept,
        "version": kept.version or form["version"].value(),
        "left_out_files": {*kept.without, *(str(each) for each in form["without"].value() or ())},
        **form_context(form, kept, brought),
        **more,
    }
    return render(request, "assignments/evidence_edit.html", context, status=status)


def _begun(request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, draft: Draft | None) -> Kept:
    """The change as it was left, with the files that came for it; a form that was never begun has none."""
    if draft is None:
        return Kept({})
    if draft.content.get("staged"):
        form.waiting = waiting_files(evidence.assignment, request.user, str(evidence.code))
    kept = kept_of(draft, form.waiting)
    form.initial |= kept.initial
    return kept


@require_POST
@once
@refusals_shown
def verify(request: HttpRequest, code: Any) -> HttpResponse:
    evidence = find_piece(request, code)
    require(rules.can_verify_evidence(request.user, evidence))
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return piece_page(request, evidence, form)
    said = form.cleaned_data
    try:
        actions.verify(evidence, by=request.user, verdict=said["verdict"], words=said["words"], seen=said["version"])
    except Stale as stale:
        form.add_error(None, stale.words)
        return piece_page(request, find_piece(request, code), form, status=409)
    messages.success(request, _("Thank you. %(name)s is told.") % {"name": evidence.logged_by.first_name})
    return redirect("assignments:evidence", evidence.code)
