"""What a mentee writes about their own growth: kept, looked through, and issued as it was last seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..letter_facts import final_cycle
from ..models import DocumentKind, IssuedDocument, OwnDraft
from ..own_rules import can_write_own
from ..own_sources import draft_of, looked_through
from .document import issue

MEANWHILE = _("It was saved in another window while you were here.")
CHANGED = _("Your words or the records have changed since you looked through it. Look once more, then issue it.")


@transaction.atomic
def write_own(assignment: Assignment, kind: str, *, by: User, edit: int, words: Mapping[str, str]) -> OwnDraft:
    """Keep the words of a case study or of the slides."""
    require(can_write_own(by, assignment))
    return _save(by, kind, assignment, edit, words={name: text for name, text in words.items() if text.strip()})


@transaction.atomic
def choose(
    kind: str,
    *,
    by: User,
    edit: int,
    stays: Mapping[str, bool],
    names: Mapping[str, str],
    more: Sequence[tuple[str, str]],
    assignment: Assignment | None = None,
) -> OwnDraft:
    """Keep what is to be left out and what is said otherwise."""
    require(assignment is None or can_write_own(by, assignment))
    choices = {"stays": dict(stays), "names": dict(names), "more": [list(each) for each in more]}
    return _save(by, kind, assignment, edit, **choices)


def _save(by: User, kind: str, assignment: Assignment | None, edit: int, **changes: object) -> OwnDraft:
    User.objects.select_for_update().get(pk=by.pk)
    draft = draft_of(kind, by, assignment) or OwnDraft(person=by, kind=kind, assignment=assignment, edit=0)
    if draft.pk is None:
        draft.save()
    same = OwnDraft.objects.filter(pk=draft.pk, edit=edit)
    if not same.update(**changes, saved_at=now(), edit=F("edit") + 1):
        raise Stale(MEANWHILE)
    draft.refresh_from_db()
    record(by, "own_draft.saved", draft, fields=list(changes), facts={"kind": kind})
    return draft


@transaction.atomic
def issue_own(kind: str, *, by: User, seal: str, assignment: Assignment | None = None) -> IssuedDocument:
    """Freeze exactly what was seen: `seal` is that of the preview."""
    require(assignment is None or can_write_own(by, assignment))
    looked = looked_through(kind, by, assignment)
    if looked.seal != seal:
        raise Stale(CHANGED)
    if not looked.text.sections:
        raise Refused(_("Nothing would stand in it. Write something, or let more stay."))
    cycle = final_cycle(assignment) if assignment and kind != DocumentKind.RECORD else None
    return issue(kind, by=by, text=looked.text, assignment=assignment, cycle=cycle)
