"""Writing what sponsors read, so that an older reading never covers a newer one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Case, JSONField, PositiveIntegerField, TextField, Value, When
from django.db.models.functions import Cast

from assignments.models import Assignment
from stretchhub.among import Among

from ..apart import apart
from ..dashboard import Dashboard, build
from ..models import DashboardSnapshot

BATCH = 200


def rebuild_behind() -> int:
    """Build the dashboards that are behind, in batches; one query when none is."""
    written, last = 0, 0
    while sponsors := _next_behind(last):
        written += apart(rebuild, sponsors)
        last = sponsors[-1]
    return written


def rebuild_all() -> int:
    """Build every sponsor's dashboard: statuses change with the days, without anybody acting."""
    sponsoring = Assignment.objects.filter(sponsor__isnull=False).order_by("sponsor_id")
    everybody = list(sponsoring.values_list("sponsor_id", flat=True).distinct())
    return sum(apart(rebuild, everybody[start : start + BATCH]) for start in range(0, len(everybody), BATCH))


def rebuild(sponsors: Collection[int]) -> int:
    """Build these dashboards and store those that nobody has built meanwhile; how many.

    What was known before the reading is remembered first: a change that comes during the build
    raises the revision past what is then written as built, and the next run finds it.
    """
    generations = _generations(sponsors)
    revisions = _revisions(sponsors)
    return write(build(sponsors), generations, revisions)


@transaction.atomic
def write(dashboards: dict[int, Dashboard], generations: dict[int, int], revisions: dict[int, dict[int, int]]) -> int:
    """Replace each snapshot that still is of the generation the build began with; how many.

    All or nothing: a worker that is killed leaves the old snapshots and what they had shown. The rows are held
    from the reading of their generations to the end; SQLite holds the whole database.
    """
    held = DashboardSnapshot.objects.select_for_update().filter(Among("sponsor", dashboards)).order_by("sponsor_id")
    standing = dict(held.values_list("sponsor_id", "generation"))
    shown = [sponsor for sponsor in dashboards if standing.get(sponsor) == generations[sponsor]]
    fresh = [
        DashboardSnapshot(
            sponsor_id=sponsor,
            generation=generations[sponsor] + 1,
            as_of=dashboards[sponsor].as_of,
            content=Cast(Value(dashboards[sponsor].json(), TextField()), JSONField()),
        )
        for sponsor in shown
    ]
    DashboardSnapshot.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["sponsor"], update_fields=["generation", "as_of", "content"]
    )
    _mark_built(revisions[sponsor] for sponsor in shown)
    return len(shown)


def _next_behind(last: int) -> list[int]:
    behind = Assignment.objects.dashboard_behind().filter(sponsor_id__gt=last).order_by("sponsor_id")
    return list(behind.values_list("sponsor_id", flat=True).distinct()[:BATCH])


def _generations(sponsors: Collection[int]) -> dict[int, int]:
    """The generation of each snapshot; those that are missing are made, empty."""
    snapshots = DashboardSnapshot.objects.filter(Among("sponsor", sponsors)).values_list("sponsor_id", "generation")
    known = dict(snapshots)
    missing = [sponsor for sponsor in sponsors if sponsor not in known]
    if missing:
        fresh = [DashboardSnapshot(sponsor_id=sponsor) for sponsor in missing]
        DashboardSnapshot.objects.bulk_create(fresh, ignore_conflicts=True)
        known = dict(snapshots.all())
    return known


def _revisions(sponsors: Collection[int]) -> dict[int, dict[int, int]]:
    """The revision of each assignment that is behind, by sponsor, as it is before the reading."""
    seen: dict[int, dict[int, int]] = {sponsor: {} for sponsor in sponsors}
    behind = Assignment.objects.dashboard_behind().filter(Among("sponsor", sponsors))
    for pk, sponsor, revision in behind.values_list("pk", "sponsor_id", "revision"):
        seen[sponsor][pk] = revision
    return seen


def _mark_built(seen: Iterable[dict[int, int]]) -> None:
    """What each assignment was when it was read, in one UPDATE and only ever upwards."""
    by_revision: dict[int, list[int]] = defaultdict(list)
    for revisions in seen:
        for pk, revision in revisions.items():
            by_revision[revision].append(pk)
    if not by_revision:
        return
    read = Case(
        *(When(Among("pk", pks), then=Value(revision)) for revision, pks in sorted(by_revision.items())),
        output_field=PositiveIntegerField(),
    )
    every = [pk for pks in by_revision.values() for pk in pks]
    Assignment.objects.filter(Among("pk", every), built_revision__lt=read).update(built_revision=read)
