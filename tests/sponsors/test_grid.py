"""The stakeholder grid: a dated snapshot between mentee and mentor."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.assessing import method_now
from assignments.refusals import Refused, Stale
from sponsors.actions.stakeholder import move_stakeholder, place_stakeholder, remove_stakeholder
from sponsors.grid import grid_of
from sponsors.models import Stakeholder
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import MentorshipFactory, OptionFactory, StakeholderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def option(mentee, mentor):
    return OptionFactory(mentorship=MentorshipFactory(mentor=mentor, mentee=mentee))


def url(name, thing):
    return reverse(f"sponsors:{name}", args=[thing.code])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def typed(**changed):
    return {
        "name": "Night shift",
        "power": "2",
        "interest": "5",
        "placed_on": today().isoformat(),
        "note": "",
        **changed,
    }


def test_everybody_stands_in_a_quadrant_with_what_to_do_and_the_day(option, mentee, sign_in):
    day = today() - timedelta(days=9)
    for name, power, interest in [("Ann", 5, 5), ("Bea", 5, 1), ("Cem", 1, 4), ("Dov", 3, 3)]:
        StakeholderFactory(option=option, name=name, power=power, interest=interest, placed_on=day)

    page = sign_in(mentee).get(url("grid", option))
    words = text_of(page)

    lines = [(line.number, line.stakeholder.name, line.words) for line in grid_of(option, method_now()).lines]
    assert lines == [
        (1, "Ann", "Work closely"),
        (2, "Bea", "Keep satisfied"),
        (3, "Cem", "Keep informed, ally"),
        (4, "Dov", "Monitor"),
    ]
    assert page.content.count(b'class="c-spot ') == 4
    assert "As you saw it on" in words
    assert "1 Ann 5 5 Work closely" in words


def test_two_days_are_said_as_a_span(option, mentee, sign_in):
    StakeholderFactory(option=option, placed_on=today() - timedelta(days=20))
    StakeholderFactory(option=option)

    assert "As you saw it between" in text_of(sign_in(mentee).get(url("grid", option)))


def test_somebody_from_the_directory_is_placed_under_the_directorys_name(option, mentee, sign_in):
    vera = UserFactory(full_name="Vera Lund")

    answer = sign_in(mentee).post(url("stakeholder-add", option), typed(name="", person=str(vera.code), q="vera"))

    assert answer["Location"] == url("grid", option)
    placed = Stakeholder.objects.get()
    assert (placed.person, placed.name, placed.power, placed.interest) == (vera, "Vera Lund", 2, 5)
    assert AuditEntry.objects.get(verb="stakeholder.placed").fields == [
        "interest",
        "name",
        "note",
        "placed_on",
        "power",
    ]


def test_a_group_is_placed_by_its_name(option, mentor, sign_in):
    sign_in(mentor).post(url("stakeholder-add", option), typed())

    assert (Stakeholder.objects.get().name, Stakeholder.objects.get().person) == ("Night shift", None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Choose somebody from the directory, or write who it is."),
        ({"power": ""}, "Choose one of the five."),
        ({"placed_on": "2099-01-01"}, "Give a day that has been."),
        ({"person": "nobody"}, "This person cannot be chosen. Search again."),
    ],
)
def test_what_cannot_be_placed_comes_back_with_what_was_typed(option, mentee, sign_in, changed, said):
    page = sign_in(mentee).post(url("stakeholder-add", option), typed(note="Talk first", **changed))

    assert page.status_code == 422
    assert said in text_of(page)
    assert b'value="Talk first"' in page.content
    assert not Stakeholder.objects.exists()


def test_searching_without_script_keeps_what_was_typed(option, mentee, sign_in):
    UserFactory(full_name="Vera Lund")

    page = sign_in(mentee).post(url("stakeholder-add", option), typed(q="vera", find="1", note="Talk first"))

    assert page.status_code == 200
    assert "Vera Lund" in text_of(page)
    assert b'value="Talk first"' in page.content


def test_somebody_stands_on_the_grid_once(option, mentee, sign_in):
    vera = UserFactory(full_name="Vera Lund")
    StakeholderFactory(option=option, person=vera)

    page = sign_in(mentee).post(url("stakeholder-add", option), typed(person=str(vera.code)))

    assert page.status_code == 409
    assert "This person is on the grid already." in text_of(page)
    with pytest.raises(Refused):
        place_stakeholder(option, by=mentee, person=vera, words={"power": 1, "interest": 1, "placed_on": today()})


def test_a_mark_is_moved_and_dated_anew(option, mentor, sign_in):
    mark = StakeholderFactory(option=option, placed_on=today() - timedelta(days=30))

    shown = sign_in(mentor).get(url("stakeholder-edit", mark))
    sign_in(mentor).post(url("stakeholder-edit", mark), typed(version="1"))

    assert f'value="{today().isoformat()}"'.encode() in shown.content
    mark.refresh_from_db()
    assert (mark.power, mark.interest, mark.placed_on, mark.version, mark.placed_by) == (2, 5, today(), 2, mentor)
    assert AuditEntry.objects.get(verb="stakeholder.moved").fields == ["interest", "placed_on", "power"]


def test_a_place_that_cannot_be_comes_back(option, mentor, sign_in):
    mark = StakeholderFactory(option=option)

    page = sign_in(mentor).post(url("stakeholder-edit", mark), typed(version="1", power="9"))

    assert page.status_code == 422
    assert b'name="version" value="1"' in page.content


def test_whoever_moves_second_sees_both(option, mentee, mentor, sign_in):
    mark = StakeholderFactory(option=option)
    move_stakeholder(mark, by=mentor, version=1, words={"power": 1})

    page = sign_in(mentee).post(url("stakeholder-edit", mark), typed(version="1"))

    assert page.status_code == 409
    assert "Power over it 1 · No say 2 · Is listened to" in text_of(page)
    assert b'name="version" value="2"' in page.content
    with pytest.raises(Stale):
        move_stakeholder(mark, by=mentee, version=1, words={"power": 3})


def test_taking_off_asks_first_and_leaves_nothing(option, mentee, sign_in):
    mark = StakeholderFactory(option=option, name="Night shift")
    client = sign_in(mentee)

    assert b"Yes, take off the grid" in client.get(url("stakeholder-edit", mark)).content
    client.post(url("stakeholder-remove", mark))

    assert not Stakeholder.objects.exists()
    assert b"Nobody is placed yet" in client.get(url("grid", option)).content


def test_nobody_else_places(option, stranger):
    mark = StakeholderFactory(option=option)
    with pytest.raises(PermissionDenied):
        place_stakeholder(option, by=stranger, person=None, words={})
    with pytest.raises(PermissionDenied):
        move_stakeholder(mark, by=stranger, version=1, words={})
    with pytest.raises(PermissionDenied):
        remove_stakeholder(mark, by=stranger)


def test_the_grid_takes_a_fixed_number_of_queries(option, mentee, sign_in, count_queries):
    client = sign_in(mentee)
    counts = []
    for number in (1, 2):
        for _each in range(number):
            StakeholderFactory(option=option)
        counts.append(count_queries(client, url("grid", option)))

    assert counts[0] == counts[1] <= 12
