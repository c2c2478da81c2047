"""What somebody has shown so far: added to, never changed, and the strongest fresh word counts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from assignments.actions.stretch import say_what_was_shown
from assignments.assessing import shown
from assignments.models import DemonstratedLevel, Mentorship
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import AssignmentFactory, MentorshipFactory, OptionFactory, UserFactory

pytestmark = pytest.mark.django_db


def url_of(mentorship):
    return reverse("assignments:demonstrated", args=[mentorship.code])


def entry(person, component=8, level=3, provenance="self_declared", days=0, **more):
    more = {"recorded_by": person, "reason": "Seen." if level > 3 else "", **more}
    return DemonstratedLevel.objects.create(
        person=person,
        component=component,
        level=level,
        provenance=provenance,
        dated_on=today() - timedelta(days=days),
        **more,
    )


def verified(mentorship, **more):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship))
    return entry(mentorship.mentee, provenance="verified", assignment=assignment, **more)


@pytest.mark.parametrize(("who", "provenance"), [("mentee", "self_declared"), ("mentor", "mentor_rated")])
def test_who_says_it_is_kept_with_its_day(request, mentorship, mentee, sign_in, who, provenance):
    user = request.getfixturevalue(who)

    response = sign_in(user).post(url_of(mentorship), {"level_8": "2", "level_5": "4", "reason_5": "Ran the launch."})

    assert response.url == url_of(mentorship)
    rows = DemonstratedLevel.objects.order_by("component")
    assert [(row.component, row.level, row.reason) for row in rows] == [(5, 4, "Ran the launch."), (8, 2, "")]
    assert {(row.person, row.provenance, row.recorded_by, row.dated_on) for row in rows} == {
        (mentee, provenance, user, today())
    }
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"level_shown.added"}


def test_only_what_changed_is_added(mentorship, mentee, sign_in):
    client = sign_in(mentee)
    client.post(url_of(mentorship), {"level_8": "2", "level_3": "1"})

    client.post(url_of(mentorship), {"level_8": "3", "level_3": "1", "level_4": ""})

    levels = DemonstratedLevel.objects.order_by("component", "pk").values_list("component", "level")
    assert list(levels) == [(3, 1), (8, 2), (8, 3)]
    assert shown(mentee.pk, today())[8].value == 3


def test_saving_nothing_new_says_so(mentorship, mentee, sign_in):
    client = sign_in(mentee)
    client.post(url_of(mentorship), {"level_8": "2"})

    page = client.post(url_of(mentorship), {"level_8": "2"}, follow=True).content.decode()

    assert "Nothing was different from what you said before." in page
    assert DemonstratedLevel.objects.count() == 1


def test_a_high_level_asks_what_shows_it(mentorship, mentee, sign_in):
    response = sign_in(mentee).post(url_of(mentorship), {"level_8": "4"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say in a line what shows it." in page
    assert 'href="#id_reason_8"' in page
    assert not DemonstratedLevel.objects.exists()


def test_what_shows_it_is_kept_at_a_low_level_and_asks_for_one(mentorship, mentee, sign_in):
    client = sign_in(mentee)

    refused = client.post(url_of(mentorship), {"level_8": "", "reason_8": "Chaired the round."})
    client.post(url_of(mentorship), {"level_8": "2", "reason_8": "Chaired the round."})

    assert refused.status_code == 422
    assert "Choose a level for what you wrote, or clear the line." in refused.content.decode()
    assert DemonstratedLevel.objects.get().reason == "Chaired the round."


def test_a_weaker_word_does_not_replace_a_fresh_stronger_one_and_the_page_says_so(mentorship, mentee, sign_in):
    verified(mentorship, level=4)
    client = sign_in(mentee)

    before = client.get(url_of(mentorship)).content.decode()
    after = client.post(url_of(mentorship), {"level_8": "2"}, follow=True).content.decode()

    assert "Counts now: 4" in before
    assert "Verified by a review" in before
    assert "What you say here is kept beside it; 4 goes on counting while it is fresh." in before
    assert "1 level is kept. For 1 of them a stronger word still counts" in after
    assert shown(mentee.pk, today())[8].value == 4
    assert DemonstratedLevel.objects.count() == 2


def test_what_the_mentor_rates_counts_before_what_the_mentee_declared(mentorship, mentee, mentor, sign_in):
    entry(mentee, level=5)

    page = sign_in(mentor).post(url_of(mentorship), {"level_8": "3"}, follow=True).content.decode()

    assert "1 level is kept." in page
    assert "a stronger word still counts" not in page
    assert shown(mentee.pk, today())[8].value == 3


def test_a_stale_level_is_marked_and_can_be_said_again(mentorship, mentee, sign_in):
    entry(mentee, level=3, days=800)
    client = sign_in(mentee)

    page = client.get(url_of(mentorship)).content.decode()
    client.post(url_of(mentorship), {"level_8": "3"})

    assert "Stale: older than 24 months" in page
    assert "Say it again if it still holds." in page
    standing = shown(mentee.pk, today())[8]
    assert (standing.value, standing.stale, standing.dated_on) == (3, False, today())


def test_a_low_level_is_worded_as_a_chance_not_had(mentorship, mentee, sign_in):
    page = sign_in(mentee).get(url_of(mentorship)).content.decode()

    assert "No chance yet" in page
    assert "A 1 says that there was no chance yet, nothing about you." in page


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_nobody_else_reads_or_says_it(request, mentorship, sign_in, who):
    user = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        say_what_was_shown(mentorship, by=user, levels={8: (2, "")})
    assert sign_in(user).get(url_of(mentorship)).status_code == 404
    assert sign_in(user).post(url_of(mentorship), {"level_8": "2"}).status_code == 404


def test_a_mentor_of_before_no_longer_reads_it(mentorship, mentor, mentee, sign_in):
    Mentorship.objects.update(ended_on=today())

    assert sign_in(mentor).get(url_of(mentorship)).status_code == 404
    assert sign_in(mentee).get(url_of(mentorship)).status_code == 403


def test_two_mentors_each_keep_their_own_word(mentorship, mentee, mentor):
    other = MentorshipFactory(mentee=mentee, mentor=UserFactory())
    say_what_was_shown(mentorship, by=mentor, levels={8: (2, "")})

    say_what_was_shown(other, by=other.mentor, levels={8: (2, "")})

    assert DemonstratedLevel.objects.count() == 2


def test_the_page_asks_as_often_with_many_levels(mentorship, mentee, sign_in, count_queries):
    client = sign_in(mentee)
    entry(mentee, component=1)
    client.get(url_of(mentorship))
    few = count_queries(client, url_of(mentorship))
    for component in range(2, 11):
        entry(mentee, component=component)
        entry(mentee, component=component, provenance="mentor_rated", recorded_by=mentorship.mentor)

    assert count_queries(client, url_of(mentorship)) == few <= 12


def test_the_database_refuses_a_verified_level_without_its_assignment(mentee):
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(mentee, provenance="verified")
