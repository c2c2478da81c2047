"""Nothing becomes active before everything of the kickoff is there, whichever door is tried."""

import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from assignments import kickoff
from assignments.actions import assignment as assignments
from assignments.actions import charter as charters
from assignments.actions import kickoff as actions
from assignments.kickoff_words import sentence
from assignments.models import Assignment, Charter, CharterAcknowledgement, ManagerAgreement, Mentorship, Status
from assignments.refusals import Refused
from assignments.tasks import ask_line_managers, plan_reminders
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.people.actions.person import deactivate
from tests.factories import (
    AssignmentFactory,
    CharterAcknowledgementFactory,
    CharterFactory,
    ManagerAgreementFactory,
    MentorshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(mentee):
    mentee.manager = UserFactory(full_name="Vera Lind", email="vera@example.org")
    mentee.save()
    return mentee.manager


@pytest.fixture
def assignment(mentee, mentor, sponsor, manager):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)


@pytest.fixture
def charter(assignment):
    """A charter from which nothing is missing; nobody has begun it yet."""
    charter = CharterFactory(
        assignment=assignment, acknowledged=True, agreed=True, starts_on=today(), ends_on=today() + timedelta(days=70)
    )
    assert codes(assignment) == []
    return charter


def codes(assignment):
    fresh = Assignment.objects.get(pk=assignment.pk)
    return [
        (one.code, one.field) if one.field else one.code
        for one in kickoff.missing(fresh, Charter.objects.filter(assignment=fresh).first())
    ]


def status(assignment):
    return Assignment.objects.get(pk=assignment.pk).status


def move(assignment):
    charter = Charter.objects.filter(assignment=assignment).first()
    days = {"starts_on": charter.starts_on, "ends_on": charter.ends_on} if charter else {}
    assignments.move(Assignment.objects.get(pk=assignment.pk), Status.ACTIVE, activated_at=now(), **days)


@pytest.mark.parametrize("name", [*kickoff.WRITTEN, "escalate_to"])
def test_each_agreement_has_to_be_written(assignment, charter, name):
    Charter.objects.update(**{name: None if name == "escalate_to" else "  "})
    ManagerAgreement.objects.update(cover=Charter.objects.get().cover)

    assert codes(assignment) == [("unwritten", name)]
    with pytest.raises(Refused) as refused:
        move(assignment)
    assert f"“{Charter._meta.get_field(name).verbose_name.capitalize()}” is not written yet." in refused.value.words
    assert status(assignment) == Status.CHARTERING


@pytest.mark.parametrize("part", ["mentee", "mentor", "sponsor"])
def test_each_party_has_to_acknowledge_this_version(assignment, charter, part):
    CharterAcknowledgement.objects.filter(part=part).update(charter_version=9)

    assert codes(assignment) == [("acknowledgement", part)]
    with pytest.raises(Refused):
        move(assignment)


@pytest.mark.parametrize("answer", ["asked", "not_yet", "declined"])
def test_the_line_manager_has_to_agree(assignment, charter, answer):
    ManagerAgreement.objects.update(answer=answer, reason="After the audit.")

    assert codes(assignment) == [f"hours_{answer}"]
    with pytest.raises(Refused) as refused:
        move(assignment)
    assert "Vera Lind, the line manager," in refused.value.words
    assert "audit" not in refused.value.words


@pytest.mark.parametrize("other", [
    {"hours_per_week": 6}, {"cover": "Nobody."}, {"ends_on": today() + timedelta(days=99)}, {"answer": "withdrawn"},
])  # fmt: skip
def test_a_yes_to_other_terms_is_no_yes(assignment, charter, other):
    ManagerAgreement.objects.update(**other)

    assert codes(assignment) == ["hours_asked"]


def test_the_yes_of_somebody_else_is_no_yes(assignment, charter, stranger):
    ManagerAgreement.objects.update(manager=stranger)

    assert codes(assignment) == ["hours_asked"]


def test_people_who_have_left_keep_it_from_beginning(assignment, charter, sponsor):
    type(sponsor).objects.filter(pk=sponsor.pk).update(is_active=False, deactivated_at=now())

    assert codes(assignment) == [("approver", "approver"), ("escalate_to", "escalate_to"), ("party_gone", "sponsor")]
    with pytest.raises(Refused):
        move(assignment)


def test_without_a_sponsor_nothing_begins(assignment, charter):
    Assignment.objects.update(sponsor=None)

    assert codes(assignment) == [("party_gone", "sponsor")]
    missing = kickoff.missing(Assignment.objects.get(), Charter.objects.get())
    assert sentence(missing[0]) == "Nobody sponsors it yet."


def test_the_mentee_approves_nothing_of_their_own(assignment, charter, mentee):
    Charter.objects.update(approver=mentee)

    assert codes(assignment) == [("approver", "approver")]


def test_a_week_that_is_too_full_keeps_it_from_beginning(assignment, charter):
    Mentorship.objects.update(base_hours=60, contracted_hours=40)

    assert codes(assignment) == [("week_too_full", "hours_per_week")]
    with pytest.raises(Refused) as refused:
        move(assignment)
    assert "60" not in refused.value.words


def test_without_a_charter_nothing_begins(assignment):
    assert codes(assignment) == ["charter"]
    with pytest.raises(Refused) as refused:
        move(assignment)
    assert refused.value.words == "It cannot begin yet: The charter is not written yet."


def test_every_missing_thing_is_said_in_a_sentence(assignment, charter):
    CharterAcknowledgement.objects.all().delete()
    ManagerAgreement.objects.update(answer="asked")
    Charter.objects.update(stop_rule="", escalate_to=None)

    found = kickoff.missing(Assignment.objects.get(), Charter.objects.get())

    assert [sentence(one) for one in found] == [
        "“Stop rule” is not written yet.",
        "“Escalate to” is not written yet.",
        "Vera Lind, the line manager, has not answered yet about hours and cover.",
        "Mina Okafor has not acknowledged this version yet.",
        "Tom Berg has not acknowledged this version yet.",
        "Ruth Adeyemi has not acknowledged this version yet.",
    ]


# --- the doors --------------------------------------------------------------------------------------------


@pytest.fixture
def unfinished(assignment, charter):
    """Only the line manager's yes is missing."""
    ManagerAgreement.objects.update(answer="asked")
    return assignment


def test_the_raw_move_does_not_lead_past_the_gate(unfinished):
    with pytest.raises(Refused):
        move(unfinished)

    assert status(unfinished) == Status.CHARTERING


def test_acknowledging_does_not_lead_past_the_gate(unfinished, sponsor):
    CharterAcknowledgement.objects.filter(part="sponsor").delete()

    charters.acknowledge(Charter.objects.get(), by=sponsor)

    assert CharterAcknowledgement.objects.count() == 3
    assert status(unfinished) == Status.CHARTERING


@pytest.mark.parametrize("action", [assignments.resume, assignments.begin_review])
def test_no_other_action_leads_past_the_gate(unfinished, mentor, action):
    with pytest.raises(Refused):
        action(unfinished, by=mentor)

    assert status(unfinished) == Status.CHARTERING


@pytest.mark.parametrize("address", ["charter/begin", "charter/acknowledge", "resume", "charter/edit", "pause"])
def test_no_view_leads_past_the_gate(unfinished, mentor, sign_in, address):
    sign_in(mentor).post(f"/assignments/{unfinished.code}/{address}/", {"status": "active", "version": "1"})

    assert status(unfinished) == Status.CHARTERING


def test_no_task_leads_past_the_gate(unfinished):
    plan_reminders()
    ask_line_managers()

    assert status(unfinished) == Status.CHARTERING


def test_the_admin_shows_no_assignment_and_its_status_is_in_no_form():
    assert find_spec("assignments.admin") is None
    assert not Assignment._meta.get_field("status").editable
    assert not Assignment._meta.get_field("activated_at").editable


def test_the_status_of_an_assignment_is_written_in_one_place():
    """Whoever writes it elsewhere, in a command, a task or a page, would lead past the gate."""
    root = Path(settings.BASE_DIR)
    written = re.compile(r"Assignment\.objects.*update\([^)]*\bstatus=|\bassignment\.status = ")
    places = [
        str(file.relative_to(root))
        for app in ("assignments", "reviews", "sponsors", "stretchhub")
        for file in (root / app).rglob("*.py")
        for line in file.read_text().splitlines()
        if written.search(line)
    ]

    # The demo tells stories of the past row by row, in a database that holds nobody else.
    assert sorted(places) == ["assignments/actions/assignment.py", "stretchhub/demo_cohort/work.py"]


# --- beginning ----------------------------------------------------------------------------------------------


def test_the_line_managers_yes_begins_the_work_when_it_is_the_last(unfinished, manager):
    agreement = ManagerAgreement.objects.get()

    actions.answer_for_hours(agreement, by=manager, answer="agreed")

    assert status(unfinished) == Status.ACTIVE
    assert AuditEntry.objects.filter(verb="assignment.activated", actor=manager).count() == 1


def test_the_two_begin_what_waits_for_nothing_any_more(assignment, charter, mentee, sign_in):
    page = sign_in(mentee).get(f"/assignments/{assignment.code}/charter/").content.decode()
    assert "Begin the assignment" in page

    response = sign_in(mentee).post(f"/assignments/{assignment.code}/charter/begin/")

    assert response.status_code == 302
    assert status(assignment) == Status.ACTIVE


def test_what_waits_for_something_is_not_begun(unfinished, mentee, sponsor, sign_in):
    response = sign_in(mentee).post(f"/assignments/{unfinished.code}/charter/begin/")

    assert response.status_code == 409
    assert "The page of the charter says what is missing." in response.content.decode()
    with pytest.raises(PermissionDenied):
        actions.begin(unfinished, by=sponsor)


def test_what_has_not_even_a_charter_is_not_begun(assignment, mentor):
    with pytest.raises(Refused):
        actions.begin(assignment, by=mentor)


def test_the_page_says_what_is_missing(unfinished, sponsor, hr, sign_in):
    said = "Vera Lind, the line manager, has not answered yet about hours and cover."

    assert said in sign_in(sponsor).get(f"/assignments/{unfinished.code}/charter/").content.decode()
    assert said not in sign_in(hr).get(f"/assignments/{unfinished.code}/charter/").content.decode()


def test_a_charter_from_before_stays_readable_and_says_what_to_add(assignment, mentee, sign_in):
    charter = CharterFactory(
        assignment=assignment,
        acknowledged=True,
        escalate_to=None,
        **dict.fromkeys(("outcome", "learning_goal", "stop_rule", "resources", "cover", "sponsor_sees", "raters"), ""),
    )

    page = sign_in(mentee).get(f"/assignments/{assignment.code}/charter/").content.decode()

    assert page.count("Not written yet.") == 6
    assert "“Learning goal” is not written yet." in page
    assert charter.assignment.outcome in page


def test_work_that_runs_is_not_asked_for_the_gate_again(assignment, charter, mentor):
    actions.begin(assignment, by=mentor)
    assignment.refresh_from_db()
    ManagerAgreement.objects.update(answer="not_yet", reason="The audit.")
    assignments.pause(assignment, by=mentor, reason="A release.")

    assignments.resume(assignment, by=mentor)

    assert status(assignment) == Status.ACTIVE


def test_a_departure_before_the_start_is_asked_anew_and_still_gates(assignment, charter, manager, hr):
    deactivate(manager, by=hr)

    current = ManagerAgreement.objects.current().get()
    assert (current.manager, current.answer) == (assignment.mentor, "asked")
    assert "hours_asked" in codes(assignment)


def test_acknowledgements_alone_are_not_enough(assignment):
    charter = CharterFactory(assignment=assignment)
    ManagerAgreementFactory(charter=charter)
    for part in ("mentee", "mentor", "sponsor"):
        CharterAcknowledgementFactory(charter=charter, part=part)

    assert codes(assignment) == ["hours_asked"]
