"""Building the figures of the programme: each night, and when HR asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from reviews.actions.equity import shown_before
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.wake import wake

from ..late import Due, guarded, summed_up
from ..lateness import asks, read, talks
from ..models import QuarterFigures, Standing, Wait
from ..reasons import beside
from ..rules import can_read_programme
from ..standing_now import Tally, standing
from ..supports import divisions
from ..waits import people_who_wait
from ..went_with import released
from ..windows import Window, quarter_before, quarter_of

# Whoever asks again so soon gets what was just built.
FRESH = timedelta(minutes=1)
BATCH = 2000


@transaction.atomic
def ask_for_figures(*, by: User) -> None:
    """Let the figures be built now instead of tonight; a quarter that is over keeps its own."""
    require(can_read_programme(by))
    wake("insights.tasks.build_figures")


def build() -> bool:
    """Everything that is not settled, and once what is; whether anything was built."""
    day = today()
    if not build_standing(day):
        return False
    build_running(quarter_of(day), day)
    settle(quarter_before(day))
    return True


@transaction.atomic
def build_standing(day: date) -> bool:
    """Who waits, and how many; two at once build it one after the other, and the second finds it fresh."""
    Standing.objects.get_or_create(id=1)
    old = Q(as_of__isnull=True) | Q(as_of__lte=now() - FRESH)
    if not Standing.objects.filter(old, id=1).update(as_of=now()):
        return False
    Wait.objects.all().delete()
    tally = Tally(day)
    _save(tally.seen(people_who_wait()))
    Standing.objects.filter(id=1).update(content=standing(tally))
    return True


def _save(waits: Iterable[Wait]) -> None:
    rows = iter(waits)
    while batch := list(islice(rows, BATCH)):
        Wait.objects.bulk_create(batch)


@transaction.atomic
def build_running(window: Window, day: date) -> None:
    """The quarter that is not over: only what HR reads of each assignment anyway."""
    values = {"since": window.since, "until": window.until, "as_of": now(), "content": late_in(window, day)}
    if not QuarterFigures.objects.filter(quarter=window.name, settled=False).update(**values):
        QuarterFigures.objects.get_or_create(quarter=window.name, defaults=values)


@transaction.atomic
def settle(window: Window) -> QuarterFigures | None:
    """The figures of a quarter that is over, once; they stay as they are."""
    if QuarterFigures.objects.settled().filter(quarter=window.name).exists():
        return None
    content = settled_content(window, QuarterFigures.objects.settled().filter(quarter__lt=window.name))
    QuarterFigures.objects.filter(quarter=window.name, settled=False).delete()
    try:
        with transaction.atomic():
            figures = QuarterFigures.objects.create(
                quarter=window.name, since=window.since, until=window.until, settled=True, as_of=now(), content=content
            )
    except IntegrityError:
        return None
    record(None, "quarter_figures.settled", figures, fields=["quarter"])
    return figures


def late_in(window: Window, day: date) -> dict[str, Any]:
    """What was late until this day, and what is on record beside it."""
    found = read(window, day)
    reasons = beside(found.late, day)
    kinds = {"milestones": found.milestones, "check_ins": found.check_ins, "reviews": found.reviews}
    return {
        "late": {kind: asdict(summed_up(due)) for kind, due in kinds.items()},
        "reasons": {"late": reasons.late, "codes": reasons.codes, "nothing": reasons.nothing},
    }


def settled_content(window: Window, earlier: Iterable[QuarterFigures] = ()) -> dict[str, Any]:
    """All of a quarter that is over, with what may be shown of things that HR does not read one by one."""
    least = settings.EQUITY_LEAST_GROUP
    day = window.until + timedelta(days=1)
    finished, counts = divisions(window.until)
    last = shown_before([figures.content for figures in earlier], "supports")
    private = beside(read(window, day).late, day).private
    guarded_kinds: dict[str, list[Due]] = {"asks": asks(window, day), "talks": talks(window, day), **private}
    return {
        **late_in(window, day),
        "guarded": {kind: asdict(guarded(due, least)) for kind, due in guarded_kinds.items()},
        "finished": finished,
        "supports": {name: asdict(shown) for name, shown in released(counts, k=least, earlier=last).items()},
    }
