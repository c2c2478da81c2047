"""Mailed links: the right one opens its own door, nothing else opens any, and looking wears none out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import FeedbackRequest
from stretchhub.env import now
from stretchhub.people import links
from stretchhub.people.models import MailLink, Purpose
from tests.asked import ALL
from tests.intruders.tokens import DOORS, FINDERS

pytestmark = pytest.mark.django_db


def opens(kind: str, token: str) -> int:
    return Client().get(reverse(DOORS[kind], args=[token])).status_code


def test_a_token_opens_its_own_door_and_no_other(tokens):
    for kind in DOORS:
        assert {other: opens(kind, token) for other, token in tokens.items()} == {
            other: 200 if other == kind else 404 for other in tokens
        }, kind


@pytest.mark.parametrize("kind", DOORS)
def test_a_token_with_any_letter_changed_cut_off_or_added_opens_nothing(tokens, kind):
    token = tokens[kind]
    others = [f"{token[:at]}{'0' if sign != '0' else '1'}{token[at + 1 :]}" for at, sign in enumerate(token)]
    others += [token[:length] for length in range(1, len(token))]
    others += [f"{token}x", f"x{token}", token.swapcase(), f"{token}%00", f"{token} ", token[::-1]]

    assert [other for other in others if FINDERS[kind](other)] == []
    assert opens(kind, token) == 200
    assert {opens(kind, other) for other in others[:: 1 if ALL else 20]} == {404}


@pytest.mark.parametrize("kind", DOORS)
def test_what_is_wrong_with_a_token_is_not_told(tokens, kind, sponsor):
    """An ended one, a forged one and one of another purpose answer with the same bytes."""
    dead = tokens["sponsor"]
    links.revoke(person=sponsor)
    bodies = {Client().get(reverse(DOORS[kind], args=[each])).content for each in ("nothing", dead, "x" * 90)}

    assert len(bodies) == 1
    assert b"<form" not in bodies.pop()


def test_a_link_opens_until_the_second_it_ends_and_not_one_later(sponsor):
    link = links.issue(Purpose.SPONSOR_DASHBOARD, sponsor)
    token = links.token_of(link)
    for left, wanted in ((timedelta(seconds=60), 200), (timedelta(seconds=-1), 404)):
        MailLink.objects.filter(pk=link.pk).update(expires_at=now() + left)
        assert opens("sponsor", token) == wanted
    moment = now()
    MailLink.objects.filter(pk=link.pk).update(expires_at=moment)

    alive = [MailLink.objects.alive(moment + timedelta(seconds=by)).filter(pk=link.pk).exists() for by in (-1, 0, 1)]

    assert alive == [True, False, False]


def test_a_link_that_was_used_up_opens_no_form_again(tokens):
    FeedbackRequest.objects.filter(giver=None).update(state="withdrawn", settled_at=now())

    assert opens("feedback", tokens["feedback"]) == 404


def test_a_hundred_openings_by_a_scanner_leave_every_link_as_it_was(tokens):
    before = list(MailLink.objects.order_by("pk").values())
    for kind, token in tokens.items():
        address = reverse(DOORS[kind], args=[token])
        assert {Client().get(address).status_code for _scan in range(100 if ALL or kind == "hours" else 5)} == {200}
        assert {Client().head(address).status_code for _scan in range(5)} == {200}, kind

    assert list(MailLink.objects.order_by("pk").values()) == before
    assert {kind: opens(kind, token) for kind, token in tokens.items()} == dict.fromkeys(tokens, 200)
