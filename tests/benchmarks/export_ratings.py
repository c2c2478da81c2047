"""How fast a million ratings are exported, beside COPY of the same statement and a bare loop of XlsxWriter.

    make bench-export

On PostgreSQL, in rounds that take turns with the floor. ROWS and SHEET_ROWS say how many, each of a cycle of its own;
memory is what the process grows by while it writes.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import psutil
import xlsxwriter

from tests.benchmarks.build_dashboards import clone
from tests.benchmarks.database import open_database
from tests.benchmarks.result import AT_LEAST, Figure, report

ROWS = int(os.environ.get("ROWS", "1000000"))
SHEET_ROWS = int(os.environ.get("SHEET_ROWS", "1000000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SHEET_ROUNDS = int(os.environ.get("SHEET_ROUNDS", "1"))
EXPORT = "00000000-0000-4000-8000-000000000000"


def fill(rows: int, cycle: str = "bench", base: int = 10_000_000) -> None:
    """Four ratings of one rater, then as many copies of assignments, raters, reviews and ratings as come to `rows`.

    The numbers of copies begin after `base`.
    """
    from reviews.models import Review, Score  # noqa: PLC0415
    from stretchhub.people.models import User  # noqa: PLC0415
    from tests import factories as f  # noqa: PLC0415
    from tests.reviews.test_exporting import final_review, rated  # noqa: PLC0415

    review = final_review(f.ReviewCycleFactory(code=cycle))
    rated(review, note="In front of both teams the plan was changed on the spot, and everybody could see why.")
    reviews = rows // 4
    work = -(-reviews // 4)
    one = review.assignment
    people = {"email": f"'p' || {base} + g || '@example.org'", "employee_id": f"'P' || {base} + g"}
    clone(User, review.rater_id, reviews, id=f"{base} + g", **people)
    clone(type(one.option), one.option_id, work, id=f"{base} + g")
    clone(type(one), one.pk, work, id=f"{base} + g", option_id=f"{base} + g", mentee_id=f"{base} + g")
    clone(
        Review, review.pk, reviews, id=f"{base} + g", assignment_id=f"{base} + (g + 3) / 4",
        rater_id=f"{base} + g", relation="'colleague'",
    )  # fmt: skip
    for score in Score.objects.filter(review=review).order_by("pk"):
        clone(Score, score.pk, reviews, review_id=f"{base} + g", level="1 + g % 5")


def scope(cycle: str) -> Any:
    from reviews.exporting import Scope  # noqa: PLC0415

    return Scope(cycle=cycle)


def statement(cycle: str) -> tuple[str, Any]:
    """The very statement that the export runs, for all rows at once and without its list of keys."""
    from reviews.exporting import TABLES  # noqa: PLC0415
    from reviews.exporting.table import _expression  # noqa: PLC0415

    table = TABLES["ratings"]
    given = {f"x_{column.name}": _expression(column, scope(cycle), None) for column in table.own}
    rows = table.chosen(scope(cycle)).order_by("pk").annotate(**given).values_list(*given)
    return rows.query.sql_with_params()


def copy_alone(path: Path) -> int:
    """The floor: COPY of the same rows into a file, as the server gives them."""
    from django.db import connection  # noqa: PLC0415

    sql, parameters = statement("bench")
    asked = f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)"
    with path.open("wb") as file, connection.cursor() as cursor, cursor.cursor.copy(asked, parameters) as copy:
        for block in copy:
            file.write(block)
    return ROWS


def export(path: Path, cycle: str, format: str) -> int:
    from reviews import exporting  # noqa: PLC0415

    tables = exporting.chosen_tables(["ratings"])
    return exporting.write(path, scope(cycle), tables, format, export_id=EXPORT).rows


def sheet_alone(path: Path) -> int:
    """The floor: a loop over the same rows that writes each cell with XlsxWriter, and nothing more."""
    from django.db import connection  # noqa: PLC0415

    sql, parameters = statement("bench-sheet")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    number = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(2000):
            for row in rows:
                for column, value in enumerate((*row, EXPORT)):
                    if value is None:
                        continue
                    if isinstance(value, bool):
                        sheet.write_boolean(number, column, value)
                    elif isinstance(value, int):
                        sheet.write_number(number, column, value)
                    elif hasattr(value, "tzinfo"):
                        sheet.write_datetime(number, column, value.replace(tzinfo=None), date)
                    else:
                        sheet.write_string(number, column, str(value))
                number += 1
    book.close()
    return number


def measured(work: Callable[[], int], expected: Collection[int]) -> tuple[float, float]:
    """Seconds, and by how many MiB the process grew at the most; `work` says how many rows it handled."""
    process = psutil.Process()
    before = top = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal top
        while not done.is_set():
            top = max(top, process.memory_info().rss)
            sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = perf_counter()
    rows = work()
    took = perf_counter() - start
    done.set()
    watcher.join()
    assert rows in expected, rows
    return took, (top - before) / 2**20


def compare(
    name: str, rows: int, floor: Callable[[], int], work: Callable[[], int], rounds: int
) -> tuple[float, float, float]:
    # With or without the four ratings that were copied.
    floors, works, grown, expected = [], [], [], (rows, rows + 4)
    for _ in range(rounds):
        floors.append(measured(floor, expected)[0])
        took, growth = measured(work, expected)
        works.append(took)
        grown.append(growth)
        print(f"{name}: floor {floors[-1]:.2f} s, export {took:.2f} s, +{growth:.1f} MiB", flush=True)
    return statistics.median(floors), statistics.median(works), max(grown)


def write(place: Path) -> None:
    """Each format beside its floor."""
    floor, took, grown = compare(
        "CSV", ROWS, lambda: copy_alone(place / "floor"), lambda: export(place / "csv", "bench", "csv"), ROUNDS
    )
    print(f"CSV median: {floor / took:.2f} of COPY's rows a second (promised: 0.5), +{grown:.1f} MiB (promised: 16)")
    name = f"export of {ROWS} ratings as CSV"
    report(
        Figure(name, took, "s", floor, floor / took, 0.5, AT_LEAST),
        Figure(f"{name}: memory", grown, "MiB", promised=16.0),
    )
    floor, took, grown = compare(
        "XLSX", SHEET_ROWS, lambda: sheet_alone(place / "bare.xlsx"),
        lambda: export(place / "a.xlsx", "bench-sheet", "xlsx"), SHEET_ROUNDS,
    )  # fmt: skip
    print(f"XLSX median: {took / floor:.2f} of the bare loop (promised: 1.3), +{grown:.1f} MiB (promised: 32)")
    name = f"export of {SHEET_ROWS} ratings as a workbook"
    report(Figure(name, took, "s", floor, took / floor, 1.3), Figure(f"{name}: memory", grown, "MiB", promised=32.0))


def main() -> int:
    from django.db import connection  # noqa: PLC0415

    open_database("bench_export")
    start = perf_counter()
    fill(ROWS)
    fill(SHEET_ROWS, "bench-sheet", 20_000_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"filled in {perf_counter() - start:.1f} s: {ROWS} ratings, and {SHEET_ROWS} more", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
    print(f"peak of the whole process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
