"""A worker that is killed while it writes an export leaves nothing that could be taken for the file."""

import hashlib
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from reviews.actions import export_writing as writing
from reviews.models import Export, ExportStatus
from stretchhub.audit.models import AuditEntry
from tests.factories import HRFactory, ReviewCycleFactory
from tests.killed import work_and_be_killed
from tests.reviews.exports import ask
from tests.reviews.test_exporting import final_review, rated

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

# Tells of every second row.
WORK = """
from reviews import tasks
from reviews.actions import export_writing
from reviews.exporting import copying, table, writing

export_writing.TELL = 0
copying.BLOCK = table.STRETCH = writing.STRETCH = 2
stop_in(export_writing)
tasks.write_exports()
"""


# `_renew` is called before the first row and after every second; `_complete` when the file stands in its place.
@pytest.mark.parametrize(
    ("format", "name", "times"), [("csv", "_renew", 2), ("xlsx", "_renew", 3), ("csv", "_complete", 0)]
)
def test_the_next_worker_writes_the_whole_file(surroundings, format, name, times, clock):
    cycle = ReviewCycleFactory()
    for _each in range(2):
        rated(final_review(cycle))
    export = ask(HRFactory(), cycle=cycle.code, format=format)

    work_and_be_killed(surroundings, WORK, name, times)

    export.refresh_from_db()
    assert (export.status, export.file.name, export.sha256, export.attempts) == (ExportStatus.RUNNING, "", "", 1)
    assert not AuditEntry.objects.filter(verb="export.completed").exists()
    assert writing.write_waiting() == 0
    clock(minutes=3, seconds=1)
    assert writing.write_waiting() == 1

    export.refresh_from_db()
    place = Path(default_storage.path(export.file.name))
    assert (export.status, export.attempts, export.counts) == (ExportStatus.COMPLETE, 2, {"ratings": 8})
    assert export.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
    assert not list(place.parent.glob(f"{export.code.hex}*"))
    assert Export.objects.count() == 1


def test_what_becomes_final_while_it_is_written_stands_in_the_next_file(monkeypatch):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle))
    first, went_on = ask(HRFactory(), cycle=cycle.code), writing.Told.began

    def began(told, total):
        went_on(told, total)
        other = Thread(target=one_more)
        other.start()
        other.join()

    def one_more():
        rated(final_review(cycle))
        connection.close()

    with monkeypatch.context() as patched:
        patched.setattr(writing.Told, "began", began)
        assert writing.write_waiting() == 1
    second = ask(HRFactory(), cycle=cycle.code)
    assert writing.write_waiting() == 1

    counts = [Export.objects.get(pk=each.pk).counts for each in (first, second)]
    assert counts == [{"ratings": 4}, {"ratings": 8}]
