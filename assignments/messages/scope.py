"""Changes of scope: the one who decides is asked, the two who do the work hear what was decided."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import ScopeChange, ScopeState
from assignments.rules import decider_of
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic

ASKED = "assignments.scope_asked"
DECIDED = "assignments.scope_decided"


def asked(change: ScopeChange) -> None:
    """Ask whoever has the right to decide."""
    if (decider := decider_of(change)) is not None:
        queue(ASKED, change, recipient=decider)


def decided(change: ScopeChange) -> None:
    """Tell mentee and mentor, but not whoever decided."""
    assignment = change.assignment
    for person in (assignment.mentee, assignment.mentor):
        if person.pk != change.decided_by_id:
            queue(DECIDED, change, recipient=person)


def load(ids: Collection[int]) -> dict[int, ScopeChange]:
    people = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "assignment__charter__approver")
    return ScopeChange.objects.select_related("asked_by", "decided_by", *people).in_bulk(ids)


def _still_asked(notice: Notice, change: ScopeChange) -> bool:
    decider = decider_of(change)
    return decider is not None and decider.pk == notice.recipient_id and change.assignment.is_running


def _asked(notice: Notice, change: ScopeChange) -> Letter:
    names = {"who": change.asked_by.name, "title": change.title, "assignment": change.assignment.title}
    return Letter(
        subject=_("Decide: %(title)s") % names,
        paragraphs=(
            _("%(who)s would like to change what was agreed for “%(assignment)s”.") % names,
            change.why,
            _("Agree to it or say no with a reason; it may well be right.") % names,
        ),
        action=_("Read it and decide"),
        path=reverse("assignments:scope-decide", args=[change.code]),
        why=_("the charter gives you the right to decide, or nobody else can"),
    )


def _decided(notice: Notice, change: ScopeChange) -> Letter:
    names = {"who": change.decided_by.name if change.decided_by else "", "title": change.title}
    approved = change.state == ScopeState.APPROVED
    return Letter(
        subject=(_("Agreed: %(title)s") if approved else _("Not agreed: %(title)s")) % names,
        paragraphs=tuple(
            part
            for part in (
                (_("%(who)s agreed to the change.") if approved else _("%(who)s said no to the change.")) % names,
                change.decision_reason,
            )
            if part
        ),
        action=_("Open the plan"),
        path=reverse("assignments:plan", args=[change.assignment.code]),
        why=_("you do this work together"),
    )


KINDS = (
    Kind(ASKED, load, _still_asked, _asked, topic=Topic.PLAN),
    Kind(
        DECIDED,
        load,
        lambda notice, change: change.state in (ScopeState.APPROVED, ScopeState.DECLINED),
        _decided,
        topic=Topic.PLAN,
    ),
)
