"""One organisation for the intruders of a module; what each of them does is taken back."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from tests.access_table import EVERYBODY
from tests.intruders.tokens import living
from tests.world import World, build_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        for person in [*sorted(EVERYBODY), "deactivated"]:
            client = Client()
            client.force_login(world.people[person], backend="django.contrib.auth.backends.ModelBackend")
            world.sessions[person] = client.cookies
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def tokens(sponsor, mentee) -> dict[str, str]:
    return living(sponsor, mentee)
