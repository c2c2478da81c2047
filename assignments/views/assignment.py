"""The list of assignments, one assignment, and its pause, end and new beginning."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import overview, rules, story, timeline
from assignments.actions import assignment as actions
from assignments.forms.assignment import CloseForm, PauseForm
from assignments.messages.check_in import DUE
from assignments.models import (
    Assignment,
    Charter,
    CharterAcknowledgement,
    CheckIn,
    CheckInAnswer,
    Evidence,
    Milestone,
    Part,
    Status,
)
from assignments.models.assignment import RUNNING
from assignments.results import results
from assignments.signals import judgement, read
from assignments.status_words import standing
from stretchhub.among import Among
from stretchhub.beside import put_beside
from stretchhub.compiled import compiled
from stretchhub.env import today
from stretchhub.notices.models import Notice
from stretchhub.pages import page_of, rows_after
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from .refused import refusals_shown

TABS = {
    "running": Q(status__in=[Status.CHARTERING, *RUNNING]),
    "closed": Q(status=Status.CLOSED),
}
NEWEST = 6
CARDS = 24
NEWEST_FIRST = ("-created_at", "-pk")
# Who has acknowledged the charter as it is now, read with the assignment.
SAID = CharterAcknowledgement.objects.filter(
    charter__assignment=OuterRef("pk"), charter_version=OuterRef("charter__version")
)
AGREED = {f"agreed_{part}": Exists(SAID.filter(part=part)) for part in Part.values}


def find(request: HttpRequest, code: Any, *related: str, agreed: bool = False) -> Assignment:
    """The assignment, or the same 404 as one that does not exist; on demand with who has `AGREED`."""
    for assignment in (_found_with_agreed if agreed else _found)(request.user, UUID(str(code)), related):
        return assignment
    raise Http404


def _visible(user: Any, code: UUID, related: tuple[str, ...]) -> QuerySet[Assignment]:
    rows = Assignment.objects.visible_to(user).filter(code=code)
    return rows.select_related("mentee", "mentor", "sponsor", *related)


_found = compiled(_visible)


@compiled
def _found_with_agreed(user: Any, code: UUID, related: tuple[str, ...]) -> QuerySet[Assignment]:
    return _visible(user, code, related).annotate(**AGREED)


@compiled
def _listed(user: Any, tab: str, created_at: datetime | None, pk: int | None) -> QuerySet[Assignment]:
    rows = Assignment.objects.visible_to(user).filter(TABS[tab])
    rows = rows.select_related("mentee", "mentor", "sponsor", "charter")
    return rows_after(rows, (created_at, pk), by=NEWEST_FIRST, size=CARDS)


@require_safe
def assignments(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("show", "running")
    tab = tab if tab in TABS else "running"
    after = request.GET.get("after", "")
    page = page_of(_listed, request.user, tab, model=Assignment, after=after, by=NEWEST_FIRST, size=CARDS)
    return render(
        request,
        "assignments/assignment_list.html",
        {
            "page": page,
            "cards": overview.cards(page.items, request.user),
            "tabs": [
                {"label": _("Running"), "url": "?", "current": tab == "running"},
                {"label": _("Closed"), "url": "?show=closed", "current": tab == "closed"},
            ],
            "tab": tab,
            "keep": f"show={tab}&" if tab == "closed" else "",
        },
    )


@require_safe
def detail(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code, "charter", "option", agreed=True)
    return render(request, "assignments/assignment.html", _page(request, assignment))


def _page(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    user, part = request.user, assignment.part_of(request.user)
    day = today(user.zone)
    reading = read([assignment])[assignment.pk]
    milestones = reading.milestones
    newest = _newest(user, assignment)
    held = _meetings(assignment, user, day) if part != "sponsor" else []
    happened = story.latest(assignment, user)
    marks = timeline.marks(assignment, day, milestones=milestones, held=held, happened=happened)
    return {
        "assignment": assignment,
        "part": part,
        "day": day,
        "standing": standing(assignment, judgement(assignment, reading)),
        "milestones": [MilestoneLine(milestone, day) for milestone in milestones],
        "results": results(assignment),
        "may_record": rules.can_record_measurement(user, assignment),
        "done_count": sum(milestone.done_at is not None for milestone in milestones),
        "evidence": newest[:NEWEST],
        "more_evidence": len(newest) > NEWEST,
        "marks": marks,
        **_check_in_panel(assignment, held, user),
        **_charter_panel(assignment, user),
        **_may(user, assignment),
    }


class MilestoneLine:
    """A milestone with what its day means today."""

    def __init__(self, milestone: Milestone, day: Any) -> None:
        self.milestone = milestone
        self.done = milestone.done_at is not None
        self.late = not self.done and milestone.due_on < day
        self.soon = not self.done and not self.late and (milestone.due_on - day).days <= 3


@compiled
def _newest(user: Any, assignment: Assignment) -> QuerySet[Evidence]:
    rows = Evidence.objects.visible_to(user).filter(assignment=assignment).select_related("milestone")
    return rows.with_marks().order_by("-happened_on", "-pk")[: NEWEST + 1]


def _meetings(assignment: Assignment, user: Any, day: Any) -> list[timeline.Meeting]:
    rows = _planned(assignment, user)
    put_beside(rows, "answers", _answers)
    return timeline.meetings(rows, user, day)


@compiled
def _planned(assignment: Assignment, user: Any) -> QuerySet[CheckIn]:
    """Each with the moment at which this reader was reminded of it."""
    sent = Notice.objects.inbox(user).filter(kind=DUE, object_id=OuterRef("pk")).order_by("-due_at", "-pk")
    rows = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True).order_by("due_on")
    return rows.annotate(reminded=Exists(sent), reminded_at=Subquery(sent.values("sent_at")[:1]))


@compiled
def _answers(check_ins: list[int]) -> QuerySet[CheckInAnswer]:
    return CheckInAnswer.objects.filter(Among("check_in", check_ins))


def _check_in_panel(assignment: Assignment, held: list[timeline.Meeting], user: Any) -> dict[str, Any]:
    """The one that is due, those still to acknowledge, the next, and the last few."""
    ahead = [meeting for meeting in held if meeting.mark == "planned"]
    past = [meeting for meeting in reversed(held) if meeting.mark != "planned"]
    due = next((meeting for meeting in past if meeting.to_answer), None)
    return {
        "due": due,
        "reminder": due and due.check_in.reminded and {"sent_at": due.check_in.reminded_at},
        "next_meeting": ahead[0] if ahead else None,
        "other": assignment.mentor if user.pk == assignment.mentee_id else assignment.mentee,
        "ahead_count": len(ahead),
        "past_meetings": [meeting for meeting in past if meeting is not due][:NEWEST],
    }


def _charter_panel(assignment: Assignment, user: Any) -> dict[str, Any]:
    charter: Charter | None = getattr(assignment, "charter", None)
    agreed = {part for part in Part.values if getattr(assignment, f"agreed_{part}")}
    people = {"mentee": assignment.mentee, "mentor": assignment.mentor, "sponsor": assignment.sponsor}
    return {
        "charter": charter,
        "parties": [
            {"person": person, "note": _note(Part(part), charter, part in agreed)} for part, person in people.items()
        ],
        "charter_waits_for_me": charter is not None
        and any(person and person.pk == user.pk and part not in agreed for part, person in people.items()),
    }


def _note(part: Part, charter: Charter | None, agreed: bool) -> str:
    """“Mentor · acknowledged”, where there is a charter to acknowledge."""
    if charter is None:
        return str(part.label)
    state = _("charter acknowledged") if agreed else _("charter not yet acknowledged")
    return f"{part.label} · {state}"


def _may(user: Any, assignment: Assignment) -> dict[str, bool]:
    paused, active = assignment.status == Status.PAUSED, assignment.status == Status.ACTIVE
    return {
        "may_log": rules.can_log_evidence(user, assignment),
        "may_plan": rules.can_edit_plan(user, assignment),
        "may_finish": assignment.status in rules.WORKING and assignment.part_of(user) in ("mentee", "mentor"),
        "may_edit_charter": rules.can_edit_charter(user, assignment),
        "may_pause": active and rules.can_pause(user, assignment),
        "may_resume": paused and rules.can_pause(user, assignment),
        "may_close": may_close(user, assignment),
        "show_reviews": assignment.status in (Status.ACTIVE, Status.REVIEWING, Status.CLOSED),
    }


def may_close(user: Any, assignment: Assignment) -> bool:
    """The mentor as long as it is open; the mentee while withdrawing is possible."""
    if assignment.status == Status.CLOSED or not rules.can_close(user, assignment):
        return False
    return user.pk == assignment.mentor_id or assignment.status != Status.REVIEWING


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def pause(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    require(rules.can_pause(request.user, assignment))
    form = PauseForm(request.POST or None)
    if form.is_valid():
        actions.pause(assignment, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Paused. No check-in falls due and nothing gets late until you resume."))
        return redirect("assignments:detail", assignment.code)
    context = {"assignment": assignment, "form": form}
    return render(request, "assignments/assignment_pause.html", context, status=422 if form.errors else 200)


@require_POST
@refusals_shown
def resume(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    actions.resume(assignment, by=request.user)
    messages.success(request, _("It goes on. Open days have moved by the length of the pause."))
    return redirect("assignments:detail", assignment.code)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def close(request: HttpRequest, code: Any) -> HttpResponse:
    assignment = find(request, code)
    require(rules.can_close(request.user, assignment))
    withdrawing = request.user.pk == assignment.mentee_id
    form = CloseForm(request.POST or None, assignment=assignment, withdrawing=withdrawing)
    if form.is_valid():
        words = form.cleaned_data
        actions.close(assignment, by=request.user, ending=words["ending"], reason=words["reason"])
        messages.success(request, _("Closed. What was learned stays on record."))
        return redirect("assignments:detail", assignment.code)
    context = {"assignment": assignment, "form": form, "possible": bool(form.fields["ending"].choices)}
    return render(request, "assignments/assignment_close.html", context, status=422 if form.errors else 200)
