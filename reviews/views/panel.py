"""Asking for reviews, more raters while they are open, taking one back, and showing the result to the sponsor."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as said
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assignments.models import Assignment, Charter
from assignments.refusals import Refused
from assignments.views.refused import refusals_shown
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import panel as actions
from ..actions import reminding, sharing
from ..forms.raters import RaterSet, TakeBackForm, rater_rows
from ..forms.start import DueForm, StartForm
from ..models import NAMED, Relation, Review, ReviewCycle
from ..result import those_asked
from ..rules import can_change_panel, can_manage_cycles, can_start_reviews, can_take_back, is_past_starting

PEOPLE = ("mentee", "mentor", "sponsor")


def _seen(request: HttpRequest):
    """Whose reviews this person may have to do with: for HR all that are reviewed, for calibrators what is final."""
    seen = Assignment.objects.visible_to(request.user)
    if request.user.is_hr or request.user.is_calibrator:
        asked = (Review.objects if request.user.is_hr else Review.objects.final()).values("assignment_id")
        seen = Assignment.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=asked))
    return seen.select_related(*PEOPLE)


def find_assignment(request: HttpRequest, code: UUID, *related: str) -> Assignment:
    return get_object_or_404(_seen(request).select_related(*related), code=code)


def _find_review(request: HttpRequest, code: UUID) -> Review:
    related = ("rater", "cycle", *(f"assignment__{person}" for person in PEOPLE))
    asked = Review.objects.filter(assignment__in=_seen(request).order_by()).select_related(*related)
    return get_object_or_404(asked, code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest, code: UUID) -> HttpResponse:
    """Name whoever saw the work besides the three, a cycle and a day; all are asked for their review."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).select_related(*PEOPLE), code=code)
    if request.method != "POST" and is_past_starting(request.user, assignment):
        return redirect("reviews:for-assignment", code=assignment.code)
    require(can_start_reviews(request.user, assignment))
    data = request.POST if request.method == "POST" else None
    charter = Charter.objects.filter(assignment=assignment).first()
    form = StartForm(data, initial=request.GET.dict(), review_on=charter.review_on if charter else None)
    people = rater_rows(data)
    if data is not None and form.is_valid() & people.is_valid():
        given = form.cleaned_data
        asked = _tried(
            form,
            lambda: actions.start_reviews(
                assignment, by=request.user, cycle=given["cycle"], people=people.raters(), due_on=given["due_on"]
            ),
        )
        if asked:
            return _asked(request, assignment, asked)
    context = {"assignment": assignment, "form": form, "people": people, "charter": charter}
    return render(request, "reviews/start.html", context, status=_status(form, people))


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def raters(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask more people while the reviews are open."""
    assignment = find_assignment(request, code)
    require(can_change_panel(request.user, assignment))
    data = request.POST if request.method == "POST" else None
    form, people = DueForm(data), rater_rows(data, rows=1)
    if data is not None and form.is_valid() & people.is_valid():
        due_on = form.cleaned_data["due_on"]
        asked = _tried(
            form,
            lambda: actions.add_raters(assignment, by=request.user, people=people.raters(), due_on=due_on),
        )
        if asked:
            return _asked(request, assignment, asked)
    context = {"assignment": assignment, "form": form, "people": people, "panel": those_asked(assignment)}
    return render(request, "reviews/raters.html", context, status=_status(form, people))


def _tried(form: DueForm, act: Callable[[], list[Review]]) -> list[Review]:
    """Whom it asked; nobody, and the form says why, where that was not possible."""
    try:
        return act()
    except ValidationError as error:
        for field, words in error.message_dict.items():
            form.add_error(field if field in form.fields else None, words)
    except Refused as refused:
        form.add_error(None, refused.words)
    return []


def _status(form: DueForm, people: RaterSet) -> int:
    return 422 if form.is_bound and (form.errors or people.is_wrong) else 200


def _asked(request: HttpRequest, assignment: Assignment, asked: list[Review]) -> HttpResponse:
    n = len(asked)
    words = ngettext("%(n)s person is asked for a review.", "%(n)s people are asked for their reviews.", n) % {"n": n}
    said.success(request, f"{words} {_('You will hear when all are in.')}")
    return redirect("reviews:for-assignment", code=assignment.code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def take_back(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask one person no more; of mentor and sponsor with a reason, once they are late; or go on without a mentee."""
    review = _find_review(request, code)
    require(can_take_back(request.user, review))
    left = review.relation == Relation.SELF
    act = actions.go_on_without if left else actions.take_back
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            act(review, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error("reason", error.message_dict["reason"])
        else:
            words = _("The reviews go on without %(name)s.") if left else _("%(name)s is not asked any more.")
            said.success(request, words % {"name": review.name})
            return redirect("reviews:for-assignment", code=review.assignment.code)
    named = review.relation in NAMED
    context = {"review": review, "assignment": review.assignment, "form": form, "named": named, "left": left}
    return render(request, "reviews/take_back.html", context, status=422 if form.errors else 200)


@require_POST
@refusals_shown
def remind(request: HttpRequest, code: UUID) -> HttpResponse:
    """HR reminds one rater."""
    review = _find_review(request, code)
    require(can_manage_cycles(request.user))
    reminding.remind(review, by=request.user)
    said.success(request, _("%(name)s gets a reminder.") % {"name": review.name})
    return redirect("reviews:cycle", code=review.cycle.code)


@require_POST
@refusals_shown
def remind_late(request: HttpRequest, code: str) -> HttpResponse:
    """HR reminds everybody in a cycle who is late."""
    require(can_manage_cycles(request.user))
    cycle = get_object_or_404(ReviewCycle, code=code)
    n = reminding.remind_late(cycle, by=request.user)
    words = ngettext("%(n)s person gets a reminder.", "%(n)s people get a reminder.", n) % {"n": n}
    said.success(request, words if n else _("Everybody who is late has heard of it within the last two days."))
    return redirect("reviews:cycle", code=cycle.code)


@require_POST
@refusals_shown
def share(request: HttpRequest, code: UUID, cycle: str) -> HttpResponse:
    """Show the final result to the sponsor, or no longer."""
    assignment = find_assignment(request, code)
    found = get_object_or_404(ReviewCycle, code=cycle)
    if request.POST.get("shared") == "1":
        sharing.share_result(assignment, found, by=request.user)
        said.success(request, _("Your sponsor can read what the reviews say."))
    else:
        sharing.unshare_result(assignment, found, by=request.user)
        said.success(request, _("Your sponsor cannot read it any more."))
    return redirect(reverse("reviews:for-assignment", args=[assignment.code]))
