"""How long all dashboards take beside the three GROUP BY statements they cannot do without.

    make bench-dashboards

5,000 sponsors, 100,000 assignments and 1,000,000 pieces of evidence on PostgreSQL, in rounds that take turns with the
floor. Of the twenty assignments of a sponsor four run and one ended lately; the rest ended long ago and stands on no
dashboard. Each mentee has a mentorship, and each mentor five. RUNNING=20 lets all of them run. As deployed, two
worker processes are told at the same moment and share the work, until both have nothing left; WORKERS=1 has one do it
all.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import statistics
import subprocess
import sys
from collections.abc import Mapping
from time import perf_counter
from typing import Any

import django

from tests.benchmarks.database import load_django, make_database, open_database
from tests.benchmarks.hired import hired, tell
from tests.benchmarks.result import Figure, report

SPONSORS = int(os.environ.get("SPONSORS", "5000"))
EACH = 20
RUNNING = int(os.environ.get("RUNNING", "4"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
WORKERS = int(os.environ.get("WORKERS", "2"))
EVIDENCE_EACH, MENTEES_EACH = 10, 5
NAME = "bench_dashboards"
FLOOR = (
    "SELECT assignment_id, max(happened_on), count(*) FROM assignments_evidence GROUP BY assignment_id",
    "SELECT assignment_id, min(due_on), sum(weight) FROM assignments_milestone GROUP BY assignment_id",
    "SELECT sponsor_id, count(*), max(revision) FROM assignments_assignment GROUP BY sponsor_id",
)


def clone(model: Any, pk: int, count: int, **changed: str) -> None:
    """So many copies of one row in one statement; `g` counts from 1, each column may be an expression of it.

    Where the server lets us, the millions of rows that they refer to are not looked up for each.
    """
    from django.db import connection, transaction  # noqa: PLC0415

    from tests.emptied import UNLOOKED  # noqa: PLC0415

    columns = [field.column for field in model._meta.concrete_fields]
    own: Mapping[str, str] = {"code": "gen_random_uuid()", **changed}
    names = [name for name in columns if name != "id" or "id" in own]
    values = [own.get(name, f't."{name}"') for name in names]
    listed = ", ".join(f'"{name}"' for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNLOOKED)
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({listed}) SELECT {", ".join(values)} '
            f'FROM "{model._meta.db_table}" t, generate_series(1, {count}) g WHERE t.id = {pk}'
        )


def fill() -> None:
    """One assignment with all that belongs to it, then copies of every row of it."""
    from assignments import models as m  # noqa: PLC0415
    from assignments.models import BriefStatus, Status  # noqa: PLC0415
    from stretchhub.env import now  # noqa: PLC0415
    from stretchhub.people.models import User  # noqa: PLC0415
    from tests import factories as f  # noqa: PLC0415

    one = f.AssignmentFactory(outcome="Claims are decided in 14 days instead of 21.")
    brief = f.BriefFactory(option=one.option)
    version = f.BriefVersionFactory(brief=brief, number=1, status=BriefStatus.SPONSOR_ACCEPTED, decided_at=now())
    outcome, risk = version.outcomes.get(), version.risks.get()
    charter = f.CharterFactory(assignment=one)
    said = f.CharterAcknowledgementFactory(charter=charter)
    milestone = f.MilestoneFactory(assignment=one)
    evidence = f.EvidenceFactory(assignment=one, changed="Two regions joined.")
    check_in = f.CheckInFactory(assignment=one)
    answer = f.CheckInAnswerFactory(check_in=check_in)

    work, base = SPONSORS * EACH, 10_000_000
    to = f"{base} + g"
    runs = f"(g - 1) / {SPONSORS} < {RUNNING}"
    lately = f"(g - 1) / {SPONSORS} = {RUNNING}"
    people = {"email": "'p' || g || '-%s@example.org'", "employee_id": "'%s' || g"}
    mentors = (SPONSORS + MENTEES_EACH - 1) // MENTEES_EACH
    for pk, offset, kind, count in (
        (one.sponsor_id, base, "s", SPONSORS),
        (one.mentee_id, 2 * base, "m", SPONSORS),
        (one.mentor_id, 3 * base, "g", mentors),
    ):
        clone(
            User,
            pk,
            count,
            id=f"{offset} + g",
            **{name: words.replace("%s", kind) for name, words in people.items()},
        )
    turn = f"(g - 1) % {SPONSORS} + 1"
    mentee_id, mentor_id = f"{2 * base} + {turn}", f"{3 * base} + (g - 1) % {SPONSORS} / {MENTEES_EACH} + 1"
    clone(m.Mentorship, one.option.mentorship_id, SPONSORS, id=to, mentee_id=mentee_id, mentor_id=mentor_id)
    clone(type(one.option), one.option_id, work, id=to, mentorship_id=f"{base} + {turn}")
    clone(
        m.Assignment, one.pk, work, id=to, option_id=to, title="'Assignment number ' || g",
        sponsor_id=f"{base} + {turn}", mentee_id=mentee_id, mentor_id=mentor_id,
        status=f"CASE WHEN {runs} THEN '{Status.ACTIVE}' ELSE '{Status.CLOSED}' END",
        ending=f"CASE WHEN {runs} THEN '' ELSE 'delivered' END",
        closed_at=f"CASE WHEN {runs} THEN NULL WHEN {lately} THEN now() - interval '9 days' "
        "ELSE now() - interval '400 days' END",
        revision="1 + g % 3",
    )  # fmt: skip
    clone(m.Brief, brief.pk, work, id=to, option_id=to)
    clone(m.BriefVersion, version.pk, work, id=to, brief_id=to)
    for model, pk in ((m.BriefOutcome, outcome.pk), (m.BriefRisk, risk.pk)):
        clone(model, pk, work * 2, version_id=f"{base} + (g + 1) / 2")
    clone(m.Charter, charter.pk, work, id=to, assignment_id=to, approver_id=f"{base} + {turn}")
    for part in ("mentee", "mentor", "sponsor"):
        clone(m.CharterAcknowledgement, said.pk, work, charter_id=to, part=f"'{part}'")
    done = "CASE WHEN g % 4 < 2 THEN now() END", f"CASE WHEN g % 4 < 2 THEN {one.mentee_id} END"
    clone(
        m.Milestone, milestone.pk, work * 4, assignment_id=f"{base} + (g + 3) / 4", title="'Milestone ' || g",
        due_on="current_date + (g % 4 - 1)::int * 14", weight="1 + g % 5", done_at=done[0], done_by_id=done[1],
    )  # fmt: skip
    clone(m.CheckIn, check_in.pk, work, id=to, assignment_id=to, due_on="current_date - 5")
    for side in (mentee_id, mentor_id):
        clone(m.CheckInAnswer, answer.pk, work, check_in_id=to, by_id=side)
    clone(
        m.Evidence, evidence.pk, work * EVIDENCE_EACH, assignment_id=f"{base} + (g - 1) / {EVIDENCE_EACH} + 1",
        title="'Evidence ' || g", happened_on="current_date - (g % 28)::int", shared_with_sponsor="g % 2 = 0",
    )  # fmt: skip
    m.DashboardChange.objects.all().delete()
    with _cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _cursor() -> Any:
    from django.db import connection  # noqa: PLC0415

    return connection.cursor()


def floor() -> float:
    start = perf_counter()
    with _cursor() as cursor:
        for statement in FLOOR:
            cursor.execute(statement)
            cursor.fetchall()
    return perf_counter() - start


def worker() -> int:
    """Builds what is behind whenever it is told to, and says how many it wrote."""
    django.setup()
    from sponsors import tasks  # noqa: PLC0415

    for _ in sys.stdin:
        print(tasks.build_dashboards(), flush=True)
    return 0


def put_all_behind() -> None:
    with _cursor() as cursor:
        cursor.execute(
            "INSERT INTO assignments_dashboardchange (sponsor_id) "
            "SELECT sponsor_id FROM assignments_assignment WHERE sponsor_id > 10000000"
        )
        cursor.execute("VACUUM ANALYZE assignments_dashboardchange")


def build_all(crew: list[subprocess.Popen]) -> float:
    put_all_behind()
    start = perf_counter()
    written = sum(map(int, tell(crew)))
    took = perf_counter() - start
    assert written == SPONSORS, written
    return took


def build_alone() -> float:
    """In this process, where it can be looked into."""
    from sponsors import tasks  # noqa: PLC0415

    put_all_behind()
    start = perf_counter()
    assert tasks.build_dashboards() == SPONSORS
    return perf_counter() - start


def one_changed() -> float:
    from assignments.actions.assignment import raise_revision  # noqa: PLC0415
    from assignments.models import Assignment  # noqa: PLC0415
    from sponsors import tasks  # noqa: PLC0415

    raise_revision(Assignment.objects.get(pk=10_000_001))
    start = perf_counter()
    assert tasks.build_dashboards() == 1
    return perf_counter() - start


def compare_totals() -> None:
    """What the snapshots say is what the tables hold."""
    from sponsors.models import DashboardSnapshot  # noqa: PLC0415

    with _cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE stored (card jsonb)")
        for content in DashboardSnapshot.objects.values_list("content", flat=True).iterator():
            cursor.executemany("INSERT INTO stored VALUES (%s)", [(json.dumps(card),) for card in content["cards"]])
    shown = "status <> 'closed' OR closed_at > now() - interval '30 days'"
    asked = {
        "cards": (
            "SELECT count(*) FROM stored",
            f"SELECT count(*) FROM assignments_assignment WHERE ({shown}) AND sponsor_id > 10000000",
        ),
        "weights": (
            "SELECT sum((card->>'weight_total')::int), sum((card->>'weight_done')::int) FROM stored",
            "SELECT sum(weight), sum(weight) FILTER (WHERE done_at IS NOT NULL) FROM assignments_milestone "
            f"JOIN assignments_assignment a ON a.id = assignment_id WHERE ({shown}) AND sponsor_id > 10000000",
        ),
        "evidence": (
            "SELECT sum(jsonb_array_length(card->'evidence') + (card->>'evidence_more')::int) FROM stored",
            "SELECT count(*) FROM assignments_evidence JOIN assignments_assignment a ON a.id = assignment_id "
            f"WHERE shared_with_sponsor AND ({shown}) AND sponsor_id > 10000000",
        ),
    }
    with _cursor() as cursor:
        for name, statements in asked.items():
            found = []
            for statement in statements:
                cursor.execute(statement)
                found.append(cursor.fetchone())
            print(f"{name}: {found[0]} in the snapshots, {found[1]} in the tables")
            assert found[0] == found[1], name


def filled() -> None:
    start = perf_counter()
    fill()
    print(f"filled in {perf_counter() - start:.1f} s: {SPONSORS} sponsors, {SPONSORS * EACH} assignments, "
          f"{SPONSORS * EACH * EVIDENCE_EACH} pieces of evidence, {RUNNING} of {EACH} running", flush=True)  # fmt: skip


def profile() -> None:
    open_database(NAME)
    filled()
    looked = cProfile.Profile()
    looked.runcall(build_alone)
    pstats.Stats(looked).sort_stats("tottime").print_stats(45)


def main() -> int:
    if "PROFILE" in os.environ:
        profile()
        return 0
    floors, builds = [], []
    make_database(NAME)
    with hired("build_dashboards", WORKERS) as crew:
        load_django()
        filled()
        # With nothing behind: each has looked at what it needs before anything is timed.
        tell(crew)
        for _ in range(ROUNDS):
            floors.append(floor())
            builds.append(build_all(crew))
            print(f"floor {floors[-1]:.2f} s, all dashboards {builds[-1]:.2f} s", flush=True)
    low, high = statistics.median(floors), statistics.median(builds)
    ratio = f"ratio {high / low:.1f} (promised: 4)"
    print(f"median: floor {low:.2f} s, all dashboards by {WORKERS} workers {high:.2f} s, {ratio}")
    one = [one_changed() for _ in range(20)]
    print(f"one changed sponsor: median {statistics.median(one) * 1000:.0f} ms (promised: 50)")
    report(
        Figure(f"all dashboards of {SPONSORS} sponsors", high, "s", low, high / low, 4.0),
        Figure("one changed dashboard", statistics.median(one) * 1000, "ms", promised=50.0),
    )
    compare_totals()
    return 0


if __name__ == "__main__":
    sys.exit(worker() if sys.argv[1:] == ["worker"] else main())
