"""The demo that is built on a Friday: what lay on the weekend two weeks before falls together on the day before it."""

import pytest

from stretchhub.demo_cohort.build import build
from stretchhub.env import today
from tests.test_demo_cohort import require_order

FRIDAY = 4


@pytest.mark.django_db
def test_what_happened_happened_in_order_there_too(clock):
    clock(days=(FRIDAY - today().weekday()) % 7)

    build(20)

    assert today().weekday() == FRIDAY
    require_order()
