import json

import pytest

from reviews.canonical import canonical
from reviews.portable import FORMAT, collected, holds

ONE = canonical({"kind": "letter", "title": "Grün"})
TWO = canonical({"kind": "record", "title": "x"})


def test_the_collection_is_canonical_and_holds_each_document_with_its_hash():
    text = collected("Mina Okafor", [(ONE.value, ONE.sha256), (TWO.value, TWO.sha256)])

    assert text == canonical(json.loads(text)).value
    assert json.loads(text)["format"] == FORMAT == "stretchhub-portable-record/1"
    assert [each["sha256"] for each in json.loads(text)["documents"]] == [ONE.sha256, TWO.sha256]
    assert holds(text.encode(), ONE.sha256)
    assert holds(text.encode(), TWO.sha256)


def test_what_was_changed_in_it_is_not_in_it_whatever_hash_stands_beside_it():
    text = collected("Mina Okafor", [(ONE.value, ONE.sha256)]).replace("Grün", "Rot")

    assert not holds(text.encode(), ONE.sha256)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"format": "another/1", "documents": []}',
        b'{"format": "stretchhub-portable-record/1"}',
        b'{"format": "stretchhub-portable-record/1", "documents": 3}',
        b'{"format": "stretchhub-portable-record/1", "documents": [3]}',
        b'{"format": "stretchhub-portable-record/1", "documents": [{"content": {"a": 1.5}}]}',
        b"[" * 100_000,
        b"\xff\xfe",
        b"9" * 10_000,
    ],
)
def test_whatever_else_it_is_holds_nothing(content):
    assert not holds(content, ONE.sha256)
