"""The starter framework and its page."""

from urllib.parse import urlencode

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


def test_the_page_shows_frameworks_with_licence_and_credit_to_everybody(stranger, sign_in):
    page = sign_in(stranger).get(reverse("assignments:competencies")).content.decode()

    assert "StretchHub starter framework 1" in page
    assert "Written for StretchHub. Take it, change it, or import your own. Licence: CC BY 4.0." in page
    assert "12 competencies" in page
    assert "Import a framework" not in page


def test_the_page_of_a_framework_shows_each_level(stranger, sign_in):
    framework = Framework.objects.get()
    page = sign_in(stranger).get(reverse("assignments:framework", args=[framework.code])).content.decode()

    assert "Influence without authority" in page
    assert page.count("<li value=") == LevelDescriptor.objects.count() == 60


def test_a_search_looks_into_names_and_other_names_across_frameworks(stranger, sign_in):
    CompetencyFactory(name="Mentoring", alt_labels="coaching people\nsparring")
    client, url = sign_in(stranger), reverse("assignments:competencies")

    assert "Mentoring" in client.get(url, {"q": "COACH people"}).content.decode()
    assert "Data storytelling" in client.get(url, {"q": "story"}).content.decode()
    assert "Nothing found" in client.get(url, {"q": "zzz\x00"}).content.decode()


def test_a_retired_competency_is_not_offered(stranger, sign_in):
    CompetencyFactory(name="Telegraphy", retired=True)

    url = reverse("assignments:competencies")
    assert "Nothing found" in sign_in(stranger).get(url, {"q": "Telegraphy"}).content.decode()
    assert not Competency.objects.current().filter(name="Telegraphy").exists()


@pytest.mark.parametrize("query", [{}, {"q": "competency"}])
def test_the_page_takes_the_same_queries_for_more(stranger, sign_in, count_queries, query):
    CompetencyFactory()
    client, url = sign_in(stranger), reverse("assignments:competencies") + (f"?{urlencode(query)}" if query else "")
    before = count_queries(client, url)

    CompetencyFactory()
    CompetencyFactory()

    assert count_queries(client, url) == before
