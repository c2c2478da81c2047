"""How fast reminders are planned and sent, each beside the floor of what it cannot do without.

    make bench-reminders

On PostgreSQL with a mail server in a process of its own, in rounds that take turns with the floor. PLAN, SEND and
ROUNDS change how many.
"""

from __future__ import annotations

import multiprocessing
import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, sleep
from typing import Any

import django

from tests import services
from tests.benchmarks import database
from tests.benchmarks.build_dashboards import clone
from tests.benchmarks.hired import heard, hired, tell
from tests.benchmarks.result import AT_LEAST, AT_MOST, Figure, report

PLAN = int(os.environ.get("PLAN", "100000"))
SEND = int(os.environ.get("SEND", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
FIRST = 20
NAME = "bench_reminders"
PROMISED_PLAN, PROMISED_RATE, PROMISED_BOTH = 4.0, 0.4, 1.0


def tell_time() -> None:
    """By the clock of every day: that of tests reads a file each time."""
    from django.conf import settings  # noqa: PLC0415

    settings.CLOCK_FILE = None


def fill(count: int, base: int) -> None:
    """So many people, two and two with a check-in that was due yesterday; the numbers of copies begin after `base`."""
    from assignments.models import Assignment, CheckIn, Option  # noqa: PLC0415
    from stretchhub.env import today  # noqa: PLC0415
    from stretchhub.people.models import User  # noqa: PLC0415
    from tests import factories as f  # noqa: PLC0415

    mentee, mentor = (f.UserFactory(working_days="1234567", time_zone="UTC") for _part in range(2))
    one = f.AssignmentFactory(mentee=mentee, mentor=mentor, title="Work number 0")
    due = f.CheckInFactory(assignment=one, due_on=today() - timedelta(days=1))
    more, number = count // 2 - 1, f"{base} + g"
    named = {"email": f"'here' || {number} || '@example.org'", "employee_id": f"'S' || {number}"}
    clone(User, mentee.pk, 2 * more, id=number, full_name="'Person Number' || g", **named)
    clone(Option, one.option_id, more, id=number)
    parts = {"mentee_id": f"{base} + 2 * g - 1", "mentor_id": f"{base} + 2 * g"}
    clone(Assignment, one.pk, more, id=number, option_id=number, title="'Work number ' || g", **parts)
    clone(CheckIn, due.pk, more, assignment_id=number)
    run("VACUUM ANALYZE")


def run(statement: str) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(statement)


def empty() -> None:
    run("TRUNCATE notices_notice CASCADE")
    run("VACUUM ANALYZE notices_notice")


def insert(count: int) -> float:
    """The floor of planning: as many rows, of the same shape, in one statement."""
    empty()
    start = perf_counter()
    run(
        "INSERT INTO notices_notice (key, kind, recipient_id, address, address_name, channel, object_type, object_id, "
        "planned_for, due_at, state, attempts, failures, message_id, reason, created_at) "
        "SELECT 'assignments.check_in_due:' || c.id || ':1:' || c.due_on || ':' || p.id || ':email', "
        "'assignments.check_in_due', p.id, '', '', 'email', 'assignments.checkin', c.id, "
        "(c.due_on + time '09:00') AT TIME ZONE p.time_zone, (c.due_on + time '09:00') AT TIME ZONE p.time_zone, "
        "'queued', 0, 0, '<' || gen_random_uuid() || '@localhost>', '', now() "
        "FROM assignments_checkin c JOIN assignments_assignment a ON a.id = c.assignment_id "
        f"JOIN people_user p ON p.id IN (a.mentee_id, a.mentor_id) ORDER BY c.id LIMIT {count}"
    )
    return perf_counter() - start


def plan(expected: int) -> float:
    from assignments import reminders  # noqa: PLC0415
    from stretchhub.env import now  # noqa: PLC0415
    from stretchhub.notices.models import Notice  # noqa: PLC0415

    empty()
    start = perf_counter()
    reminders.plan(now())
    took = perf_counter() - start
    assert Notice.objects.count() == expected, Notice.objects.count()
    assert not reminders.plan(now()), "a second run adds nothing"
    return took


def packed() -> list[Any]:
    """Ready bytes for the floor: the very mails that will be sent."""
    from stretchhub.notices import kinds, ledger, writing  # noqa: PLC0415
    from stretchhub.notices.channel import pack  # noqa: PLC0415

    parcels = []
    while batch := ledger.claim(500):
        things = kinds.load_things(batch)
        for notice in batch:
            mail = writing.mail(notice, things[notice.pk], kinds.get(notice.kind))
            assert mail is not None
            parcels.append(pack(mail))
    return parcels


def send_ready(port: int, parcels: list[Any]) -> float:
    start = perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for parcel in parcels:
            smtp.sendmail(parcel.sender, parcel.to, parcel.content)
    return perf_counter() - start


def all_queued() -> None:
    run("UPDATE notices_notice SET state = 'queued', attempts = 0, lease_until = NULL, data_started_at = NULL, "
        "sent_at = NULL")  # fmt: skip
    run("VACUUM ANALYZE notices_notice")


def all_sent(count: int, ledger: Path) -> None:
    from stretchhub.notices.models import Notice, State  # noqa: PLC0415

    assert Notice.objects.filter(state=State.SENT).count() == count
    lines = ledger.read_text().splitlines()
    assert len(lines) == len(set(lines)) == count, (len(lines), len(set(lines)))


def deliver(count: int, ledger: Path) -> float:
    """One sender, with lease and fence, in this process."""
    from stretchhub.notices import delivery  # noqa: PLC0415

    all_queued()
    os.truncate(ledger, 0)
    start = perf_counter()
    while delivery.deliver():
        pass
    took = perf_counter() - start
    all_sent(count, ledger)
    return took


def plan_and_deliver(nursery: subprocess.Popen, count: int, ledger: Path) -> float:
    """Two workers that plan and send at once; measured until the last is marked as sent."""
    from stretchhub.notices.models import Notice, State  # noqa: PLC0415

    empty()
    os.truncate(ledger, 0)
    start = perf_counter()
    assert tell([nursery]) == ["done"]
    took = perf_counter() - start
    assert Notice.objects.filter(state=State.SENT).count() == count
    all_sent(count, ledger)
    return took


def worker() -> None:
    """Two forks of one that has loaded Django, as Celery's are; for each line one plans and both send what is due."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    tell_time()
    # Before they are forked.
    from assignments import reminders  # noqa: F401, PLC0415
    from stretchhub.celery import load_pages  # noqa: PLC0415
    from stretchhub.notices import delivery  # noqa: F401, PLC0415

    load_pages()
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe() for _number in range(2)]
    for number, (_here, there) in enumerate(pipes):
        context.Process(target=work, args=(there, number == 0), daemon=True).start()
    print("ready", flush=True)
    for _ in sys.stdin:
        for here, _there in pipes:
            here.send("go")
        for here, _there in pipes:
            here.recv()
        print("done", flush=True)


def work(line: Any, plans: bool) -> None:
    """Whenever it is told to, until nothing is left."""
    from assignments import reminders  # noqa: PLC0415
    from stretchhub.env import now  # noqa: PLC0415
    from stretchhub.notices import delivery  # noqa: PLC0415
    from stretchhub.notices.models import Notice, State  # noqa: PLC0415

    while line.recv():
        if plans:
            reminders.plan(now())
        while True:
            if delivery.deliver():
                continue
            left = Notice.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()
            if not left and Notice.objects.exists():
                break
            # Asks again soon, and leaves the processor to the one that plans.
            sleep(0.02)
        line.send("done")


def said(what: str, floor: list[float], ours: list[float], promise: str, ratio: float) -> None:
    print(f"{what}: floor {statistics.median(floor):.2f} s, ours {statistics.median(ours):.2f} s, "
          f"ratio {ratio:.2f} (promised: {promise}), load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    way, promised = (AT_LEAST if promise.startswith(AT_LEAST) else AT_MOST), float(promise.split()[2])
    report(Figure(what, statistics.median(ours), "s", statistics.median(floor), ratio, promised, way))


def send(port: int, folder: Path) -> None:
    """By one sender and by two workers, beside ready bytes."""
    both_floor, both, floor, ours = [], [], [], []
    # Who forks the two workers and tells them.
    with hired("send_reminders", 1) as [nursery]:
        database.load_django()
        tell_time()
        from tests.soak.run import sink_on  # noqa: PLC0415

        sink = sink_on(port, folder / "ledger", "well")
        fill(FIRST, 30_000_000)
        assert heard(nursery) == "ready"
        # Each has written and sent some before anything is timed.
        plan_and_deliver(nursery, FIRST, folder / "ledger")
        run("TRUNCATE notices_notice, assignments_checkin CASCADE")
        fill(SEND, 10_000_000)
        for _ in range(ROUNDS):
            write = insert(SEND)
            parcels = packed()
            floor.append(send_ready(port, parcels))
            both_floor.append(write + floor[-1])
            plan(SEND)
            ours.append(deliver(SEND, folder / "ledger"))
            both.append(plan_and_deliver(nursery, SEND, folder / "ledger"))
            print(f"ready bytes {floor[-1]:.2f} s, one sender {ours[-1]:.2f} s, two workers {both[-1]:.2f} s",
                  flush=True)  # fmt: skip
    rate = statistics.median(floor) / statistics.median(ours)
    said(f"send {SEND}, one sender", floor, ours, f"at least {PROMISED_RATE} of the floor's rate", rate)
    ratio = statistics.median(both) / statistics.median(both_floor)
    said(f"plan and send {SEND}, two workers", both_floor, both, f"at most {PROMISED_BOTH}", ratio)
    services.end(sink)


def main() -> int:
    port, folder = services.free_port(), Path(tempfile.mkdtemp(prefix="stretchhub-bench-"))
    database.make_database(NAME, TEST_EMAIL_URL=f"smtp://127.0.0.1:{port}")
    send(port, folder)

    run("TRUNCATE notices_notice, assignments_checkin CASCADE")
    fill(PLAN, 20_000_000)
    floors, plans = [], []
    for _ in range(ROUNDS):
        floors.append(insert(PLAN))
        before = getrusage(RUSAGE_SELF).ru_maxrss
        plans.append(plan(PLAN))
        grown = (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"floor {floors[-1]:.2f} s, plan {plans[-1]:.2f} s, {grown:.0f} MiB more memory", flush=True)
    ratio = statistics.median(plans) / statistics.median(floors)
    said(f"plan {PLAN}", floors, plans, f"at most {PROMISED_PLAN}", ratio)
    return 0


if __name__ == "__main__":
    sys.exit(worker() if sys.argv[1:] == ["worker"] else main())
