"""The rail: what each person finds in it."""

import pytest
from django.http import HttpRequest

from stretchhub import navigation

pytestmark = pytest.mark.django_db


def labels(user) -> list[str]:
    request = HttpRequest()
    request.user = user
    return [entry.label for entry in navigation.entries(request)]


def test_everybody_finds_what_they_take_part_in_though_the_statement_is_put_together_once(stranger, hr):
    navigation._asked.cache_clear()

    assert labels(stranger)[:2] == ["Today", "Shared pool"]
    assert "People" in labels(hr)
    assert "People" not in labels(stranger)
    assert navigation._asked.cache_info().misses == 1


@pytest.mark.parametrize("who", ["hr", "administrator"])
def test_whoever_sets_the_programme_finds_it_in_the_rail(request, who, sign_in):
    page = sign_in(request.getfixturevalue(who)).get("/programme/").text

    assert 'href="/programme/" aria-current="page"' in page


@pytest.mark.parametrize("who", ["mentee", "mentor", "sponsor", "stranger"])
def test_nobody_else_finds_the_programme(request, who):
    assert "Programme" not in labels(request.getfixturevalue(who))
