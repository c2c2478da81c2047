"""Logging evidence with its draft, reading it, choosing who sees it, and downloading its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import rules
from assignments.actions import evidence as actions
from assignments.evidence_draft import Kept, content_of, kept_of
from assignments.filetypes import MOST_BYTES, MOST_FILES
from assignments.forms.evidence import EvidenceForm
from assignments.forms.files import is_code
from assignments.forms.verification import VerifyForm
from assignments.handing_out import hand_out
from assignments.models import Assignment, Competency, Evidence, EvidenceFile, EvidenceKind, StagedFile
from assignments.refusals import Refused
from assignments.verifications import said_of
from stretchhub.forms import LONGEST_KEY
from stretchhub.pages import page_by_key
from stretchhub.people.actions import draft as drafts
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .assignment import find
from .evidence_draft import autosave, both_drafts, bring, draft_number, throw_away
from .refused import refusals_shown


@require_safe
def pieces(request: HttpRequest, code: Any) -> HttpResponse:
    """Everything logged for one assignment that this person may see, newest first."""
    assignment = find(request, code)
    rows = Evidence.objects.visible_to(request.user).filter(assignment=assignment)
    rows = rows.select_related("milestone").with_marks()
    page = page_by_key(rows, request.GET.get("after", ""), by=("-happened_on", "-pk"))
    context = {
        "assignment": assignment,
        "part": assignment.part_of(request.user),
        "page": page,
        "may_log": rules.can_log_evidence(request.user, assignment),
    }
    return render(request, "assignments/evidence_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, code: Any) -> HttpResponse:
    """The form; it keeps itself as a draft, and its files come before it."""
    # What is sent mostly goes in at once; only the form shows what belongs to the option.
    related = () if request.method == "POST" else ("option__goal", "option__mentorship")
    assignment = find(request, code, *related)
    require(rules.can_log_evidence(request.user, assignment))
    if request.method != "POST":
        return _form_page(request, assignment)
    if "X-Autosave" in request.headers:
        return autosave(request, assignment)
    if "throw_away" in request.POST:
        return throw_away(request, assignment)
    return _send(request, assignment)


@refusals_shown
def _send(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """What was chosen in the form itself is kept first, so that no error loses it."""
    form = _form(request, assignment)
    form.is_valid()
    return _log(request, assignment, form, bring(request, assignment, form))


@once
@refusals_shown
def _log(request: HttpRequest, assignment: Assignment, form: EvidenceForm, brought: list[StagedFile]) -> HttpResponse:
    if "keep_draft" in request.POST:
        if both := _keep_draft(request, assignment, form, brought):
            return _form_page(request, assignment, form, brought, status=409, **both)
        messages.success(request, _("Kept as a draft. Nobody but you sees it."))
        return redirect("assignments:evidence-log", assignment.code)
    if not form.is_valid():
        return _form_page(request, assignment, form, brought)
    files = {each.pk: each for each in [*form.cleaned_data["staged"], *brought]}
    evidence = actions.log_evidence(
        assignment,
        by=request.user,
        words=form.words(),
        competencies=form.cleaned_data["competencies"],
        files=list(files.values()),
        components=form.cleaned_data["components"],
    )
    messages.success(request, _("Logged. Your mentor is told."))
    return redirect("assignments:evidence", evidence.code)


def _keep_draft(
    request: HttpRequest, assignment: Assignment, form: EvidenceForm, brought: list[StagedFile]
) -> dict[str, Any]:
    """By the button; both texts where another page kept its own since this one was opened, and nothing is changed."""
    place = {"owner": request.user, "form": actions.FORM, "about": str(assignment.code)}
    data = request.POST.copy()
    data.setlist("staged", [*data.getlist("staged"), *(str(each.code) for each in brought)])
    content = content_of(data, form.waiting)
    try:
        drafts.keep(**place, content=content, edit=draft_number(request.POST.get("version", "")))
    except drafts.Overtaken as other:
        return both_drafts(other.draft, content)
    return {}


def _form(request: HttpRequest, assignment: Assignment, **kwargs: Any) -> EvidenceForm:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return EvidenceForm(data, files, assignment=assignment, by=request.user, about=_about(request), **kwargs)


def _about(request: HttpRequest) -> Competency | None:
    """The competency that the form was opened for."""
    code = request.GET.get("competency", "")
    return Competency.objects.filter(code=code).first() if is_code(code) else None


def _form_page(
    request: HttpRequest,
    assignment: Assignment,
    form: EvidenceForm | None = None,
    brought: Sequence[StagedFile] = (),
    *,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    draft = drafts.find(owner=request.user, form=actions.FORM, about=str(assignment.code))
    form = form or _form(request, assignment)
    kept = kept_of(draft, form.waiting)
    if not form.is_bound:
        form.initial |= {**_wanted(request, form), **kept.initial}
    context = {
        "assignment": assignment,
        "form": form,
        "draft": kept,
        **form_context(form, kept, brought),
        **more,
    }
    return render(request, "assignments/evidence_log.html", context, status=status or (422 if form.errors else 200))


def _wanted(request: HttpRequest, form: EvidenceForm) -> dict[str, Any]:
    """What the address asks for: a kind, and a competency to show."""
    wanted: dict[str, Any] = {}
    if request.GET.get("kind") in EvidenceKind:
        wanted["kind"] = request.GET["kind"]
    if about := _about(request):
        wanted["competencies"] = [about.pk]
    return wanted


def form_context(form: EvidenceForm, kept: Kept, brought: Sequence[StagedFile] = ()) -> dict[str, Any]:
    """What the form's page shows beside its fields."""
    left_out = kept.left_out(form.waiting)
    if form.is_bound:
        left_out = set(form.waiting) - {*form.data.getlist("staged"), *(str(each.code) for each in brought)}
    ticked = form["competencies"].value() or ()
    return {
        "most_bytes": MOST_BYTES,
        "most_files": MOST_FILES,
        "waiting": [(each, code not in left_out) for code, each in form.waiting.items()],
        "chosen": {int(pk) for pk in ticked if str(pk).isdecimal() and len(str(pk)) < LONGEST_KEY},
        "shows": [str(value) for value in form["components"].value() or ()],
    }


def find_piece(request: HttpRequest, code: Any) -> Evidence:
    related = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "logged_by", "milestone", "outcome")
    pieces = Evidence.objects.visible_to(request.user).select_related(*related)
    return get_object_or_404(pieces.prefetch_related("files", "competencies"), code=code)


@require_safe
def detail(request: HttpRequest, code: Any) -> HttpResponse:
    return piece_page(request, find_piece(request, code))


def piece_page(
    request: HttpRequest, evidence: Evidence, form: VerifyForm | None = None, *, status: int = 0
) -> HttpResponse:
    audiences = ["mentor"]
    audiences += ["sponsor"] * evidence.shared_with_sponsor + ["hr_at_review"] * evidence.shared_at_review
    is_sponsor = evidence.assignment.part_of(request.user) == "sponsor"
    said = said_of(evidence, request.user)
    may_verify = rules.can_verify_evidence(request.user, evidence) and not said.mine_stands
    context = {
        "evidence": evidence,
        "assignment": evidence.assignment,
        "audiences": audiences,
        "said": said,
        "may_verify": may_verify,
        "verify_form": form or VerifyForm() if may_verify else None,
        "may_edit": rules.can_edit_evidence(request.user, evidence),
        "may_share": rules.can_share_evidence(request.user, evidence),
        "is_sponsor": is_sponsor,
        # What stretches the mentee stays between mentee and mentor.
        "challenges": [] if is_sponsor else list(evidence.components.all()),
    }
    status = status or (422 if form and form.errors else 200)
    return render(request, "assignments/evidence.html", context, status=status)


@require_POST
@refusals_shown
def share(request: HttpRequest, code: Any) -> HttpResponse:
    evidence = find_piece(request, code)
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
    return hand_out(get_object_or_404(EvidenceFile.objects.visible_to(request.user), code=code))
