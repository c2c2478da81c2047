"""What the intruders of all modules bring."""

import pytest

from tests.intruders.tokens import living


@pytest.fixture
def tokens(sponsor, mentee) -> dict[str, str]:
    return living(sponsor, mentee)
