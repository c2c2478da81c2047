"""Every message of the work, as its reader gets it."""

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler

from assignments import messages
from assignments.models import Assignment, Ending, Status
from stretchhub import uploads
from stretchhub.env import now, today
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    CharterAcknowledgementFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    EvidenceFactory,
    MentorshipFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, option__title="Shorten the backlog", sponsor=sponsor)


def letters():
    """Subject by recipient, of everything that would be sent now."""
    found = {}
    for notice in Notice.objects.select_related("recipient"):
        thing = kinds.load_things([notice])[notice.pk]
        words = delivery.letter(notice, thing, kinds.get(notice.kind))
        if words is not None:
            assert words.path.startswith("/")
            assert words.why
            assert not words.why.endswith(".")
            found[notice.recipient.first_name] = words.subject
    return found


def test_all_three_hear_that_it_begins(assignment):
    messages.assignment.active(assignment)

    assert letters() == dict.fromkeys(["Mina", "Tom", "Ruth"], "Shorten the backlog is active")


def test_the_others_hear_of_a_pause_and_of_its_end(assignment):
    Assignment.objects.update(status=Status.PAUSED, paused_on=today(), pause_reason="Leave.")
    messages.assignment.paused(assignment, by=assignment.mentee)
    assert letters() == dict.fromkeys(["Tom", "Ruth"], "Shorten the backlog is paused")

    Assignment.objects.update(status=Status.ACTIVE, paused_on=None)
    assert letters() == {}
    messages.assignment.resumed(assignment, by=assignment.mentor)

    assert letters() == dict.fromkeys(["Mina", "Ruth"], "Shorten the backlog goes on")


def test_the_others_hear_how_it_ended(assignment):
    Assignment.objects.update(
        status=Status.CLOSED, ending=Ending.DELIVERED, ending_reason="Ask the sceptics first.", closed_at=now()
    )
    messages.assignment.closed(assignment, by=assignment.mentor)

    assert letters() == dict.fromkeys(["Mina", "Ruth"], "Shorten the backlog is closed: Delivered")


def test_who_has_acknowledged_is_not_asked_again(assignment):
    charter = CharterFactory(assignment=assignment)
    messages.charter.asked(charter, by=assignment.mentee)
    assert letters() == dict.fromkeys(["Tom", "Ruth"], "The charter of Shorten the backlog is ready")

    CharterAcknowledgementFactory(charter=charter, part="mentor")
    assert letters() == {"Ruth": "The charter of Shorten the backlog is ready"}
    charter.version = 2
    charter.save()
    assert letters() == {}
    messages.charter.asked(charter, by=assignment.mentor)

    assert letters() == dict.fromkeys(["Mina", "Ruth"], "The charter of Shorten the backlog has changed")


def test_the_mentor_hears_of_a_milestone_until_it_is_undone(assignment):
    milestone = MilestoneFactory(assignment=assignment, title="Pilot", done_at=now(), done_by=assignment.mentee)
    messages.milestone.done(milestone, by=assignment.mentee)
    assert letters() == {"Tom": "Done: Pilot"}

    milestone.done_at = milestone.done_by = None
    milestone.save()

    assert letters() == {}


def test_mentor_and_sponsor_hear_of_evidence_each_in_their_part(assignment):
    evidence = EvidenceFactory(assignment=assignment, title="Demo", shared_with_sponsor=True)
    messages.evidence.logged(evidence)
    messages.evidence.shared(evidence)
    assert letters() == {"Tom": "Mina Okafor logged evidence: Demo", "Ruth": "Mina Okafor shared evidence: Demo"}

    evidence.shared_with_sponsor = False
    evidence.save()

    assert letters() == {"Tom": "Mina Okafor logged evidence: Demo"}


def test_the_two_hear_of_each_others_answers(assignment):
    answer = CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment))
    messages.check_in.answered(answer)
    assert letters() == {"Tom": "Mina Okafor answered the check-in for Shorten the backlog"}

    answer.acknowledged_by, answer.acknowledged_at = assignment.mentor, now()
    answer.save()
    messages.check_in.acknowledged(answer)

    assert list(letters()) == ["Mina"]
    assert letters()["Mina"].startswith("Tom Berg read your check-in of ")


def test_more_than_ten_large_files_at_once_are_refused_before_they_are_read(assignment, sign_in, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 200)
    kept = []
    monkeypatch.setattr(MemoryFileUploadHandler, "receive_data_chunk", lambda *args: kept.append(args))

    response = sign_in(assignment.mentee).post(
        f"/assignments/{assignment.code}/evidence/log/", {"title": "x" * 300}, format="multipart"
    )

    assert response.status_code == 400
    assert kept == []


def test_a_refusal_takes_the_whole_page_when_asked_by_script(assignment, sign_in):
    response = sign_in(assignment.mentor).post(
        f"/assignments/{assignment.code}/resume/", headers={"HX-Request": "true", "Referer": "https://evil.example/"}
    )

    assert response.status_code == 409
    assert (response["HX-Retarget"], response["HX-Reselect"]) == ("#main", "#main")
    assert "evil.example" not in response.content.decode()
