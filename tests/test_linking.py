"""A path that is filled in is the one that Django would find."""

from uuid import UUID, uuid4

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from stretchhub.linking import link

LIKE = UUID(int=2**127 + 7)


@pytest.fixture
def under_a_prefix():
    set_script_prefix("/hub/")
    yield
    set_script_prefix("/")


@pytest.mark.parametrize(
    "name",
    ["assignments:check-in", "assignments:detail", "assignments:milestone-done", "sponsors:ask", "reviews:raters"],
)
def test_a_path_with_a_code_is_what_django_finds(name):
    for code in (uuid4(), uuid4(), LIKE):
        assert link(name, code) == reverse(name, args=[code])


def test_a_path_with_a_word_is_what_django_finds():
    assert link("notices:stop", "a.b-c_D", like="TOKEN") == reverse("notices:stop", args=["a.b-c_D"])


def test_a_site_below_a_folder_has_its_paths_there(under_a_prefix):
    code = uuid4()

    assert link("assignments:check-in", code) == f"/hub{_plain(code)}"


def _plain(code):
    return reverse("assignments:check-in", args=[code]).removeprefix("/hub")


def test_what_would_be_quoted_cannot_stand_for_a_slot():
    with pytest.raises(ValueError, match="does not stand as it is"):
        link("notices:stop", "a", like="a b")


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(NoReverseMatch):
        link("assignments:nowhere", uuid4())
