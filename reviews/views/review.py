"""Reviews: asked for, written, read side by side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments.handing_out import hand_out
from assignments.models import Assignment, Evidence, EvidenceFile
from assignments.reach import moved_by
from assignments.refusals import Refused, Stale
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import review as actions
from ..evidence import evidence_for, setbacks_for
from ..forms.review import RatingForm
from ..forms.start import StartForm
from ..models import Criterion, Relation, Review, ReviewStatus, Score
from ..result import is_final, panel_of, results_of
from ..rules import can_see_result, can_start_reviews, can_verify_levels, can_write_review, is_past_starting
from ..verdicts import agreement_sentence, agreement_word, self_sentence

# Those who see all evidence of an assignment, shared or not.
INSIDERS = ("mentee", "mentor")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The reviews one writes or has written, and the results one may read."""
    user = request.user
    related = ("assignment__mentee", "cycle")
    mine = list(Review.objects.asked().filter(rater=user).select_related(*related).order_by("due_on", "pk"))
    results = (
        Review.objects.final()
        .filter(Q(assignment__mentee=user) | Q(assignment__mentor=user), relation=Relation.SELF)
        .select_related(*related)
        .order_by("-final_at", "-pk")
    )
    context = {
        "today": today(user.zone),
        "to_write": [review for review in mine if review.status == ReviewStatus.DRAFT],
        "written": sorted(
            (review for review in mine if review.status != ReviewStatus.DRAFT),
            key=lambda review: (review.submitted_at, review.pk),
            reverse=True,
        ),
        "results": pages.page_by_key(results, request.GET.get("after", ""), by=("-final_at", "-pk")),
    }
    return render(request, "reviews/list.html", context)


def _assignment(request: HttpRequest, code: UUID) -> Assignment:
    """One of the three parties' own; for HR, one whose reviews are final."""
    seen = Assignment.objects.visible_to(request.user)
    if request.user.is_hr:
        final = Review.objects.final().values("assignment_id")
        seen = Assignment.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=final))
    return get_object_or_404(seen.select_related("mentee", "mentor", "sponsor", "option__mentorship"), code=code)


@require_safe
def for_assignment(request: HttpRequest, code: UUID) -> HttpResponse:
    """Who reviews an assignment and, once all have submitted, the ratings side by side."""
    assignment = _assignment(request, code)
    panel = panel_of(assignment)
    embedded = bool(request.headers.get("HX-Request"))
    shown = can_see_result(request.user, assignment) and is_final(panel) and not embedded
    part = assignment.part_of(request.user)
    context = {
        "assignment": assignment,
        "part": part,
        "panel": panel,
        "final": is_final(panel),
        "calibrating": any(review.status == ReviewStatus.CALIBRATING for review in panel),
        "mine": next((review for review in panel if review.rater_id == request.user.pk), None),
        "may_start": can_start_reviews(request.user, assignment),
        "may_see": can_see_result(request.user, assignment),
        "may_verify": shown and part == "mentor" and can_verify_levels(request.user, assignment),
        "results": [_in_words(result) for result in results_of(assignment, shared_only=part not in INSIDERS)]
        if shown
        else [],
        "moved": moved_by(assignment) if shown and part in INSIDERS else [],
    }
    return pages.panel(request, "reviews/for_assignment.html", context)


def _in_words(result) -> dict[str, object]:
    criteria = [
        {
            "id": f"{result.key}-{number}",
            "criterion": each,
            "word": agreement_word(each.agreement),
            "mark": {"aligned": "done", "close": "done", "discuss": "watch"}.get(each.agreement.value or "", "draft"),
            "sentence": agreement_sentence(each.agreement),
            "own": self_sentence(each.agreement),
        }
        for number, each in enumerate(result.criteria, start=1)
    ]
    return {"result": result, "criteria": criteria}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest, code: UUID) -> HttpResponse:
    """Name one colleague, a cycle and a day; four people are asked for their review."""
    assignment = get_object_or_404(
        Assignment.objects.visible_to(request.user).select_related("mentee", "mentor", "sponsor"), code=code
    )
    if request.method != "POST" and is_past_starting(request.user, assignment):
        return redirect("reviews:for-assignment", code=assignment.code)
    require(can_start_reviews(request.user, assignment))
    finding = request.method == "POST" and "find" in request.POST
    form = StartForm(
        request.POST if request.method == "POST" and not finding else None,
        initial=request.POST.dict() if finding else request.GET.dict(),
        without=[assignment.mentee_id, assignment.mentor_id, assignment.sponsor_id or 0],
    )
    context = {"assignment": assignment, "form": form, "people": form.found()}
    if form.is_bound and form.is_valid() and _started(request, assignment, form):
        to = reverse("reviews:for-assignment", args=[assignment.code])
        return pages.done(request, to, _("Four people are asked for their review. You will hear when all are in."))
    return pages.panel(request, "reviews/start.html", context, part="found")


def _started(request: HttpRequest, assignment: Assignment, form: StartForm) -> bool:
    given = form.cleaned_data
    try:
        actions.start_reviews(
            assignment, by=request.user, cycle=given["cycle"], colleague=given["person"], due_on=given["due_on"]
        )
    except ValidationError as error:
        for field, words in error.message_dict.items():
            form.add_error("person" if field == "colleague" else field, words)
    except Refused as refused:
        form.add_error(None, refused.words)
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: UUID) -> HttpResponse:
    """The rating form for its rater; once handed in, or for who may read it, the words as they stand."""
    found = get_object_or_404(
        Review.objects.visible_to(request.user).select_related(
            "assignment__mentee", "assignment__mentor", "assignment__sponsor", "cycle", "rater"
        ),
        code=code,
    )
    if request.method == "POST":
        return _write(request, found)
    if not can_write_review(request.user, found):
        return _read(request, found)
    scores = found.scores.select_related("criterion").prefetch_related("evidence", "setbacks")
    return _form(request, found, initial=RatingForm.initial_of(found, scores))


def _form(request: HttpRequest, found: Review, *, status: int = 0, stored=None, form=None, **kwargs) -> HttpResponse:
    form = form or _rating_form(found, **kwargs)
    context = {
        "review": found,
        "assignment": found.assignment,
        "form": form,
        "sections": form.sections(),
        "evidence": form.evidence,
        "opens_evidence": found.relation != Relation.COLLEAGUE,
        "stored": stored,
    }
    return pages.panel(request, "reviews/review.html", context, status=status)


def _rating_form(found: Review, *args, **kwargs) -> RatingForm:
    criteria = list(
        Criterion.objects.filter(rubric=found.cycle.rubric_id).prefetch_related("levels").order_by("position", "pk")
    )
    evidence = list(evidence_for(found).prefetch_related("files"))
    told = list(setbacks_for(found))
    return RatingForm(*args, review=found, criteria=criteria, evidence=evidence, setbacks=told, **kwargs)


def _write(request: HttpRequest, found: Review) -> HttpResponse:
    """Keep the draft or hand it in; what was typed is never lost, whatever the answer."""
    require(request.user.pk == found.rater_id)
    handing_in = request.POST.get("do") == "submit"
    form = _rating_form(found, request.POST)
    if not form.is_valid():
        return _form(request, found, form=form)
    action = actions.submit if handing_in else actions.save_draft
    try:
        action(
            found,
            by=request.user,
            edit=form.cleaned_data["edit"],
            answers=form.answers(),
            summary=form.cleaned_data["summary"],
        )
    except ValidationError as error:
        return _keep_and_say(request, found, form, error)
    except Stale as stale:
        return _both_texts(request, found, stale)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect("reviews:review", code=found.code)
    words = _("Handed in. It is locked now; you will hear when all are in.") if handing_in else _("Draft saved.")
    return pages.done(request, reverse("reviews:review", args=[found.code]), words)


def _keep_and_say(request: HttpRequest, found: Review, form: RatingForm, error: ValidationError) -> HttpResponse:
    """Handing in was not possible yet: the draft is kept all the same, and the page says what is missing."""
    found.refresh_from_db()
    actions.save_draft(
        found,
        by=request.user,
        edit=form.cleaned_data["edit"],
        answers=form.answers(),
        summary=form.cleaned_data["summary"],
    )
    again = _rating_form(found, _with_edit(request, found))
    again.is_valid()
    again.blame(error.message_dict)
    return _form(request, found, form=again)


def _with_edit(request: HttpRequest, found: Review):
    typed = request.POST.copy()
    typed["edit"] = str(found.edit)
    return typed


def _both_texts(request: HttpRequest, found: Review, stale: Stale) -> HttpResponse:
    """Saved elsewhere meanwhile: the page keeps what was typed and shows what is stored beside it."""
    found.refresh_from_db()
    scores = list(found.scores.select_related("criterion").prefetch_related("evidence"))
    form = _rating_form(found, _with_edit(request, found))
    form.is_valid()
    stored = {"words": stale.words, "summary": found.summary, "scores": scores}
    return _form(request, found, form=form, stored=stored, status=409)


def _read(request: HttpRequest, found: Review) -> HttpResponse:
    scores = (
        Score.objects.filter(review=found)
        .select_related("criterion")
        .prefetch_related("evidence", "setbacks", "criterion__levels")
        .order_by("criterion__position", "pk")
    )
    insider = found.assignment.part_of(request.user) in INSIDERS
    # What the mentee has taken back since is not named to the sponsor or the colleague any more.
    own = set(evidence_for(found).values_list("pk", flat=True)) if found.rater_id == request.user.pk else set()
    told = set(setbacks_for(found).values_list("pk", flat=True)) if found.rater_id == request.user.pk else set()
    lines = [
        {
            "score": score,
            "setbacks": [each for each in score.setbacks.all() if insider or each.pk in told],
            "evidence": [each for each in score.evidence.all() if insider or each.pk in own or _for_hr(request, each)],
            "level": next((x for x in score.criterion.levels.all() if x.value == score.level), None),
        }
        for score in scores
    ]
    context = {
        "review": found,
        "assignment": found.assignment,
        "lines": lines,
        "own": found.rater_id == request.user.pk,
        "may_see": can_see_result(request.user, found.assignment),
    }
    return pages.panel(request, "reviews/review_read.html", context)


def _for_hr(request: HttpRequest, evidence: Evidence) -> bool:
    return request.user.is_hr and evidence.shared_at_review


@require_safe
def evidence_file(request: HttpRequest, code: UUID, file: UUID) -> FileResponse:
    """A file of the evidence that this rater is shown for their review, always as a download."""
    found = get_object_or_404(Review.objects.asked().filter(rater=request.user).select_related("assignment"), code=code)
    kept = get_object_or_404(EvidenceFile.objects.filter(evidence__in=evidence_for(found).order_by()), code=file)
    return hand_out(kept)
