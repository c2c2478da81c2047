"""Two workers that build dashboards at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from sponsors.actions import dashboard as actions
from sponsors.dashboard import build_packed
from tests.factories import AssignmentFactory

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def test_nobody_waits_for_a_worker_that_builds_the_first_dashboards(monkeypatch):
    for _each in range(2):
        AssignmentFactory()
    building, asked = Event(), Event()

    def build_slowly(sponsors):
        building.set()
        assert asked.wait(10)
        return build_packed(sponsors)

    def work():
        try:
            return actions.rebuild_behind()
        finally:
            connection.close()

    monkeypatch.setattr(actions, "build_packed", build_slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work)
        assert building.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        try:
            assert actions.rebuild_behind() == 0
        finally:
            asked.set()
            connection.close()
        assert first.result() == 2
