"""Files named by rows: copied once, kept while their row is, and never those of exports or taken away on purpose."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from assignments.models.evidence import FileState
from stretchhub.keeping import engines, media
from stretchhub.keeping.manifest import Kept, Media, NotDone
from stretchhub.keeping.progress import Progress
from tests.factories import EvidenceFactory, StagedFileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    """Puts a file where uploads are kept; it is gone after the test."""
    names: list[str] = []

    def store(name: str, content: bytes) -> str:
        names.append(default_storage.save(name, ContentFile(content)))
        return names[-1]

    yield store
    for name in names:
        default_storage.delete(name)


def copies(folder: Path) -> media.Copies:
    return media.Copies(folder, Progress(lambda line: None))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_file_removed_while_the_backup_is_made_is_in_it_as_long_as_its_row_is(tmp_path, stored):
    """Both were there at first; one row is gone by the moment of the backup, the other goes right after it."""
    early, late = stored("evidence/aa/early", b"early"), stored("evidence/bb/late", b"late")
    under_way = copies(tmp_path)

    under_way.take(iter([(early, ""), (late, digest(b"late"))]), wanted=False)
    default_storage.delete(early)
    default_storage.delete(late)
    under_way.take(iter([(late, digest(b"late"))]), wanted=True)

    assert under_way.finish() == Media(1, 4)
    assert list(media.listed(tmp_path)) == [Kept(f"media/{late}", 4, digest(b"late"))]
    assert [file.name for file in (tmp_path / "media").rglob("*") if file.is_file()] == ["late"]


def test_what_is_missing_and_what_differs_from_its_row_is_told(tmp_path, stored):
    name = stored("evidence/aa/changed", b"changed")
    under_way = copies(tmp_path)

    under_way.take(iter([("evidence/aa/gone", digest(b"gone")), (name, digest(b"as it was"))]), wanted=True)

    assert under_way.finish() == Media(1, 7, missing=["evidence/aa/gone"], differing=[name])


def test_files_are_those_of_every_model_but_exports_and_what_was_refused():
    staged = StagedFileFactory()
    evidence = EvidenceFactory()
    common = {"size": 1, "content_type": "text/plain", "sha256": digest(b"x"), "name": "x"}
    evidence.files.create(file="evidence/aa/kept", **common)
    evidence.files.create(file="evidence/aa/refused", state=FileState.REFUSED, **common)

    found = dict(media.named(engines.rows_now, connection.introspection.table_names()))

    assert found == {staged.file.name: staged.sha256, "evidence/aa/kept": digest(b"x")}
    assert not any("export" in sql for sql in media.questions(connection.introspection.table_names()))


def test_some_file_of_this_system_is_found_however_deep(stored):
    name = stored("kept-here/aa/bb/one", b"1")

    assert media.any_here("kept-here") == name
    assert media.any_here("not-here") == ""


def test_what_did_not_arrive_as_it_was_is_told(tmp_path, stored):
    backed_up = tmp_path / "media" / "evidence" / "aa" / "one"
    backed_up.parent.mkdir(parents=True)
    backed_up.write_bytes(b"one")
    line = {"path": "media/evidence/aa/one", "size": 3, "sha256": digest(b"another")}
    (tmp_path / media.LIST).write_text(json.dumps(line))

    with pytest.raises(NotDone, match="media/evidence/aa/one did not arrive in the folder .*/media as it was"):
        media.put_back(tmp_path, Progress(lambda line: None))

    assert default_storage.exists("evidence/aa/one")
    default_storage.delete("evidence/aa/one")
