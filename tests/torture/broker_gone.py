"""The broker killed and emptied while people work: pages answer, and what came due meanwhile is sent once after."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from assignments.models import Evidence
from stretchhub.notices.models import Notice, State
from tests import services
from tests.factories import AssignmentFactory

from .books import Outcome, compare
from .kills_web import words
from .place import Place

AWAY_SECONDS = float(os.environ.get("AWAY", "20"))
BACK_WITHIN = 120
EACH = 10


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome(tries=EACH)
    parts = [place.worker(), place.beat(3)]
    try:
        _lost(place, outcome)
    finally:
        for part in parts:
            services.end(part)
    compare(outcome, "broker gone")
    return outcome


def _lost(place: Place, outcome: Outcome) -> None:
    assignment = AssignmentFactory()
    person, address = place.person(assignment.mentee), f"/assignments/{assignment.code}/evidence/log/"
    first = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    fresh = Notice.objects.filter(pk__gt=first, kind="assignments.evidence_logged")
    person.post(address, words("Torture broker, before"))
    place.wait_until(lambda: fresh.filter(state=State.SENT).count() == 1, "nothing is sent at all")
    began = time.monotonic()
    again = _take_away(place)
    slowest = 0.0
    for number in range(EACH):
        _stay_away(began, number / EACH)
        form, page = person.post(address, words(f"Torture broker {number}")), person.get("/")
        slowest = max(slowest, form.seconds, page.seconds)
        outcome.check((form.status, page.status) == (302, 200), f"meanwhile: {form.status}, {page.status}")
    _stay_away(began, 1)
    again()
    back = place.wait_until(lambda: fresh.filter(state=State.SENT).count() == EACH + 1, "not all was sent")
    outcome.figures |= {"slowest answer meanwhile s": round(slowest, 1), "all sent s after": round(back, 1)}
    outcome.check(back <= BACK_WITHIN, f"all was sent only {back:.0f} s after it was back")
    taken = Counter(one for one, _to in place.accepted())
    outcome.check(all(taken[one] == 1 for one in fresh.values_list("message_id", flat=True)), "not each was sent once")
    outcome.check(Evidence.objects.filter(title__startswith="Torture broker").count() == EACH + 1, "a form was lost")


def _stay_away(began: float, part: float) -> None:
    """Until so much of the time is over: not waiting for anything, this is how long it is away."""
    time.sleep(max(0.0, began + AWAY_SECONDS * part - time.monotonic()))


def _take_away(place: Place) -> Callable[[], object]:
    """Redis is killed and comes back empty; the spool of one machine is a folder that somebody empties, twice."""
    if not settings.REDIS_URL:
        spool = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder"])
        shutil.rmtree(spool, ignore_errors=True)
        return lambda: shutil.rmtree(spool, ignore_errors=True)
    port = urlsplit(os.environ["TEST_REDIS_URL"]).port
    process, again = services.running[port]  # type: ignore[index]
    process.send_signal(signal.SIGKILL)
    process.wait(services.WAIT_SECONDS)
    return again
