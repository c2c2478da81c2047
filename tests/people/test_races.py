"""Two administrators at once, on a real server."""

import contextlib

import pytest
from django.core.exceptions import PermissionDenied

from stretchhub.people.actions.person import deactivate
from stretchhub.people.models import Role, User
from tests.factories import UserFactory
from tests.reviews.test_races import at_once

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def test_of_two_administrators_who_deactivate_each_other_one_stays():
    for _round in range(10):
        two = [UserFactory(roles=[Role.ADMINISTRATOR]) for _ in range(2)]

        def act(number, two=two):
            me, other = (User.objects.get(pk=two[place].pk) for place in (number, 1 - number))
            with contextlib.suppress(PermissionDenied):
                deactivate(other, by=me)

        at_once(2, act)

        left = User.objects.with_role(Role.ADMINISTRATOR)
        assert left.count() == 1
        left.get().role_grants.all().delete()
