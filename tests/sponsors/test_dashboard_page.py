from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.evidence import share
from assignments.models import Assignment
from assignments.refusals import Stale
from sponsors.actions import dashboard as actions
from sponsors.actions.acknowledgement import acknowledge
from sponsors.models import DashboardAcknowledgement, DashboardSnapshot
from sponsors.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Notice
from tests.factories import AssignmentFactory, EvidenceFactory, MilestoneFactory, SponsorRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/sponsoring/"


@pytest.fixture
def assignment(sponsor):
    made = AssignmentFactory(sponsor=sponsor, title="Shorten the claims backlog")
    actions.rebuild_behind()
    made.refresh_from_db()
    return made


def test_the_page_says_how_it_stands_and_as_of_when(assignment, sponsor, sign_in):
    page = sign_in(sponsor).get(PAGE)

    assert page.status_code == 200
    assert b"Shorten the claims backlog" in page.content
    assert b"As of" in page.content
    assert b"Acknowledge" in page.content
    assert b"Older than a day" not in page.content


def test_the_time_is_the_sponsors_own(sponsor, sign_in, assignment):
    DashboardSnapshot.objects.update(as_of="2026-01-15T23:30:00Z")
    type(sponsor).objects.filter(pk=sponsor.pk).update(time_zone="Asia/Tokyo")

    page = sign_in(sponsor).get(PAGE)

    assert "Fri 16 Jan" in page.content.decode()
    assert "08:30" in page.content.decode()


def test_a_dashboard_older_than_a_day_says_so(assignment, sponsor, sign_in, clock):
    clock(hours=27)

    assert b"Older than a day" in sign_in(sponsor).get(PAGE).content


def test_a_dashboard_that_is_behind_says_so(assignment, sponsor, sign_in):
    Assignment.objects.update(revision=7)

    assert b"A change is being added" in sign_in(sponsor).get(PAGE).content


def test_before_the_first_build_the_page_says_it_is_being_prepared(sponsor, sign_in):
    AssignmentFactory(sponsor=sponsor)

    page = sign_in(sponsor).get(PAGE)

    assert b"Your dashboard is being prepared" in page.content
    assert not DashboardSnapshot.objects.exists()


def test_somebody_without_assignments_is_told_what_belongs_here(stranger, sign_in):
    page = sign_in(stranger).get(PAGE)

    assert b"Nothing to sponsor yet" in page.content


def test_a_request_stands_on_top_with_the_way_to_answer(sponsor, sign_in):
    asked = SponsorRequestFactory(sponsor=sponsor)

    page = sign_in(sponsor).get(PAGE)

    assert reverse("assignments:sponsor-request", args=[asked.code]) in page.content.decode()


def test_the_page_takes_at_most_six_queries_however_much_it_shows(sponsor, sign_in, count_queries):
    def queries(number):
        for _each in range(number):
            MilestoneFactory(assignment=AssignmentFactory(sponsor=sponsor))
            SponsorRequestFactory(sponsor=sponsor)
        actions.rebuild_behind()
        return count_queries(client, PAGE)

    client = sign_in(sponsor)
    assert queries(1) == queries(2) <= 6


def test_acknowledging_is_kept_audited_and_told_once(assignment, sponsor, sign_in):
    client = sign_in(sponsor)
    url = reverse("sponsors:acknowledge", args=[assignment.code])

    for _twice in range(2):
        answer = client.post(url, {"revision": assignment.revision})
        assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}#assignment-{assignment.code}")

    said = DashboardAcknowledgement.objects.get()
    assert (said.assignment, said.sponsor, said.revision) == (assignment, sponsor, 1)
    assert AuditEntry.objects.filter(verb="dashboard.acknowledged", actor=sponsor).count() == 1
    told = Notice.objects.filter(kind="sponsors.dashboard_acknowledged")
    assert {notice.recipient_id for notice in told} == {assignment.mentee_id, assignment.mentor_id}
    page = client.get(PAGE).content.decode()
    assert "Nothing has changed since" in page
    assert waiting_for(sponsor) == []


def test_what_changed_meanwhile_is_read_before_it_is_acknowledged(assignment, sponsor):
    Assignment.objects.update(revision=2)
    actions.rebuild_behind()

    with pytest.raises(Stale):
        acknowledge(assignment, by=sponsor, revision=1)

    assert not DashboardAcknowledgement.objects.exists()


def test_only_the_sponsor_acknowledges(assignment):
    with pytest.raises(PermissionDenied):
        acknowledge(assignment, by=assignment.mentor, revision=1)


def test_another_persons_assignment_cannot_be_acknowledged(assignment, stranger, sign_in):
    answer = sign_in(stranger).post(reverse("sponsors:acknowledge", args=[assignment.code]), {"revision": 1})

    assert answer.status_code == 404


def test_today_says_when_something_changed_since(assignment, sponsor):
    [line] = waiting_for(sponsor)
    assert line.title == "Read how “Shorten the claims backlog” stands"
    acknowledge(assignment, by=sponsor, revision=1)
    assert waiting_for(sponsor) == []

    Assignment.objects.update(revision=2)
    actions.rebuild_behind()

    assert [line.reason for line in waiting_for(sponsor)] == ["Something has changed since you last acknowledged."]


def test_a_snapshot_belongs_to_its_sponsor_alone(assignment, sponsor):
    assert DashboardSnapshot.objects.visible_to(sponsor).count() == 1
    assert DashboardSnapshot.objects.visible_to(UserFactory()).count() == 0


def test_a_late_milestone_is_said_in_the_sponsors_words(sponsor, sign_in):
    assignment = AssignmentFactory(sponsor=sponsor)
    MilestoneFactory(assignment=assignment, title="Pilot", due_on=today() - timedelta(days=20))
    actions.rebuild_behind()

    page = sign_in(sponsor).get(PAGE).content.decode()

    assert "a milestone is 20 days late" in page
    assert "Pilot" in page


def test_evidence_taken_back_is_gone_at_once_and_not_only_with_the_next_build(assignment, sponsor, sign_in):
    kept, taken_back = (
        EvidenceFactory(assignment=assignment, title=title, shared_with_sponsor=True)
        for title in ("Kept in view", "Taken back since")
    )
    actions.rebuild([sponsor.pk])
    client = sign_in(sponsor)
    assert "Taken back since" in client.get(PAGE).content.decode()

    share(taken_back, by=assignment.mentee, audience="sponsor", shared=False)

    page = client.get(PAGE).content.decode()
    assert kept.title in page
    assert "Taken back since" not in page
