"""Plans kept to begin other work from: saved, changed, removed, offered, and published as a copy for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Assignment, SavedPlan
from assignments.models.saved_plan import as_kept
from assignments.refusals import Refused, Stale
from assignments.rules import (
    can_edit_saved_plan,
    can_keep_plans_of_everybody,
    can_make_saved_plan,
    can_offer_saved_plan,
    can_publish_saved_plan,
    can_save_plan_of,
)
from assignments.saved_steps import SavedStep
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

FIELDS = ["name", "note", "steps"]


@transaction.atomic
def save(
    *,
    by: User,
    name: str,
    note: str,
    steps: Sequence[SavedStep],
    assignment: Assignment | None = None,
    for_everybody: bool = False,
) -> SavedPlan:
    """Keep a plan under a name, for oneself or, by HR and administrators, for everybody."""
    require(can_make_saved_plan(by) if assignment is None else can_save_plan_of(by, assignment))
    if for_everybody:
        require(can_keep_plans_of_everybody(by))
    words = {"name": name, "note": note, "steps": as_kept(list(steps))}
    plan = _named_once(lambda: SavedPlan.objects.create(made_by=by, for_everybody=for_everybody, **words))
    record(by, "plan.saved", plan, fields=FIELDS)
    return plan


@transaction.atomic
def change(plan: SavedPlan, *, by: User, seen: int, name: str, note: str, steps: Sequence[SavedStep]) -> None:
    """Change it, unless it is another than was `seen`; what was begun from it stays as it is."""
    require(can_edit_saved_plan(by, plan))
    words = {"name": name, "note": note, "steps": as_kept(list(steps))}
    same = SavedPlan.objects.filter(pk=plan.pk, version=seen)
    if not _named_once(lambda: same.update(**words, version=F("version") + 1)):
        raise Stale(_("This plan was changed in another window, or by somebody else, while you were writing."))
    record(by, "plan.changed", plan, fields=[field for field in FIELDS if getattr(plan, field) != words[field]])


@transaction.atomic
def remove(plan: SavedPlan, *, by: User) -> None:
    """Remove it for good; plans that were begun from it stay."""
    require(can_edit_saved_plan(by, plan))
    record(by, "plan.removed", plan, fields=[])
    plan.delete()


@transaction.atomic
def offer(plan: SavedPlan, *, by: User) -> None:
    """Show it to HR and administrators, who may publish it."""
    require(can_offer_saved_plan(by, plan))
    if not SavedPlan.objects.filter(pk=plan.pk, offered_at__isnull=True).update(offered_at=now()):
        raise Refused(_("This plan is offered already."))
    record(by, "plan.offered", plan, fields=["offered_at"])


@transaction.atomic
def take_back(plan: SavedPlan, *, by: User) -> None:
    """Its maker hides it again, or it is not taken; nothing of it stays with anybody else."""
    require(can_offer_saved_plan(by, plan) or can_publish_saved_plan(by, plan))
    if not SavedPlan.objects.filter(pk=plan.pk, offered_at__isnull=False).update(offered_at=None):
        raise Refused(_("This plan is not offered."))
    record(by, "plan.taken_back", plan, fields=["offered_at"])


@transaction.atomic
def publish(plan: SavedPlan, *, by: User, seen: int) -> SavedPlan:
    """Copy it, as it was `seen`, for everybody; the maker's own stays theirs alone."""
    require(can_publish_saved_plan(by, plan))
    same = SavedPlan.objects.filter(pk=plan.pk, version=seen, for_everybody=False)
    if plan.made_by_id != by.pk:
        same = same.filter(offered_at__isnull=False)
    if not same.update(offered_at=None):
        raise Refused(_("This plan has changed since you read it, or is not offered any more. Read it again first."))
    plan.refresh_from_db()
    words: dict[str, Any] = {name: getattr(plan, name) for name in FIELDS}
    copy = _named_once(lambda: SavedPlan.objects.create(made_by=by, for_everybody=True, **words))
    record(by, "plan.published", copy, fields=FIELDS)
    return copy


def _named_once(write: Any) -> Any:
    """Two of the same name could not be told apart."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as twice:
        raise Refused(_("There is a plan of this name already. Choose another name, or change that one.")) from twice
