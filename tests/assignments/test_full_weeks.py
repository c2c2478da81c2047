"""A week that is too full does not begin; only mentee and mentor learn how full it is."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assignments.actions import charter as actions
from assignments.models import Assignment, Charter, CharterAcknowledgement, ManagerAgreement, Mentorship, Option, Status
from assignments.refusals import Refused
from stretchhub.env import now, today
from tests.factories import AssignmentFactory, CharterAcknowledgementFactory, CharterFactory, MentorshipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(mentorship, sponsor):
    """A charter that two of the three have acknowledged; the week is 50 hours without it."""
    Mentorship.objects.update(base_hours=50, contracted_hours=40)
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)
    charter = CharterFactory(assignment=assignment, hours_per_week=Decimal("5"), agreed=True)
    for part in ("mentee", "mentor"):
        CharterAcknowledgementFactory(charter=charter, part=part)
    return charter


def acknowledge(charter, by):
    actions.acknowledge(Charter.objects.get(pk=charter.pk), by=by)
    charter.assignment.refresh_from_db()
    return charter.assignment.status


def agree_on_hours(hours):
    """Other hours, to which whoever answers for them has said yes."""
    Charter.objects.update(hours_per_week=hours)
    ManagerAgreement.objects.update(hours_per_week=hours)


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
    agree_on_hours(4)

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


def test_more_than_a_fifth_of_the_week_begins_only_with_hours_covered_in_writing(charter, mentee, sponsor, sign_in):
    Mentorship.objects.update(base_hours=30)
    agree_on_hours(9)
    url = reverse("assignments:charter", args=[charter.assignment.code])

    page = sign_in(mentee).get(url).content.decode()

    assert "It cannot begin like this. It takes more than 20 % of the week" in page
    with pytest.raises(Refused) as refused:
        acknowledge(charter, sponsor)
    assert "mentor write it into the option, or agree fewer hours" in refused.value.words
    assert not any(character.isdigit() for character in refused.value.words)
    assert charter.assignment.status == Status.CHARTERING
    Option.objects.update(backfill_hours=5)
    assert acknowledge(charter, sponsor) == Status.ACTIVE


def test_mentee_and_mentor_hear_which_share_it_takes(charter, mentor):
    Mentorship.objects.update(base_hours=30)
    agree_on_hours(9)
    CharterAcknowledgement.objects.filter(part="mentor").delete()
    CharterAcknowledgementFactory(charter=charter, part="sponsor")

    with pytest.raises(Refused) as refused:
        acknowledge(charter, mentor)

    assert "it takes 22.5 % of the week. Above 20 % write into the option" in refused.value.words


@pytest.mark.parametrize("unknown", ["base_hours", "contracted_hours"])
def test_a_share_of_unknown_hours_is_not_made_up(charter, sponsor, unknown):
    Mentorship.objects.update(base_hours=30)
    Mentorship.objects.update(**{unknown: None})
    agree_on_hours(9)

    assert acknowledge(charter, sponsor) == Status.ACTIVE


def test_four_of_forty_hours_need_nobody_to_take_over(charter, sponsor):
    Mentorship.objects.update(base_hours=36)
    agree_on_hours(4)

    assert acknowledge(charter, sponsor) == Status.ACTIVE


@pytest.fixture
def beside(mentee):
    """An assignment that runs already in another mentorship: 15 hours, of which others take over 3."""
    option = {"option__mentorship": MentorshipFactory(mentee=mentee), "option__backfill_hours": 3}
    return CharterFactory(assignment=AssignmentFactory(**option), hours_per_week=Decimal("15")).assignment


def test_a_second_assignment_that_makes_55_hours_does_not_begin(charter, beside, mentor):
    Mentorship.objects.update(base_hours=38)
    CharterAcknowledgement.objects.filter(part="mentor").delete()
    CharterAcknowledgementFactory(charter=charter, part="sponsor")

    with pytest.raises(Refused) as refused:
        acknowledge(charter, mentor)

    assert "38 + 12 running + 5 − 0 = 55 hours a week" in refused.value.words


def test_an_assignment_that_is_over_makes_room(charter, beside, sponsor):
    Mentorship.objects.update(base_hours=38)
    Assignment.objects.filter(pk=beside.pk).update(status="closed", ending="delivered", closed_at=now())

    assert acknowledge(charter, sponsor) == Status.ACTIVE


@pytest.fixture
def running(mentorship, sponsor):
    """A charter of four hours whose work has begun; the week is 40 hours with it."""
    Mentorship.objects.update(base_hours=36, contracted_hours=40)
    return CharterFactory(assignment=AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor))


def agree(charter, by, hours):
    words = {name: getattr(charter, name) for name in actions.FIELDS} | {"hours_per_week": Decimal(hours)}
    return actions.write(charter.assignment, by=by, version=charter.version, words=words)


@pytest.mark.parametrize(("hours", "said"), [
    ("19", "36 + 19 − 0 = 55 hours a week"),
    ("8.5", "it takes 21.25 % of the week"),
])  # fmt: skip
@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PAUSED])
def test_hours_that_fill_the_week_too_far_are_not_agreed_later_either(running, mentor, hours, said, status):
    Assignment.objects.update(status=status, paused_on=today())
    running.assignment.refresh_from_db()

    with pytest.raises(Refused) as refused:
        agree(running, mentor, hours)

    assert said in refused.value.words
    running.refresh_from_db()
    assert (running.version, running.hours_per_week) == (1, 4)


def test_fewer_hours_are_agreed_in_a_week_that_is_too_full(running, mentor):
    Mentorship.objects.update(base_hours=60)

    assert agree(running, mentor, "3.5").version == 2


def test_too_many_hours_come_back_with_what_was_typed(running, mentee, sign_in):
    url = reverse("assignments:charter-edit", args=[running.assignment.code])
    typed = {name: getattr(running, name) for name in actions.FIELDS}
    typed |= {name: typed[name].code for name in ("approver", "escalate_to")}
    more = {"hours_per_week": "19", "escalation": "To Ruth, at once.", "version": "1"}

    response = sign_in(mentee).post(url, typed | more)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Nothing is saved: 36 + 19 − 0 = 55 hours a week" in page
    assert "To Ruth, at once." in page


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PAUSED])
def test_the_two_read_the_week_while_it_runs(running, mentee, sponsor, hr, sign_in, status):
    Assignment.objects.update(status=status, paused_on=today())
    url = reverse("assignments:charter", args=[running.assignment.code])

    assert "36 + 4 − 0 = 40 hours a week, 100 % of the 40 agreed." in sign_in(mentee).get(url).content.decode()
    for other in (sponsor, hr):
        assert "hours a week," not in sign_in(other).get(url).content.decode()
    Mentorship.objects.update(base_hours=60)
    page = sign_in(mentee).get(url).content.decode()
    assert "The week is too full." in page
    assert "It cannot begin like this" not in page


def test_the_refusal_comes_as_a_page(charter, sponsor, sign_in):
    url = reverse("assignments:charter-acknowledge", args=[charter.assignment.code])

    response = sign_in(sponsor).post(url, {"version": charter.version})

    assert response.status_code == 409
    assert "Mentee and mentor agree fewer hours" in response.content.decode()
