"""What happens in a soak, and what is said about it afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Count

from assignments import reminders
from assignments.messages.check_in import DUE
from assignments.models import CheckIn
from stretchhub.env import now
from stretchhub.notices import delivery
from stretchhub.notices.models import Notice, State
from tests import services

from . import world
from .run import Soak, check, judge

MAY_DOUBT = 0.005
OUTAGE_HOURS = 72
WHOLE = 10_000
GONE_WITHIN = 600
BACK_WITHIN = 120


def tell(count: int, kills: int, folder: Path, port: int, *, full: bool) -> None:
    if full:
        call_command("migrate", verbosity=0)
    began = time.monotonic()
    world.fill(count)
    connections.close_all()
    print(
        f"{count} reminders have come due ({connection.vendor}), {time.monotonic() - began:.0f} s to write", flush=True
    )
    soak = Soak(count, kills, folder, port)
    if full and settings.REDIS_URL:
        soak.accidents = {0.45: restart_postgres, 0.7: lambda: lose_redis(soak)}
    began = time.monotonic()
    soak.run()
    took = time.monotonic() - began
    verdict = judge(soak)
    print(f"in {took:.0f} s, load {os.getloadavg()[0]:.1f}, killed {dict(soak.killed)}: {verdict}", flush=True)
    check(soak, verdict)
    share = verdict.doubtful / count
    print(f"lost 0, under two keys 0, repeats 0, doubtful {verdict.doubtful} = {share:.2%} (promised: {MAY_DOUBT:.1%})")
    if full:
        # Of few reminders each kill is a large share.
        assert share <= MAY_DOUBT or count < WHOLE, verdict
        outage(soak)


def restart_postgres() -> None:
    """Hard, without asking anybody to finish; what was committed is there again."""
    before = _states()
    port = urlsplit(os.environ["TEST_DATABASE_URL"]).port
    connections.close_all()
    began = time.monotonic()
    services.restart(port, signal.SIGQUIT)
    services.wait_for_postgres(os.environ["TEST_DATABASE_URL"])
    back = time.monotonic() - began
    after = _states()
    print(f"PostgreSQL was ended hard and answered again after {back:.1f} s (promised: 10)", flush=True)
    assert after[0] == before[0]
    assert after[1] >= before[1], "what was sent is still known as sent"


def _states() -> tuple[int, int]:
    return Notice.objects.count(), Notice.objects.filter(state=State.SENT).count()


def lose_redis(soak: Soak) -> None:
    """All of it, while only Celery's worker and beat send; they go on by themselves."""
    senders = [pid for pid, task in soak.hands.items() if task == "send"]
    soak.stop(*senders)
    beat = str(soak.folder / "beat")
    parts = [
        _celery(soak.folder, "--app", "stretchhub", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"),
        _celery(soak.folder, "--app", "tests.beat", "beat", "--schedule", beat, "--pidfile", ""),
    ]
    soak.until(len(soak.accepted()) + 50)
    url = urlsplit(os.environ["TEST_REDIS_URL"])
    services.restart(url.port, signal.SIGKILL)
    seen, began = len(soak.accepted()), time.monotonic()
    soak.until(min(seen + 200, int(soak.reminders * 0.96)))
    back = time.monotonic() - began
    print(f"Redis was killed and came back empty; 200 more were sent within {back:.1f} s (promised: {BACK_WITHIN})")
    assert back <= BACK_WITHIN
    for part in parts:
        services.end(part, signal.SIGKILL)
    # The worker sends as well.
    soak.ended_hard += len(senders) + 1
    for _one in range(soak.senders):
        soak.start("send")


def _celery(folder: Path, *arguments: str) -> subprocess.Popen:
    out = (folder / f"{arguments[2]}.log").open("ab")
    return subprocess.Popen(
        [sys.executable, "-m", "stretchhub.part", str(os.getpid()), "celery", *arguments, "--loglevel", "WARNING"],
        cwd=services.ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
    )  # fmt: skip


def outage(soak: Soak) -> None:
    """Nobody answers for three days; nothing dies of it, and all of it is gone minutes after."""
    _due_again()
    for _hour in range(OUTAGE_HOURS):
        assert delivery.deliver() == {"waiting": 1}
        soak.shift(timedelta(hours=1))
    waiting = dict(Notice.objects.filter(kind=DUE).values_list("state").annotate(Count("id")).order_by())
    failures = Notice.objects.filter(kind=DUE, failures__gt=0).count()
    print(f"after {OUTAGE_HOURS} hours without a mail server: {waiting}, tries used {failures}", flush=True)
    assert waiting == {State.QUEUED: soak.reminders}
    assert failures == 0
    soak.ledger.unlink()
    began = time.monotonic()
    soak.shift(timedelta(minutes=2))
    with soak.started("well"):
        soak.until(soak.reminders - world.GONE)
    took = time.monotonic() - began
    print(f"its backlog of {soak.reminders} was gone {took:.0f} s after (promised: {GONE_WITHIN})", flush=True)
    assert took <= GONE_WITHIN
    assert Notice.objects.filter(kind=DUE, state=State.DEAD).count() <= world.GONE


def _due_again() -> None:
    """The same check-ins under a new plan, so that each has a reminder of its own again."""
    Notice.objects.all().delete()
    CheckIn.objects.update(rhythm_revision=2)
    reminders.plan(now())
