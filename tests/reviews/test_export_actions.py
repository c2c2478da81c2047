import hashlib
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from assignments.refusals import Refused
from reviews import exporting
from reviews.actions import export as actions
from reviews.models import Export, ExportStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.notices.models import Notice
from tests.factories import HRFactory, ReviewCycleFactory
from tests.reviews.test_exporting import final_review, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    cycle = ReviewCycleFactory(code="2026-h2")
    rated(final_review(cycle))
    return cycle


def asked(cycle, by, format="csv"):
    return actions.request_export(cycle, by=by, format=format, purpose="Talent round in March")


def parts():
    return list(Path(default_storage.path("exports")).glob("*.part"))


def test_an_export_is_asked_for_written_and_told(cycle, hr):
    export = asked(cycle, hr)
    assert (export.status, export.rows_expected) == (ExportStatus.QUEUED, 4)

    assert actions.write_waiting() == 1

    export.refresh_from_db()
    place = Path(default_storage.path(export.file.name))
    assert (export.status, export.rows_written, export.rows_expected) == (ExportStatus.COMPLETE, 4, 4)
    assert export.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
    assert (export.size, place.stat().st_mode & 0o777) == (place.stat().st_size, 0o600)
    assert (export.expires_at - export.completed_at).total_seconds() == 24 * 3600
    verbs = set(AuditEntry.objects.filter(object_type="reviews.export").values_list("verb", flat=True))
    assert verbs == {"export.requested", "export.completed"}
    assert [notice.recipient for notice in Notice.objects.filter(kind="reviews.export_ready")] == [hr]
    assert parts() == []


def test_rows_that_come_after_the_asking_are_counted_anew(cycle, hr):
    export = asked(cycle, hr)
    rated(final_review(cycle))

    actions.write_waiting()

    export.refresh_from_db()
    assert (export.rows_expected, export.rows_written) == (8, 8)


def test_only_hr_asks_and_only_who_asked_fetches(cycle, hr, administrator, mentor):
    for person in (administrator, mentor):
        with pytest.raises(PermissionDenied):
            asked(cycle, person)
    export = asked(cycle, hr)
    with pytest.raises(PermissionDenied):
        actions.download(export, by=hr)
    actions.write_waiting()
    export.refresh_from_db()

    with pytest.raises(PermissionDenied):
        actions.download(export, by=HRFactory())
    assert actions.download(export, by=hr).is_file()

    assert AuditEntry.objects.filter(verb="export.downloaded", actor=hr, object_id=export.pk).count() == 1


def test_a_role_taken_away_closes_the_file(cycle, hr):
    export = asked(cycle, hr)
    actions.write_waiting()
    export.refresh_from_db()
    hr.role_grants.all().delete()

    with pytest.raises(PermissionDenied):
        actions.download(export, by=type(hr).objects.get(pk=hr.pk))


def test_a_claimed_export_is_nobody_elses_until_its_lease_is_over(cycle, hr, clock):
    asked(cycle, hr)

    first = actions.claim()
    assert first.attempts == 1
    assert actions.claim() is None
    clock(minutes=4)
    second = actions.claim()

    assert (second.pk, second.attempts) == (first.pk, 2)
    assert actions.write_claimed(first) is False
    assert actions.write_claimed(second) is True
    assert Export.objects.get().status == ExportStatus.COMPLETE
    assert parts() == []


def test_a_killed_workers_export_is_written_again_from_the_start(cycle, hr, clock, monkeypatch):
    export = asked(cycle, hr)
    dead = actions.claim()
    Path(default_storage.path("exports")).mkdir(parents=True, exist_ok=True)
    part = Path(default_storage.path("exports")) / f"{dead.code.hex}.1.part"
    part.write_text("half of it")
    Export.objects.filter(pk=export.pk).update(rows_written=2)

    assert actions.write_waiting() == 0
    clock(minutes=4)
    assert actions.write_waiting() == 1

    export.refresh_from_db()
    assert (export.status, export.attempts, export.rows_written) == (ExportStatus.COMPLETE, 2, 4)
    assert not part.exists()


def test_after_three_killed_workers_it_has_failed_and_says_so(cycle, hr, clock):
    export = asked(cycle, hr)
    for number in range(1, 4):
        assert actions.claim().attempts == number
        clock(minutes=4 * number)

    assert actions.write_waiting() == 0

    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    assert "Ask for the file again" in export.error


def test_an_error_is_tried_again_and_then_failed(cycle, hr, monkeypatch):
    export = asked(cycle, hr)
    tries = []

    def broken(*args, **kwargs):
        tries.append(1)
        raise OSError("the disk is full")

    monkeypatch.setattr(exporting, "write", broken)

    assert actions.write_waiting() == 0

    export.refresh_from_db()
    assert (len(tries), export.status, export.file.name) == (3, ExportStatus.FAILED, "")
    assert parts() == []


def test_a_short_file_cannot_be_called_complete(cycle, hr):
    export = asked(cycle, hr)

    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(status=ExportStatus.COMPLETE, rows_written=3, sha256="x")


def test_a_file_expires_after_a_day(cycle, hr, clock):
    export = asked(cycle, hr)
    actions.write_waiting()
    export.refresh_from_db()
    place = Path(default_storage.path(export.file.name))
    assert actions.expire() == 0
    clock(hours=24, seconds=1)

    with pytest.raises(Refused):
        actions.download(export, by=hr)
    assert actions.expire() == 1

    export.refresh_from_db()
    assert (export.status, export.file.name, place.exists()) == (ExportStatus.EXPIRED, "", False)
    assert export.sha256 != ""
    assert actions.expire() == 0


def run(*args):
    call_command("export_reviews", *args)


def test_the_command_writes_the_same_bytes_as_the_page(cycle, hr, tmp_path, capsys):
    export = asked(cycle, hr)
    actions.write_waiting()
    export.refresh_from_db()
    page = Path(default_storage.path(export.file.name)).read_bytes()

    run("--format", "csv", "--output", str(tmp_path / "out"), "--by", hr.email)

    made = Export.objects.exclude(pk=export.pk).get()
    written = (tmp_path / "out").read_bytes()
    assert written.replace(str(made.code).encode(), str(export.code).encode()) == page
    digest = hashlib.sha256(written).hexdigest()
    assert capsys.readouterr().out == f"2026-h2: 4 rows, {len(page)} bytes, sha256 {digest}\n"
    assert (made.status, made.requested_by, made.rows_written, made.file.name) == (ExportStatus.COMPLETE, hr, 4, "")
    assert made.sha256 == digest


def test_the_command_writes_xlsx_too(cycle, tmp_path, capsys):
    run("--format", "xlsx", "--output", str(tmp_path / "out.xlsx"), "--cycle", "2026-h2")

    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == ["Ratings", "Dictionary"]
    assert capsys.readouterr().out.startswith("2026-h2: 4 rows")


def test_the_command_is_recorded_as_the_system_and_takes_the_latest_cycle(cycle, tmp_path, capsys):
    run("--output", str(tmp_path / "out.csv"), "--dictionary", str(tmp_path / "dictionary.csv"))

    assert capsys.readouterr().out.startswith("2026-h2: 4 rows")
    assert AuditEntry.objects.get(verb="export.requested").actor is None
    assert (tmp_path / "dictionary.csv").read_text().startswith('"column","type"')
    assert list(tmp_path.glob(".*part")) == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--output", "{tmp}/x", "--cycle", "nowhere"], "There is no review cycle “nowhere”. Known: 2026-h2."),
        (["--output", "{tmp}/x", "--by", "mina@example.org"], "“mina@example.org” is not an active HR person."),
        (["--output", "{tmp}/missing/x"], "The file cannot be written: No such file or directory"),
        (["--output", "{tmp}"], "The file cannot be written: it is a folder"),
        ([], "Say where to write: --output FILE."),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(args, words, cycle, mentee, tmp_path):
    with pytest.raises(CommandError) as error:
        run(*(arg.format(tmp=tmp_path) for arg in args))

    assert str(error.value).startswith(words)
    assert list(tmp_path.iterdir()) == []


def test_the_command_without_a_cycle_says_so(db, tmp_path):
    with pytest.raises(CommandError, match="There is no review cycle yet"):
        run("--output", str(tmp_path / "x"))
