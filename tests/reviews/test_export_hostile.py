"""Sixty hostile texts and thousands of random ones through every format, opened again and compared."""

import csv
import io
import itertools
import json
import random
import zipfile

import openpyxl
import pytest
from django.db import connection, transaction

from reviews import exporting
from reviews.exporting import TABLES, Scope
from reviews.exporting.copying import can_copy, copied
from reviews.exporting.lines import csv_blocks, plain_csv
from reviews.models import Relation, Review, Score
from stretchhub.cells import guarded
from stretchhub.env import now
from stretchhub.people.models import User
from tests.asked import REPEATED
from tests.factories import AssignmentFactory, ReviewCycleFactory
from tests.reviews.test_exporting import EXPORT, unescaped

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
RATINGS = TABLES["ratings"]
HIDDEN = ["", "\ufeff", "\u00a0", "\u200b", "\u3000", "\u2060", "\t", "\r", "\n", " "]
STARTS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "＝1", "﹦cmd|' /C calc'!A0"]
HOSTILE = [hidden + start for hidden, start in itertools.product(HIDDEN, STARTS)]
LETTERS = [
    *'abz09=+-@"",,,;\'\\.',
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u00a0",
    "\u200b",
    "é",
    "ß",
    "×",
    "語",
    "ر",
    "😀",
    "＝",
]
# Each with four ratings.
RATERS = 1_000 if REPEATED else 5_000


def filled(texts):
    """A cycle with four ratings of each rater, whose names and notes are these texts."""
    assignment = AssignmentFactory(title=next(texts), reviewing=True)
    cycle = ReviewCycleFactory()
    people = User.objects.bulk_create(
        User(email=f"rater{number}@example.org", full_name=next(texts)[:200], password="!") for number in range(RATERS)
    )
    final = {"cycle": cycle, "assignment": assignment, "relation": Relation.COLLEAGUE, "status": "final"}
    reviews = Review.objects.bulk_create(
        Review(**final, rater=person, due_on=now().date(), submitted_at=now(), final_at=now()) for person in people
    )
    criteria = list(cycle.rubric.criteria.all())
    Score.objects.bulk_create(
        [Score(review=review, criterion=each, level=3, note=next(texts)) for review in reviews for each in criteria],
        batch_size=5_000,
    )
    if connection.vendor == "postgresql":
        # It plans by what it has counted, and nobody has counted rows of this moment.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return cycle


def texts():
    chance = random.Random(20261129)
    yield from HOSTILE
    while True:
        yield "".join(chance.choices(LETTERS, k=chance.randint(0, 12)))


@pytest.fixture(scope="module")
def cycle(django_db_setup, django_db_blocker):
    """No test changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield filled(texts())
        transaction.set_rollback(True)


def in_the_database(cycle):
    scores = Score.objects.filter(review__cycle=cycle).order_by("pk")
    return list(scores.values_list("review__rater__full_name", "note"))


def of_rows(rows):
    name, note = (next(i for i, c in enumerate(RATINGS.columns) if c.name == each) for each in ("rater_name", "note"))
    return [(row[name], row[note]) for row in rows]


def write(tmp_path, cycle, format, tables):
    path = tmp_path / f"file.{format}"
    written = exporting.write(path, Scope(cycle=cycle.code), tables, format, export_id=EXPORT)
    assert written.counts["ratings"] == RATERS * 4
    return path


def test_sixty_hostile_texts_are_among_them():
    assert len(set(HOSTILE)) == 60
    assert all(guarded(text) == "'" + text for text in HOSTILE)


@pytest.mark.parametrize("archive", [False, True])
def test_csv_gives_back_what_the_database_holds_and_no_cell_is_active(archive, cycle, tmp_path):
    tables = (TABLES["assignments"], RATINGS) if archive else (RATINGS,)
    path = write(tmp_path, cycle, "csv", tables)

    raw = zipfile.ZipFile(path).read("ratings.csv") if archive else path.read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))[1:]

    assert of_rows(rows) == [(guarded(name), guarded(note)) for name, note in in_the_database(cycle)]
    assert all(guarded(cell) == cell or (cell[0] == "-" and cell[1:].isdigit()) for row in rows for cell in row)


def test_json_lines_give_back_what_the_database_holds(cycle, tmp_path):
    path = write(tmp_path, cycle, "jsonl", (RATINGS,))

    rows = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]

    assert [(row["rater_name"], row["note"]) for row in rows] == in_the_database(cycle)


def test_a_workbook_gives_back_what_the_database_holds_and_no_cell_is_active(cycle, tmp_path):
    path = write(tmp_path, cycle, "xlsx", (RATINGS,))

    rows = openpyxl.load_workbook(path, read_only=True)["Ratings"].iter_rows(min_row=2)
    cells = [tuple((cell.value, cell.data_type) for cell in row) for row in rows]

    assert {kind for row in cells for _value, kind in row} <= {"s", "n", "b", "d", "inlineStr"}
    values = of_rows([[value for value, _kind in row] for row in cells])
    found = [(unescaped(name or ""), unescaped(note or "")) for name, note in values]
    assert found == in_the_database(cycle)


@pytest.mark.real
def test_copy_gives_the_same_bytes_as_the_plain_way(cycle):
    assert connection.vendor == "postgresql"
    scope = Scope(cycle=cycle.code)
    for table in TABLES.values():
        keys = table.keys(scope)
        plain = b"".join(
            block for block, _n in plain_csv(table.columns, ((*row, EXPORT) for row in table.rows(scope, keys)))
        )
        if can_copy(table):
            assert b"".join(block for block, _n in copied(table, scope, EXPORT)) == plain, table.name
        whole = b"".join(block for block, _n in csv_blocks(table, scope, keys, EXPORT))
        assert whole.endswith(plain)
    assert {table.name for table in TABLES.values() if can_copy(table)} == {
        "assignments", "ratings", "check_ins", "metrics"
    }  # fmt: skip
