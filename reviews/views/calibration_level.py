"""One item of an agenda talked over, and a level amended after it was final."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments.refusals import Refused, Stale
from stretchhub import pages
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import calibration_level as actions
from ..calibration_page import ItemPage, both_sides, read_item
from ..calibration_rules import can_amend, can_change_level, can_see_agreement, can_see_ratings
from ..calibration_severity import mean_beside
from ..calibration_words import severity_sentences, why_sentence
from ..forms.calibration import ChangeForm, KeepForm
from ..models import CalibrationItem, Criterion, Outcome, Review, Score
from ..result import kept_back_in


def _item(request: HttpRequest, code: UUID) -> CalibrationItem:
    items = CalibrationItem.objects.visible_to(request.user).select_related(
        "session__cycle", "session__facilitator", "assignment__mentee", "criterion", "decided_by"
    )
    return get_object_or_404(items, code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def item(request: HttpRequest, code: UUID) -> HttpResponse:
    """The evidence first, then the levels; a change with its reason, or kept as rated."""
    found = _item(request, code)
    require(can_see_ratings(request.user, found))
    if request.method != "POST":
        return _shown(request, found)
    require(can_change_level(request.user, found))
    return _keep(request, found) if request.POST.get("do") == "keep" else _change(request, found)


@require_safe
def severity(request: HttpRequest, code: UUID) -> HttpResponse:
    """What is known of how mild or strict the raters are, beside the mean; about raters, so not for them."""
    found = _item(request, code)
    require(can_see_ratings(request.user, found) and can_see_agreement(request.user))
    beside = mean_beside(found)
    context = {"item": found, "lines": severity_sentences(beside) if beside else []}
    return pages.panel(request, "reviews/calibration_severity.html", context)


def _keep(request: HttpRequest, found: CalibrationItem) -> HttpResponse:
    form = KeepForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, keep=form)
    try:
        actions.keep(found, by=request.user, note=form.cleaned_data["note"])
    except Stale as stale:
        return _shown(request, _item(request, found.code), keep=form, stale=stale.words, status=409)
    except Refused as refused:
        return _refused(request, found, refused)
    return _onwards(request, found, _("Kept as rated."))


def _change(request: HttpRequest, found: CalibrationItem) -> HttpResponse:
    page = read_item(found, request.user)
    form = ChangeForm(request.POST, ratings=page.ratings, levels=page.levels)
    if not form.is_valid():
        return _shown(request, found, page=page, change=form)
    try:
        actions.change_level(found, by=request.user, **form.change())
    except ValidationError as error:
        form.add_error(None, error)
        return _shown(request, found, page=page, change=form)
    except Stale:
        return _both(request, found, form)
    except Refused as refused:
        return _refused(request, found, refused)
    said.success(request, _("Changed. What it was stays beside it."))
    return redirect("reviews:calibration-item", found.code)


def _both(request: HttpRequest, found: CalibrationItem, form: ChangeForm) -> HttpResponse:
    """Somebody was faster: the page shows theirs, and what was wanted here stays in the form, from the level now."""
    wanted = form.change()
    page = read_item(_item(request, found.code), request.user)
    theirs = both_sides(page.ratings, wanted["score"].pk)
    typed = request.POST.copy()
    for each in page.ratings:
        typed[f"shown_{each.score.pk}"] = str(each.score.level or 0)
    again = ChangeForm(typed, ratings=page.ratings, levels=page.levels)
    again.is_valid()
    return _shown(request, page.item, page=page, change=again, theirs=theirs, wanted=wanted, status=409)


def _refused(request: HttpRequest, found: CalibrationItem, refused: Refused) -> HttpResponse:
    said.warning(request, refused.words)
    return redirect("reviews:calibration", found.session.code)


def _onwards(request: HttpRequest, found: CalibrationItem, words: str) -> HttpResponse:
    """To the next item that is open, or back to the agenda when none is."""
    said.success(request, words)
    left = CalibrationItem.objects.visible_to(request.user).filter(session=found.session_id, outcome=Outcome.OPEN)
    following = left.filter(pk__gt=found.pk).order_by("pk").first() or left.order_by("pk").first()
    if following is None:
        return redirect("reviews:calibration", found.session.code)
    return redirect("reviews:calibration-item", following.code)


def _shown(
    request: HttpRequest,
    found: CalibrationItem,
    *,
    page: ItemPage | None = None,
    change: Form | None = None,
    keep: Form | None = None,
    stale: str = "",
    status: int = 0,
    **more,
) -> HttpResponse:
    page = page or read_item(found, request.user)
    context = {
        "session": found.session,
        "item": found,
        "page": page,
        "why": why_sentence(found.why),
        "may_change": can_change_level(request.user, found),
        "may_weigh": can_see_agreement(request.user),
        "change": change or ChangeForm(ratings=page.ratings, levels=page.levels),
        "keep": keep or KeepForm(initial={"note": found.note}),
        "stale": stale,
        **more,
    }
    wrong = status or (422 if (change and change.errors) or (keep and keep.errors) else 200)
    return render(request, "reviews/calibration_item.html", context, status=wrong)


# What is signed here says: this reader asked to see the levels of this review that are kept back.
LOOKED = "reviews.amend"


class _Final:
    """One score of a final review, as the form wants it."""

    def __init__(self, score: Score) -> None:
        self.score, self.name = score, score.criterion.name


@require_http_methods(["GET", "HEAD", "POST"])
@once
def amend(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change a level of a final review with a reason; mentee and mentor are told.

    A level that one observer alone gave is shown, and can be changed, once the reader asks for it on record.
    """
    if not request.user.is_calibrator:
        raise Http404
    related = ("assignment__mentee", "assignment__mentor", "cycle", "rater")
    review = get_object_or_404(Review.objects.final().select_related(*related), code=code)
    require(can_amend(request.user, review))
    status, wanted, theirs = 0, None, None
    looks = request.POST.get("do") == "look"
    if looks:
        actions.look_at_lone_levels(review, by=request.user)
    mark = signing.dumps([request.user.pk, review.pk], salt=LOOKED)
    looked = looks or _has_looked(request, review)
    kept_back = set() if looked else kept_back_in(review)
    ratings, lone = _apart(_scores(review), kept_back)
    data = request.POST if request.method == "POST" and not looks else None
    form = ChangeForm(data, ratings=ratings, levels=_levels(review))
    form.fields["score"].label = _("Which criterion")
    if data is not None and form.is_valid():
        wanted = form.change()
        try:
            actions.amend(by=request.user, **wanted)
            to = reverse("reviews:for-assignment", args=[review.assignment.code])
            return pages.done(request, to, _("Amended. Mentee and mentor are told."))
        except ValidationError as error:
            form.add_error(None, error)
        except Stale:
            review.refresh_from_db()
            ratings, lone = _apart(_scores(review), kept_back)
            theirs = next(each for each in ratings if each.score.pk == wanted["score"].pk)
            typed = request.POST.copy()
            for each in ratings:
                typed[f"shown_{each.score.pk}"] = str(each.score.level or 0)
            form = ChangeForm(typed, ratings=ratings, levels=_levels(review))
            form.is_valid()
            status = 409
    context = {
        "review": review,
        "ratings": ratings,
        "lone": ", ".join(each.name for each in lone),
        "looked": mark if looked else "",
        "form": form,
        "wanted": wanted if theirs else None,
        "theirs": theirs,
    }
    return render(request, "reviews/amend.html", context, status=status or (422 if form.errors else 200))


def _has_looked(request: HttpRequest, review: Review) -> bool:
    """Whether this person asked on this page for the levels that are kept back elsewhere."""
    try:
        return signing.loads(request.POST.get("looked", ""), salt=LOOKED) == [request.user.pk, review.pk]
    except signing.BadSignature:
        return False


def _apart(ratings: list[_Final], kept_back: set[int]) -> tuple[list[_Final], list[_Final]]:
    """Those that are shown, and those that are kept back."""
    lone = [each for each in ratings if each.score.criterion_id in kept_back and each.score.level]
    return [each for each in ratings if each not in lone], lone


def _scores(review: Review) -> list[_Final]:
    scores = Score.objects.filter(review=review).select_related("criterion", "review__assignment")
    return [_Final(each) for each in scores.prefetch_related("changes__changed_by").order_by("criterion__position")]


def _levels(review: Review):
    """The names of the levels; they are the same for each criterion of a rubric."""
    first = Criterion.objects.filter(rubric=review.cycle.rubric_id).order_by("position").first()
    return first.levels.order_by("value") if first else ()
