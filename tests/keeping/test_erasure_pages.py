"""Asking that somebody be erased and deciding, in the browser."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from stretchhub.audit.models import AuditEntry
from stretchhub.keeping.actions import erasure as actions
from stretchhub.keeping.models import ErasureRequest, Ground, State
from stretchhub.keeping.tasks import erase
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role, User
from stretchhub.today import waiting_for
from tests.factories import UserFactory
from tests.reviews.exports import confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def freshly(sign_in):
    """A browser whose person has shown their password this minute."""

    def sign(user: User):
        return confirmed(sign_in(user), user)

    return sign


def test_who_asks_about_themselves_is_erased_once_hr_has_said_yes(stranger, hr, sign_in, freshly):
    mine = sign_in(stranger)
    page = mine.get("/me/data/").content.decode()
    assert f"/people/{stranger.code}/erase/" in page
    assert "What stays, and why" in mine.get(f"/people/{stranger.code}/erase/").content.decode()

    asked = mine.post(f"/people/{stranger.code}/erase/")
    request = ErasureRequest.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, f"/keeping/erasures/{request.code}/")
    assert (request.asked_by, request.ground, request.state) == (stranger, Ground.OWN_WISH, State.ASKED)
    assert [line.title for line in waiting_for(hr)] == ["Decide whether to erase Sam Stone"]
    assert waiting_for(stranger) == []

    answer = freshly(hr).post(f"/keeping/erasures/{request.code}/decide/")
    assert (answer.status_code, waiting_for(hr)) == (302, [])
    assert erase() == 1
    assert User.objects.get(pk=stranger.pk).full_name == f"Erased person {stranger.code.hex[:8]}"
    assert mine.get("/me/data/").status_code == 302
    assert f"Erasing Erased person {stranger.code.hex[:8]}" in sign_in(hr).get(answer["Location"]).content.decode()


def test_nobody_decides_what_they_asked_for_nor_about_themselves(stranger, hr, administrator, freshly):
    freshly(hr).post(f"/people/{stranger.code}/erase/", {"ground": "left"})
    request = ErasureRequest.objects.get()
    assert freshly(hr).post(f"/keeping/erasures/{request.code}/decide/").status_code == 403
    assert freshly(stranger).post(f"/keeping/erasures/{request.code}/decide/").status_code == 403

    freshly(administrator).post(f"/people/{hr.code}/erase/", {"ground": "own_wish"})
    about_hr = ErasureRequest.objects.get(person=hr)
    assert freshly(hr).post(f"/keeping/erasures/{about_hr.code}/decide/").status_code == 403
    assert freshly(UserFactory(roles=[Role.HR])).post(f"/keeping/erasures/{about_hr.code}/decide/").status_code == 302
    assert list(ErasureRequest.objects.order_by("pk").values_list("state", flat=True)) == ["asked", "approved"]
    for by in (request.asked_by_id, request.person_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasureRequest.objects.filter(pk=request.pk).update(decided_by=by)


def test_deciding_asks_who_it_is_first(stranger, hr, administrator, sign_in):
    sign_in(hr).post(f"/people/{stranger.code}/erase/", {"ground": "left"})
    request = ErasureRequest.objects.get()

    answer = sign_in(administrator).post(f"/keeping/erasures/{request.code}/decide/")

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert ErasureRequest.objects.get().state == State.ASKED


def test_whoever_is_refused_reads_why(stranger, hr, freshly, sign_in):
    sign_in(stranger).post(f"/people/{stranger.code}/erase/")
    address = f"/keeping/erasures/{ErasureRequest.objects.get().code}/decide/"
    empty = freshly(hr).post(address, {"no": "1"})
    assert empty.status_code == 422
    assert "Say why not: whoever asked has a right to know." in empty.content.decode()

    freshly(hr).post(address, {"no": "1", "refuse-refusal": "A claim is before the court."})

    assert ErasureRequest.objects.get().state == State.REFUSED
    assert list(Notice.objects.values_list("kind", "recipient")) == [("keeping.erasure_refused", stranger.pk)]
    page = sign_in(stranger).get("/me/data/").content.decode()
    assert "Refused" in page and "Erase my data…" in page
    assert erase() == 0


def test_packets_are_kept_only_with_a_rule_and_a_day_to_come(stranger, hr, freshly, sign_in):
    sign_in(stranger).post(f"/people/{stranger.code}/erase/")
    address = f"/keeping/erasures/{ErasureRequest.objects.get().code}/decide/"

    for typed, says in [
        ({"approve-packets_kept_for": "§ 12"}, "Say until when the rule wants them kept."),
        ({"approve-packets_kept_until": "2099-01-01"}, "Say which rule wants them kept until then."),
        ({"approve-packets_kept_for": "§", "approve-packets_kept_until": "2020-01-01"}, "a day that is still to come"),
    ]:
        answer = freshly(hr).post(address, typed)
        assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert ErasureRequest.objects.get().state == State.ASKED


def test_it_can_be_taken_back_until_it_is_decided(stranger, hr, freshly, sign_in):
    mine = sign_in(stranger)
    mine.post(f"/people/{stranger.code}/erase/")
    mine.post(f"/people/{stranger.code}/erase/")
    request = ErasureRequest.objects.get()

    assert mine.post(f"/keeping/erasures/{request.code}/withdraw/")["Location"] == "/me/data/"

    assert freshly(hr).post(f"/keeping/erasures/{request.code}/decide/").status_code == 302
    assert ErasureRequest.objects.get().state == State.WITHDRAWN
    assert [entry.verb for entry in AuditEntry.objects.order_by("pk")][-2:] == ["erasure.asked", "erasure.withdrawn"]


def test_the_last_administrator_stays(administrator, hr, sign_in):
    assert sign_in(administrator).get(f"/people/{administrator.code}/erase/").status_code == 403
    assert "You are the only administrator" in sign_in(administrator).get("/me/data/").content.decode()
    assert sign_in(hr).post(f"/people/{administrator.code}/erase/", {"ground": "left"}).status_code == 403


def test_two_administrators_do_not_have_each_other_erased(administrator, freshly):
    """One of them always stays: nobody else can make somebody an administrator."""
    other = UserFactory(roles=[Role.ADMINISTRATOR])
    browsers = {person: freshly(person) for person in (administrator, other)}
    pages = {}
    for person, browser in browsers.items():
        browser.post(f"/people/{person.code}/erase/")
        pages[person] = f"/keeping/erasures/{ErasureRequest.objects.get(person=person).code}/decide/"

    let_in_before = User.objects.get(pk=administrator.pk)

    assert browsers[other].post(pages[administrator]).status_code == 302
    administrator.refresh_from_db()
    assert not administrator.is_active
    assert browsers[administrator].post(pages[other])["Location"].startswith("/accounts/login/")

    # As if both had been on their way at once: the first was let in before the second decided.
    with pytest.raises(PermissionDenied):
        actions.approve(ErasureRequest.objects.get(person=other), by=let_in_before)
    assert (erase(), User.objects.with_role(Role.ADMINISTRATOR).get()) == (1, other)


def test_the_list_says_that_nobody_is_to_be_erased(hr, sign_in):
    assert "Nobody is to be erased" in sign_in(hr).get("/keeping/erasures/").content.decode()


def test_an_erasure_that_does_not_come_to_its_end_is_told_as_not_done(stranger, hr, administrator, freshly, clock):
    freshly(hr).post(f"/people/{stranger.code}/erase/", {"ground": "left"})
    page = f"/keeping/erasures/{ErasureRequest.objects.get().code}/"
    freshly(administrator).post(f"{page}decide/")
    assert "Not done yet" not in freshly(hr).get(page).content.decode()
    assert waiting_for(hr) == []

    clock(minutes=16)

    told = freshly(hr).get(page).content.decode()
    assert "Not done yet" in told and "so nothing is erased" in told
    assert "Not done yet" in freshly(hr).get("/keeping/erasures/").content.decode()
    assert [line.title for line in waiting_for(hr)] == ["Sam Stone is not erased yet"]
    assert (erase(), waiting_for(hr)) == (1, [])
    assert "Not done yet" not in freshly(hr).get(page).content.decode()
