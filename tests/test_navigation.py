"""The rail: what each person finds in it."""

import pytest
from django.http import HttpRequest

from stretchhub import navigation
from stretchhub.compiled import compiled

pytestmark = pytest.mark.django_db


def labels(user) -> list[str]:
    request = HttpRequest()
    request.user = user
    return [entry.label for entry in navigation.entries(request)]


def test_everybody_finds_what_they_take_part_in_though_the_statement_is_put_together_once(stranger, hr, monkeypatch):
    made, question = [], navigation._asked.__wrapped__

    @compiled
    def asked(user):
        made.append(user.pk)
        return question(user)

    monkeypatch.setattr(navigation, "_asked", asked)

    assert labels(stranger)[:2] == ["Today", "Shared pool"]
    assert "People" in labels(hr)
    assert "People" not in labels(stranger)
    assert len(set(made)) == len(made) == 2, "for the two stand-ins alone"
    assert not {stranger.pk, hr.pk} & set(made)


@pytest.mark.parametrize("who", ["hr", "administrator"])
def test_whoever_sets_the_programme_finds_it_in_the_rail(request, who, sign_in):
    page = sign_in(request.getfixturevalue(who)).get("/programme/").text

    assert 'href="/programme/" aria-current="page"' in page


@pytest.mark.parametrize("who", ["mentee", "mentor", "sponsor", "stranger"])
def test_nobody_else_finds_the_programme(request, who):
    assert "Programme" not in labels(request.getfixturevalue(who))
