"""Reports on equity of access: taken once a quarter, read by equity analysts; and one's own groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assignments.method import Reason
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import Role, User
from stretchhub.people.rules import require

from .. import equity
from ..disclosure import Release, Row, nested, shown_last
from ..eligible import STRETCH, VISIBLE, divisions_of
from ..models import Division, EquityReport, GroupAnswer, Source
from ..quarters import Quarter, last_over
from ..rules import can_read_equity


def take_due_report() -> EquityReport | None:
    """Take the report of the last quarter where somebody here reads such reports and it is not there yet."""
    if not User.objects.with_role(Role.EQUITY_ANALYST).exists():
        return None
    return _take(by=None)


def take_report(*, by: User) -> EquityReport:
    """Take the report of the last quarter; there is one for each, and it stays as it is."""
    require(can_read_equity(by))
    taken = _take(by=by)
    if taken is None:
        raise Refused(_("The report of this quarter is there already. The next one can be taken when it is over."))
    return taken


@transaction.atomic
def _take(*, by: User | None) -> EquityReport | None:
    quarter = last_over(today())
    if EquityReport.objects.filter(quarter=quarter.name).exists():
        return None
    # What was shown of months that this report counts, too; the numbers of a year before are of other work.
    content = content_of(quarter, EquityReport.objects.filter(quarter__lt=quarter.name, until__gte=quarter.since))
    try:
        with transaction.atomic():
            taken = EquityReport.objects.create(
                quarter=quarter.name,
                since=quarter.since,
                until=quarter.until,
                content=content,
                taken_by=by,
                taken_at=now(),
            )
    except IntegrityError:
        return None
    record(by, "equity_report.taken", taken, fields=["quarter"])
    return taken


def content_of(quarter: Quarter, before: Iterable[EquityReport] = ()) -> dict[str, dict[str, Any]]:
    """What may be shown of a quarter after all reports before it, the newest first, by measure and division."""
    least, told_before = settings.EQUITY_LEAST_GROUP, [report.content for report in before]
    told: dict[str, Mapping[str, Release]] = {
        measure: {
            key: found.release
            for key, found in equity.reports(divisions, k=least, earlier=shown_before(told_before, measure)).items()
        }
        for measure, divisions in divisions_of(quarter).items()
    }
    if VISIBLE in told:
        told[VISIBLE] = nested(told.get(STRETCH, {}), told[VISIBLE])
    return {measure: {key: asdict(shown) for key, shown in releases.items()} for measure, releases in told.items()}


@transaction.atomic
def open_report(report: EquityReport, *, by: User) -> None:
    """Write down that the report was read."""
    require(can_read_equity(by))
    record(by, "equity_report.read", report)


def shown_before(contents: Sequence[Mapping[str, Any]], measure: str) -> dict[str, Release]:
    """What the reports before have shown of one measure, by division: each group's row as it was shown last."""
    told = [releases_in(content, measure) for content in contents]
    keys = dict.fromkeys(key for releases in told for key in releases)
    last = {key: shown_last(releases[key] for releases in told if key in releases) for key in keys}
    return {key: release for key, release in last.items() if release is not None}


def releases_in(content: Mapping[str, Any], measure: str) -> dict[str, Release]:
    """The releases of one measure, as they were before they were kept."""
    return {key: _release(parts) for key, parts in content.get(measure, {}).items()}


def _release(parts: Mapping) -> Release:
    """A release as it was before it was kept."""
    return Release(
        value=tuple(Row(**row) for row in parts["value"]),
        reason=Reason(**parts["reason"]),
        hidden=tuple(parts["hidden"]),
        parts=(parts["parts"][0], parts["parts"][1]),
        k=parts["k"],
    )


@transaction.atomic
def add_division(*, by: User, name: str, purpose: str, groups: Sequence[str]) -> Division:
    """Ask people to say of themselves, if they wish, to which of these groups they belong."""
    require(can_read_equity(by))
    key = slugify(name)[:40] or "division"
    try:
        with transaction.atomic():
            division = Division.objects.create(
                key=key, name=name, purpose=purpose, groups=list(groups), source=Source.SELF_REPORT
            )
    except IntegrityError:
        raise ValidationError({"name": _("Another division has this name. Choose another.")}) from None
    record(by, "division.added", division, fields=["groups", "name", "purpose"])
    return division


@transaction.atomic
def edit_division(
    division: Division, *, by: User, edit: int, name: str, purpose: str, groups: Sequence[str], is_active: bool
) -> Division:
    """Change what is asked; an answer whose group is gone is not counted in any group until it is given anew."""
    require(can_read_equity(by))
    values = {"name": name, "purpose": purpose, "groups": list(groups), "is_active": is_active}
    try:
        with transaction.atomic():
            held = Division.objects.filter(pk=division.pk, edit=edit).update(edit=F("edit") + 1, **values)
    except IntegrityError:
        raise ValidationError({"name": _("Another division has this name. Choose another.")}) from None
    if not held:
        raise Stale(_("Somebody else changed this division since you opened it."))
    division.refresh_from_db()
    if division.source == Source.SELF_REPORT:
        kept = [*division.groups, GroupAnswer.PREFER_NOT]
        GroupAnswer.objects.filter(division=division).exclude(group__in=kept).delete()
    record(by, "division.changed", division, fields=["groups", "is_active", "name", "purpose"])
    return division


@transaction.atomic
def answer(division: Division, *, by: User, group: str) -> None:
    """Say of oneself to which group one belongs, that one prefers not to say, or take the answer back."""
    require(by.is_active)
    if group and group not in [*division.groups, GroupAnswer.PREFER_NOT]:
        raise ValidationError({"group": _("Choose one of the groups, or leave it open.")})
    mine = GroupAnswer.objects.filter(person=by, division=division)
    if mine.filter(group=group).exists() or not (group or mine.exists()):
        return
    if group:
        values = {"group": group, "answered_at": now()}
        GroupAnswer.objects.update_or_create(person=by, division=division, defaults=values)
    else:
        mine.delete()
    # Neither which group it is nor whether there is one now.
    record(by, "group_answer.changed", division)
