"""Letters and records: what there is of an assignment, what was issued, and its files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.handing_out import to_be_saved
from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.documents import Paper
from stretchhub.people.submissions import once

from ..actions import document as actions
from ..check_codes import spelled
from ..document_content import sections_in
from ..document_words import address_of, facts_of, left_out_words
from ..letter_facts import final_cycle
from ..letter_rules import can_withdraw
from ..models import DocumentKind, DocumentPaper, IssuedDocument, Letter, SharedResult
from ..own_rules import can_write_own
from .panel import find_assignment

RELATED = ("person", "by", "assignment", "withdrawal", "superseded_by")


@require_safe
def of_assignment(request: HttpRequest, code: UUID) -> HttpResponse:
    """The letters and records of one assignment: what was issued, and what is being written by whoever looks."""
    assignment = find_assignment(request, code)
    part = assignment.part_of(request.user)
    shared = part == "sponsor" and SharedResult.objects.filter(assignment=assignment).exists()
    if part not in ("mentee", "mentor") and not shared and not request.user.is_hr:
        raise Http404
    issued = _seen(request).filter(assignment=assignment).defer("content").order_by("-issued_at", "-pk")
    standing = by_standing(issued)
    context = {
        "assignment": assignment,
        "part": part,
        **standing,
        "signed": any(each.kind == DocumentKind.LETTER for each in standing["issued"]),
        "may_write_own": can_write_own(request.user, assignment),
        **_letter(request, assignment, part),
    }
    return render(request, "reviews/documents.html", context)


def by_standing(documents: Iterable[IssuedDocument]) -> dict[str, list[IssuedDocument]]:
    """Those that count, and those that did."""
    found: dict[str, list[IssuedDocument]] = {"issued": [], "earlier": []}
    for each in documents:
        found["issued" if each.standing == "valid" else "earlier"].append(each)
    return found


def _letter(request: HttpRequest, assignment: Assignment, part: str) -> dict[str, Any]:
    if part not in ("mentee", "mentor"):
        return {}
    found = Letter.objects.open().filter(assignment=assignment, author=assignment.mentor_id).defer("words", "facts")
    return {"letter": found.first(), "final": final_cycle(assignment) is not None}


def _seen(request: HttpRequest) -> Any:
    return IssuedDocument.objects.visible_to(request.user).select_related(*RELATED)


def _document(request: HttpRequest, code: UUID) -> IssuedDocument:
    return get_object_or_404(_seen(request), code=code)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    document = _document(request, code)
    told = document.told
    context = {
        "document": document,
        "assignment": document.assignment,
        "told": told,
        "facts": facts_of(told),
        "sections": sections_in(told),
        "left_out": left_out_words(told),
        "standing": document.standing,
        "newer": getattr(document, "superseded_by", None),
        "spelled": spelled(document.check_code),
        "check": address_of(document),
        "may_withdraw": can_withdraw(request.user, document) and document.standing != "withdrawn",
        "papers": document.papers.defer("pdf").order_by("paper"),
        "slides": document.kind == DocumentKind.OUTLINE,
    }
    return render(request, "reviews/document.html", context)


@require_safe
def as_json(request: HttpRequest, code: UUID) -> HttpResponse:
    """The exact text that was issued: its SHA-256 is the one that is shown."""
    document = _document(request, code)
    return to_be_saved(
        HttpResponse(document.content.encode(), content_type="application/json"), _name(document, "json")
    )


@require_safe
def pdf(request: HttpRequest, code: UUID) -> HttpResponse:
    """The bytes that were made when it was issued, on the paper that is asked for."""
    document = _document(request, code)
    paper = request.GET.get("paper", Paper.A4.value)
    if paper not in [one.value for one in Paper]:
        raise Http404
    kept = get_object_or_404(DocumentPaper, document=document, paper=paper)
    return to_be_saved(HttpResponse(bytes(kept.pdf), content_type="application/pdf"), _name(document, "pdf"))


def _name(document: IssuedDocument, ending: str) -> str:
    return f"{slugify(document.told['title'])[:80] or 'document'}-v{document.version}.{ending}"


@require_POST
@once
def withdraw(request: HttpRequest, code: UUID) -> HttpResponse:
    document = _document(request, code)
    try:
        actions.withdraw(document, by=request.user)
    except Refused as refused:
        said.info(request, refused.words)
    else:
        said.success(request, _("Withdrawn. Its code says so from now on, and nothing else."))
    return redirect("reviews:document", code=document.code)
