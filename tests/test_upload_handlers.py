"""What is sent is kept on the disk with the digest that was taken as it came."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from stretchhub.uploads import Digested


@pytest.mark.parametrize("length", [1_000_001, 3_000_000, 3 * 65_536])
def test_a_file_on_the_disk_knows_the_digest_of_its_bytes(length, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000
    content = bytes(range(251)) * (length // 251 + 1)
    sent = {"file": SimpleUploadedFile("a.pdf", content[:length]), "other": SimpleUploadedFile("b.pdf", b"%PDF-1.7")}

    files = RequestFactory().post("/", sent).FILES

    assert {name: (type(each), each.sha256, each.size) for name, each in files.items()} == {
        "file": (Digested, hashlib.sha256(content[:length]).hexdigest(), length),
        "other": (Digested, hashlib.sha256(b"%PDF-1.7").hexdigest(), 8),
    }
    assert files["file"].read() == content[:length]
    for each in files.values():
        each.close()
