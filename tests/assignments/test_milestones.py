from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions import milestone as actions
from assignments.models import Assignment, Milestone
from assignments.refusals import Refused
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice, State
from tests.factories import AssignmentFactory, MentorshipFactory, MilestoneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


def posted(**changes):
    return {
        "title": "Pilot with two teams",
        "definition_of_progress": "Both have decided ten claims the new way.",
        "due_on": (today() + timedelta(days=14)).isoformat(),
        "weight": "3",
    } | changes


def test_a_milestone_is_added_in_the_browser(assignment, sign_in):
    response = sign_in(assignment.mentee).post(f"/assignments/{assignment.code}/milestones/add/", posted())

    milestone = Milestone.objects.get()
    assert response["Location"] == f"/assignments/{assignment.code}/plan/#milestones"
    assert (milestone.title, milestone.weight) == ("Pilot with two teams", 3)
    assert Assignment.objects.get().revision == assignment.revision + 1
    assert AuditEntry.objects.get(verb="milestone.added").fields == [
        "definition_of_progress",
        "due_on",
        "title",
        "weight",
    ]


def test_a_form_sent_twice_adds_one_milestone(assignment, sign_in):
    client = sign_in(assignment.mentee)
    for _ in range(2):
        client.post(f"/assignments/{assignment.code}/milestones/add/", posted(submit_key="k1"))

    assert Milestone.objects.count() == 1


def test_errors_say_what_to_do(assignment, sign_in):
    response = sign_in(assignment.mentee).post(
        f"/assignments/{assignment.code}/milestones/add/", posted(definition_of_progress="")
    )

    assert response.status_code == 422
    assert "Say what somebody else could see when it is done." in response.content.decode()


def test_a_change_is_recorded_by_its_fields(assignment, sign_in):
    milestone = MilestoneFactory(assignment=assignment, title="Pilot with two teams", weight=3)

    sign_in(assignment.mentor).post(
        f"/milestones/{milestone.code}/edit/",
        posted(definition_of_progress=milestone.definition_of_progress, due_on=str(today() + timedelta(days=20))),
    )

    milestone.refresh_from_db()
    assert milestone.due_on == today() + timedelta(days=20)
    assert AuditEntry.objects.get(verb="milestone.changed").fields == ["due_on"]


def test_done_tells_the_mentor_and_can_be_undone(assignment, sign_in):
    milestone = MilestoneFactory(assignment=assignment)
    client = sign_in(assignment.mentee)

    client.post(f"/milestones/{milestone.code}/done/")
    milestone.refresh_from_db()
    assert milestone.done_by == assignment.mentee
    assert Notice.objects.get(kind="assignments.milestone_done").recipient == assignment.mentor

    client.post(f"/milestones/{milestone.code}/done/", {"undo": "1"})
    milestone.refresh_from_db()
    assert (milestone.done_at, milestone.done_by) == (None, None)


def test_done_twice_is_refused_with_words(assignment, sign_in):
    milestone = MilestoneFactory(assignment=assignment)
    actions.finish(milestone, by=assignment.mentee)

    with pytest.raises(Refused):
        actions.finish(milestone, by=assignment.mentor)
    response = sign_in(assignment.mentor).post(f"/milestones/{milestone.code}/done/")

    assert response.status_code == 409
    assert "marked as done already" in response.content.decode()


def test_undoing_an_open_one_is_refused(assignment):
    with pytest.raises(Refused):
        actions.reopen(MilestoneFactory(assignment=assignment), by=assignment.mentee)


def test_the_sponsor_reads_and_does_not_write(assignment, sign_in):
    milestone = MilestoneFactory(assignment=assignment)
    client = sign_in(assignment.sponsor)

    assert milestone.title in client.get(f"/assignments/{assignment.code}/").content.decode()
    assert client.post(f"/milestones/{milestone.code}/done/").status_code == 403
    assert client.get(f"/milestones/{milestone.code}/edit/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.add(assignment, by=assignment.sponsor, title="x", definition_of_progress="y", due_on=today())


def test_a_late_one_says_since_when(assignment, sign_in):
    MilestoneFactory(assignment=assignment, due_on=today() - timedelta(days=9))

    page = sign_in(assignment.mentee).get(f"/assignments/{assignment.code}/").content.decode()

    assert "9 days late" in page
    assert "a milestone is 9 days late" in page


def test_done_on_today_returns_to_today(assignment, sign_in):
    milestone = MilestoneFactory(assignment=assignment)

    response = sign_in(assignment.mentee).post(f"/milestones/{milestone.code}/done/", {"from": "today"})

    assert response["Location"] == "/"


def test_a_stale_page_overwrites_nothing_and_shows_both_texts(assignment, sign_in):
    milestone = MilestoneFactory(assignment=assignment, title="Pilot with two teams", weight=3)
    page = sign_in(assignment.mentee).get(f"/milestones/{milestone.code}/edit/")
    later = today() + timedelta(days=40)
    actions.change(milestone, by=assignment.mentor, due_on=later)

    response = sign_in(assignment.mentee).post(
        f"/milestones/{milestone.code}/edit/", posted(title="Pilot with three teams", seen=page.context["seen"])
    )

    assert response.status_code == 409
    assert [one.label for one in response.context["differences"]] == [
        "Milestone",
        "Definition of progress",
        "Due on",
    ]
    assert "Pilot with three teams" in response.content.decode()
    milestone.refresh_from_db()
    assert (milestone.title, milestone.due_on) == ("Pilot with two teams", later)

    sign_in(assignment.mentee).post(
        f"/milestones/{milestone.code}/edit/",
        posted(title="Pilot with three teams", due_on=str(later), seen=response.context["seen"]),
    )
    milestone.refresh_from_db()
    assert (milestone.title, milestone.due_on) == ("Pilot with three teams", later)


def test_a_day_that_would_break_the_page_is_refused_with_words(assignment, sign_in):
    response = sign_in(assignment.mentee).post(
        f"/assignments/{assignment.code}/milestones/add/", posted(due_on="9999-12-31")
    )

    assert response.status_code == 422
    assert "Choose a day between the years 2000 and 2099." in response.content.decode()
    assert Milestone.objects.count() == 0


@pytest.mark.parametrize("key", ["9" * 20, "-1", "x", "٣" * 20])
def test_a_step_that_no_row_can_be_is_refused_with_words(assignment, sign_in, key):
    MilestoneFactory(assignment=assignment)

    answer = sign_in(assignment.mentee).post(
        reverse("assignments:milestone-add", args=[assignment.code]), {"title": "Second step", "after": key}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["after"] == ["Choose from the list."]


def test_done_undone_and_done_again_before_the_mail_went_out_is_told_of(assignment):
    milestone = MilestoneFactory(assignment=assignment)
    actions.finish(milestone, by=assignment.mentee)
    actions.reopen(milestone, by=assignment.mentee)
    deliver()
    assert Notice.objects.get(kind="assignments.milestone_done").state == State.CANCELLED

    actions.finish(milestone, by=assignment.mentee)
    deliver()

    assert Notice.objects.get(kind="assignments.milestone_done").state == State.SENT
