"""What two versions of a rubric say differently, criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass

from assignments.wording import Change, compare

from .models import Criterion, Rubric


@dataclass(frozen=True)
class CriterionChange:
    """One criterion in both versions, or in one alone; `anchors` by level, those with other words only."""

    name: str
    is_new: bool
    is_gone: bool
    renamed_from: str
    anchors: tuple[tuple[int, Change], ...]

    @property
    def is_change(self) -> bool:
        return bool(self.is_new or self.is_gone or self.renamed_from or self.anchors)


def changes_between(before: Rubric, after: Rubric) -> list[CriterionChange]:
    """What was added, taken out, renamed or put in other words; empty where both say the same."""
    old = {one.key: one for one in before.criteria.all()}
    found = [_change(old.pop(one.key, None), one) for one in after.criteria.all()]
    found += [CriterionChange(one.name, False, True, "", ()) for one in old.values()]
    return [one for one in found if one.is_change]


def _change(old: Criterion | None, new: Criterion) -> CriterionChange:
    if old is None:
        return CriterionChange(new.name, True, False, "", ())
    was = {level.value: level.anchor for level in old.levels.all()}
    compared = [(level.value, compare(was.get(level.value, ""), level.anchor)) for level in new.levels.all()]
    return CriterionChange(
        name=new.name,
        is_new=False,
        is_gone=False,
        renamed_from=old.name if old.name != new.name else "",
        anchors=tuple((value, change) for value, change in compared if change.is_change),
    )
