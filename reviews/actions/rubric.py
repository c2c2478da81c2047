"""The rubric in versions: drafted by HR, published once, never changed after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Criterion, Level, Rubric, RubricStatus
from ..rules import can_manage_rubrics
from ..scoring import LEVELS
from .holding import hold_draft

MOST_CRITERIA = 8
# What the key of a criterion begins with until its draft is published; no name makes such a key.
NEW = "new_"


@dataclass(frozen=True)
class CriterionWords:
    """What a draft says about one criterion: its name, and the anchor of each level 1 to 5."""

    name: str = ""
    anchors: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RubricWords:
    """A whole draft as it was typed; `criteria` by their keys in the database."""

    changes: str
    levels: Mapping[int, str]
    criteria: Mapping[int, CriterionWords]


@transaction.atomic
def begin_draft(rubric: Rubric, *, by: User, name: str = "") -> Rubric:
    """A draft with the words of a published rubric: its next version, or the first one of another name."""
    require(can_manage_rubrics(by))
    if rubric.status == RubricStatus.DRAFT:
        raise Refused(_("This is a draft already. Publish it first."))
    name = name or rubric.name
    last = Rubric.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    if last and name != rubric.name:
        raise ValidationError({"name": _("Another rubric has this name. Choose another.")})
    try:
        with transaction.atomic():
            draft = Rubric.objects.create(
                name=name, version=last + 1, status=RubricStatus.DRAFT, created_by=by, created_at=now()
            )
    except IntegrityError:
        raise Refused(_("There is a draft of this rubric already. Go on with that one.")) from None
    for criterion in rubric.criteria.prefetch_related("levels"):
        copied = Criterion.objects.create(
            rubric=draft, key=criterion.key, name=criterion.name, position=criterion.position
        )
        Level.objects.bulk_create(
            Level(criterion=copied, value=level.value, name=level.name, anchor=level.anchor)
            for level in criterion.levels.all()
        )
    record(by, "rubric.drafted", draft, fields=["name", "version"])
    return draft


@transaction.atomic
def save_draft(rubric: Rubric, *, by: User, edit: int, words: RubricWords) -> Rubric:
    """Keep a draft as it was typed, empty places included."""
    _hold(rubric, by=by, edit=edit, changes=words.changes)
    criteria, levels = list(rubric.criteria.prefetch_related("levels")), []
    for criterion in criteria:
        said = words.criteria.get(criterion.pk, CriterionWords(criterion.name))
        criterion.name = said.name
        for level in criterion.levels.all():
            level.name = words.levels.get(level.value, level.name)
            level.anchor = said.anchors.get(level.value, level.anchor)
            levels.append(level)
    Criterion.objects.bulk_update(criteria, ["name"])
    Level.objects.bulk_update(levels, ["name", "anchor"])
    record(by, "rubric.saved", rubric, fields=["changes", "criteria"])
    return rubric


@transaction.atomic
def add_criterion(rubric: Rubric, *, by: User, edit: int) -> Criterion:
    """An empty criterion at the end of a draft."""
    _hold(rubric, by=by, edit=edit)
    present = list(rubric.criteria.prefetch_related("levels"))
    if len(present) >= MOST_CRITERIA:
        raise Refused(_("Eight criteria are as many as anybody rates well. Take one out first."))
    names = {level.value: level.name for level in present[0].levels.all()} if present else {}
    added = Criterion.objects.create(
        rubric=rubric,
        key=f"{NEW}{max((one.pk for one in present), default=0)}",
        name="",
        position=max((one.position for one in present), default=-1) + 1,
    )
    Level.objects.bulk_create(
        Level(criterion=added, value=value, name=names.get(value, ""), anchor="") for value in LEVELS
    )
    record(by, "rubric.criterion_added", rubric, fields=["criteria"])
    return added


@transaction.atomic
def remove_criterion(rubric: Rubric, *, by: User, edit: int, criterion: Criterion) -> None:
    """Take a criterion out of a draft; versions that were published keep theirs."""
    _hold(rubric, by=by, edit=edit)
    if rubric.criteria.count() == 1:
        raise Refused(_("A rubric has at least one criterion. Add another before you take this one out."))
    Level.objects.filter(criterion=criterion, criterion__rubric=rubric).delete()
    Criterion.objects.filter(pk=criterion.pk, rubric=rubric).delete()
    record(by, "rubric.criterion_removed", rubric, fields=["criteria"])


@transaction.atomic
def raise_criterion(rubric: Rubric, *, by: User, edit: int, criterion: Criterion) -> None:
    """Move a criterion one place up; the uppermost stays where it is."""
    _hold(rubric, by=by, edit=edit)
    order = list(rubric.criteria.order_by("position", "pk"))
    place = order.index(criterion)
    if place:
        order[place - 1], order[place] = order[place], order[place - 1]
    for position, one in enumerate(order):
        one.position = position
    Criterion.objects.bulk_update(order, ["position"])
    record(by, "rubric.criterion_moved", rubric, fields=["criteria"])


@transaction.atomic
def publish(rubric: Rubric, *, by: User, edit: int) -> Rubric:
    """From now on new cycles can use this version; the one before is offered no more, and keeps its cycles."""
    _hold(rubric, by=by, edit=edit)
    criteria = list(rubric.criteria.prefetch_related("levels"))
    if errors := missing(rubric, criteria):
        raise ValidationError(errors)
    _give_keys(criteria)
    Rubric.objects.filter(name=rubric.name, status=RubricStatus.PUBLISHED).update(status=RubricStatus.RETIRED)
    Rubric.objects.filter(pk=rubric.pk).update(status=RubricStatus.PUBLISHED, published_at=now())
    rubric.refresh_from_db()
    record(by, "rubric.published", rubric, fields=["status"])
    return rubric


@transaction.atomic
def discard(rubric: Rubric, *, by: User, edit: int) -> None:
    """Throw a draft away; nothing was ever rated by it."""
    _hold(rubric, by=by, edit=edit)
    record(by, "rubric.discarded", rubric, fields=["criteria", "status"])
    Level.objects.filter(criterion__rubric=rubric).delete()
    Criterion.objects.filter(rubric=rubric).delete()
    Rubric.objects.filter(pk=rubric.pk, status=RubricStatus.DRAFT).delete()


def missing(rubric: Rubric, criteria: list[Criterion]) -> dict[str, list[str]]:
    """What keeps a draft from being published, by the field that it is missing in."""
    errors: dict[str, list[str]] = {}
    if rubric.version > 1 and not rubric.changes.strip():
        errors["changes"] = [_("Say in a sentence what is different from the version before.")]
    taken: set[str] = set()
    for criterion in criteria:
        name = criterion.name.strip().casefold()
        if not name or name in taken:
            words = _("Another criterion has this name.") if name else _("Give the criterion a name.")
            errors[f"name_{criterion.pk}"] = [words]
        taken.add(name)
        for level in criterion.levels.all():
            if not level.anchor.strip():
                errors[f"anchor_{criterion.pk}_{level.value}"] = [_("Say what this level looks like.")]
    return errors | _unnamed_levels(criteria)


def _unnamed_levels(criteria: list[Criterion]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    taken: set[str] = set()
    for level in criteria[0].levels.all() if criteria else ():
        name = level.name.strip().casefold()
        if not name or name in taken:
            words = _("Another level has this name.") if name else _("Give the level a name.")
            errors[f"level_{level.value}"] = [words]
        taken.add(name)
    return errors


def _give_keys(criteria: list[Criterion]) -> None:
    """A criterion keeps the key it was copied with, so that growth is read across versions; a new one gets its own."""
    taken = {one.key for one in criteria}
    for criterion in criteria:
        if not criterion.key.startswith(NEW):
            continue
        key = base = slugify(criterion.name)[:36] or "criterion"
        number = 2
        while key in taken:
            key, number = f"{base}-{number}", number + 1
        taken.add(key)
        Criterion.objects.filter(pk=criterion.pk).update(key=key)


def _hold(rubric: Rubric, *, by: User, edit: int, **values: str) -> None:
    """Take the draft for this change: whoever comes with an older page is told so."""
    require(can_manage_rubrics(by))
    gone = _("This draft was published or thrown away meanwhile. Look at the rubrics as they stand now.")
    hold_draft(rubric, edit=edit, gone=gone, stale=_("Somebody else saved this draft since you opened it."), **values)
