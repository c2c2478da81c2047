"""Files that belong to nothing are removed after a day; those that belong to something never."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from assignments import tasks
from assignments.actions import stray_files
from assignments.models import EvidenceFile, StagedFile
from assignments.models.evidence import stored_name
from stretchhub.env import now
from tests.factories import EvidenceFactory, StagedFileFactory
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


def test_where_nothing_was_ever_kept_there_is_nothing_to_remove():
    Path(settings.FILE_UPLOAD_TEMP_DIR).rmdir()

    assert stray_files.sweep_strays(now()) == 0
