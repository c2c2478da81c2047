"""The cases that rating is practised on: drafted by HR, published once, never changed after, retired when outworn."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import CASE_NEXT, CaseStatus, Criterion, RubricStatus, Vignette
from ..rules import can_keep_cases
from ..scoring import LEVELS
from ..vignettes import LEAST_CASES, LEAST_EXPERTS, people_named
from .holding import hold_draft

FIELDS = ["criterion_key", "experts", "gold", "reason", "text", "why_not_higher", "why_not_lower"]


@dataclass(frozen=True)
class CaseWords:
    """A whole draft as it was typed; the reasons and the experts may still be missing."""

    criterion_key: str
    text: str
    gold: int
    reason: str = ""
    why_not_lower: str = ""
    why_not_higher: str = ""
    experts: str = ""


@transaction.atomic
def draft_case(*, by: User, words: CaseWords) -> Vignette:
    """A case that HR alone reads until it is published."""
    require(can_keep_cases(by))
    last = Vignette.objects.aggregate(last=Max("position"))["last"]
    case = Vignette.objects.create(
        key=f"case-{uuid.uuid4().hex[:12]}", position=0 if last is None else last + 1, **asdict(words)
    )
    record(by, "vignette.drafted", case, fields=FIELDS)
    return case


@transaction.atomic
def save_case(case: Vignette, *, by: User, edit: int, words: CaseWords) -> Vignette:
    """Keep a draft as it was typed."""
    _hold(case, by=by, edit=edit, **asdict(words))
    record(by, "vignette.saved", case, fields=FIELDS)
    return case


@transaction.atomic
def publish_case(case: Vignette, *, by: User, edit: int) -> Vignette:
    """Exercises that begin from now on have it; those that run keep theirs."""
    _hold(case, by=by, edit=edit)
    if errors := missing(case):
        raise ValidationError(errors)
    return _move(case, CaseStatus.PUBLISHED, by=by, verb="vignette.published", published_at=now())


@transaction.atomic
def retire_case(case: Vignette, *, by: User) -> Vignette:
    """No exercise begins with it any more; those that run and what was rated stay."""
    require(can_keep_cases(by))
    # Held together, so that two at once do not leave too few.
    held = Vignette.objects.published().select_for_update().order_by("pk").values_list("pk", flat=True)
    published = set(held)
    if case.pk in published and len(published) <= LEAST_CASES:
        raise Refused(_("An exercise needs six cases. Publish another one before you retire this one."))
    return _move(case, CaseStatus.RETIRED, by=by, verb="vignette.retired", retired_at=now())


@transaction.atomic
def bring_back_case(case: Vignette, *, by: User) -> Vignette:
    """Let exercises begin with it again, in the words it always had."""
    require(can_keep_cases(by))
    if case.status == CaseStatus.DRAFT:
        raise Refused(_("This is a draft. Publish it when it is ready."))
    return _move(case, CaseStatus.PUBLISHED, by=by, verb="vignette.brought_back", retired_at=None)


@transaction.atomic
def confirm_case(case: Vignette, *, by: User, edit: int, experts: str) -> Vignette:
    """Name who gives a published case the level it has; its words and its level stay."""
    require(can_keep_cases(by))
    if len(people_named(experts)) < LEAST_EXPERTS:
        raise ValidationError({"experts": too_few_experts()})
    standing = Vignette.objects.filter(pk=case.pk).exclude(status=CaseStatus.DRAFT)
    if not standing.filter(edit=edit).update(experts=experts, edit=F("edit") + 1):
        raise Stale(_("Somebody else changed this case since you opened it."))
    case.refresh_from_db()
    record(by, "vignette.confirmed", case, fields=["experts"])
    return case


@transaction.atomic
def discard_case(case: Vignette, *, by: User, edit: int) -> None:
    """Throw a draft away; nobody ever practised on it."""
    _hold(case, by=by, edit=edit)
    record(by, "vignette.discarded", case, fields=["status"])
    Vignette.objects.filter(pk=case.pk, status=CaseStatus.DRAFT).delete()


def missing(case: Vignette) -> dict[str, list[str]]:
    """What keeps a draft from being published, by the field that it is missing in."""
    errors: dict[str, list[str]] = {}
    published = Criterion.objects.filter(rubric__status=RubricStatus.PUBLISHED, key=case.criterion_key)
    if not published.exists():
        errors["criterion_key"] = [_("No published rubric has this criterion. Choose one that people rate by.")]
    if not case.reason.strip():
        errors["reason"] = [_("Say by the anchors why it is this level.")]
    if case.gold > min(LEVELS) and not case.why_not_lower.strip():
        errors["why_not_lower"] = [_("Say why it is more than level %(n)d.") % {"n": case.gold - 1}]
    if case.gold < max(LEVELS) and not case.why_not_higher.strip():
        errors["why_not_higher"] = [_("Say why it is not level %(n)d yet.") % {"n": case.gold + 1}]
    if len(people_named(case.experts)) < LEAST_EXPERTS:
        errors["experts"] = [too_few_experts()]
    return errors


def too_few_experts() -> str:
    return _("Name at least three people here who give it this level, with commas between.")


def _move(case: Vignette, state: CaseStatus, *, by: User, verb: str, **values: Any) -> Vignette:
    before = [one for one, after in CASE_NEXT.items() if state in after]
    moved = Vignette.objects.filter(pk=case.pk, status__in=before)
    if not moved.update(status=state, edit=F("edit") + 1, **values):
        raise Refused(_("Somebody else did this meanwhile. Look at the case as it stands now."))
    case.refresh_from_db()
    record(by, verb, case, fields=["status"])
    return case


def _hold(case: Vignette, *, by: User, edit: int, **values: Any) -> None:
    """Take the draft for this change: whoever comes with an older page is told so."""
    require(can_keep_cases(by))
    gone = _("This draft was published or thrown away meanwhile; what is published does not change.")
    hold_draft(case, edit=edit, gone=gone, stale=_("Somebody else changed this case since you opened it."), **values)
