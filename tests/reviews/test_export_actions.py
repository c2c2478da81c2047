import hashlib
import os
import zipfile
from datetime import timedelta
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
from reviews.actions import export_writing as writing
from reviews.exporting import TABLES, Scope
from reviews.models import Export, ExportStatus, Review
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.keeping.erasing import erase
from stretchhub.notices.models import Notice
from tests.factories import HRFactory, ReviewCycleFactory
from tests.reviews.test_exporting import final_review, rated
from tests.rival import first

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    cycle = ReviewCycleFactory(code="2026-h2")
    rated(final_review(cycle))
    return cycle


def asked(cycle, by, format="csv", tables=("ratings",)):
    scope = Scope(cycle=cycle.code, day="2026-11-29", reader=by.pk)
    return actions.request_export(
        by=by, tables=list(tables), format=format, purpose="Talent round in March", scope=scope
    )


def words_of(export):
    with default_storage.open(export.file.name) as file:
        if export.format == "csv":
            return file.read().decode()
        with zipfile.ZipFile(file) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def parts():
    return list(Path(default_storage.path("exports")).glob("*.part"))


def test_an_export_is_asked_for_written_and_told(cycle, hr):
    export = asked(cycle, hr)
    assert (export.status, export.rows_expected) == (ExportStatus.QUEUED, 4)

    assert writing.write_waiting() == 1

    export.refresh_from_db()
    place = Path(default_storage.path(export.file.name))
    assert (export.status, export.rows_written, export.rows_expected) == (ExportStatus.COMPLETE, 4, 4)
    assert export.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
    assert (export.size, place.stat().st_mode & 0o777) == (place.stat().st_size, 0o600)
    assert (export.expires_at - export.completed_at).total_seconds() == 24 * 3600
    entries = AuditEntry.objects.filter(object_type="reviews.export")
    facts = dict(entries.values_list("verb", "facts"))
    filtered = {"filter": {"cycle": "2026-h2"}}
    assert facts == {
        "export.requested": {**filtered, "format": "csv", "tables": ["ratings"], "rows": 4},
        "export.completed": {**filtered, "counts": {"ratings": 4}, "sha256": export.sha256},
    }
    assert [notice.recipient for notice in Notice.objects.filter(kind="reviews.export_ready")] == [hr]
    assert parts() == []


def test_rows_that_come_after_the_asking_are_counted_anew(cycle, hr):
    export = asked(cycle, hr)
    rated(final_review(cycle))

    writing.write_waiting()

    export.refresh_from_db()
    assert (export.rows_expected, export.rows_written) == (8, 8)


def test_only_hr_asks_and_only_who_asked_fetches(cycle, hr, administrator, mentor):
    for person in (administrator, mentor):
        with pytest.raises(PermissionDenied):
            asked(cycle, person)
    export = asked(cycle, hr)
    with pytest.raises(PermissionDenied):
        actions.download(export, by=hr)
    writing.write_waiting()
    export.refresh_from_db()

    with pytest.raises(PermissionDenied):
        actions.download(export, by=HRFactory())
    with actions.download(export, by=hr) as content:
        assert hashlib.sha256(content.read()).hexdigest() == export.sha256

    assert AuditEntry.objects.filter(verb="export.downloaded", actor=hr, object_id=export.pk).count() == 1


def test_a_role_taken_away_closes_the_file(cycle, hr):
    export = asked(cycle, hr)
    writing.write_waiting()
    export.refresh_from_db()
    hr.role_grants.all().delete()

    with pytest.raises(PermissionDenied):
        actions.download(export, by=type(hr).objects.get(pk=hr.pk))


def test_a_claimed_export_is_nobody_elses_until_its_lease_is_over(cycle, hr, clock):
    asked(cycle, hr)

    first = writing.claim()
    assert first.attempts == 1
    assert writing.claim() is None
    clock(minutes=4)
    second = writing.claim()

    assert (second.pk, second.attempts) == (first.pk, 2)
    assert writing.write_claimed(first) is False
    assert writing.write_claimed(second) is True
    assert Export.objects.get().status == ExportStatus.COMPLETE
    assert parts() == []


def test_a_killed_workers_export_is_written_again_from_the_start(cycle, hr, clock, monkeypatch):
    export = asked(cycle, hr)
    dead = writing.claim()
    Path(default_storage.path("exports")).mkdir(parents=True, exist_ok=True)
    part = Path(default_storage.path("exports")) / f"{dead.code.hex}.1.part"
    part.write_text("half of it")
    sheets = part.with_name(f"{part.name}.d")
    sheets.mkdir()
    (sheets / "sheet").write_text("half of it")
    Export.objects.filter(pk=export.pk).update(rows_written=2)

    assert writing.write_waiting() == 0
    clock(minutes=4)
    assert writing.write_waiting() == 1

    export.refresh_from_db()
    assert (export.status, export.attempts, export.rows_written) == (ExportStatus.COMPLETE, 2, 4)
    assert not part.exists()
    assert not sheets.exists()


def test_after_three_killed_workers_it_has_failed_and_says_so(cycle, hr, clock):
    export = asked(cycle, hr)
    for number in range(1, 4):
        assert writing.claim().attempts == number
        clock(minutes=4 * number)

    assert writing.write_waiting() == 0

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

    assert writing.write_waiting() == 0

    export.refresh_from_db()
    assert (len(tries), export.status, export.file.name) == (3, ExportStatus.FAILED, "")
    assert parts() == []


def test_a_short_file_cannot_be_called_complete(cycle, hr):
    export = asked(cycle, hr)

    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(status=ExportStatus.COMPLETE, rows_written=3, sha256="x")


def test_a_file_expires_after_a_day(cycle, hr, clock):
    export = asked(cycle, hr)
    writing.write_waiting()
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


def test_a_file_that_is_gone_is_not_written_down_as_fetched(cycle, hr):
    export = asked(cycle, hr)
    writing.write_waiting()
    export.refresh_from_db()
    default_storage.delete(export.file.name)

    with pytest.raises(Refused, match="This file has expired"):
        actions.download(export, by=hr)

    assert not AuditEntry.objects.filter(verb="export.downloaded").exists()


def test_the_lease_is_kept_while_a_finished_file_is_on_its_way(cycle, hr, monkeypatch, clock):
    """As over a network to where it is kept; there another worker may have taken it over in the meantime."""
    asked(cycle, hr)
    claimed = writing.claim()
    until = Export.objects.get().lease_until
    on_its_way = writing._Renewed(claimed)
    on_its_way()
    assert Export.objects.get().lease_until == until
    monkeypatch.setattr(writing, "RENEW", 0)
    clock(minutes=2)

    on_its_way()

    assert (Export.objects.get().lease_until - until).total_seconds() == pytest.approx(120, abs=5)
    Export.objects.update(attempts=2)
    with pytest.raises(writing.LeaseLost):
        on_its_way()


def test_what_another_worker_took_over_in_the_last_moment_is_completed_by_that_one(cycle, hr, monkeypatch):
    def kept():
        return {name for name, _when in default_storage.written("exports/")}

    asked(cycle, hr)
    before = kept()

    def taken_over():
        Export.objects.update(lease_until=now() - timedelta(seconds=1))
        return writing.write_claimed(writing.claim())

    by_the_other = first(monkeypatch, writing, "_complete", taken_over)

    assert writing.write_claimed(writing.claim()) is False

    assert by_the_other == [True]
    export = Export.objects.get()
    assert (export.status, export.attempts) == (ExportStatus.COMPLETE, 2)
    assert kept() - before == {export.file.name}
    assert AuditEntry.objects.filter(verb="export.completed").count() == 1


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_is_being_written_while_somebody_is_erased_is_written_again_without_them(cycle, hr, monkeypatch, format):
    mentee = Review.objects.first().assignment.mentee
    name = mentee.full_name
    before = asked(cycle, hr, format)
    writing.write_waiting()
    before.refresh_from_db()
    assert name in words_of(before)
    before.delete()
    asked(cycle, hr, format)
    first(monkeypatch, writing, "keep", lambda *_args: erase(mentee))

    assert writing.write_claimed(writing.claim()) is False
    export = Export.objects.get()
    assert (export.status, export.file.name) == (ExportStatus.RUNNING, "")

    assert writing.write_waiting() == 1

    export.refresh_from_db()
    assert export.status == ExportStatus.COMPLETE
    assert name not in words_of(export)


def test_what_is_written_from_the_shell_while_somebody_is_erased_stands_nowhere(cycle, tmp_path, monkeypatch):
    mentee, path = Review.objects.first().assignment.mentee, tmp_path / "ratings.csv"
    path.write_text("The one of yesterday.")
    first(monkeypatch, writing, "_complete", lambda: erase(mentee))
    scope = Scope(cycle=cycle.code, day="2026-11-29", reader=None)

    with pytest.raises(writing.LeaseLost):
        writing.write_now(by=None, tables=["ratings"], format="csv", scope=scope, path=path)

    assert path.read_text() == "The one of yesterday."
    assert [each.name for each in tmp_path.iterdir()] == ["ratings.csv"]


def test_ten_exports_a_day_and_failed_ones_do_not_count(cycle, hr, clock, settings):
    settings.EXPORTS_A_DAY = 3
    first = asked(cycle, hr)
    Export.objects.filter(pk=first.pk).update(status=ExportStatus.FAILED)
    for _each in range(3):
        asked(cycle, hr)

    with pytest.raises(Refused, match="3 exports within 24 hours"):
        asked(cycle, hr)
    asked(cycle, HRFactory())
    clock(hours=24, seconds=1)

    assert asked(cycle, hr).status == ExportStatus.QUEUED


def test_files_that_no_export_names_are_swept_after_a_day(cycle, hr, clock):
    asked(cycle, hr)
    writing.write_waiting()
    folder = Path(default_storage.path("exports"))
    left, kept = folder / "left-behind", Path(default_storage.path(Export.objects.get().file.name))
    left.write_text("half")
    actions.expire()
    assert left.exists()
    clock(hours=23)
    os.utime(left, (1, 1))

    assert actions.expire() == 0

    assert (left.exists(), kept.exists()) == (False, True)


def test_a_text_too_long_for_excel_fails_with_words(cycle, hr):
    rated(final_review(cycle), note="x" * 32_768)
    export = asked(cycle, hr, "xlsx")

    assert writing.write_waiting() == 0

    export.refresh_from_db()
    assert (export.status, export.attempts) == (ExportStatus.FAILED, 1)
    assert export.error == "A text is longer than a cell of Excel can hold. Ask for CSV instead."


def test_too_many_rows_for_excel_fail_with_words(cycle, hr, monkeypatch):
    monkeypatch.setattr(exporting.writing, "MOST_SHEET_ROWS", 3)
    export = asked(cycle, hr, "xlsx")

    assert writing.write_waiting() == 0

    export.refresh_from_db()
    assert (export.status, export.error) == (
        ExportStatus.FAILED,
        "An Excel sheet cannot hold this many rows. Ask for CSV instead.",
    )


def test_who_loses_the_lease_while_writing_stops(cycle, hr, monkeypatch):
    export = asked(cycle, hr)
    claimed = writing.claim()
    Export.objects.filter(pk=export.pk).update(attempts=2)
    monkeypatch.setattr(writing, "TELL", 0)

    assert writing.write_claimed(claimed) is False

    export.refresh_from_db()
    assert (export.status, export.file.name, parts()) == (ExportStatus.RUNNING, "", [])


def run(*args):
    call_command("export_reviews", *args)


def test_the_command_writes_the_same_bytes_as_the_page(cycle, hr, tmp_path, capsys):
    export = asked(cycle, hr)
    writing.write_waiting()
    export.refresh_from_db()
    page = Path(default_storage.path(export.file.name)).read_bytes()

    run("--format", "csv", "--output", str(tmp_path / "out"), "--by", hr.email, "--cycle", "2026-h2")

    made = Export.objects.exclude(pk=export.pk).get()
    written = (tmp_path / "out").read_bytes()
    assert written.replace(str(made.code).encode(), str(export.code).encode()) == page
    digest = hashlib.sha256(written).hexdigest()
    assert capsys.readouterr().out == f"ratings 4: 4 rows, {len(page)} bytes, sha256 {digest}\n"
    assert (made.status, made.requested_by, made.rows_written, made.file.name) == (ExportStatus.COMPLETE, hr, 4, "")
    assert made.sha256 == digest


def test_the_command_writes_xlsx_too(cycle, tmp_path, capsys):
    run("--format", "xlsx", "--output", str(tmp_path / "out.xlsx"), "--cycle", "2026-h2")

    sheets = ["Ratings", "Dictionary", "Credits", "About"]
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == sheets
    assert capsys.readouterr().out.startswith("ratings 4: 4 rows")


def test_the_command_is_recorded_as_the_system_and_writes_every_cycle(cycle, tmp_path, capsys):
    rated(final_review(ReviewCycleFactory()))

    run("--output", str(tmp_path / "out.csv"), "--dictionary", str(tmp_path / "dictionary.csv"))

    assert capsys.readouterr().out.startswith("ratings 8: 8 rows")
    assert AuditEntry.objects.get(verb="export.requested").actor is None
    assert (tmp_path / "dictionary.csv").read_text().startswith('"table","column","type"')
    assert list(tmp_path.glob(".*part")) == []


def test_the_command_takes_every_filter_of_the_page(cycle, mentor, tmp_path, capsys):
    people = ["--manager", mentor.email, "--mentor", mentor.email, "--sponsor", mentor.email]
    kind = ["--department", "Operations", "--state", "closed", "--signed-off", "yes", "--active", "no"]
    days = ["--since", "2026-01-01", "--until", "2026-02-01"]

    run("--all-tables", "--output", str(tmp_path / "out.zip"), "--cycle", "2026-h2", *people, *kind, *days)

    export, code = Export.objects.get(), str(mentor.code)
    assert export.filter | {"day": ""} == {
        "cycle": "2026-h2", "since": "2026-01-01", "until": "2026-02-01", "department": "Operations",
        "manager": code, "mentor": code, "sponsor": code, "state": "closed", "signed_off": "yes", "active": "no",
        "day": "",
    }  # fmt: skip
    assert export.cycle == cycle
    members = [f"{name}.csv" for name in [*TABLES, "dictionary", "credits", "about"]]
    assert zipfile.ZipFile(tmp_path / "out.zip").namelist() == members


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--output", "{tmp}/x", "--cycle", "nowhere"], "There is no review cycle “nowhere”. Known: 2026-h2."),
        (["--output", "{tmp}/x", "--by", "mina@example.org"], "“mina@example.org” is not an active HR person."),
        (["--output", "{tmp}/missing/x"], "The file cannot be written: No such file or directory"),
        (["--output", "{tmp}"], "The file cannot be written: it is a folder"),
        ([], "Say where to write: --output FILE."),
        (["--output", "{tmp}/x", "--mentor", "nobody@example.org"], "Nobody has the address “nobody@example.org”."),
        (["--output", "{tmp}/x", "--since", "24.11.2026"], "“24.11.2026” is not a day. Write it as 2026-11-24."),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(args, words, cycle, mentee, tmp_path):
    with pytest.raises(CommandError) as error:
        run(*(arg.format(tmp=tmp_path) for arg in args))

    assert str(error.value).startswith(words)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_excel_cannot_hold(cycle, tmp_path, monkeypatch):
    rated(final_review(cycle), note="x" * 32_768)
    with pytest.raises(CommandError, match="A text is longer than a cell"):
        run("--format", "xlsx", "--output", str(tmp_path / "x"))
    monkeypatch.setattr(exporting.writing, "MOST_SHEET_ROWS", 3)
    with pytest.raises(CommandError, match="cannot hold this many rows"):
        run("--format", "xlsx", "--output", str(tmp_path / "x"))

    assert list(tmp_path.iterdir()) == []


def test_the_command_names_no_cycle_where_there_is_none(db, tmp_path):
    with pytest.raises(CommandError, match="There is no review cycle “x”. Known: none yet."):
        run("--output", str(tmp_path / "x"), "--cycle", "x")
