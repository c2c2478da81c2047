"""Everything done twice: two beats at once, and each task of Celery again and beside itself."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from assignments.messages.check_in import DUE
from stretchhub.celery import app
from stretchhub.notices.models import Notice, Pulse, State
from stretchhub.notices.pulse import SENDER
from tests import services
from tests.soak import world

from .books import Outcome, compare
from .place import Place

EACH = 40
# Says that a task ran, or when; not what came of it.
OF_THE_RUN = {
    "sealed_at", "verified_at", "checked_number", "checked_hash", "floor", "next_floor", "floor_at", "built_at",
    "as_of", "done_at", "answered_at", "tried_at", "worked_out_at", "generation",
}  # fmt: skip


def beats(place: Place, seeds: list[int]) -> Outcome:
    """Two beats and a worker; each reminder is written once and sent once."""
    outcome = Outcome(tries=EACH)
    last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    world.fill(EACH, gone=0, first=200_000)
    parts = [place.worker(), place.beat(1), place.beat(2)]
    due = Notice.objects.filter(kind=DUE, pk__gt=last)
    try:
        took = place.wait_until(lambda: due.filter(state=State.SENT).count() >= EACH, "reminders were not sent")
        sent = len(place.accepted())
        # Both go on ticking; a second one of anything would be there after a few more ticks.
        ticks = place.wait_until(_more_ticks(3), "beat does not tick")
    finally:
        for part in parts:
            services.end(part)
    taken = Counter(one for one, _to in place.accepted())
    rows = list(due.values_list("message_id", "state"))
    outcome.figures |= {"sent within s": round(took, 1), "ticked on for s": round(ticks, 1)}
    outcome.check(len(rows) == EACH, f"{len(rows)} reminders of {EACH}")
    outcome.check(all(taken[one] == 1 for one, _state in rows), "a reminder was sent twice, or not at all")
    outcome.check(len(place.accepted()) == sent, "something was sent again")
    compare(outcome, "two beats")
    return outcome


def _more_ticks(times: int) -> Callable[[], bool]:
    """Whether the sender was woken so often since."""
    seen: set[Any] = set()

    def looked() -> bool:
        seen.update(Pulse.objects.filter(pk=SENDER).values_list("done_at", flat=True))
        return len(seen) > times

    return looked


def tasks(place: Place, seeds: list[int]) -> Outcome:
    """Each task until nothing is left to do; then again, and four times at once: nothing differs."""
    outcome = Outcome()
    world.fill(6, gone=0, first=300_000)
    place.shift(timedelta(days=1))
    app.loader.import_default_modules()
    names = sorted(name for name in app.tasks if not name.startswith("celery."))
    for name in names:
        outcome.tries += 1
        _beside_itself(place, outcome, name)
    for name in names:
        _again(place, outcome, name)
    place.shift(timedelta(0))
    compare(outcome, "each task twice")
    return outcome


def _beside_itself(place: Place, outcome: Outcome, name: str) -> None:
    """The first time at once: none fails, and no message is sent twice."""
    for did in place.do("task", times=4, name=name):
        outcome.check("error" not in did and not did["killed"], f"{name}, four at once: {did}")
    taken = Counter(one for one, _to in place.accepted())
    outcome.check(max(taken.values(), default=0) <= 1, f"{name}, four at once: a message was sent twice")


def _again(place: Place, outcome: Outcome, name: str) -> None:
    place.finish("task", name=name)
    before = rows()
    place.finish("task", name=name)
    for did in place.do("task", times=2, name=name):
        outcome.check("error" not in did and not did["killed"], f"{name}, two at once: {did}")
    # Of two at once each leaves alone what the other one holds; what became of that meanwhile is for the next run.
    place.finish("task", name=name)
    after = rows()
    for table in before:
        outcome.check(before[table] == after[table], f"{name} changed {table} when it was done again")


def rows() -> dict[str, tuple[int, str]]:
    """How many each table has, and a digest of what they hold."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.concrete_fields if field.attname not in OF_THE_RUN]
        held = list(model._default_manager.order_by("pk").values_list(*columns))
        text = json.dumps(held, cls=Plain).encode()
        found[model._meta.db_table] = (len(held), hashlib.sha256(text).hexdigest())
    return found


class Plain(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.hex() if isinstance(o, bytes | memoryview) else super().default(o)
