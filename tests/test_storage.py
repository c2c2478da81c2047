"""Files are kept whole or not at all."""

import errno

import pytest
from django.core.files.base import ContentFile

from stretchhub.storage import WholeFiles


class Cut(ContentFile):
    """The disk is full after its first piece."""

    def chunks(self, chunk_size=None):
        yield b"the beginning"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_nothing_stays_of_a_file_that_could_not_be_written_to_its_end(tmp_path):
    storage = WholeFiles(tmp_path, base_url=None)

    with pytest.raises(OSError, match="No space left"):
        storage.save("evidence/aa/name", Cut(b"the beginning and the end"))

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert storage.save("evidence/aa/name", ContentFile(b"whole")) == "evidence/aa/name"
    assert (tmp_path / "evidence/aa/name").read_bytes() == b"whole"
