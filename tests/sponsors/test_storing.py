"""How dashboards lie in their table."""

import os
from datetime import UTC, datetime

import pytest
from django.db import connection

from sponsors.cards import Packed
from sponsors.models import DashboardSnapshot
from sponsors.storing import store
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.real]

AS_OF = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)


def places():
    """The page and the line in it where each dashboard lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sponsor_id, ctid::text::point FROM sponsors_dashboardsnapshot ORDER BY sponsor_id")
        return {sponsor: tuple(map(int, place.strip("()").split(","))) for sponsor, place in cursor.fetchall()}


def test_the_next_dashboard_lies_beside_the_last_one():
    sponsors = [UserFactory().pk for _ in range(12)]
    DashboardSnapshot.objects.bulk_create(
        [DashboardSnapshot(sponsor_id=pk, content=os.urandom(2000)) for pk in sponsors]
    )
    before = places()

    store({sponsor: Packed(AS_OF, os.urandom(2000)) for sponsor in sponsors})

    after = places()
    assert [page for page, _line in after.values()] == [page for page, _line in before.values()]
    assert all(after[sponsor] != before[sponsor] for sponsor in sponsors)
