"""Writing a draft section by section, seeing who else writes, and settling what the mentor asked to change.

A section saves itself while somebody types. Whoever saves holds the version first, so that it is not handed in
meanwhile, and saves only while the section is still as they read it. The trail names each person who wrote in a
section once a spell, as in the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..brief_sections import FIELDS, ROWS
from ..models import (
    BriefRemark,
    BriefRisk,
    BriefSection,
    BriefStakeholder,
    BriefStatus,
    BriefVersion,
    BriefWriter,
    Section,
)
from ..refusals import Refused, Stale
from ..rules import can_write_brief

SPELL = timedelta(hours=1)

MODELS: dict[str, type[models.Model]] = {"stakeholders": BriefStakeholder, "risks": BriefRisk}
Rows = Sequence[Mapping[str, Any]]


@transaction.atomic
def save_section(
    version: BriefVersion, *, by: User, section: str, words: Mapping[str, Any], rows: Rows = (), edit: int
) -> BriefSection | None:
    """Save one section of a draft, unless somebody else has saved it since `edit` was read.

    The same words again write nothing and are no conflict. `edit` is 0 where nothing was saved yet.
    """
    require(can_write_brief(by, version.brief))
    is_open = _hold(version)
    former = version.sections.filter(name=section).select_related("saved_by").first()
    touched = _touched(version, section, words, rows)
    if not touched:
        return former
    if not is_open:
        raise Refused(_("This version was handed in and is not changed any more."))
    if edit != (former.edit if former else 0):
        raise Stale(_("Other words were saved here while you were writing."))
    _write(version, section, words, rows)
    saved = touch_section(version, by=by, section=section)
    if _new_spell(former, by):
        record(by, "brief.edited", version, fields={section, *touched})
    return saved


def touch_section(version: BriefVersion, *, by: User, section: str) -> BriefSection:
    """Note that a section of an open draft is being changed; who reads it elsewhere sees it anew."""
    if not BriefVersion.objects.filter(pk=version.pk, status=BriefStatus.DRAFT).update(edit=F("edit") + 1):
        raise Refused(_("This version was handed in and is not changed any more."))
    saved, fresh = BriefSection.objects.get_or_create(
        version=version, name=section, defaults={"saved_by": by, "saved_at": now()}
    )
    if not fresh:
        BriefSection.objects.filter(pk=saved.pk).update(edit=F("edit") + 1, saved_by=by, saved_at=now())
    version.refresh_from_db(fields=["edit"])
    return BriefSection.objects.select_related("saved_by").get(pk=saved.pk)


def _hold(version: BriefVersion) -> bool:
    """Whether the draft is open still; nobody else saves or hands in before this is done."""
    return bool(BriefVersion.objects.filter(pk=version.pk, status=BriefStatus.DRAFT).update(status=BriefStatus.DRAFT))


def _touched(version: BriefVersion, section: str, words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The fields whose words are others than those saved now."""
    saved = BriefVersion.objects.values(*FIELDS[section]).get(pk=version.pk) if FIELDS[section] else {}
    touched = [name for name in FIELDS[section] if saved[name] != words[name]]
    if name := ROWS.get(section):
        before = list(getattr(version, name).values(*rows[0])) if rows else list(getattr(version, name).values("pk"))
        touched += [name] * (before != [dict(row) for row in rows])
    return touched


def _write(version: BriefVersion, section: str, words: Mapping[str, Any], rows: Rows) -> None:
    if words:
        BriefVersion.objects.filter(pk=version.pk).update(**words)
    if name := ROWS.get(section):
        getattr(version, name).all().delete()
        MODELS[name]._default_manager.bulk_create([MODELS[name](version=version, **row) for row in rows])


def _new_spell(former: BriefSection | None, by: User) -> bool:
    """Whether this person begins to write here: for the first time, after the other, or after a while."""
    return former is None or former.saved_by_id != by.pk or now() - former.saved_at > SPELL


@transaction.atomic
def be_here(version: BriefVersion, *, by: User, section: str) -> None:
    """Let the other one see that this person has the draft open, and where in it they are."""
    require(can_write_brief(by, version.brief))
    if version.status != BriefStatus.DRAFT:
        return
    known = section if section in Section.values else ""
    BriefWriter.objects.update_or_create(version=version, person=by, defaults={"section": known, "seen_at": now()})


@transaction.atomic
def settle_remark(remark: BriefRemark, *, by: User) -> None:
    """Say that what the mentor asked for is done; it stays readable."""
    require(can_write_brief(by, remark.version.brief))
    open_still = BriefRemark.objects.filter(pk=remark.pk, settled_at=None)
    if open_still.update(settled_at=now(), settled_by=by):
        record(by, "brief.remark_settled", remark, fields=["settled_at"])


@transaction.atomic
def reopen_remark(remark: BriefRemark, *, by: User) -> None:
    """Take back that a remark is settled."""
    require(can_write_brief(by, remark.version.brief))
    settled = BriefRemark.objects.filter(pk=remark.pk).exclude(settled_at=None)
    if settled.update(settled_at=None, settled_by=None):
        record(by, "brief.remark_reopened", remark, fields=["settled_at"])
