"""The brief: written together, handed in, judged, written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import (
    Brief,
    BriefOutcome,
    BriefRisk,
    BriefStakeholder,
    BriefStatus,
    BriefVersion,
    Option,
    Stage,
)
from ..models.option import OPEN
from ..readiness import missing
from ..refusals import Refused, Stale
from ..rules import can_judge_brief, can_move_option, can_submit_brief, can_write_brief
from .option import shift

WORDS = ("problem", "dependencies", "decision_asked")
REWRITTEN_AFTER = (BriefStatus.CHANGES_REQUESTED, BriefStatus.SPONSOR_DECLINED)
TO_BRIEFED = {Stage.IDEA: Stage.EXPLORING, Stage.EXPLORING: Stage.BRIEFED}


@dataclass(frozen=True)
class Page:
    """Everything that one version of a brief says."""

    words: Mapping[str, str]
    outcomes: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    stakeholders: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    risks: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


ROWS: dict[str, type[models.Model]] = {
    "outcomes": BriefOutcome,
    "stakeholders": BriefStakeholder,
    "risks": BriefRisk,
}


@transaction.atomic
def start_brief(option: Option, *, by: User) -> Brief:
    """Open the brief of an option; where it has one already, that one."""
    require(can_move_option(by, option))
    existing = Brief.objects.filter(option=option).first()
    if existing:
        return existing
    if option.stage not in OPEN:
        raise Refused(_("Only an open option gets a brief. Bring this one back to the board first."))
    brief, fresh = Brief.objects.get_or_create(option=option)
    if not fresh:
        return brief
    BriefVersion.objects.create(brief=brief, number=1, written_by=by)
    record(by, "brief.started", brief, fields=["option"])
    return brief


@transaction.atomic
def edit_brief(version: BriefVersion, *, by: User, edit: int, page: Page) -> None:
    """Save the draft, unless somebody else has saved it since `edit` was read."""
    require(can_write_brief(by, version.brief))
    if version.status != BriefStatus.DRAFT:
        raise Refused(_("This version was handed in and can no longer be changed."))
    touched = [name for name in WORDS if getattr(version, name) != page.words[name]]
    same = BriefVersion.objects.filter(pk=version.pk, status=BriefStatus.DRAFT, edit=edit)
    if not same.update(**page.words, edit=F("edit") + 1):
        raise Stale(_("This brief was saved by somebody else while you were writing."))
    for name, model in ROWS.items():
        getattr(version, name).all().delete()
        model._default_manager.bulk_create([model(version=version, **row) for row in getattr(page, name)])
    record(by, "brief.edited", version, fields=[*touched, *ROWS])
    version.refresh_from_db()


@transaction.atomic
def submit_brief(version: BriefVersion, *, by: User) -> None:
    """Hand the draft to the mentor; its option moves to “Briefed” on the way."""
    require(can_submit_brief(by, version))
    if lacking := missing(version):
        raise Refused(" ".join([_("Not ready yet."), *lacking]))
    option = version.brief.option
    if option.stage not in OPEN:
        raise Refused(_("This option is not open any more. Bring it back to the board first."))
    _change(version, BriefStatus.SUBMITTED, came_from=BriefStatus.DRAFT, submitted_at=now())
    _bring_to_briefed(option, by=by)
    record(by, "brief.submitted", version, fields=["status"])
    messages.brief.submitted(version, by=by)


@transaction.atomic
def endorse_brief(version: BriefVersion, *, by: User) -> None:
    """Stand behind the brief as the mentor, so that the mentee can ask a sponsor."""
    _judge(version, BriefStatus.ENDORSED, by=by, reason="")


@transaction.atomic
def request_changes(version: BriefVersion, *, by: User, reason: str) -> None:
    """Send the brief back with what should change; the next version starts as a copy."""
    _judge(version, BriefStatus.CHANGES_REQUESTED, by=by, reason=reason)


@transaction.atomic
def decline_brief(version: BriefVersion, *, by: User, reason: str) -> None:
    """Say that this case does not stand, and why."""
    _judge(version, BriefStatus.DECLINED, by=by, reason=reason)


@transaction.atomic
def start_new_version(brief: Brief, *, by: User) -> BriefVersion:
    """Begin the next version as a copy of the last one, which stays readable."""
    require(can_write_brief(by, brief))
    last = brief.versions.order_by("-number").first()
    if last is None or last.status not in REWRITTEN_AFTER:
        raise Refused(_("A new version starts after changes were requested or a sponsor declined."))
    copy = {name: getattr(last, name) for name in WORDS}
    try:
        with transaction.atomic():
            version = BriefVersion.objects.create(brief=brief, number=last.number + 1, written_by=by, **copy)
    except IntegrityError:
        raise Refused(_("The next version has just been started. Load the page again.")) from None
    for name, model in ROWS.items():
        _copy_rows(getattr(last, name).all(), model, version)
    record(by, "brief.version_started", version, fields=["number"])
    return version


def _judge(version: BriefVersion, status: str, *, by: User, reason: str) -> None:
    require(can_judge_brief(by, version))
    if status != BriefStatus.ENDORSED and not reason.strip():
        raise Refused(_("Say what should change, or why not."))
    decision = {"decided_at": now(), "decided_by": by, "decision_reason": reason.strip()}
    _change(version, status, came_from=BriefStatus.SUBMITTED, **decision)
    record(by, f"brief.{status}", version, fields=["status", "decision_reason"])
    messages.brief.judged(version)


def _change(version: BriefVersion, status: str, *, came_from: str, **fields: Any) -> None:
    here = BriefVersion.objects.filter(pk=version.pk, status=came_from, edit=version.edit)
    changed = here.update(status=status, edit=F("edit") + 1, **fields)
    version.refresh_from_db()
    if not changed:
        raise Stale(
            _("The brief has changed since you opened it; it is now “%(status)s”.")
            % {"status": version.get_status_display()}
        )


def _bring_to_briefed(option: Option, *, by: User) -> None:
    """Walk an option that is still an idea or being explored along the drawn steps."""
    while option.stage in TO_BRIEFED:
        shift(option, TO_BRIEFED[Stage(option.stage)], version=option.version)
        record(by, "option.moved", option, fields=["stage"])


def _copy_rows(rows: models.QuerySet, model: type[models.Model], version: BriefVersion) -> None:
    names = [f.name for f in model._meta.fields if not f.unique and f.name != "version"]
    model._default_manager.bulk_create(
        [model(version=version, **{name: getattr(row, name) for name in names}) for row in rows]
    )
