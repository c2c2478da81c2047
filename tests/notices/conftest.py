"""What the tests of messages have in common."""

import pytest

from stretchhub.notices import kinds


@pytest.fixture(autouse=True)
def kinds_of_one_test(monkeypatch):
    """Kinds of message that a test makes up end with it."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
