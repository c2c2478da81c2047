"""The file of kept heads is not rolled back with the database."""

from collections.abc import Iterator

import pytest

from stretchhub.audit import heads


@pytest.fixture(autouse=True)
def no_heads() -> Iterator[None]:
    heads.file().unlink(missing_ok=True)
    yield
    heads.file().unlink(missing_ok=True)
