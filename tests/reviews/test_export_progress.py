"""How often an export says how far it is on PostgreSQL, by a clock that writing alone moves: no machine is too slow."""

from itertools import pairwise

import pytest

from reviews.actions import export_writing
from reviews.exporting import sheets, writing
from reviews.models import Export, ExportStatus
from tests.benchmarks.export_ratings import fill
from tests.factories import HRFactory
from tests.reviews.exports import ask

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
ROWS = 30_000


# So many rows are written while as much of a workbook is packed as is read at once.
ROWS_A_PIECE = 250


class Clock:
    """Stands still but for the rows that are written, each as long as the one before, and the packing."""

    def __init__(self, seconds_a_row):
        self.seconds_a_row, self.rows, self.pieces = seconds_a_row, 0, 0

    def __call__(self):
        return 1_000 + (self.rows + self.pieces * ROWS_A_PIECE) * self.seconds_a_row


# As fast as a busy machine, and three times as slow.
@pytest.mark.parametrize("seconds_a_row", [0.000_05, 0.000_15])
@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
def test_it_says_how_far_it_is_at_least_every_second(format, seconds_a_row, monkeypatch):
    fill(ROWS)
    clock, told = Clock(seconds_a_row), []
    monkeypatch.setattr(export_writing, "monotonic", clock)
    went_on, added, packed = export_writing._renew, writing.Job.add, sheets.Packing.add

    def renew(export, **counts):
        went_on(export, **counts)
        row = Export.objects.get(pk=export.pk)
        told.append((clock(), (row.rows_written, row.packed or 0)))

    def add(job, table, rows):
        clock.rows += rows
        added(job, table, rows)

    def pack(packing, length):
        clock.pieces += -(-length // sheets.PIECE)
        packed(packing, length)

    monkeypatch.setattr(sheets.Packing, "add", pack)
    monkeypatch.setattr(export_writing, "_renew", renew)
    monkeypatch.setattr(writing.Job, "add", add)
    export, began = ask(HRFactory(), cycle="bench", format=format), clock()

    assert export_writing.write_waiting() == 1

    export.refresh_from_db()
    assert (export.status, export.rows_written, clock.rows) == (ExportStatus.COMPLETE, ROWS + 4, ROWS + 4)
    assert export.packed is None
    said = [each for _at, each in told]
    assert said == sorted(said)
    rows = [each for each, _packed in said if each <= ROWS]
    assert rows == sorted(set(rows))
    assert said[0] == (0, 0) < said[1] < (ROWS, 0)
    assert any(packed > 50 for _rows, packed in said) == (format == "xlsx")
    moments = [began, *(at for at, _said in told), clock()]
    assert max(later - earlier for earlier, later in pairwise(moments)) <= 1.0
