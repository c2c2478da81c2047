"""A path that is filled in is the one that Django would find."""

import uuid

import pytest
from django.urls import reverse, set_script_prefix

from stretchhub.paths import path_to

LIKE = uuid.UUID(int=2**127 + 7)


@pytest.fixture
def under_a_prefix():
    set_script_prefix("/hub/")
    yield
    set_script_prefix("/")


def test_a_path_with_a_code_is_what_django_finds():
    for code in (uuid.uuid4(), uuid.uuid4(), LIKE):
        assert path_to("assignments:check-in", code, like=LIKE) == reverse("assignments:check-in", args=[code])


def test_a_path_with_a_word_is_what_django_finds():
    assert path_to("notices:stop", "a.b-c_D", like="TOKEN") == reverse("notices:stop", args=["a.b-c_D"])


def test_a_site_below_a_folder_has_its_paths_there(under_a_prefix):
    code = uuid.uuid4()

    assert path_to("assignments:check-in", code, like=LIKE) == f"/hub{_plain(code)}"


def _plain(code):
    return reverse("assignments:check-in", args=[code]).removeprefix("/hub")


def test_what_would_be_quoted_cannot_stand_for_a_slot():
    with pytest.raises(ValueError, match="does not stand as it is"):
        path_to("notices:stop", "a", like="a b")
