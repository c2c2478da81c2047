"""Addresses by code are those of the address table."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from stretchhub.linking import link


@pytest.mark.parametrize("name", ["assignments:detail", "assignments:milestone-done", "sponsors:ask", "reviews:raters"])
def test_a_link_is_what_reverse_says(name):
    for code in (uuid4(), uuid4()):
        assert link(name, code) == reverse(name, args=[code])


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(NoReverseMatch):
        link("assignments:nowhere", uuid4())
