"""The draft of a form for evidence: saved by itself, and files that are sent as soon as they are chosen."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assignments import rules
from assignments.actions import evidence_file as actions
from assignments.actions.evidence import EDIT_FORM, FORM
from assignments.evidence_draft import change_of, content_of, texts_of
from assignments.forms.files import UploadForm, waiting_files
from assignments.forms.rows import differences
from assignments.models import Assignment, Evidence, StagedFile
from assignments.refusals import Refused
from stretchhub.people.actions import draft as drafts
from stretchhub.people.models import Draft
from stretchhub.people.rules import require
from stretchhub.templatetags.words import moment

from .assignment import find

LONGEST_VERSION = 10


def autosave(request: HttpRequest, assignment: Assignment) -> JsonResponse:
    """Keep the words as they stand; what comes after the form was sent is too late to be kept."""
    content = content_of(request.POST, waiting_files(assignment, request.user))
    back = reverse("assignments:evidence-log", args=[assignment.code])
    return _kept(request, FORM, str(assignment.code), content, draft_number(request.POST.get("version", "")), back)


def autosave_change(request: HttpRequest, evidence: Evidence) -> JsonResponse:
    """The same for a change of what is logged."""
    about = str(evidence.code)
    content = change_of(request.POST, waiting_files(evidence.assignment, request.user, about))
    back = reverse("assignments:evidence-edit", args=[about])
    return _kept(request, EDIT_FORM, about, content, draft_number(request.POST.get("draft", "")), back)


def _kept(request: HttpRequest, form: str, about: str, content: dict[str, Any], edit: int, back: str) -> JsonResponse:
    if drafts.was_sent(owner=request.user, key=request.POST.get("submit_key", "")):
        return JsonResponse({"words": _("This was sent already.")}, status=422)
    try:
        kept = drafts.keep(owner=request.user, form=form, about=about, content=content, edit=edit)
    except drafts.Overtaken as other:
        context = both_drafts(other.draft, content)
        both = render_to_string("assignments/evidence_draft_both.html", {**context, "back": back}, request)
        return JsonResponse({"version": other.draft.edit, "both": both}, status=409)
    words = _("Draft kept %(moment)s. Nobody but you sees it.") % {"moment": moment(kept.saved_at)}
    return JsonResponse({"version": kept.edit, "words": words})


def both_drafts(kept: Draft, content: dict[str, Any]) -> dict[str, Any]:
    """What another page kept beside what was typed here."""
    lines = differences(texts_of(kept.content), texts_of(content))
    return {"stale": _("This draft was also written on another page."), "differences": lines}


def draft_number(text: str) -> int:
    """The draft that a page began from; 0 where there was none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_VERSION else 0


def bring(request: HttpRequest, assignment: Assignment, form: Any) -> list[StagedFile]:
    """Files that came with the form itself, unless it is sent a second time."""
    key = request.POST.get("submit_key", "")[:40] or uuid4().hex
    taken = form.taken()
    if not taken or drafts.was_sent(owner=request.user, key=key):
        return []
    brought = []
    for place, upload in enumerate(taken):
        # A form that came back with errors may bring other files in the same place.
        name = sha256(f"{key}:{place}:{upload.name}:{upload.file.size}".encode()).hexdigest()
        brought.append(actions.stage(assignment, by=request.user, upload=upload, key=name, about=form.about))
    if "waiting" in vars(form):
        # What waits here was asked for before these came.
        form.waiting |= {str(each.code): each for each in brought}
    return brought


@transaction.atomic
def throw_away(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    drafts.forget(owner=request.user, form=FORM, about=str(assignment.code))
    actions.forget_staged(assignment, by=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect("assignments:evidence-log", assignment.code)


@transaction.atomic
def throw_change_away(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    drafts.forget(owner=request.user, form=EDIT_FORM, about=str(evidence.code))
    actions.forget_staged(evidence.assignment, by=request.user, about=str(evidence.code))
    messages.success(request, _("The draft is gone."))
    return redirect("assignments:evidence-edit", evidence.code)


@require_POST
def upload(request: HttpRequest, code: Any) -> JsonResponse:
    """One file, kept for a day until it is attached: 201 with its code, or 422 with words that say what to do."""
    assignment = find(request, code)
    require(rules.can_log_evidence(request.user, assignment))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"words": next(iter(form.errors.values()))[0]}, status=422)
    try:
        sent = form.cleaned_data
        kept = actions.stage(assignment, by=request.user, upload=sent["file"], key=sent["key"], about=sent["about"])
    except Refused as refused:
        return JsonResponse({"words": refused.words}, status=422)
    return JsonResponse({"code": str(kept.code), "name": kept.name, "size": kept.size}, status=201)
