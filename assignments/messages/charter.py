"""Asking the parties of a charter to read and acknowledge it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Charter, Part, Status
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue_many

ASKED = "assignments.charter_asked"


def asked(charter: Charter, *, by: Any) -> None:
    """Ask everybody but the writer to acknowledge the version just saved."""
    assignment = charter.assignment
    people = {p.pk: p for p in (assignment.mentee, assignment.mentor, assignment.sponsor) if p and p.pk != by.pk}
    queue_many(draft(ASKED, charter, recipient=person, revision=charter.version) for person in people.values())


def load(ids: Collection[int]) -> dict[int, Charter]:
    related = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")
    return Charter.objects.select_related(*related).prefetch_related("acknowledgements").in_bulk(ids)


def _still_asked(notice: Notice, charter: Charter) -> bool:
    """The version asked about is the current one and this person has not yet agreed."""
    if charter.assignment.status == Status.CLOSED or int(notice.key.split(":")[2]) != charter.version:
        return False
    agreed = {a.part for a in charter.acknowledgements.all() if a.charter_version == charter.version}
    mine = {part for part in Part.values if getattr(charter.assignment, f"{part}_id") == notice.recipient_id}
    return bool(mine - agreed)


def _asked(notice: Notice, charter: Charter) -> Letter:
    title = {"title": charter.assignment.title}
    changed = charter.version > 1
    return Letter(
        subject=(_("The charter of %(title)s has changed") if changed else _("The charter of %(title)s is ready"))
        % title,
        paragraphs=(
            _("It says what is in and out of scope, who decides what, the hours and the rhythm of check-ins."),
            _("Please read it and acknowledge it, or tell the other two what is missing."),
        ),
        action=_("Read the charter"),
        path=reverse("assignments:charter", args=[charter.assignment.code]),
        why=_("you are one of the three who acknowledge this charter"),
    )


KINDS = (Kind(ASKED, load, _still_asked, _asked, queries=2),)
