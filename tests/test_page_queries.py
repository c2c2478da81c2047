"""No page takes more queries than promised, whoever opens it first of those it is there for."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access_table import TABLE

pytestmark = pytest.mark.django_db

MOST = 12
# Fourteen are promised of Today; it takes these.
PROMISED = {"today": 8, "sponsors:dashboard": 6}
# Those with parts come first: their pages hold the most.
FIRST = ("mentor", "mentee", "sponsor", "hr", "analyst", "administrator", "calibrator", "colleague")
PAGES = [row for row in TABLE if row.get]


def owners(row) -> list[str]:
    """Everybody with a part of their own among those it is there for; of the others one."""
    return [person for person in FIRST if person in row.get] or sorted(row.get)[:1]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: f"{row.name}-{row.thing}")
def test_a_page_takes_no_more_queries_than_promised(world, row):
    url, found = world.address(row), {}
    for person in owners(row):
        client = Client()
        client.force_login(world.people[person], backend="django.contrib.auth.backends.ModelBackend")
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            answer = client.get(url)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        found[person] = len(asked)
    most = PROMISED.get(row.name, MOST)
    assert {person: n for person, n in found.items() if n > most} == {}
