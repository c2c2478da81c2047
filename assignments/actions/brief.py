"""The brief: written together, handed in, judged, written anew."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..brief_sections import WORDS
from ..models import (
    Assignment,
    Brief,
    BriefRemark,
    BriefRisk,
    BriefStakeholder,
    BriefStatus,
    BriefVersion,
    Option,
    Section,
    Stage,
    Status,
)
from ..models.option import OPEN
from ..readiness import missing
from ..refusals import Refused, Stale
from ..rules import can_judge_brief, can_move_option, can_submit_brief, can_write_brief
from .assignment import raise_revision
from .brief_part import copy_parts
from .option import shift

NONE: Mapping[str, str] = MappingProxyType({})
# What is written next starts as a copy of one of these; an endorsed one only where a sponsor said yes before.
REWRITTEN_AFTER = (BriefStatus.CHANGES_REQUESTED, BriefStatus.SPONSOR_DECLINED, BriefStatus.SPONSOR_ACCEPTED)
TO_BRIEFED = {Stage.IDEA: Stage.EXPLORING, Stage.EXPLORING: Stage.BRIEFED}
ROWS: dict[str, type[models.Model]] = {
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
def submit_brief(version: BriefVersion, *, by: User) -> None:
    """Hand the draft to the mentor; its option moves to “Briefed” on the way."""
    require(can_submit_brief(by, version))
    if lacking := missing(version):
        raise Refused(" ".join([_("Not ready yet."), *lacking]))
    option = version.brief.option
    if option.stage not in OPEN and not _runs(option):
        raise Refused(_("This option is not open any more. Bring it back to the board first."))
    _change(version, BriefStatus.SUBMITTED, came_from=BriefStatus.DRAFT, submitted_at=now())
    _bring_to_briefed(option, by=by)
    record(by, "brief.submitted", version, fields=["status"])
    messages.brief.submitted(version, by=by)


@transaction.atomic
def endorse_brief(version: BriefVersion, *, by: User) -> None:
    """Stand behind the brief as the mentor, so that the mentee can ask a sponsor, or the sponsor can read on."""
    _judge(version, BriefStatus.ENDORSED, by=by, reason="")
    if assignment := Assignment.objects.filter(option__brief=version.brief_id).first():
        raise_revision(assignment)
        messages.brief.changed_since(version, assignment)


@transaction.atomic
def request_changes(version: BriefVersion, *, by: User, reason: str = "", remarks: Mapping[str, str] = NONE) -> None:
    """Send the brief back with what should change, in its sections or as a whole; the next version is a copy."""
    asked = {section: words.strip() for section, words in remarks.items() if words.strip()}
    if asked and not reason.strip():
        names = ", ".join(str(section.label) for section in Section if section in asked)
        reason = _("Please look at: %(sections)s.") % {"sections": names}
    _judge(version, BriefStatus.CHANGES_REQUESTED, by=by, reason=reason)
    BriefRemark.objects.bulk_create(
        BriefRemark(version=version, section=section.value, words=asked[section], by=by, at=now())
        for section in Section
        if section in asked
    )


@transaction.atomic
def decline_brief(version: BriefVersion, *, by: User, reason: str) -> None:
    """Say that this case does not stand, and why."""
    _judge(version, BriefStatus.DECLINED, by=by, reason=reason)


@transaction.atomic
def start_new_version(brief: Brief, *, by: User) -> BriefVersion:
    """Begin the next version as a copy of the last one, which stays readable as it was decided on."""
    require(can_write_brief(by, brief))
    last = brief.versions.order_by("-number").first()
    if last is None or not may_follow(last):
        raise Refused(_("A new version starts after changes were requested or a sponsor has answered."))
    copy = {name: getattr(last, name) for name in WORDS}
    try:
        with transaction.atomic():
            version = BriefVersion.objects.create(brief=brief, number=last.number + 1, written_by=by, **copy)
    except IntegrityError:
        raise Refused(_("The next version has just been started. Load the page again.")) from None
    for name, model in ROWS.items():
        _copy_rows(getattr(last, name).all(), model, version)
    copy_parts(last, version)
    record(by, "brief.version_started", version, fields=["number"])
    return version


def may_follow(last: BriefVersion) -> bool:
    """Whether a version can come after this, the last one."""
    if last.status != BriefStatus.ENDORSED:
        return last.status in REWRITTEN_AFTER
    return BriefVersion.objects.filter(brief=last.brief_id, status=BriefStatus.SPONSOR_ACCEPTED).exists()


def _runs(option: Option) -> bool:
    """Whether the work of an option has begun and is not over: its case may still be written on."""
    return Assignment.objects.filter(option=option).exclude(status=Status.CLOSED).exists()


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
