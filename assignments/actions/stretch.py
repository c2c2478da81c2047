"""Stretch: what an option demands, what its mentee has shown, and what a review adds to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import assessing
from ..levels import good_until
from ..models import (
    Assignment,
    DemonstratedLevel,
    EvidenceComponent,
    Mentorship,
    Option,
    Provenance,
    StretchDemand,
    StretchProfile,
)
from ..refusals import Refused, Stale
from ..rules import can_edit_option, can_edit_stretch, can_say_what_was_shown
from ..stretch import SUPPORTS, demonstrated_after


@dataclass(frozen=True)
class Demand:
    """How much of one component an option demands."""

    component: int
    level: int
    reason: str = ""
    support_person: str = ""


@transaction.atomic
def save_profile(
    option: Option,
    *,
    by: User,
    version: int,
    support: Mapping[str, int | None],
    demands: Sequence[Demand],
    confidence: int | None = None,
) -> StretchProfile:
    """Keep what both of them say about an option, unless the other has saved since `version` (0 for none yet).

    How sure the mentee feels is the mentee's alone to say: from anybody else it changes nothing.
    """
    refuse_once_reviewed(option, by)
    values: dict[str, Any] = {name: support.get(name) for name in SUPPORTS}
    if by.pk == option.mentorship.mentee_id:
        values["confidence"] = confidence
    saved = StretchProfile.objects.filter(option=option).first()
    touched = [name for name, value in values.items() if (getattr(saved, name) if saved else None) != value]
    if {demand.component: demand for demand in demands} != (_said(saved) if saved else {}):
        touched.append("demands")
    if saved and not touched:
        return saved
    profile = _write(option, version, saved, {**values, "saved_by": by, "saved_at": now()})
    if "demands" in touched:
        profile.demands.all().delete()
        StretchDemand.objects.bulk_create(StretchDemand(profile=profile, **vars(demand)) for demand in demands)
    record(by, "stretch.saved", profile, fields=touched)
    return profile


def refuse_once_reviewed(option: Option, by: User) -> None:
    """Say why the two may no longer change what an option demands; nobody else may change it at all."""
    require(can_edit_option(by, option))
    if not can_edit_stretch(by, option):
        raise Refused(
            _(
                "The assignment is in review or closed. What it demanded stays as it was said before, because the"
                " reviews count by it."
            )
        )


def _said(saved: StretchProfile) -> dict[int, Demand]:
    names = ("component", "level", "reason", "support_person")
    return {row["component"]: Demand(**row) for row in saved.demands.values(*names)}


def _write(option: Option, version: int, saved: StretchProfile | None, values: dict[str, Any]) -> StretchProfile:
    if saved is None:
        try:
            with transaction.atomic():
                return StretchProfile.objects.create(option=option, **values)
        except IntegrityError:
            raise Stale(_("The other of you has begun the stretch profile meanwhile.")) from None
    rows = StretchProfile.objects.filter(pk=saved.pk, version=version)
    if not rows.update(**values, version=F("version") + 1):
        raise Stale(_("The other of you has saved the stretch profile while you were writing."))
    saved.refresh_from_db()
    return saved


@transaction.atomic
def say_what_was_shown(
    mentorship: Mentorship, *, by: User, levels: Mapping[int, tuple[int, str]]
) -> list[DemonstratedLevel]:
    """Add the levels that are not what this person said last; nothing said before is changed.

    The mentee's are self-declared, the mentor's mentor-rated. `levels` are level and reason by component.
    """
    require(can_say_what_was_shown(by, mentorship))
    day = today(mentorship.mentee.zone)
    former = own_levels(mentorship, by)
    is_mentee = by.pk == mentorship.mentee_id
    rows = [
        DemonstratedLevel(
            person=mentorship.mentee,
            component=component,
            level=level,
            reason=reason,
            provenance=Provenance.SELF_DECLARED if is_mentee else Provenance.MENTOR_RATED,
            dated_on=day,
            recorded_by=by,
        )
        for component, (level, reason) in sorted(levels.items())
        if component not in former or (former[component].level, former[component].reason) != (level, reason)
    ]
    for row in rows:
        row.save(force_insert=True)
        record(by, "level_shown.added", row, fields=["component", "level", "provenance"])
    return rows


def own_levels(mentorship: Mentorship, by: User) -> dict[int, DemonstratedLevel]:
    """What this person said last about each component, as far as it still counts as fresh."""
    day, months = today(mentorship.mentee.zone), assessing.method_now().stale_months
    said = Provenance.SELF_DECLARED if by.pk == mentorship.mentee_id else Provenance.MENTOR_RATED
    rows = DemonstratedLevel.objects.filter(person=mentorship.mentee_id, provenance=said, recorded_by=by)
    newest = {row.component: row for row in rows.order_by("dated_on", "pk")}
    return {component: row for component, row in newest.items() if day <= good_until(row.dated_on, months)}


@transaction.atomic
def take_in_review(assignment: Assignment, *, by: User, observer_median: float | None) -> list[DemonstratedLevel]:
    """After the final reviews: one verified step where more was demanded than shown and evidence is tagged to it.

    An assignment verifies a component once, however often it is reviewed.
    """
    locked = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    option = Option.objects.select_related("mentorship__mentee").get(pk=locked.option_id)
    person = option.mentorship.mentee
    day, method = today(person.zone), assessing.method_now()
    profile = assessing.profiles([option], assessing.shown(person.pk, day, method))[option.pk]
    tagged = EvidenceComponent.objects.filter(evidence__assignment=locked).values_list("component", flat=True)
    after = demonstrated_after(profile, observer_median=observer_median, tagged=frozenset(tagged), method=method)
    verified = DemonstratedLevel.objects.filter(person=person, assignment=locked, provenance=Provenance.VERIFIED)
    known = set(verified.values_list("component", flat=True))
    rows = [
        DemonstratedLevel(
            person=person,
            component=component,
            level=level,
            reason=_("Evidence, and the final reviews of an assignment."),
            provenance=Provenance.VERIFIED,
            assignment=locked,
            dated_on=day,
            recorded_by=by,
        )
        for component, level in sorted(after.items())
        if component not in known
    ]
    for row in rows:
        row.save(force_insert=True)
        record(by, "level_shown.verified", row, fields=["component", "level", "provenance"])
    return rows
