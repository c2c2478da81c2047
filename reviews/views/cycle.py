"""Review cycles, for HR: how far each is, and who is late."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import cycle as actions
from ..cycle_page import not_started_lines, short_panels
from ..export_page import line_of
from ..forms.cycle import CycleForm
from ..models import NOT_ASKED, READABLE, Export, Relation, Review, ReviewCycle, ReviewStatus
from ..rules import can_manage_cycles
from ..verdicts import lacking_sentence


def _counted():
    """Cycles with how many reviews are asked for: drafts, submitted and not yet final, and final."""
    waiting = (ReviewStatus.SUBMITTED, ReviewStatus.CALIBRATING)
    groups = {"draft": (ReviewStatus.DRAFT,), "submitted": waiting, "final": READABLE}
    counts = {name: Count("reviews", filter=Q(reviews__status__in=group)) for name, group in groups.items()}
    asked = Count("reviews", filter=~Q(reviews__status__in=NOT_ASKED))
    # The mentee's own review stands for the assignment.
    held = Q(reviews__status=ReviewStatus.CALIBRATING, reviews__relation=Relation.SELF)
    return ReviewCycle.objects.select_related("rubric").annotate(
        asked=asked, calibrating=Count("reviews", filter=held), **counts
    )


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All cycles, the newest first, with how far each is."""
    require(can_manage_cycles(request.user))
    cycles = pages.page_by_key(_counted(), request.GET.get("after", ""), by=("-opens_on", "-pk"))
    return render(request, "reviews/cycles.html", {"cycles": cycles, "today": today(request.user.zone)})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest) -> HttpResponse:
    require(can_manage_cycles(request.user))
    form = CycleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cycle = actions.add_cycle(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            to = reverse("reviews:cycle", args=[cycle.code])
            return pages.done(request, to, _("The cycle is open. Mentors and mentees can choose it now."))
    return pages.panel(request, "reviews/cycle_add.html", {"form": form})


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One cycle: how far it is, who is late, its final results and its exports; no rating before final."""
    require(can_manage_cycles(request.user))
    cycle = get_object_or_404(_counted(), code=code)
    day = today(request.user.zone)
    waiting = (
        Review.objects.filter(cycle=cycle, status=ReviewStatus.DRAFT)
        .select_related("rater", "assignment__mentee")
        .only(
            "code", "due_on", "relation", "rater_name", "rater", "assignment__title", "assignment__mentee", "cycle_id"
        )
        .order_by("due_on", "pk")
    )
    final = (
        Review.objects.filter(cycle=cycle, status__in=READABLE, relation=Relation.SELF)
        .select_related("assignment__mentee", "assignment__mentor")
        .order_by("-final_at", "-pk")
    )
    context = {
        "cycle": cycle,
        "not_started": not_started_lines(cycle, day),
        "short": [(each, lacking_sentence(each.lacking)) for each in short_panels(cycle)],
        "late": [each for each in waiting[:100] if each.due_on < day],
        "open": [each for each in waiting[:100] if each.due_on >= day],
        "final": pages.page_by_key(final, request.GET.get("after", ""), by=("-final_at", "-pk")),
        "exports": [line_of(each) for each in Export.objects.filter(cycle=cycle).select_related("requested_by")[:20]],
    }
    return render(request, "reviews/cycle.html", context)
