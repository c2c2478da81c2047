"""Files that belong to nothing are removed after a day; those that belong to something never."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from assignments import tasks
from assignments.actions import evidence_file, stray_files
from assignments.models import EvidenceFile, StagedFile
from assignments.models.evidence import stored_name
from stretchhub.env import now
from stretchhub.storage import written
from tests.factories import AssignmentFactory, EvidenceFactory, StagedFileFactory
from tests.rival import looked_before

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "arriving"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "media", "base_url": None}},
    }


def kept(content: bytes = b"x") -> str:
    return default_storage.save(stored_name(None, ""), ContentFile(content))


def arriving(name: str) -> Path:
    file = Path(settings.FILE_UPLOAD_TEMP_DIR) / name
    file.write_bytes(b"half")
    return file


def test_what_no_row_names_is_removed_after_a_day(clock):
    stray, half = kept(), arriving("tmp1.upload")
    attached = EvidenceFile.objects.create(
        evidence=EvidenceFactory(), file=kept(), name="a.pdf", size=1, content_type="application/pdf", sha256="0" * 64
    )
    waiting = StagedFileFactory(file=kept())
    clock(hours=23)
    assert stray_files.sweep_strays(now()) == 0
    clock(hours=25)
    StagedFile.objects.filter(pk=waiting.pk).update(uploaded_at=now())

    assert [tasks.sweep_staged_files(), tasks.sweep_staged_files()] == [2, 0]

    assert not default_storage.exists(stray) and not half.exists()
    assert default_storage.exists(attached.file.name) and default_storage.exists(waiting.file.name)


def test_the_file_of_an_upload_whose_row_was_not_written_goes_after_a_day(clock, monkeypatch):
    def refuse(rows):
        raise OperationalError("server closed the connection unexpectedly")

    assignment, upload = AssignmentFactory(), SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    sent = evidence_file.Attachment(upload, "a.pdf", "application/pdf")
    monkeypatch.setattr(evidence_file, "insert_new", refuse)
    with pytest.raises(OperationalError):
        evidence_file.stage(assignment, by=assignment.mentee, upload=sent, key="k")
    [(left, _at)] = written("evidence/")
    clock(hours=25)

    assert (stray_files.sweep_strays(now()), StagedFile.objects.count()) == (1, 0)

    assert not default_storage.exists(left)


def test_beside_a_database_that_is_not_theirs_no_file_is_removed(clock, caplog):
    """As after a wrong address, or a restore into an empty one: what people uploaded stays."""
    files = [kept() for _each in range(30)]
    StagedFileFactory(file=kept())
    clock(hours=25)

    assert stray_files.sweep_strays(now()) == 0

    assert all(map(default_storage.exists, files))
    assert "30 files belong to no row and 1 do" in caplog.text


def test_a_file_that_has_arrived_since_the_look_is_passed_over(clock):
    arrived, half = Path(settings.FILE_UPLOAD_TEMP_DIR) / "tmp1.upload", arriving("tmp2.upload")
    clock(hours=25)

    with looked_before(Path, "glob", [arrived, half]):
        assert stray_files.sweep_strays(now()) == 1

    assert not half.exists()


def test_what_is_attached_between_two_looks_is_named_in_one_of_them(clock):
    waiting, looks = StagedFileFactory(file=kept()), []
    beginning = waiting.file.name[: len("evidence/") + 1]
    clock(hours=25)

    def attach_before_the_second(execute, sql, params, many, context):
        if f"{beginning}%" in (params or ()):
            looks.append(sql)
            if len(looks) == 2:
                evidence_file.attach(EvidenceFactory(), [waiting])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(attach_before_the_second):
        assert stray_files.sweep_strays(now()) == 0

    assert (len(looks), EvidenceFile.objects.get().file.name) == (2, waiting.file.name)
    assert default_storage.exists(waiting.file.name)


def test_where_nothing_was_ever_kept_there_is_nothing_to_remove():
    Path(settings.FILE_UPLOAD_TEMP_DIR).rmdir()

    assert stray_files.sweep_strays(now()) == 0
