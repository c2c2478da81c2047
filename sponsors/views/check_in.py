"""One check-in with the sponsor, and all of an assignment as a panel of its page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .. import rhythm
from ..actions import check_in as actions
from ..forms.check_in import FACTS, CheckInForm
from ..models import SponsorCheckIn
from ..rules import can_acknowledge_check_in, can_record_check_in

PAGE = "sponsors/check_in.html"
PEOPLE = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "sponsor")


@require_safe
def check_ins(request: HttpRequest, code: UUID) -> HttpResponse:
    """The talks with the sponsor: what is due, what comes next, what was said, whether the rhythm holds."""
    found = Assignment.objects.visible_to(request.user).select_related("mentee", "mentor", "sponsor", "charter")
    assignment = get_object_or_404(found, code=code)
    rows = list(_rows(request, assignment))
    read = rhythm.of(assignment, rows, request.user, today(request.user.zone))
    last_on = max((row.held_on for row in rows if row.held_on), default=None)
    context = {
        "assignment": assignment,
        "part": assignment.part_of(request.user),
        "rhythm": read,
        "contact": rhythm.contact_sentence(read.contact, last_on) if read.contact else "",
        "contact_late": bool(read.contact and read.contact.value and read.contact.value > 1),
    }
    return panel(request, "sponsors/check_ins.html", context)


def _rows(request: HttpRequest, assignment: Assignment):
    mine = SponsorCheckIn.objects.visible_to(request.user).filter(assignment=assignment, cancelled_at__isnull=True)
    return mine.select_related("sponsor", "recorded_by").order_by("due_on")


def _find(request: HttpRequest, code: UUID) -> SponsorCheckIn:
    related = (*PEOPLE, "recorded_by", "acknowledged_by")
    return get_object_or_404(SponsorCheckIn.objects.visible_to(request.user).select_related(*related), code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    check_in = _find(request, code)
    assignment, day = check_in.assignment, today(request.user.zone)
    form = CheckInForm(
        request.POST or None,
        initial={"held_on": min(day, max(check_in.due_on, assignment.starts_on or day))},
        earliest=assignment.starts_on,
        latest=day,
    )
    if request.method == "POST":
        require(can_record_check_in(request.user, check_in))
        if form.is_valid():
            try:
                actions.write_down(check_in, by=request.user, **form.cleaned_data)
            except Refused as refused:
                return _page(request, _find(request, code), form, refused=refused.words, status=409)
            words = _("Written down. The other two are told.")
            return done(request, reverse("sponsors:check-in", args=[check_in.code]), words)
    return _page(request, check_in, form, status=422 if form.errors else 200)


def _page(request: HttpRequest, check_in: SponsorCheckIn, form: CheckInForm, *, status: int, refused: str = ""):
    assignment = check_in.assignment
    written = check_in.recorded_at is not None
    rows = list(_rows(request, assignment))
    place = next((number for number, row in enumerate(rows) if row.pk == check_in.pk), None)
    context = {
        "check_in": check_in,
        "assignment": assignment,
        "talk": rhythm.talk(check_in, rows, request.user, today(request.user.zone)),
        "others": [
            each for each in (assignment.mentee, assignment.mentor, check_in.sponsor) if each.pk != request.user.pk
        ],
        "facts": [(form.fields[name].label, getattr(check_in, name)) for name in FACTS if getattr(check_in, name)],
        # What was typed too late is not lost: it stands below the words that were kept.
        "typed": [(form.fields[name].label, form.data.get(name, "")) for name in FACTS] if refused else [],
        "form": form,
        "refused": refused,
        "may_record": not written and can_record_check_in(request.user, check_in),
        "may_acknowledge": check_in.acknowledged_at is None and can_acknowledge_check_in(request.user, check_in),
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place is not None and place + 1 < len(rows) else None,
        "last": _last_said(rows[: place or 0]),
    }
    return render(request, PAGE, context, status=status)


def _last_said(earlier: list[SponsorCheckIn]) -> SponsorCheckIn | None:
    """The decision that was needed last time is asked after first."""
    return next((row for row in reversed(earlier) if row.decision), None)


@require_POST
def acknowledge(request: HttpRequest, code: UUID) -> HttpResponse:
    check_in = _find(request, code)
    actions.acknowledge(check_in, by=request.user)
    messages.success(
        request,
        _("Acknowledged. %(who)s knows that you read it.") % {"who": check_in.recorded_by.first_name},
    )
    if request.POST.get("from") == "today":
        return redirect("today")
    return redirect("sponsors:check-in", check_in.code)
