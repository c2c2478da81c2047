"""A department and all below it."""

import pytest

from stretchhub.people.departments import of_department
from stretchhub.people.models import User
from tests.factories import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_department_holds_all_below_it_and_nothing_that_only_begins_alike():
    for name in ("Technology", "Technology/Systems", "Technology/Systems/Asia", "Technology at sea", "Finance", ""):
        UserFactory(full_name=name or "Nobody", department=name)

    found = User.objects.filter(of_department("Technology")).order_by("department")

    assert [each.department for each in found] == ["Technology", "Technology/Systems", "Technology/Systems/Asia"]
    assert User.objects.filter(of_department("Technology/Systems/Asia")).count() == 1


def test_it_is_asked_of_somebody_else_too():
    assignment = AssignmentFactory()
    User.objects.filter(pk=assignment.mentee_id).update(department="Finance/Audit")

    found = type(assignment).objects.filter(of_department("Finance", "mentee__department"))

    assert list(found) == [assignment]
