"""Writing what sponsors read, so that an older reading never covers a newer one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import QuerySet

from assignments.models import Assignment, DashboardChange
from stretchhub import collector
from stretchhub.among import Among, Keys, by_index
from stretchhub.compiled import compiled
from stretchhub.wake import wake

from ..apart import apart
from ..cards import Packed
from ..dashboard import build_packed
from ..models import DashboardSnapshot
from ..storing import store

# So many at a time, and no fewer where several workers share what is left.
BATCH, LEAST = 1000, 100


def rebuild_behind() -> int:
    """Build the dashboards that are behind, in batches; one query when none is.

    Where there is more than one batch another worker is called, who calls another in turn: they share the batches. Only
    once some are built: where others hold them all, or none can be built, whoever was called would call the next.
    """
    behind, written = _next_behind(0), 0
    shared = to_call = len(behind) > BATCH
    while behind:
        sponsors = behind[: _share(len(behind))] if shared else behind
        count = _rebuild_free(sponsors)
        # Not within a build: until that is stored, whoever makes the same ones waits for it.
        if count < len(sponsors) and (made := _make_missing(sponsors)):
            count += _rebuild_free(made)
        if to_call and count:
            wake("sponsors.tasks.build_dashboards")
            to_call = False
        written += count
        behind = _next_behind(sponsors[-1]) if len(sponsors) < len(behind) else []
    return written


def _share(behind: int) -> int:
    """How many of those that are behind a worker takes: of the last ones half, for another may come for the rest.

    With whole batches to the end, one worker would have nothing to do while another still builds.
    """
    return min(BATCH, behind // 2 if behind >= 2 * LEAST else behind)


def rebuild_all() -> int:
    """Build every sponsor's dashboard: statuses change with the days, without anybody acting.

    All are put behind first, so that the workers share them and a run that is killed is gone on with.
    """
    sponsoring = Assignment.objects.filter(sponsor__isnull=False).order_by("sponsor_id")
    DashboardChange.objects.note(sponsoring.values_list("sponsor_id", flat=True).distinct())
    return rebuild_behind()


def rebuild(sponsors: Collection[int]) -> int:
    """Build these dashboards and store those that nobody has built meanwhile; how many.

    What is to be shown is remembered before the reading: a change that comes during the build is
    not among it, stays, and the next run finds it.
    """
    return _rebuild(sponsors, _generations(sponsors), _changes(sponsors))


def _rebuild(sponsors: Collection[int], generations: dict[int, int], changes: dict[int, str]) -> int:
    with collector.at_rest():
        return write(build_packed(sponsors), generations, changes)


@transaction.atomic
def write(dashboards: dict[int, Packed], generations: dict[int, int], changes: dict[int, str]) -> int:
    """Replace each snapshot that still is of the generation the build began with; how many.

    All or nothing: a worker that is killed leaves the old snapshots and what they do not show. The rows are held
    from the reading of their generations to the end; SQLite holds the whole database.
    """
    standing = dict(_held([*dashboards], False))
    shown = [sponsor for sponsor in dashboards if standing.get(sponsor) == generations[sponsor]]
    store({sponsor: dashboards[sponsor] for sponsor in shown})
    _take_away([changes[sponsor] for sponsor in shown if changes[sponsor]])
    return len(shown)


@transaction.atomic
def _rebuild_free(sponsors: list[int]) -> int:
    """Build those of these that no other worker builds or has just built; they are held until they are stored.

    What they are to show is taken away before the reading, so a change that comes during the build is not among it,
    stays, and the next run finds it.
    """
    by_index()
    free = [sponsor for sponsor, _generation in _held(sponsors, True)]
    behind = [sponsor for (sponsor,) in _still_behind(free)] if free else []
    if not behind:
        return 0
    DashboardChange.objects.filter(Among("sponsor", behind)).delete()
    built: set[int] = set()
    apart(lambda some: _build_held(some, built), behind)
    _note_again(set(behind) - built)
    return len(built)


def _build_held(sponsors: Collection[int], built: set[int]) -> int:
    """Of rows that this transaction holds, which therefore are of the generation that they were when it began."""
    with collector.at_rest():
        store(build_packed(sponsors))
    built.update(sponsors)
    return len(sponsors)


def _note_again(left_out: Collection[int]) -> None:
    """Those that could not be built are behind as before; in the transaction that stores the others."""
    DashboardChange.objects.note(left_out)


@compiled
def _held(sponsors: list[int], skip_locked: bool) -> QuerySet:
    """These snapshots with their generations, held until the transaction ends; of those that are there."""
    held = DashboardSnapshot.objects.select_for_update(skip_locked=skip_locked).filter(Among("sponsor", sponsors))
    return held.order_by("sponsor_id").values_list("sponsor_id", "generation")


def _next_behind(last: int) -> list[int]:
    """Those after this one, as many as show how much is left to share."""
    behind = DashboardChange.objects.filter(sponsor_id__gt=last).order_by("sponsor_id")
    return list(behind.values_list("sponsor_id", flat=True).distinct()[: 2 * BATCH])


@compiled
def _still_behind(sponsors: list[int]) -> QuerySet:
    behind = DashboardChange.objects.filter(Among("sponsor", sponsors))
    return behind.order_by("sponsor_id").values_list("sponsor_id").distinct()


def _generations(sponsors: Collection[int]) -> dict[int, int]:
    """The generation of each snapshot; those that are missing are made, empty."""
    snapshots = DashboardSnapshot.objects.filter(Among("sponsor", sponsors)).values_list("sponsor_id", "generation")
    known = dict(snapshots)
    return dict(snapshots.all()) if len(known) < len(sponsors) and _make_missing(sponsors) else known


def _make_missing(sponsors: Collection[int]) -> list[int]:
    """Make those of these snapshots that are not there, empty; whose they are."""
    known = set(DashboardSnapshot.objects.filter(Among("sponsor", sponsors)).values_list("sponsor_id", flat=True))
    missing = [sponsor for sponsor in sponsors if sponsor not in known]
    empty = [DashboardSnapshot(sponsor_id=sponsor) for sponsor in missing]
    DashboardSnapshot.objects.bulk_create(empty, ignore_conflicts=True)
    return missing


def _changes(sponsors: Collection[int]) -> dict[int, str]:
    """The changes that these dashboards do not show yet, as they are before the reading: their keys, as text."""
    return dict.fromkeys(sponsors, "") | dict(_changed([*sponsors]))


@compiled
def _changed(sponsors: list[int]) -> QuerySet:
    rows = DashboardChange.objects.filter(Among("sponsor", sponsors)).order_by().values_list("sponsor_id")
    return rows.annotate(keys=Keys("pk"))


def _take_away(changes: Iterable[str]) -> None:
    """What these snapshots show now; in one statement, however many."""
    DashboardChange.objects.filter(Among("pk", changes)).delete()
