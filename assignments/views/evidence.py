"""Logging evidence, reading it, choosing who sees it, and downloading its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import rules
from assignments.actions import evidence as actions
from assignments.filetypes import MOST_BYTES
from assignments.forms.evidence import LONGEST_KEY, EvidenceForm
from assignments.models import Evidence, EvidenceFile
from assignments.refusals import Refused
from stretchhub.pages import page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .refused import refusals_shown


@require_safe
def pieces(request: HttpRequest, code: Any) -> HttpResponse:
    """Everything logged for one assignment that this person may see, newest first."""
    assignment = find(request, code)
    rows = Evidence.objects.visible_to(request.user).filter(assignment=assignment)
    rows = rows.select_related("milestone").annotate(file_count=Count("files"))
    page = page_by_key(rows, request.GET.get("after", ""), by=("-happened_on", "-pk"))
    context = {
        "assignment": assignment,
        "page": page,
        "may_log": rules.can_log_evidence(request.user, assignment),
    }
    return render(request, "assignments/evidence_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def log(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code, "option__goal", "option__mentorship")
    require(rules.can_log_evidence(request.user, assignment))
    form = EvidenceForm(request.POST or None, request.FILES or None, assignment=assignment)
    if form.is_valid():
        evidence = actions.log_evidence(
            assignment,
            by=request.user,
            words=form.words(),
            competencies=form.cleaned_data["competencies"],
            attachments=form.cleaned_data["files"],
            components=form.cleaned_data["components"],
        )
        messages.success(request, _("Logged. Your mentor is told."))
        return redirect("assignments:evidence", evidence.code)
    context = {
        "assignment": assignment,
        "form": form,
        "most_bytes": MOST_BYTES,
        "files_lost": bool(request.FILES),
        "chosen": {
            int(pk) for pk in form["competencies"].value() or () if str(pk).isdecimal() and len(str(pk)) < LONGEST_KEY
        },
        "shows": [str(value) for value in form["components"].value() or ()],
    }
    return render(request, "assignments/evidence_log.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, code: Any) -> Evidence:
    related = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "logged_by", "milestone")
    pieces = Evidence.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(pieces.prefetch_related("files", "competencies"), code=code)


@require_safe
def detail(request: HttpRequest, code: Any) -> HttpResponse:
    evidence = _find(request, code)
    audiences = ["mentor"]
    audiences += ["sponsor"] * evidence.shared_with_sponsor + ["hr_at_review"] * evidence.shared_at_review
    is_sponsor = evidence.assignment.part_of(request.user) == "sponsor"
    return render(
        request,
        "assignments/evidence.html",
        {
            "evidence": evidence,
            "assignment": evidence.assignment,
            "audiences": audiences,
            "may_share": rules.can_share_evidence(request.user, evidence),
            "is_sponsor": is_sponsor,
            # What stretches the mentee stays between mentee and mentor.
            "challenges": [] if is_sponsor else list(evidence.components.all()),
        },
    )


@require_POST
@refusals_shown
def share(request: HttpRequest, code: Any) -> HttpResponse:
    evidence = _find(request, code)
    audience = request.POST.get("audience", "")
    require(rules.can_share_evidence(request.user, evidence))
    if audience not in actions.AUDIENCES:
        raise Refused(_("Choose with whom to share it: the sponsor, or HR at review."))
    shared = request.POST.get("shared") == "1"
    actions.share(evidence, by=request.user, audience=audience, shared=shared)
    messages.success(request, _("Shared.") if shared else _("No longer shared."))
    return redirect("assignments:evidence", evidence.code)


@require_safe
def file(request: HttpRequest, code: Any) -> HttpResponse:
    """Hand out one file, always to be saved and never to be shown here."""
    kept = get_object_or_404(EvidenceFile.objects.visible_to(request.user), code=code)
    try:
        content = kept.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(content, as_attachment=True, filename=kept.name, content_type=kept.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
