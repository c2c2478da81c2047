"""Reviews: written, and read side by side."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from assignments.handing_out import hand_out
from assignments.models import Assignment, Evidence, EvidenceFile
from assignments.reach import moved_by
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.rules import require

from ..calibration_rules import can_amend
from ..evidence import INSIDERS, evidence_for, setbacks_for
from ..models import NAMED, READABLE, Relation, Review, ReviewStatus, Score
from ..observers import minimum_of
from ..result import View, everybody_asked, is_final, kept_back_in, open_panel, results_of
from ..rules import (
    can_change_panel,
    can_see_result,
    can_share_result,
    can_start_reviews,
    can_take_back,
    can_verify_levels,
    can_write_review,
    is_over,
)
from ..verdicts import agreement_sentence, agreement_word, lacking_sentence, self_sentence
from . import rating
from .panel import find_assignment


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


@require_safe
def for_assignment(request: HttpRequest, code: UUID) -> HttpResponse:
    """Who reviews an assignment and, once all have submitted, the ratings side by side."""
    assignment = find_assignment(request, code, "option__mentorship", "closing")
    user, part = request.user, assignment.part_of(request.user)
    asked = everybody_asked(assignment)
    panel = [review for review in asked if review.status != ReviewStatus.DECLINED]
    embedded = bool(request.headers.get("HX-Request"))
    may_see = can_see_result(user, assignment)
    shown = is_final(panel) and not embedded and (may_see or part == "sponsor")
    view = View.SPONSOR if not may_see else View.PAIR if part in INSIDERS else View.HR
    results = results_of(assignment, view) if shown else []
    may_change = can_change_panel(user, assignment) and bool(open_panel(asked))
    context = {
        "assignment": assignment,
        "part": part,
        "panel": panel,
        "final": is_final(panel),
        "calibrating": any(review.status == ReviewStatus.CALIBRATING for review in panel),
        "mine": next((review for review in panel if review.rater_id == user.pk), None),
        "may_start": can_start_reviews(user, assignment),
        "may_see": may_see,
        "may_change": may_change,
        "may_share": shown and can_share_result(user, assignment),
        "takes_back": [review.pk for review in panel if _takes_back(user, review)],
        "declined": [review for review in open_panel(asked) if review.status == "declined"] if may_see else [],
        "lacking": lacking_sentence(minimum_of(open_panel(asked))) if may_change else "",
        "may_amend": shown and can_amend(user, next(each for each in panel if each.status in READABLE)),
        "may_verify": shown and part == "mentor" and can_verify_levels(user, assignment),
        "results": [_in_words(result) for result in results],
        "packets": _packets(user, assignment, panel, shared={each.key for each in results}) if not embedded else [],
        "may_tell": part == "mentee" and panel != [] and not is_final(panel) and not embedded,
        "over": bool(part) and is_over(assignment),
        # Until the mentee has finished there is nothing for the others to read.
        "may_look_back": bool(part) and is_over(assignment) and (part == "mentee" or hasattr(assignment, "closing")),
        "moved": moved_by(assignment) if shown and part in INSIDERS else [],
    }
    return pages.panel(request, "reviews/for_assignment.html", context)


def _takes_back(user, review: Review) -> bool:
    """Whether the button is worth showing: mentor and sponsor are taken back only once they are late."""
    late = review.relation in (*NAMED, Relation.SELF) or review.due_on < today(user.zone)
    return review.status == ReviewStatus.DRAFT and late and can_take_back(user, review)


def _packets(user, assignment: Assignment, panel: list[Review], *, shared: Collection[str]) -> list[Review]:
    """One review for each cycle whose packet this person may read; the sponsor's are those that are shared."""
    found = {review.cycle_id: review for review in panel if getattr(review, "packet", None)}
    if user.is_hr or assignment.part_of(user) in INSIDERS:
        return list(found.values())
    if assignment.part_of(user) == "sponsor":
        return [review for review in found.values() if review.cycle.code in shared]
    return []


def _in_words(result) -> dict[str, object]:
    criteria = [
        {
            "id": f"{result.key}-{number}",
            "criterion": each,
            "word": agreement_word(each.agreement),
            "mark": {"aligned": "done", "close": "done", "discuss": "watch"}.get(each.agreement.value or "", "draft"),
            "sentence": agreement_sentence(each.agreement),
            "own": self_sentence(each.agreement.self_gap),
        }
        for number, each in enumerate(result.criteria, start=1)
    ]
    return {"result": result, "criteria": criteria}


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: UUID) -> HttpResponse:
    """The rating form for its rater; once handed in, or for who may read it, the words as they stand."""
    found = get_object_or_404(
        Review.objects.visible_to(request.user).select_related(
            "assignment__mentee", "assignment__mentor", "assignment__sponsor", "cycle", "rater", "asked_by"
        ),
        code=code,
    )
    if request.method == "POST":
        require(can_write_review(request.user, found))
    if can_write_review(request.user, found):
        return rating.answer(request, found, request.user, "reviews/review.html")
    return _read(request, found)


def _read(request: HttpRequest, found: Review) -> HttpResponse:
    scores = (
        Score.objects.filter(review=found)
        .select_related("criterion")
        .prefetch_related("evidence", "setbacks", "changes", "criterion__levels")
        .order_by("criterion__position", "pk")
    )
    part = found.assignment.part_of(request.user)
    insider = part in INSIDERS
    tells_changes = part != "sponsor" or found.rater_id == request.user.pk
    # What the mentee has taken back since is not named to the sponsor or the colleague any more.
    own = set(evidence_for(found).values_list("pk", flat=True)) if found.rater_id == request.user.pk else set()
    told = set(setbacks_for(found).values_list("pk", flat=True)) if found.rater_id == request.user.pk else set()
    thin = set() if found.rater_id == request.user.pk else kept_back_in(found)
    lines = [
        {
            "score": score,
            "thin": score.criterion_id in thin,
            "changes": list(score.changes.all()) if tells_changes else [],
            "setbacks": [each for each in score.setbacks.all() if insider or each.pk in told],
            "evidence": [each for each in score.evidence.all() if each.pk in own or _is_named(each, part, request)],
            "level": next((x for x in score.criterion.levels.all() if x.value == score.level), None),
        }
        for score in scores
    ]
    context = {
        "review": found,
        "assignment": found.assignment,
        "lines": lines,
        "own": found.rater_id == request.user.pk,
        "part": part,
        "is_final": found.status in READABLE,
        "may_see": can_see_result(request.user, found.assignment),
    }
    return pages.panel(request, "reviews/review_read.html", context)


def _is_named(evidence: Evidence, part: str, request: HttpRequest) -> bool:
    """Whether a reader who is not the rater is told which evidence a level rests on."""
    if part == "sponsor" and not request.user.is_hr:
        return evidence.shared_with_sponsor
    return part in INSIDERS or (request.user.is_hr and evidence.shared_at_review)


@require_safe
def evidence_file(request: HttpRequest, code: UUID, file: UUID) -> FileResponse:
    """A file of the evidence that this rater is shown while they write their review, always as a download."""
    writing = Review.objects.filter(rater=request.user, status=ReviewStatus.DRAFT)
    found = get_object_or_404(writing.select_related("assignment"), code=code)
    kept = get_object_or_404(EvidenceFile.objects.filter(evidence__in=evidence_for(found).order_by()), code=file)
    return hand_out(kept)
