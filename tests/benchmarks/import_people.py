"""How long importing people takes: a file as HR brings it, looked at and saved.

    python -m tests.benchmarks.import_people

On an empty database of its own on PostgreSQL. PEOPLE says how many rows; every tenth person is a manager of others.
Memory is what the process grows by meanwhile.
"""

from __future__ import annotations

import os
import sys

from tests.benchmarks.database import open_database
from tests.benchmarks.result import Figure, report

PEOPLE = int(os.environ.get("PEOPLE", "50000"))
PROMISED_SECONDS, PROMISED_MIB = 60.0, 128.0
DEPARTMENTS, ZONES = 200, ("Europe/London", "Asia/Kolkata", "America/New_York")


def directory(people: int) -> list[str]:
    """Rows of a file in which a manager stands before those they lead."""
    from tests.people.directory import row  # noqa: PLC0415

    return [
        row(
            f"E{number:06}",
            job_title=f"Title {number % 97}",
            department=f"Department {number % DEPARTMENTS}",
            manager_employee_id=f"E{number // 10 * 10 // 10:06}" if number >= 10 else "",
            timezone=ZONES[number % len(ZONES)],
        )
        for number in range(people)
    ]


def main() -> int:
    open_database("bench_import")
    from stretchhub.people import imports  # noqa: PLC0415
    from stretchhub.people.models import User  # noqa: PLC0415
    from tests.benchmarks.export_ratings import measured  # noqa: PLC0415
    from tests.people.directory import file  # noqa: PLC0415

    brought = file(*directory(PEOPLE))

    def work() -> int:
        seen = imports.look(brought, by=None)
        assert (seen.created, seen.wrong) == (PEOPLE, 0), seen
        brought.seek(0)
        return imports.save(brought, by=None).created

    took, grown = measured(work, {PEOPLE})
    assert User.objects.exclude(employee_id="").count() == PEOPLE
    assert User.objects.filter(manager__isnull=False).count() == PEOPLE - 10
    print(f"{PEOPLE} people looked at and saved in {took:.1f} s, +{grown:.1f} MiB", flush=True)
    name = f"import of {PEOPLE} people"
    report(
        Figure(name, took, "s", promised=PROMISED_SECONDS),
        Figure(f"{name}: memory", grown, "MiB", promised=PROMISED_MIB),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
