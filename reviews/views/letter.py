"""The letter of a mentor: wanted and approved by the mentee, written and signed by the mentor."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from assignments.views.drafted import drafted, kept_elsewhere
from assignments.views.pair import of_the_two
from stretchhub.people.rules import require
from stretchhub.people.submissions import once
from stretchhub.typed import typed_words

from ..actions import letter as actions
from ..forms.letter import NAMES, AnswerForm, LetterForm, written_in
from ..letter_facts import facts_of
from ..letter_rules import can_answer_letter, can_begin_letter, can_want_letter
from ..letter_text import sections_of
from ..models import SHOWN, Letter, LetterState

FORM, READ = "reviews/letter_write.html", "reviews/letter_read.html"
RELATED = ("assignment__mentee", "assignment__option__mentorship", "cycle__rubric", "author")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def letter(request: HttpRequest, code: UUID) -> HttpResponse:
    """For the mentor the form; for the mentee, once they are asked, the letter as it stands."""
    assignment = of_the_two(request, code)
    if can_begin_letter(request.user, assignment):
        return _write(request, assignment)
    require(request.method != "POST")
    found = _open(assignment).filter(state__in=SHOWN).first()
    if found is None:
        return redirect("reviews:documents", code=assignment.code)
    return _read(request, found)


def _open(assignment: Assignment) -> Any:
    return (
        Letter.objects.open()
        .filter(assignment=assignment)
        .select_related(*RELATED, "first_evidence", "second_evidence")
    )


def _write(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    found = _open(assignment).filter(author=request.user).first()
    if request.POST.get("do") == "begin":
        return _begin(request, assignment)
    if found is None:
        return _nowhere(request) if request.method == "POST" else render(request, FORM, {"assignment": assignment})

    def save(given: dict[str, Any]) -> HttpResponse:
        try:
            actions.write_letter(found, by=request.user, edit=given["edit"], written=written_in(given))
        except Stale as stale:
            return _both(request, assignment, given, stale)
        return _ask(request, found) if request.POST.get("do") == "ask" else _kept(request, assignment)

    make = partial(LetterForm, letter=found, facts=facts_of(found))
    return drafted(request, assignment, name="letter", names=NAMES, make=make, save=save, template=FORM)


def _nowhere(request: HttpRequest) -> HttpResponse:
    """The letter was signed in another window: what was typed is shown, and kept in no letter."""
    return render(request, "409.html", {"typed": typed_words(request.POST)}, status=409)


def _begin(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    try:
        actions.begin_letter(assignment, by=request.user)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect("reviews:documents", code=assignment.code)
    return redirect("reviews:letter", code=assignment.code)


def _kept(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    said.success(request, _("Kept. Nobody else reads it before you ask for approval."))
    return redirect("reviews:letter", code=assignment.code)


def _ask(request: HttpRequest, found: Letter) -> HttpResponse:
    try:
        actions.ask_to_approve(found, by=request.user, edit=found.edit)
    except ValidationError as error:
        said.warning(request, " ".join(error.messages))
        return redirect("reviews:letter", code=found.assignment.code)
    name = found.assignment.mentee.first_name
    said.success(request, _("%(name)s is asked whether the facts are right.") % {"name": name})
    return redirect("reviews:documents", code=found.assignment.code)


def _both(request: HttpRequest, assignment: Assignment, given: dict[str, Any], stale: Stale) -> HttpResponse:
    now_kept = _open(assignment).filter(author=request.user).first()
    if now_kept is None:
        return _nowhere(request)
    make = partial(LetterForm, letter=now_kept, facts=facts_of(now_kept))
    return kept_elsewhere(
        request,
        assignment,
        make=make,
        edit=now_kept.edit,
        saved=now_kept.words,
        typed=given,
        stale=stale,
        template=FORM,
    )


def _read(request: HttpRequest, found: Letter, *, status: int = 200, **more: Any) -> HttpResponse:
    """What would be signed, part by part, with the form of the answer while it is asked for."""
    form = more.pop("form", None) or AnswerForm(letter=found)
    asked = can_answer_letter(request.user, found)
    parts = [
        {"section": each, "field": form[each.key], "remark": found.remarks.get(each.key, "")}
        for each in sections_of(found, found.facts)
        if each.facts or each.words
    ]
    context = {"assignment": found.assignment, "letter": found, "parts": parts, "form": form, "asked": asked, **more}
    return render(request, READ, context, status=status)


@require_POST
@once
def answer(request: HttpRequest, code: UUID) -> HttpResponse:
    """The mentee approves, or says part by part what should be otherwise; never of a text they have not read."""
    found = _mine(request, code)
    require(can_answer_letter(request.user, found))
    form = AnswerForm(request.POST, letter=found)
    if not form.is_valid():
        return _read(request, found, status=422, form=form)
    edit = form.cleaned_data["edit"]
    try:
        if request.POST.get("do") == "approve":
            actions.approve(found, by=request.user, edit=edit)
            said.success(request, _("Approved. You are told when it is signed."))
        else:
            actions.ask_for_changes(found, by=request.user, edit=edit, remarks=form.remarks)
            said.success(request, _("Your mentor reads what should be otherwise."))
    except ValidationError as error:
        form.add_error(None, error)
        return _read(request, found, status=422, form=form)
    except Stale as stale:
        return _again(request, code, stale)
    return redirect("reviews:documents", code=code)


def _again(request: HttpRequest, code: UUID, stale: Stale) -> HttpResponse:
    """The letter as it is now, with what was typed still in its fields."""
    found = _mine(request, code)
    typed = request.POST.copy()
    typed["edit"] = str(found.edit)
    return _read(request, found, status=409, form=AnswerForm(typed, letter=found), stale=stale.words)


def _mine(request: HttpRequest, code: UUID) -> Letter:
    """The letter that is with this mentee; one that is being written is not there."""
    assignment = of_the_two(request, code)
    found = Letter.objects.visible_to(request.user).open().filter(assignment=assignment).select_related(*RELATED)
    letter = found.first()
    if letter is None:
        raise Http404
    return letter


@require_POST
@once
def want(request: HttpRequest, code: UUID) -> HttpResponse:
    assignment = of_the_two(request, code)
    require(can_want_letter(request.user, assignment))
    try:
        actions.want_letter(assignment, by=request.user)
    except Refused as refused:
        said.warning(request, refused.words)
    else:
        said.success(request, _("%(name)s is asked for a letter.") % {"name": assignment.mentor.name})
    return redirect("reviews:documents", code=code)


@require_POST
@once
def sign(request: HttpRequest, code: UUID) -> HttpResponse:
    """Freeze what was approved; a letter that changed since is read again first."""
    assignment = of_the_two(request, code)
    require(can_begin_letter(request.user, assignment))
    found = _open(assignment).filter(author=request.user, state=LetterState.APPROVED).first()
    edit = request.POST.get("edit", "")
    if found is None or not (edit.isdecimal() and edit.isascii() and len(edit) < 10):
        said.warning(request, _("There is nothing to sign: the letter is not approved, or was changed since."))
        return redirect("reviews:letter", code=code)
    try:
        document = actions.sign(found, by=request.user, edit=int(edit))
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect("reviews:letter", code=code)
    said.success(request, _("Signed. It is frozen, and can be checked by its code."))
    return redirect("reviews:document", code=document.code)
