"""What all tests share: the servers of the real leg, and the cast."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import settings as settings_of_cases

from stretchhub.people.models import Role, User
from tests.access_table import EVERYBODY
from tests.factories import UserFactory
from tests.world import World, build_world

# How long a case takes is measured by the benchmarks; a busy machine, or the first import of a package, is no failure.
settings_of_cases.register_profile("untimed", deadline=None)
settings_of_cases.load_profile("untimed")

pytest_plugins = ["tests.asked", "tests.servers", "tests.prepared", "tests.emptied"]


@pytest.fixture(autouse=True)
def clock():
    """Shift the one clock, `clock(days=2)`, or set it, `clock(to=moment)`; it is right again after the test."""
    file = Path(settings.CLOCK_FILE)
    file.unlink(missing_ok=True)

    def shift(
        *, to: datetime | None = None, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        if to is not None:
            seconds += (to - timezone.now()).total_seconds()
        file.write_text(str(((days * 24 + hours) * 60 + minutes) * 60 + seconds))

    yield shift
    file.unlink(missing_ok=True)


@pytest.fixture
def mentee(db) -> User:
    return UserFactory(full_name="Mina Okafor", email="mina@example.org", job_title="Claims analyst")


@pytest.fixture
def mentor(db) -> User:
    return UserFactory(full_name="Tom Berg", email="tom@example.org", job_title="Head of planning")


@pytest.fixture
def sponsor(db) -> User:
    return UserFactory(full_name="Ruth Adeyemi", email="ruth@example.org", job_title="Director of claims")


@pytest.fixture
def hr(db) -> User:
    return UserFactory(full_name="Hana Ito", email="hana@example.org", roles=[Role.HR])


@pytest.fixture
def administrator(db) -> User:
    return UserFactory(full_name="Adam Novak", email="adam@example.org", roles=[Role.ADMINISTRATOR])


@pytest.fixture
def stranger(db) -> User:
    return UserFactory(full_name="Sam Stone", email="sam@example.org")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One organisation for a whole module, in which everybody has signed in; taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        for person in [*sorted(EVERYBODY), "deactivated"]:
            client = Client()
            client.force_login(world.people[person], backend="django.contrib.auth.backends.ModelBackend")
            world.sessions[person] = client.cookies
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser of this person's own, signed in."""

    def sign(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign


@pytest.fixture
def count_queries() -> Callable[..., int]:
    """How many queries a page takes for somebody who has opened a page before."""

    def count(client: Client, url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url)
        assert response.status_code == 200, response.status_code
        return len(queries)

    return count
