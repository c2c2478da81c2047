"""The starter framework and its page."""

import pytest
from django.urls import reverse

from assignments.models import Competency, Framework, LevelDescriptor
from tests.factories import CompetencyFactory

pytestmark = pytest.mark.django_db


def test_a_small_framework_ships_with_five_levels_each():
    framework = Framework.objects.get(name="StretchHub starter framework", version="1")

    assert framework.competencies.count() == 12
    assert (framework.licence, framework.credit) == (
        "CC BY 4.0",
        "Written for StretchHub. Take it, change it, or import your own.",
    )
    for competency in framework.competencies.all():
        assert list(competency.level_descriptors.values_list("level", flat=True)) == [1, 2, 3, 4, 5], competency.key


def test_the_page_shows_levels_licence_and_credit_to_everybody(stranger, sign_in):
    page = sign_in(stranger).get(reverse("assignments:competencies")).content.decode()

    assert "Influence without authority" in page
    assert "Licence: CC BY 4.0." in page
    assert page.count("<li value=") == LevelDescriptor.objects.count() == 60


def test_a_retired_competency_is_not_offered(stranger, sign_in):
    CompetencyFactory(name="Telegraphy", retired=True)

    assert "Telegraphy" not in sign_in(stranger).get(reverse("assignments:competencies")).content.decode()
    assert not Competency.objects.current().filter(name="Telegraphy").exists()


def test_the_page_takes_the_same_queries_for_more(stranger, sign_in, count_queries):
    client, url = sign_in(stranger), reverse("assignments:competencies")
    before = count_queries(client, url)

    CompetencyFactory()
    CompetencyFactory()

    assert count_queries(client, url) == before
