from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from assignments.actions import assignment as actions
from assignments.actions import revision
from assignments.models import Assignment, CheckIn, Ending, Stage, Status
from assignments.refusals import Refused
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    BriefOutcomeFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    DecisionFactory,
    EvidenceFactory,
    MentorshipFactory,
    MilestoneFactory,
    ScopeChangeFactory,
    SetbackFactory,
    SponsorRequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentee, mentor):
    return MentorshipFactory(mentee=mentee, mentor=mentor)


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option__mentorship=mentorship, option__stage=Stage.ACTIVE, sponsor=sponsor)


def test_a_sponsors_yes_makes_an_assignment_to_charter(mentorship, sponsor):
    request = SponsorRequestFactory(version__brief__option__mentorship=mentorship, sponsor=sponsor)
    BriefOutcomeFactory(version=request.version, metric="Complaints", unit="a week", baseline="8.5", target="3")

    assignment = actions.begin_chartering(request, by=sponsor)

    assert assignment.status == Status.CHARTERING
    assert (assignment.mentee, assignment.mentor, assignment.sponsor) == (mentorship.mentee, mentorship.mentor, sponsor)
    assert assignment.title == request.version.brief.option.title
    assert assignment.outcome == "Cycle time of a claim from 21 to 14 days; Complaints from 8.5 to 3 a week."
    assert AuditEntry.objects.filter(verb="assignment.created", actor=sponsor).exists()


def test_only_the_sponsor_asked_can_begin_it(mentorship, sponsor, stranger):
    request = SponsorRequestFactory(version__brief__option__mentorship=mentorship, sponsor=sponsor)

    with pytest.raises(PermissionDenied):
        actions.begin_chartering(request, by=stranger)


def test_a_pause_stops_all_clocks_and_tells_the_others(assignment):
    today_one = CheckInFactory(assignment=assignment)
    ahead = CheckInFactory(assignment=assignment, due_on=today() + timedelta(days=14))
    passed = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=3))
    answered = CheckInFactory(assignment=assignment, due_on=today() + timedelta(days=28))
    CheckInAnswerFactory(check_in=answered)

    actions.pause(assignment, by=assignment.mentee, reason="Two weeks of leave.")

    assert (assignment.status, assignment.paused_on) == (Status.PAUSED, today())
    open_still = CheckIn.objects.filter(cancelled_at__isnull=True)
    assert set(open_still) == {passed, answered}
    assert {today_one, ahead} == set(CheckIn.objects.filter(cancelled_at__isnull=False))
    told = Notice.objects.filter(kind="assignments.assignment_paused").values_list("recipient", flat=True)
    assert set(told) == {assignment.mentor_id, assignment.sponsor_id}


def test_resuming_moves_open_days_and_gives_a_full_new_period(assignment, clock):
    assignment.mentee.working_days = "1234567"
    assignment.mentee.save()
    CharterFactory(assignment=assignment, rhythm="weekly")
    open_one = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=5))
    late = MilestoneFactory(assignment=assignment, due_on=today() - timedelta(days=5))
    CheckInFactory(assignment=assignment, due_on=today() + timedelta(days=2))
    ends_on, due, overdue, began = assignment.ends_on, open_one.due_on, late.due_on, today()
    actions.pause(assignment, by=assignment.mentee, reason="Leave.")
    clock(days=10)

    actions.resume(assignment, by=assignment.mentor)

    open_one.refresh_from_db()
    late.refresh_from_db()
    assert assignment.status == Status.ACTIVE
    assert (assignment.paused_on, assignment.resumed_on) == (None, began + timedelta(days=10))
    assert assignment.ends_on == ends_on + timedelta(days=10)
    assert open_one.due_on == due + timedelta(days=10)
    assert late.due_on == overdue
    # A form that was open before does not put the day back unseen.
    assert (open_one.version, late.version) == (2, 1)
    first = CheckIn.objects.filter(cancelled_at__isnull=True).earliest("due_on")
    assert first.due_on == began + timedelta(days=17)


def test_resuming_what_runs_is_refused(assignment, sign_in):
    with pytest.raises(Refused):
        actions.resume(assignment, by=assignment.mentor)

    response = sign_in(assignment.mentor).post(f"/assignments/{assignment.code}/resume/")
    assert response.status_code == 409


def test_pausing_twice_is_refused(assignment):
    stale = Assignment.objects.get(pk=assignment.pk)
    actions.pause(assignment, by=assignment.mentee, reason="Leave.")

    with pytest.raises(Refused):
        actions.pause(stale, by=stale.mentor, reason="Me too.")


def test_the_mentor_closes_what_was_reviewed_as_delivered(assignment):
    actions.begin_review(assignment, by=assignment.mentor)

    actions.close(assignment, by=assignment.mentor, ending=Ending.DELIVERED, reason="Ask the sceptics first.")

    assignment.option.refresh_from_db()
    assert (assignment.status, assignment.ending) == (Status.CLOSED, Ending.DELIVERED)
    assert assignment.option.stage == Stage.CLOSED
    assert Notice.objects.filter(kind="assignments.assignment_closed").count() == 2


def test_what_was_not_reviewed_cannot_end_as_delivered(assignment):
    with pytest.raises(Refused):
        actions.close(assignment, by=assignment.mentor, ending=Ending.DELIVERED, reason="x")

    assignment.refresh_from_db()
    assert assignment.status == Status.ACTIVE


def test_a_mentee_can_withdraw_and_nothing_else(assignment):
    with pytest.raises(PermissionDenied):
        actions.close(assignment, by=assignment.mentee, ending=Ending.STOPPED, reason="x")

    actions.close(assignment, by=assignment.mentee, ending=Ending.WITHDRAWN, reason="I change the job.")

    assert assignment.ending == Ending.WITHDRAWN


def test_an_option_whose_charter_was_never_agreed_is_declined(mentorship, sponsor):
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)

    actions.close(assignment, by=assignment.mentor, ending=Ending.WITHDRAWN, reason="No time this year.")

    assignment.option.refresh_from_db()
    assert (assignment.option.stage, assignment.option.stage_reason) == (Stage.DECLINED, "No time this year.")


@pytest.mark.parametrize("step", ["pause", "resume", "close"])
def test_the_sponsor_neither_pauses_nor_closes(assignment, step, sign_in):
    assert sign_in(assignment.sponsor).post(f"/assignments/{assignment.code}/{step}/").status_code == 403


def test_pause_and_close_ask_why(assignment, sign_in):
    client = sign_in(assignment.mentor)

    assert client.post(f"/assignments/{assignment.code}/pause/", {"reason": ""}).status_code == 422
    response = client.post(f"/assignments/{assignment.code}/close/", {"ending": "stopped", "reason": ""})

    assert response.status_code == 422
    assert "Write down what was learned; it is what stays." in response.content.decode()


def test_pausing_and_closing_in_the_browser(assignment, sign_in):
    CharterFactory(assignment=assignment)
    client, address = sign_in(assignment.mentor), f"/assignments/{assignment.code}/"

    client.post(f"{address}pause/", {"reason": "A release needs everybody."})
    assert "A release needs everybody." in client.get(address).content.decode()
    client.post(f"{address}resume/")
    client.post(f"{address}close/", {"ending": "stopped", "reason": "The queue was the wrong place to look."})

    page = client.get(address).content.decode()
    assert "The queue was the wrong place to look." in page
    assert "Stopped with learning" in page
    assert "already" in client.get(f"{address}close/").content.decode()


def test_a_mentee_is_offered_withdrawal_only(assignment, sign_in):
    page = sign_in(assignment.mentee).get(f"/assignments/{assignment.code}/close/").content.decode()

    assert "Withdrawn" in page
    assert "Stopped with learning" not in page


def test_every_change_the_sponsor_may_see_raises_the_revision_and_wakes_the_dashboard(assignment, monkeypatch):
    woken = []
    monkeypatch.setattr(revision, "wake", woken.append)

    actions.raise_revision(assignment)

    assert assignment.revision == 2
    assert woken == ["sponsors.tasks.build_dashboards"]


def test_each_role_sees_its_part(assignment, sign_in, stranger, hr):
    CharterFactory(assignment=assignment)
    MilestoneFactory(assignment=assignment, title="Pilot with two teams")
    check_in = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=1))
    CheckInAnswerFactory(check_in=check_in, moved="Only between the two of us.", load=5)
    EvidenceFactory(assignment=assignment, title="Kept between us")
    EvidenceFactory(assignment=assignment, title="Shown to Ruth", shared_with_sponsor=True)
    address = f"/assignments/{assignment.code}/"

    pair = sign_in(assignment.mentor).get(address).content.decode()
    sponsor = sign_in(assignment.sponsor).get(address).content.decode()

    for words in ("Pilot with two teams", "Only between the two of us.", "Kept between us", "Shown to Ruth"):
        assert words in pair
    for words in ("Pilot with two teams", "Shown to Ruth"):
        assert words in sponsor
    for words in (
        "Only between the two of us.",
        "Kept between us",
        '"/check-ins/',
        f"/options/{assignment.option.code}",
    ):
        assert words not in sponsor
    for person in (stranger, hr):
        assert sign_in(person).get(address).status_code == 404


def test_the_list_shows_what_is_running_and_what_is_closed(mentorship, assignment, sign_in):
    closed = AssignmentFactory(closed=True, option__mentorship=mentorship, option__title="Over and done")
    client = sign_in(mentorship.mentee)

    running = client.get("/assignments/").content.decode()
    over = client.get("/assignments/?show=closed").content.decode()

    assert assignment.title in running
    assert closed.title not in running
    assert closed.title in over


def test_the_list_goes_on_by_key(mentorship, sign_in):
    made = [AssignmentFactory(option__mentorship=mentorship) for _ in range(30)]
    client = sign_in(mentorship.mentee)

    first = client.get("/assignments/")
    second = client.get("/assignments/", {"after": first.context["page"].next_key})

    seen = [card.title for response in (first, second) for card in response.context["cards"]]
    assert sorted(seen) == sorted(a.title for a in made)


def test_an_empty_list_offers_the_first_step(stranger, sign_in):
    page = sign_in(stranger).get("/assignments/").content.decode()

    assert "No assignment is running" in page
    assert 'href="/pipeline/"' in page


def _fill(assignment):
    MilestoneFactory(assignment=assignment)
    CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment, due_on=_free_day(assignment)))
    EvidenceFactory(assignment=assignment)
    DecisionFactory(assignment=assignment)
    SetbackFactory(assignment=assignment)
    ScopeChangeFactory(assignment=assignment)


def _free_day(assignment):
    return today() - timedelta(days=1 + assignment.check_ins.count())


def test_an_assignment_takes_as_many_queries_with_three_of_each_as_with_one(assignment, sign_in, count_queries):
    CharterFactory(assignment=assignment, acknowledged=True)
    client, address = sign_in(assignment.mentee), f"/assignments/{assignment.code}/"
    _fill(assignment)
    client.get(address)
    before = count_queries(client, address)
    for _ in range(2):
        _fill(assignment)

    assert count_queries(client, address) == before <= 12


def test_the_list_takes_as_many_queries_with_three_as_with_one(mentorship, sign_in, count_queries):
    client = sign_in(mentorship.mentor)
    _fill(AssignmentFactory(option__mentorship=mentorship))
    client.get("/assignments/")
    before = count_queries(client, "/assignments/")
    for _ in range(2):
        _fill(AssignmentFactory(option__mentorship=mentorship))

    assert count_queries(client, "/assignments/") == before
