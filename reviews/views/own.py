"""The growth case study, its outline and the growth record: written, looked through and issued by the mentee."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments.handing_out import to_be_saved
from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from assignments.views.drafted import drafted, kept_elsewhere
from assignments.views.pair import of_the_two
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import own as actions
from ..case_study import case_facts, turning_points
from ..forms.own import LeaveOutForm, OwnForm, names_of
from ..models import DocumentKind, IssuedDocument
from ..own_records import Record
from ..own_rules import can_write_own
from ..own_sources import draft_of, looked_through_by, words_of
from ..portable import collected
from .document import RELATED, by_standing

WRITE, LOOK = "reviews/own_write.html", "reviews/own_leave_out.html"
KINDS = {"case-study": DocumentKind.CASE_STUDY, "outline": DocumentKind.OUTLINE}


def _found(request: HttpRequest, code: UUID, slug: str) -> tuple[Assignment, DocumentKind]:
    """The mentee's own; the mentor, who knows the assignment, is told that it is not theirs to write."""
    if slug not in KINDS:
        raise Http404
    assignment = of_the_two(request, code, "option__mentorship", "mentee__manager")
    require(can_write_own(request.user, assignment))
    return assignment, KINDS[slug]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def write(request: HttpRequest, code: UUID, slug: str) -> HttpResponse:
    """Part by part in the mentee's words, beside what the records say; a record can be taken in by a button."""
    assignment, kind = _found(request, code, slug)
    draft = draft_of(kind, request.user, assignment)
    record = Record(assignment)
    words = words_of(kind, record, draft)
    make = _form(record, kind, words, draft.edit if draft else 0)

    def save(given: dict[str, Any]) -> HttpResponse:
        kept = {name: given[name] for name in names_of(kind)}
        taken = _take_in(record, kind, kept, request.POST.get("do", ""))
        try:
            actions.write_own(assignment, kind, by=request.user, edit=given["edit"], words=kept)
        except Stale as stale:
            return _both(request, record, kind, stale, kept)
        if taken:
            return redirect(f"{request.path}#part-{taken}")
        if request.POST.get("do") == "look":
            return redirect("reviews:own-leave-out", assignment.code, slug)
        said.success(request, _("Kept. Only you read it until you issue it."))
        return redirect(request.path)

    name = f"own-{slug}"
    return drafted(request, assignment, name=name, names=names_of(kind), make=make, save=save, template=WRITE)


def _form(record: Record, kind: str, words: dict[str, str], edit: int) -> Any:
    if kind == DocumentKind.OUTLINE:
        return partial(OwnForm, kind=kind, words=words, edit=edit)
    facts, points = case_facts(record), turning_points(record)
    return partial(OwnForm, kind=kind, words=words, edit=edit, facts=facts, points=points)


def _take_in(record: Record, kind: str, kept: dict[str, str], do: str) -> str:
    """Put the words of a record below what is written in its part: `take:decision:<code>`."""
    _take, _, rest = do.partition("take:")
    part, _, code = rest.partition(":")
    if kind != DocumentKind.CASE_STUDY or part not in kept:
        return ""
    points = {point.code: point for point in turning_points(record).get(part, [])}
    if code not in points:
        return ""
    kept[part] = "\n\n".join(filter(None, (kept[part].strip(), points[code].words)))[:4000]
    return part


def _both(request: HttpRequest, record: Record, kind: str, stale: Stale, kept: dict[str, str]) -> HttpResponse:
    assignment = record.assignment
    draft = draft_of(kind, request.user, assignment)
    assert draft is not None  # it was saved elsewhere
    make = _form(record, kind, draft.words, draft.edit)
    return kept_elsewhere(
        request, assignment, make=make, edit=draft.edit, saved=draft.words, typed=kept, stale=stale, template=WRITE
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def leave_out(request: HttpRequest, code: UUID, slug: str) -> HttpResponse:
    assignment, kind = _found(request, code, slug)
    here = reverse("reviews:own-leave-out", args=[assignment.code, slug])
    return _look(request, kind, assignment, here, back=reverse("reviews:own-write", args=[assignment.code, slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def record(request: HttpRequest) -> HttpResponse:
    here, back = reverse("reviews:record"), reverse("reviews:my-documents")
    return _look(request, DocumentKind.RECORD, None, here, back=back)


def _look(
    request: HttpRequest, kind: DocumentKind, assignment: Assignment | None, here: str, *, back: str
) -> HttpResponse:
    """Every passage and every name before it leaves; below it what would leave, and the button that issues it."""
    draft = draft_of(kind, request.user, assignment)
    looked = looked_through_by(draft, kind, request.user, Record(assignment) if assignment else None)
    edit, more = (draft.edit, draft.more) if draft else (0, [])
    context = {"assignment": assignment, "kind": kind, "looked": looked, "here": here, "back": back}
    if request.method != "POST":
        return render(request, LOOK, context | {"form": LeaveOutForm(looked=looked, edit=edit, more=more)})
    if request.POST.get("do") == "issue":
        return _issue(request, kind, assignment, here)
    form = LeaveOutForm(request.POST, looked=looked, edit=edit, more=more)
    if not form.is_valid():
        return render(request, LOOK, context | {"form": form}, status=422)
    try:
        given = form.cleaned_data["edit"]
        actions.choose(kind, by=request.user, edit=given, assignment=assignment, **form.chosen)
    except Stale as stale:
        typed = request.POST.copy()
        typed["edit"] = str(edit)
        again = LeaveOutForm(typed, looked=looked, edit=edit, more=more)
        return render(request, LOOK, context | {"form": again, "stale": stale.words}, status=409)
    return redirect(f"{here}#preview")


def _issue(request: HttpRequest, kind: DocumentKind, assignment: Assignment | None, here: str) -> HttpResponse:
    try:
        seal = request.POST.get("seal", "")
        document = actions.issue_own(kind, by=request.user, seal=seal, assignment=assignment)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect(f"{here}#preview")
    said.success(request, _("Issued. It is frozen, and can be checked by its code."))
    return redirect("reviews:document", code=document.code)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that was issued for this person, in one place and in one file."""
    documents = IssuedDocument.objects.filter(person=request.user).defer("content").select_related(*RELATED)
    context = by_standing(documents.order_by("-issued_at", "-pk"))
    return render(request, "reviews/my_documents.html", context)


@require_safe
def portable(request: HttpRequest) -> HttpResponse:
    """Whatever still counts, each document as it was frozen: the same bytes until another one is issued."""
    documents = IssuedDocument.objects.filter(person=request.user).standing().order_by("issued_at", "pk")
    text = collected(request.user.name, list(documents.values_list("content", "sha256")))
    return to_be_saved(HttpResponse(text.encode(), content_type="application/json"), "letters-and-records.json")
