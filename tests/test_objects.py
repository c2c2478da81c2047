"""With files in a bucket all is as with a folder: private, whole or not there, found, swept, backed up, forgotten."""

import hashlib
import io
import json
import logging
import shutil
import socket
import uuid
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from assignments.actions import evidence_file, stray_files
from assignments.models import EvidenceFile, FileState, StagedFile
from reviews.actions import export_writing
from reviews.actions.export import expire, request_own
from reviews.models import Export, ExportStatus
from stretchhub import env, metrics, objects
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.keeping import files, ledger, manifest, media, restore
from stretchhub.keeping.actions import erasure
from stretchhub.keeping.manifest import NotDone
from stretchhub.keeping.models import Ground
from stretchhub.keeping.progress import Progress
from stretchhub.people.models import User
from stretchhub.storage import Unreachable, at_work, forget_unfinished, whereabouts, written
from tests import services
from tests.assignments.test_files import PDF, log
from tests.assignments.test_pictures import drawn
from tests.factories import AssignmentFactory, EvidenceFactory, MentorshipFactory, ReviewCycleFactory, StagedFileFactory
from tests.keeping.system import System
from tests.people.directory import row
from tests.people.test_import_page import bring
from tests.prepared import place
from tests.reviews.exports import ask, confirmed
from tests.reviews.test_exporting import final_review, rated
from tests.test_logs import said  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CONNECTIONS: dict[str, Any] = {}


@pytest.fixture(scope="module")
def server():
    return services.files_url()


def beside(url: str) -> str:
    """A part of the bucket that nobody else uses."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}/{uuid.uuid4().hex}").geturl()


def keep_in(settings, url: str) -> None:
    own = {"default": env.files(url, settings.MEDIA_ROOT), "imports": env.files(url, Path(), beneath="imports")}
    settings.STORAGES = {**settings.STORAGES, **own}
    # Making one takes a quarter of a second of a core.
    address = default_storage.endpoint_url
    CONNECTIONS[address] = default_storage.connection = CONNECTIONS.get(address) or default_storage.connection


@pytest.fixture
def url(server):
    return beside(server)


@pytest.fixture(autouse=True)
def bucket(settings, url):
    keep_in(settings, url)
    return default_storage


@pytest.fixture
def assignment(mentee, mentor):
    return AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor))


def names() -> list[str]:
    return sorted(name for name, _at in written())


def keep(content: bytes = b"x", name: str = "") -> str:
    return default_storage.save(name or f"evidence/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}", ContentFile(content))


def refused(code: str, status: int) -> Callable[..., None]:
    def refuse(**_which: Any) -> None:
        raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "This")

    return refuse


denied = refused("AccessDenied", 403)


# --- a storage like any other --------------------------------------------------------------------


def test_what_is_kept_is_read_from_anywhere_found_and_deleted():
    content = bytes(range(256)) * 4096
    name = keep(content, "evidence/aa/one")
    keep(b"2", "evidence/ab/two")
    keep(b"3", "exports/three")

    with default_storage.open(name) as file:
        assert (file.size, file.read(3), file.tell()) == (len(content), content[:3], 3)
        file.seek(-5, io.SEEK_END)
        assert (file.read(), file.read()) == (content[-5:], b"")
        file.seek(700_000)
        assert file.read(10) == content[700_000:700_010]
        file.seek(0)
        assert file.read() == content
    assert (default_storage.size(name), default_storage.answers()) == (len(content), True)
    assert default_storage.listdir("evidence/aa") == ([], ["one"])
    assert names() == ["evidence/aa/one", "evidence/ab/two", "exports/three"]
    assert [found for found, _at in written("evidence/a")] == ["evidence/aa/one", "evidence/ab/two"]
    assert abs(datetime.now(UTC) - default_storage.get_modified_time(name)) < timedelta(minutes=1)
    default_storage.delete(name)
    default_storage.delete(name)
    assert not default_storage.exists(name)
    for missing in (default_storage.open, default_storage.size):
        with pytest.raises(FileNotFoundError):
            missing(name)


def test_a_name_that_is_taken_is_never_written_over():
    assert keep(b"first", "evidence/aa/one") == "evidence/aa/one"

    assert keep(b"second", "evidence/aa/one") != "evidence/aa/one"

    with default_storage.open("evidence/aa/one") as file:
        assert file.read() == b"first"


def test_nobody_is_given_an_address_and_none_opens_a_file(bucket):
    name = keep()
    address = f"{bucket.endpoint_url}/{bucket.bucket_name}/{bucket.location}/{name}"

    with pytest.raises(ValueError, match="not accessible via a URL"):
        default_storage.url(name)
    with pytest.raises(OSError, match="403"):
        urlopen(address)
    with pytest.raises(ValueError, match="written whole"):
        default_storage.open(name, "wb")


def test_what_a_folder_is_for_a_console_is_no_file(bucket):
    bucket._client.put_object(Bucket=bucket.bucket_name, Key=f"{bucket.location}/evidence/", Body=b"")

    assert names() == []


def test_an_answer_that_breaks_off_is_read_on_where_it_broke(monkeypatch):
    content = bytes(range(256)) * 4096
    with default_storage.open(keep(content)) as file:
        begun = file.read(objects.PIECE)
        broken = file.file.raw._body
        monkeypatch.setattr(broken, "read", lambda length: b"")
        assert begun + file.read() == content
        assert file.file.raw._body is not broken


def test_of_a_file_that_changed_meanwhile_nothing_is_read_on(bucket):
    name = keep(b"1" * objects.PIECE * 2)
    with default_storage.open(name) as file:
        file.read(1)
        where = {"Bucket": bucket.bucket_name, "Key": f"{bucket.location}/{name}"}
        bucket._client.put_object(**where, Body=b"2" * objects.PIECE * 2)
        file.seek(objects.PIECE + 1)
        with pytest.raises(Unreachable, match="refuses"):
            file.read(1)


def test_a_server_that_gives_a_whole_file_for_a_part_of_it_is_not_believed(bucket, monkeypatch):
    ask = bucket._client.get_object
    with default_storage.open(keep(b"12345")) as file:
        monkeypatch.setattr(bucket._client, "get_object", lambda Range, **which: ask(**which))
        file.seek(3)
        with pytest.raises(Unreachable, match="no part of a file"):
            file.read(1)


def test_a_large_file_is_sent_in_parts_and_what_never_became_one_is_removed(bucket, monkeypatch):
    monkeypatch.setattr(bucket.transfer_config, "multipart_threshold", 6 << 20)
    content = uuid.uuid4().bytes * (1 << 20)
    with default_storage.open(keep(content)) as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()
    where = {"Bucket": bucket.bucket_name, "Key": f"{bucket.location}/evidence/aa/never"}
    bucket._client.create_multipart_upload(**where)
    bucket._client.create_multipart_upload(**where | {"Key": f"{bucket.location}-not-ours/evidence/aa/never"})

    assert forget_unfinished(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert stray_files.sweep_strays(now() + timedelta(hours=25)) == 2

    assert (names(), forget_unfinished(now() + timedelta(days=9))) == ([], 0)


def test_an_upload_that_somebody_else_forgot_is_passed_over(bucket, monkeypatch):
    for name in ("one", "two"):
        bucket._client.create_multipart_upload(Bucket=bucket.bucket_name, Key=f"{bucket.location}/evidence/aa/{name}")
    forget = bucket._client.abort_multipart_upload
    monkeypatch.setattr(bucket._client, "abort_multipart_upload", lambda **which: (forget(**which), forget(**which))[1])

    assert forget_unfinished(now() + timedelta(days=9)) == 0

    monkeypatch.undo()
    assert forget_unfinished(now() + timedelta(days=9)) == 0


def test_one_that_was_finished_twice_is_no_file_that_is_missing(bucket, monkeypatch):
    monkeypatch.setattr(bucket.transfer_config, "multipart_threshold", 5 << 20)
    finish = bucket._client.complete_multipart_upload
    # The answer was lost on its way, and boto3 asked again.
    again = refused("NoSuchUpload", 404)
    monkeypatch.setattr(
        bucket._client, "complete_multipart_upload", lambda **which: (finish(**which), again(**which))[1]
    )

    with pytest.raises(Unreachable, match="NoSuchUpload"):
        keep(bytes(6 << 20))


def test_all_threads_ask_over_one_connection(bucket):
    with ThreadPoolExecutor(max_workers=4) as threads:
        kept = list(threads.map(lambda _number: (keep(), id(bucket.connection)), range(8)))

    assert names() == sorted(name for name, _connection in kept)
    assert len({connection for _name, connection in kept}) == 1


def test_a_bucket_that_hangs_keeps_half_of_the_threads_free(settings, monkeypatch):
    monkeypatch.setattr(objects, "TURN", 0.1)
    monkeypatch.setitem(objects.CONFIG, "retries", {"mode": "standard", "total_max_attempts": 1})
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(max_workers=4) as threads:
        keep_in(settings, f"s3://key:secret@127.0.0.1:{silent.getsockname()[1]}/stretchhub?tls=no&region=us-east-1")
        asked = [threads.submit(act, "evidence/aa/one") for act in (default_storage.open, default_storage.exists) * 2]
        told = list(islice(as_completed(asked), 2))
        still = [each for each in asked if not each.done()]
        silent.close()

    assert [str(each.exception()).endswith("enough others wait for it") for each in told] == [True, True]
    assert (len(still), {type(each.exception()) for each in still}) == (2, {Unreachable})


# --- evidence ------------------------------------------------------------------------------------


def test_evidence_is_sent_handed_out_by_who_is_asking_and_deleted(
    assignment, mentee, stranger, sign_in, django_capture_on_commit_callbacks
):
    picture = SimpleUploadedFile("photo.png", drawn() + b"<script>")
    report = SimpleUploadedFile("report.pdf", PDF + b"1" * 3_000_000)
    log(sign_in(mentee), assignment, report, picture)
    kept = EvidenceFile.objects.get(name="report.pdf")
    address, shown = f"/evidence/files/{kept.code}/", f"/evidence/files/{kept.evidence.files.last().code}/"

    answer = sign_in(mentee).get(address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == kept.sha256
    assert int(answer["Content-Length"]) == kept.size == len(PDF) + 3_000_000
    assert answer["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert (sign_in(stranger).get(address).status_code, sign_in(mentee).get(shown).status_code) == (404, 404)

    with django_capture_on_commit_callbacks(execute=True):
        assert evidence_file.redraw_pictures() == 1
    made = b"".join(sign_in(mentee).get(shown).streaming_content)
    assert (made[:4], b"<script>" in made) == (b"\x89PNG", False)
    assert names() == sorted(EvidenceFile.objects.values_list("file", flat=True))

    with django_capture_on_commit_callbacks(execute=True):
        evidence_file.drop(kept.evidence, [kept])
    assert len(names()) == 1


def test_a_file_that_lost_or_gained_some_in_the_bucket_is_handed_out_to_nobody(assignment, mentee, sign_in, bucket):
    log(sign_in(mentee), assignment, SimpleUploadedFile("report.pdf", PDF))
    kept = EvidenceFile.objects.get()
    client = sign_in(mentee)
    client.raise_request_exception = False

    def given(content: bytes) -> int:
        bucket.bucket.Object(f"{bucket.location}/{kept.file.name}").put(Body=content)
        return client.get(f"/evidence/files/{kept.code}/").status_code

    assert [given(each) for each in (PDF[:-1], b"", PDF + b"1", PDF)] == [503, 503, 503, 200]


def test_what_belongs_to_nothing_is_removed_after_a_day(clock):
    stray, waiting = keep(), StagedFileFactory(file=keep())
    clock(hours=23)
    assert stray_files.sweep_strays(now()) == 0
    clock(hours=25)

    assert [stray_files.sweep_strays(now()), stray_files.sweep_strays(now())] == [1, 0]

    assert (stray in names(), waiting.file.name in names()) == (False, True)


def test_strays_go_where_it_is_not_told_what_never_became_a_file(bucket, monkeypatch):
    keep()
    monkeypatch.setattr(bucket._client, "list_multipart_uploads", denied)

    with pytest.raises(Unreachable, match="AccessDenied"):
        stray_files.sweep_strays(now() + timedelta(hours=25))

    assert names() == []


def test_an_imported_file_is_looked_at_and_saved_from_the_bucket(sign_in, hr, django_capture_on_commit_callbacks):
    client = sign_in(hr)
    brought = bring(client, row("E77", full_name="Ana Bell"))
    assert ["imports/" in name for name in names()] == [True]

    assert "Ana Bell" in client.get(brought.url).text
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(brought.url, {"submit_key": "k1"}).status_code == 302

    assert (User.objects.filter(employee_id="E77").count(), names()) == (1, [])


# --- exports -------------------------------------------------------------------------------------


def test_an_export_is_asked_for_written_fetched_and_expires(hr, sign_in, clock):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle))
    export = ask(hr, cycle=cycle.code)

    assert export_writing.write_waiting() == 1

    export.refresh_from_db()
    assert (export.status, export.rows_written, names()) == (ExportStatus.COMPLETE, 4, [export.file.name])
    assert not list(at_work("exports").glob(f"{export.code.hex}*"))
    answer = confirmed(sign_in(hr), hr).get(reverse("reviews:export-download", args=[export.code]))
    content = b"".join(answer.streaming_content)
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (export.sha256, export.size)
    assert AuditEntry.objects.filter(verb="export.downloaded").count() == 1
    left = keep(name="exports/left")
    clock(hours=25)
    assert export_writing.write_waiting() == 0
    assert (left in names(), expire(), names()) == (True, 1, [])


def test_an_export_that_lost_some_in_the_bucket_is_not_fetched_and_not_said_to_be(hr, sign_in, bucket):
    export = ask(hr)
    export_writing.write_waiting()
    export.refresh_from_db()
    bucket.bucket.Object(f"{bucket.location}/{export.file.name}").put(Body=b"code")
    client = confirmed(sign_in(hr), hr)
    client.raise_request_exception = False

    assert client.get(reverse("reviews:export-download", args=[export.code])).status_code == 503
    assert not AuditEntry.objects.filter(verb="export.downloaded").exists()


def test_a_worker_that_lost_its_lease_on_the_way_leaves_no_file(hr, monkeypatch):
    monkeypatch.setattr(export_writing, "RENEW", 0)
    claimed_by = ask(hr)
    claimed = export_writing.claim()
    written_whole = export_writing.write_file

    def taken_over(export, path):
        try:
            return written_whole(export, path)
        finally:
            Export.objects.update(attempts=2)

    monkeypatch.setattr(export_writing, "write_file", taken_over)

    assert export_writing.write_claimed(claimed) is False

    claimed_by.refresh_from_db()
    assert (claimed_by.status, claimed_by.file.name, names()) == (ExportStatus.RUNNING, "", [])


def test_ones_own_archive_holds_ones_files(assignment, mentee, sign_in):
    log(sign_in(mentee), assignment, SimpleUploadedFile("report.pdf", PDF))
    export = request_own(by=mentee)

    assert export_writing.write_waiting() == 1

    export.refresh_from_db()
    with default_storage.open(export.file.name) as file, zipfile.ZipFile(file) as archive:
        [inside] = [name for name in archive.namelist() if name.endswith("report.pdf")]
        assert archive.read(inside) == PDF


# --- backup, restore, erasure --------------------------------------------------------------------


def test_files_are_backed_up_and_come_back_into_an_empty_bucket(tmp_path, settings, url):
    kept = {keep(b"one"): b"one", keep(b"two" * 100_000): b"two" * 100_000}
    copies = media.Copies(tmp_path, Progress(lambda line: None))
    copies.take(((name, hashlib.sha256(content).hexdigest()) for name, content in kept.items()), wanted=True)
    found = copies.finish()
    assert (found.count, found.bytes, found.missing, found.differing) == (2, 300_003, [], [])
    with pytest.raises(NotDone, match=r"holds uploaded files \(evidence/.*\)\. Move what is in the bucket stretchhub"):
        restore.require_empty()

    keep_in(settings, beside(url))
    restore.require_empty()
    assert media.put_back(tmp_path, Progress(lambda line: None)) == 2
    # As after one that did not come to its end.
    assert media.put_back(tmp_path, Progress(lambda line: None)) == 2

    assert names() == sorted(kept)
    for name, content in kept.items():
        with default_storage.open(name) as file:
            assert file.read() == content


def test_of_a_bucket_nothing_is_removed_at_once_for_its_want_of_a_row():
    """A copy of a system may have been given the bucket of the original, where newer files are than it knows."""
    name = keep()

    assert (files.remove_unnamed(), names()) == (0, [name])


def test_of_a_file_that_goes_while_it_is_backed_up_no_part_is_kept(tmp_path, bucket, monkeypatch):
    name = keep(bytes(manifest.CHUNK * 2))

    class Broken(Progress):
        def moved(self, size: int) -> None:
            default_storage.delete(name)
            monkeypatch.setattr(StreamingBody, "read", lambda *args: b"")

    copies = media.Copies(tmp_path, Broken(lambda line: None))
    for wanted in (False, True):
        copies.take(iter([(name, "")]), wanted=wanted)

    assert copies.finish() == manifest.Media(0, 0, [name])
    assert not [path for path in tmp_path.rglob("evidence/**/*") if path.is_file()]


UPLOAD = """
from django.core.files.base import ContentFile
from tests.factories import StagedFileFactory
StagedFileFactory(file=ContentFile(b"kept", "x"), sha256=sys.argv[1])
"""


def test_a_system_is_restored_on_another_machine_from_its_backup_alone(tmp_path, settings, url):
    here, there = System(tmp_path / "here"), System(tmp_path / "there")
    for system, bucket_of_its_own in ((here, url), (there, beside(url))):
        system.environment["FILES_URL"] = bucket_of_its_own
    if place().exists():
        shutil.copy(place(), here.data / "stretchhub.sqlite3")
    else:
        here.manage("migrate", "-v0")
    here.run(UPLOAD, hashlib.sha256(b"kept").hexdigest())
    [name] = names()

    here.manage("backup", tmp_path / "backup")
    there.manage("restore", tmp_path / "backup")

    keep_in(settings, there.environment["FILES_URL"])
    assert names() == [name]
    with default_storage.open(name) as file:
        assert file.read() == b"kept"
    assert not any((system.data / "media").exists() for system in (here, there))


def test_whoever_is_erased_leaves_no_file(assignment, mentee, hr, administrator, sign_in, monkeypatch, tmp_path):
    monkeypatch.setattr(ledger, "file", lambda: tmp_path / "erasures.jsonl")
    log(sign_in(mentee), assignment, SimpleUploadedFile("report.pdf", PDF))
    other = StagedFileFactory(file=keep())
    assert len(names()) == 2
    asked = erasure.ask(mentee, by=hr, ground=Ground.LEFT)
    erasure.approve(asked, by=administrator)

    erasure.carry_out()
    erasure.carry_out()

    assert names() == [other.file.name]


# --- when it is away -----------------------------------------------------------------------------


class Fallen(BaseHTTPRequestHandler):
    """A proxy that has lost what is behind it."""

    protocol_version = "HTTP/1.1"
    status = 404

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Length", "9")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"Not found")

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def log_message(self, *args: Any) -> None:
        pass


class Elsewhere(Fallen):
    """One that sends everybody away, as to a page where people sign in."""

    status = 302


@pytest.fixture(scope="module")
def fallen():
    proxies = [ThreadingHTTPServer(("127.0.0.1", 0), each) for each in (Fallen, Elsewhere)]
    for proxy in proxies:
        Thread(target=proxy.serve_forever, daemon=True).start()
    yield dict(zip(("behind a proxy", "sent elsewhere"), [proxy.server_port for proxy in proxies], strict=True))
    for proxy in proxies:
        proxy.shutdown()
        proxy.server_close()


@pytest.fixture
def away(settings, monkeypatch, fallen):
    """The bucket, on a server that nobody is, or behind a proxy that is alone."""
    monkeypatch.setitem(objects.CONFIG, "retries", {"mode": "standard", "total_max_attempts": 1})

    def go(how: str = "nobody") -> None:
        port = fallen.get(how) or services.free_port()
        keep_in(settings, f"s3://key:secret@127.0.0.1:{port}/stretchhub?tls=no&region=us-east-1")

    return go


@pytest.mark.parametrize("how", ["behind a proxy", "sent elsewhere"])
def test_what_a_proxy_answers_is_no_file_that_is_missing(away, how):
    away(how)

    for act in (default_storage.open, default_storage.delete, lambda name: keep(b"x", name), lambda name: names()):
        with pytest.raises(Unreachable, match="The storage of files refuses: "):
            act("evidence/aa/one")


@pytest.mark.parametrize("how", ["nobody", "behind a proxy", "sent elsewhere"])
def test_while_the_bucket_is_away_what_was_typed_comes_back_and_nothing_stays_half(
    assignment, mentee, sign_in, away, how
):
    away(how)
    client = sign_in(mentee)
    client.raise_request_exception = False

    answer = log(client, assignment, SimpleUploadedFile("report.pdf", PDF))

    assert (answer.status_code, StagedFile.objects.count()) == (503, 0)
    assert "Ask first." in answer.content.decode()
    assert not default_storage.answers()
    assert whereabouts().startswith("the bucket stretchhub at http://127.0.0.1:")


def test_an_export_waits_a_while_for_the_bucket_to_come_back(hr, settings, url, away, clock):
    export = ask(hr)
    away()
    assert [export_writing.write_waiting(), export_writing.write_waiting()] == [0, 0]
    export.refresh_from_db()
    assert (export.status, export.attempts) == (ExportStatus.RUNNING, 1)
    assert not list(at_work("exports").glob(f"{export.code.hex}*"))

    keep_in(settings, url)
    clock(minutes=4)
    assert export_writing.write_waiting() == 1

    export.refresh_from_db()
    assert (export.status, names()) == (ExportStatus.COMPLETE, [export.file.name])


@pytest.mark.parametrize("how", ["nobody", "behind a proxy"])
def test_a_picture_is_not_given_up_because_the_bucket_was_away(mentee, settings, url, away, how):
    kept = EvidenceFactory().files.create(
        file=keep(drawn()), name="a.png", size=1, content_type="image/png", sha256="0" * 64, state=FileState.PENDING
    )
    away(how)
    for _each in range(evidence_file.MOST_TRIES + 1):
        with pytest.raises(Unreachable):
            evidence_file.redraw_pictures()

    keep_in(settings, url)
    assert evidence_file.redraw_pictures() == 1

    kept.refresh_from_db()
    assert kept.state == FileState.READY


def test_operators_see_whether_it_is_there(away):
    def up() -> dict[str, float]:
        return {sample.labels["part"]: sample.value for family in metrics.parts() for sample in family.samples}

    before = up()
    away()

    assert (before["files"], up()) == (1, before | {"files": 0})


@pytest.mark.parametrize("tried", ["good", "away", "open", "versions", "unfinished"])
def test_whoever_runs_it_can_try_whether_files_can_be_kept(bucket, away, tried, capsys, monkeypatch):
    which = {"Bucket": bucket.bucket_name}
    if tried == "good":
        call_command("try_files")
        assert capsys.readouterr().out.startswith(f"Files can be kept in {whereabouts()}: one was written")
        assert names() == []
        return
    if tried == "away":
        away()
    elif tried == "open":
        bucket.object_parameters["ACL"] = "public-read"
    elif tried == "unfinished":
        monkeypatch.setattr(bucket._client, "list_multipart_uploads", denied)
    else:
        bucket._client.put_bucket_versioning(**which, VersioningConfiguration={"Status": "Enabled"})
        # As with the key that docs/operations.md asks for.
        monkeypatch.setattr(bucket._client, "get_bucket_versioning", denied)
    says = {
        "away": "does not answer",
        "open": "Take public access away",
        "versions": "as an older version",
        "unfinished": "What was begun there and never became a file cannot be removed. .*AccessDenied",
    }

    with pytest.raises(CommandError, match=says[tried]) as error:
        call_command("try_files")

    assert error.value.returncode == (1 if tried == "away" else 3)
    if tried == "versions":
        bucket._client.put_bucket_versioning(**which, VersioningConfiguration={"Status": "Suspended"})


def test_a_bucket_that_refuses_us_is_no_file_that_is_missing(settings, server):
    parts = urlsplit(server)
    keep_in(settings, parts._replace(path="/nobodys").geturl())

    for act in (default_storage.open, default_storage.delete):
        with pytest.raises(Unreachable, match="refuses: NoSuchBucket"):
            act("evidence/aa/one")
    assert not default_storage.answers()


def test_at_the_finest_level_the_logs_have_no_word_of_what_the_bucket_is_asked(said):  # noqa: F811
    logging.getLogger(__name__).debug("At the finest level.")

    with default_storage.open(keep()) as file:
        file.read()

    assert [json.loads(line)["message"] for line in said.getvalue().splitlines()] == ["At the finest level."]
