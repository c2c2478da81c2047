"""How often an export says how far it is on PostgreSQL, by a clock that writing alone moves: no machine is too slow."""

from itertools import pairwise

import pytest

from reviews.actions import export_writing
from reviews.exporting import writing
from reviews.models import Export, ExportStatus
from tests.benchmarks.export_ratings import fill
from tests.factories import HRFactory
from tests.reviews.exports import ask

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
ROWS = 30_000


class Clock:
    """Stands still but for the rows that are written, each of which takes as long as the one before."""

    def __init__(self, seconds_a_row):
        self.seconds_a_row, self.rows = seconds_a_row, 0

    def __call__(self):
        return 1_000 + self.rows * self.seconds_a_row


# As fast as a busy machine, and three times as slow.
@pytest.mark.parametrize("seconds_a_row", [0.000_05, 0.000_15])
@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_it_says_how_far_it_is_at_least_every_second(format, seconds_a_row, monkeypatch):
    fill(ROWS)
    clock, told = Clock(seconds_a_row), []
    monkeypatch.setattr(export_writing, "monotonic", clock)
    went_on, added = export_writing._renew, writing.Job.add

    def renew(export, **counts):
        went_on(export, **counts)
        told.append((clock(), Export.objects.get(pk=export.pk).rows_written))

    def add(job, table, rows):
        clock.rows += rows
        added(job, table, rows)

    monkeypatch.setattr(export_writing, "_renew", renew)
    monkeypatch.setattr(writing.Job, "add", add)
    export, began = ask(HRFactory(), cycle="bench", format=format), clock()

    assert export_writing.write_waiting() == 1

    export.refresh_from_db()
    assert (export.status, export.rows_written, clock.rows) == (ExportStatus.COMPLETE, ROWS + 4, ROWS + 4)
    rows = [each for _at, each in told]
    assert rows == sorted(set(rows))
    assert rows[0] == 0 < rows[1] < ROWS
    moments = [began, *(at for at, _rows in told), clock()]
    assert max(later - earlier for earlier, later in pairwise(moments)) <= 1.0
