"""Changing evidence that is logged, and saying of somebody else's whether it is as it says."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments import rules
from assignments.actions import evidence as actions
from assignments.evidence_draft import Kept
from assignments.forms.evidence import EvidenceEditForm
from assignments.forms.rows import differences
from assignments.forms.verification import VerifyForm
from assignments.models import Evidence, StagedFile
from assignments.refusals import Stale
from assignments.verifications import by_name
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .evidence import find_piece, form_context, piece_page
from .evidence_draft import bring
from .refused import refusals_shown


def _find(request: HttpRequest, code: Any) -> Any:
    """With what its form is made of, and whether anybody has said something of it."""
    pieces = Evidence.objects.visible_to(request.user).select_related(
        "assignment__mentee", "assignment__option__goal", "assignment__option__mentorship"
    )
    pieces = pieces.annotate(spoken_of=Exists(by_name().filter(evidence=OuterRef("pk"))))
    return get_object_or_404(pieces.prefetch_related("files"), code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def edit(request: HttpRequest, code: Any) -> HttpResponse:
    evidence = _find(request, code)
    require(rules.can_edit_evidence(request.user, evidence))
    form = _form(request, evidence)
    brought: list[StagedFile] = []
    if form.is_bound:
        form.is_valid()
        brought = bring(request, evidence.assignment, form)
    return _save(request, evidence, form, brought)


@once
@refusals_shown
def _save(request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: list[Any]) -> HttpResponse:
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


def _both(request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: Any, stale: Stale) -> HttpResponse:
    saved = _find(request, evidence.code)
    lines = differences(form.lines(saved), [(str(form[name].label), str(form[name].value())) for name in form.LINES])
    return _page(request, saved, form, brought, status=409, stale=stale.words, differences=lines, version=saved.version)


def _form(request: HttpRequest, evidence: Evidence) -> EvidenceEditForm:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    # A form writes into its instance; what is shown of the evidence beside it stays as it is.
    return EvidenceEditForm(data, files, instance=copy(evidence), assignment=evidence.assignment, by=request.user)


def _page(
    request: HttpRequest, evidence: Evidence, form: EvidenceEditForm, brought: Any, *, status: int, **more: Any
) -> HttpResponse:
    context = {
        "evidence": evidence,
        "assignment": evidence.assignment,
        "form": form,
        "version": form["version"].value(),
        "left_out_files": {str(each) for each in form["without"].value() or ()},
        **form_context(form, Kept({}), brought),
        **more,
    }
    return render(request, "assignments/evidence_edit.html", context, status=status)


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
