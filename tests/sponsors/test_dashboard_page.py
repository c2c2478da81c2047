import html
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.assignment import raise_revision
from assignments.actions.evidence import share
from assignments.models import Assignment, BriefStatus, DashboardChange, Measurement
from assignments.refusals import Stale
from sponsors.actions import dashboard as actions
from sponsors.actions.acknowledgement import acknowledge
from sponsors.actions.ask import delegate
from sponsors.models import DashboardAcknowledgement, DashboardSnapshot
from sponsors.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Notice
from stretchhub.templatetags.words import day
from tests.factories import (
    AskFactory,
    AssignmentFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    EvidenceFactory,
    MilestoneFactory,
    SponsorRequestFactory,
    UserFactory,
)
from tests.rival import first

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
    raise_revision(assignment)

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


def test_where_another_build_was_faster_than_the_acknowledgement_the_next_one_shows_it(
    assignment, sponsor, monkeypatch
):
    by_the_other = first(monkeypatch, actions, "build_packed", lambda: actions.rebuild([sponsor.pk]))

    acknowledge(assignment, by=sponsor, revision=assignment.revision)

    assert by_the_other == [1]
    assert list(DashboardChange.objects.values_list("sponsor_id", flat=True)) == [sponsor.pk]
    assert actions.rebuild_behind() == 1
    assert DashboardSnapshot.objects.get(sponsor=sponsor).content["cards"][0]["acknowledged_revision"] == 1


def test_what_changed_meanwhile_is_read_before_it_is_acknowledged(assignment, sponsor):
    raise_revision(assignment)
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

    raise_revision(assignment)
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


def measured(assignment, **more):
    brief = BriefFactory(option=assignment.option)
    version = BriefVersionFactory(brief=brief, status=BriefStatus.SPONSOR_ACCEPTED, outcome=None)
    outcome = BriefOutcomeFactory(version=version, baseline=21, target=14, counter_metric="Errors found later")
    given = {"value": "16", "n": 12, "low": "14.5", "high": "17.5"} | more
    Measurement.objects.create(
        assignment=assignment,
        outcome=outcome,
        measured_on=today() - timedelta(days=3),
        recorded_by=assignment.mentee,
        **given,
    )


def words_of(page):
    text = re.sub(r"<svg.*?</svg>", "", page.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def built_page(client, url=PAGE):
    for each in Assignment.objects.all():
        raise_revision(each)
    actions.rebuild_behind()
    return words_of(client.get(url))


def test_an_early_result_says_how_sure_it_is(assignment, sponsor, sign_in):
    measured(assignment)

    page = built_page(sign_in(sponsor))

    assert f"Early 71 % of the way · n = 12, {day(today() - timedelta(days=3))}" in page
    assert "likely 14.5 to 17.5" in page
    assert "The work contributed to this." in page
    assert "Must not get worse: Errors found later" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n": 4}, "n = 4, too few to tell more than a direction"),
        ({"n": None}, "number of cases not given"),
        ({"low": None, "high": None}, "no range given"),
        ({"value": "23", "low": None, "high": None}, "Moved away from the target"),
    ],
)
def test_what_is_not_known_of_a_result_is_said(assignment, sponsor, sign_in, more, words):
    measured(assignment, **more)

    assert words in built_page(sign_in(sponsor))


def test_the_one_ask_stands_on_the_card_with_its_three_answers(assignment, sponsor, sign_in):
    ask = AskFactory(assignment=assignment)

    page = sign_in(sponsor).get(PAGE)

    assert "One thing is asked of you." in words_of(page)
    for answer in ("accept", "delegate", "decline"):
        assert f"/asks/{ask.code}/{answer}/" in page.content.decode()
    # The page has one filled button, and it is this answer.
    assert page.content.decode().count("btn-primary") == 1


def test_what_was_passed_on_waits_on_the_page_of_whoever_answers_instead(assignment, stranger, sign_in):
    ask = AskFactory(assignment=assignment)
    delegate(ask, by=assignment.sponsor, to=stranger)

    page = sign_in(stranger).get(PAGE).content.decode()

    assert ask.question in page
    assert f"/asks/{ask.code}/accept/" in page
    assert f"/asks/{ask.code}/delegate/" not in page
    assert "Nothing to sponsor yet" not in page


def test_whoever_sponsors_four_sees_them_all_in_a_table_first(sponsor, sign_in):
    for number in range(4):
        made = AssignmentFactory(sponsor=sponsor, title=f"Work {number}")
        if number == 3:
            AskFactory(assignment=made, kind="unblock")
        page = built_page(sign_in(sponsor))
        assert ("All at a glance" in page) is (number == 3)
    # What asks for something stands first, also in the table.
    assert page.index("Work 3") < page.index("Work 0")
    assert "Unblock" in page


def test_a_full_dashboard_takes_six_queries_also_while_it_is_behind(assignment, sponsor, sign_in, count_queries):
    client = sign_in(sponsor)
    AskFactory(assignment=assignment)
    SponsorRequestFactory(sponsor=sponsor)
    EvidenceFactory(assignment=assignment, shared_with_sponsor=True)
    measured(assignment)
    built_page(client)
    raise_revision(assignment)

    assert count_queries(client, PAGE) <= 6


def test_mentee_and_mentor_see_exactly_what_the_sponsor_sees(assignment, sponsor, sign_in):
    measured(assignment)
    AskFactory(assignment=assignment)
    EvidenceFactory(assignment=assignment, title="Only between us")
    AskFactory(assignment=AssignmentFactory(sponsor=sponsor), question="Asked for somebody else")
    url = reverse("sponsors:preview", args=[assignment.code])

    for person in (assignment.mentee, assignment.mentor):
        client = sign_in(person)
        page = built_page(client, url)
        assert "Errors found later" in page
        assert "May the pilot run a second week?" in page
        assert "Only between us" not in page
        assert "Asked for somebody else" not in page
        assert "/acknowledge/" not in client.get(url).content.decode()


def test_what_was_taken_back_a_moment_ago_is_not_in_the_preview_either(assignment, sign_in):
    evidence = EvidenceFactory(assignment=assignment, title="Taken back", shared_with_sponsor=True)
    client = sign_in(assignment.mentee)
    url = reverse("sponsors:preview", args=[assignment.code])
    assert "Taken back" in built_page(client, url)

    share(evidence, by=assignment.mentee, audience="sponsor", shared=False)

    assert "Taken back" not in words_of(client.get(url))


def test_the_preview_of_work_that_nobody_sponsors_says_so(sign_in):
    assignment = AssignmentFactory(chartering=True, sponsor=None)

    page = words_of(sign_in(assignment.mentee).get(reverse("sponsors:preview", args=[assignment.code])))

    assert "Nobody sponsors this work just now." in page
