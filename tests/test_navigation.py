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
