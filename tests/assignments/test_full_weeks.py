"""A week that is too full does not begin; only mentee and mentor learn how full it is."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assignments.actions import charter as actions
from assignments.models import Charter, CharterAcknowledgement, Mentorship, Option, Status
from assignments.refusals import Refused
from tests.factories import AssignmentFactory, CharterAcknowledgementFactory, CharterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(mentorship, sponsor):
    """A charter that two of the three have acknowledged; the week is 50 hours without it."""
    Mentorship.objects.update(base_hours=50, contracted_hours=40)
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)
    charter = CharterFactory(assignment=assignment, hours_per_week=Decimal("5"))
    for part in ("mentee", "mentor"):
        CharterAcknowledgementFactory(charter=charter, part=part)
    return charter


def acknowledge(charter, by):
    actions.acknowledge(Charter.objects.get(pk=charter.pk), by=by)
    charter.assignment.refresh_from_db()
    return charter.assignment.status


def test_55_hours_a_week_do_not_begin_and_nothing_is_kept(charter, sponsor):
    with pytest.raises(Refused) as refused:
        acknowledge(charter, sponsor)

    assert "the mentee’s week would be too full" in refused.value.words
    assert not any(figure in refused.value.words for figure in ("50", "55", "40"))
    assert CharterAcknowledgement.objects.count() == 2
    assert charter.assignment.status == Status.CHARTERING


def test_mentee_and_mentor_hear_the_arithmetic(charter, mentor):
    CharterAcknowledgement.objects.filter(part="mentor").delete()
    CharterAcknowledgementFactory(charter=charter, part="sponsor")

    with pytest.raises(Refused) as refused:
        acknowledge(charter, mentor)

    assert "50 + 5 − 0 = 55 hours a week, 138 % of the 40 agreed." in refused.value.words


def test_hours_that_somebody_takes_over_let_it_begin(charter, sponsor):
    Option.objects.update(backfill_hours=1)

    assert acknowledge(charter, sponsor) == Status.ACTIVE


def test_the_hours_of_the_charter_count_not_those_the_option_began_with(charter, sponsor):
    Option.objects.update(hours_per_week=30)
    Charter.objects.update(hours_per_week=4)

    assert acknowledge(charter, sponsor) == Status.ACTIVE


@pytest.mark.parametrize("unknown", ["base_hours", "contracted_hours"])
def test_unknown_hours_stop_nothing(charter, sponsor, unknown):
    Mentorship.objects.update(**{unknown: None})

    assert acknowledge(charter, sponsor) == Status.ACTIVE


def test_the_page_says_it_to_the_two_and_not_to_the_sponsor(charter, mentee, sponsor, hr, sign_in):
    url = reverse("assignments:charter", args=[charter.assignment.code])

    assert "50 + 5 − 0 = 55 hours a week" in sign_in(mentee).get(url).content.decode()
    for other in (sponsor, hr):
        assert "hours a week," not in sign_in(other).get(url).content.decode()


def test_more_than_a_fifth_of_the_week_is_warned_of_and_not_refused(charter, mentee, sponsor, sign_in):
    Mentorship.objects.update(base_hours=30)
    Charter.objects.update(hours_per_week=9)
    url = reverse("assignments:charter", args=[charter.assignment.code])

    page = sign_in(mentee).get(url).content.decode()

    assert "It takes more than 20 % of the week" in page
    assert acknowledge(charter, sponsor) == Status.ACTIVE


def test_the_refusal_comes_as_a_page(charter, sponsor, sign_in):
    url = reverse("assignments:charter-acknowledge", args=[charter.assignment.code])

    response = sign_in(sponsor).post(url, {"version": charter.version})

    assert response.status_code == 409
    assert "Mentee and mentor agree fewer hours" in response.content.decode()
