"""Hours and cover: asked of the line manager by a link to one form, answered yes, not yet or no."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from assignments.actions import assignment as assignments
from assignments.actions import charter as charters
from assignments.actions import kickoff as actions
from assignments.actions.manager_agreement import ask
from assignments.models import Assignment, Charter, ManagerAgreement, Status
from assignments.refusals import Refused
from assignments.tasks import ask_line_managers
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery
from stretchhub.notices.models import Notice
from stretchhub.people import links
from stretchhub.people.actions.person import change_person, deactivate
from stretchhub.people.models import MailLink, Purpose
from tests.factories import AssignmentFactory, CharterFactory, MentorshipFactory, UserFactory
from tests.rival import looked_before

pytestmark = pytest.mark.django_db

PRIVATE = ("canary-outcome", "canary-learning", "canary-scope", "canary-title", "canary-resources", "canary-stop")


@pytest.fixture
def manager(mentee):
    mentee.manager = UserFactory(full_name="Vera Lind", email="vera@example.org")
    mentee.save()
    return mentee.manager


@pytest.fixture
def charter(mentee, mentor, sponsor, manager):
    """A charter just written, of which only hours, cover and days are for the line manager."""
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(
        chartering=True, option__mentorship=mentorship, option__title="canary-title", sponsor=sponsor
    )
    charter = CharterFactory(
        assignment=assignment,
        outcome="canary-outcome",
        learning_goal="canary-learning",
        in_scope="canary-scope",
        resources="canary-resources",
        stop_rule="canary-stop",
        starts_on=today(),
        ends_on=today() + timedelta(days=70),
    )
    ask(assignment, charter, by=mentee)
    return charter


def current():
    return ManagerAgreement.objects.current().get()


def address():
    """The link that stands in the mail to the line manager."""
    mail.outbox.clear()
    delivery.deliver()
    body = next(message.body for message in mail.outbox if "do you agree?" in message.subject)
    return re.search(r"http://[^/]+(/m/\S+/hours/)", body)[1]


def change(charter, by, **changes):
    words = {name: getattr(charter, name) for name in charters.FIELDS} | changes
    assignment = Assignment.objects.select_related("mentee__manager", "mentor", "sponsor").get()
    return charters.write(assignment, by=by, version=charter.version, words=words)


def letters(kind):
    mail.outbox.clear()
    delivery.deliver()
    return {message.to[0].split("@")[0]: message for message in mail.outbox if kind in message.subject}


def test_the_mail_asks_about_hours_cover_and_days_and_nothing_else(charter):
    letter = letters("do you agree?")["vera"]

    assert letter.subject == "4 hours a week for Mina Okafor: do you agree?"
    text = letter.body + letter.alternatives[0][0]
    assert "Iris takes the Tuesday desk." in text
    assert "with Tom Berg as mentor" in text
    assert not [word for word in (*PRIVATE, "Ruth") if word in text]


def test_the_link_reaches_one_form_without_signing_in(charter):
    client = Client()

    response = client.get(address())

    page = response.content.decode()
    assert response.status_code == 200
    assert "4 hours a week for Mina Okafor" in page
    assert "Iris takes the Tuesday desk." in page
    assert not [word for word in (*PRIVATE, "Ruth") if word in page]
    assert response["Referrer-Policy"] == "strict-origin"
    for elsewhere in ("/", f"/assignments/{charter.assignment.code}/charter/", f"/hours/{current().code}/"):
        assert client.get(elsewhere)["Location"].startswith("/accounts/login/")


def test_who_reads_the_wrong_mailbox_does_not_agree_in_the_managers_name_once_it_is_corrected(charter, manager, hr):
    old = address()

    change_person(manager, by=hr, email="vera.lind@example.org")

    assert Client().get(old).status_code == 404
    assert Client().post(old, {"answer": "agreed"}).status_code == 404
    assert current().answer == "asked"
    assert "vera.lind" in letters("do you agree?")
    assert address_of_the_living_link() != old


def test_a_question_that_still_waits_goes_to_the_corrected_address_alone(charter, manager, hr):
    change_person(manager, by=hr, email="vera.lind@example.org")

    mail.outbox.clear()
    delivery.deliver()

    asked = [message.to for message in mail.outbox if "do you agree?" in message.subject]
    assert asked == [["vera.lind@example.org"]]


def address_of_the_living_link():
    return links.path_of(MailLink.objects.get(revoked_at__isnull=True))


def rows():
    return ManagerAgreement.objects.values().get(), AuditEntry.objects.count(), MailLink.objects.values().get()


def test_opening_the_link_changes_nothing_however_often(charter):
    link = address()
    before = rows()

    for _scan in range(100):
        assert Client().get(link).status_code == 200
        assert Client().head(link).status_code == 200

    assert before == (
        ManagerAgreement.objects.values().get(),
        AuditEntry.objects.count(),
        MailLink.objects.values().get(),
    )
    assert Client().post(link, {"answer": "agreed"}).status_code == 302


def test_a_post_without_the_token_of_the_form_is_refused(charter):
    assert Client(enforce_csrf_checks=True).post(address(), {"answer": "agreed"}).status_code == 403
    assert current().answer == "asked"


def test_one_press_agrees(charter, manager, mentee, mentor):
    response = Client().post(address(), {"answer": "agreed"}, follow=True)

    assert "You agreed on" in response.content.decode()
    assert current().answer == "agreed"
    assert current().answered_at is not None
    assert set(letters("agrees to the hours")) == {"mina", "tom"}
    entry = AuditEntry.objects.get(verb="hours.answered")
    assert (entry.actor, entry.fields) == (manager, ["answer"])


@pytest.mark.parametrize("answer", ["not_yet", "declined"])
def test_anything_but_yes_needs_a_reason(charter, answer):
    response = Client().post(address(), {"answer": answer, "reason": "  "})

    assert response.status_code == 422
    assert "Say in a sentence why, so that they can change it." in response.content.decode()
    assert current().answer == "asked"


@pytest.mark.parametrize("answer", ["", "withdrawn", "asked", "yes\x00"])
def test_nothing_but_the_three_answers_is_taken(charter, answer):
    response = Client().post(address(), {"answer": answer, "reason": "Because."})

    assert response.status_code == 422
    assert "Press one of the three: agree, not yet, or no." in response.content.decode()
    assert current().answer == "asked"


def test_the_reason_is_for_mentee_and_mentor_alone(charter, mentee, mentor, sponsor, hr, sign_in):
    Client().post(address(), {"answer": "not_yet", "reason": "canary-audit until May."})

    told = letters("says “not yet” to the hours")
    assert set(told) == {"mina", "tom"}
    assert "canary-audit until May." in told["mina"].body
    page = f"/assignments/{charter.assignment.code}/charter/"
    for reader in (mentee, mentor):
        assert "canary-audit" in sign_in(reader).get(page).content.decode()
    for reader in (sponsor, hr):
        seen = sign_in(reader).get(page).content.decode()
        assert "said “not yet”" in seen
        assert "canary-audit" not in seen


@pytest.mark.parametrize(("answer", "said"), [("not_yet", "says “not yet”"), ("declined", "says no")])
def test_a_no_waits_on_today_of_the_two_until_the_charter_says_something_else(
    charter, mentee, mentor, sponsor, manager, answer, said
):
    Client().post(address(), {"answer": answer, "reason": "Only from May.\nThen gladly."})

    for reader in (mentee, mentor):
        [line] = [line for line in waiting_for(reader) if line.kind == "hours_refused"]
        assert line.title == f"Find other hours or cover for “{charter.assignment.title}”"
        assert line.reason == f"{manager.name} {said}: “Only from May.”"
        assert line.url == f"/assignments/{charter.assignment.code}/charter/#acknowledgements"
    for reader in (sponsor, manager):
        assert "hours_refused" not in [line.kind for line in waiting_for(reader)]

    change(Charter.objects.get(), mentor, hours_per_week=2)

    assert "hours_refused" not in [line.kind for line in waiting_for(mentee)]


def test_a_mentor_who_answers_instead_is_not_told_what_they_said(charter, mentee, mentor):
    ManagerAgreement.objects.update(manager=mentor, answer="not_yet", reason="In May.", answered_at=now())

    assert "hours_refused" in [line.kind for line in waiting_for(mentee)]
    assert "hours_refused" not in [line.kind for line in waiting_for(mentor)]


def test_the_answer_may_be_given_again_until_the_work_begins(charter):
    link = address()
    Client().post(link, {"answer": "declined", "reason": "Too many."})
    Client().post(link, {"answer": "not_yet", "reason": "In May."})

    response = Client().post(link, {"answer": "agreed"}, follow=True)

    assert "You agreed on" in response.content.decode()
    assert (current().answer, current().reason) == ("agreed", "")
    assert AuditEntry.objects.filter(verb="hours.answered").count() == 3


def test_the_same_answer_twice_counts_once(charter):
    link = address()
    for _press in range(2):
        assert Client().post(link, {"answer": "agreed"}).status_code == 302

    assert AuditEntry.objects.filter(verb="hours.answered").count() == 1


def test_once_the_work_has_begun_a_yes_stands(charter, manager):
    link = address()
    Client().post(link, {"answer": "agreed"})
    for person in ("mentee", "mentor", "sponsor"):
        charters.acknowledge(Charter.objects.get(), by=getattr(charter.assignment, person))
    assert Assignment.objects.get().status == Status.ACTIVE

    assert "Nothing more is asked of you here." in Client().get(link).content.decode()
    response = Client().post(link, {"answer": "declined", "reason": "No."})

    assert response.status_code == 409
    assert current().answer == "agreed"


def test_nobody_answers_for_somebody_else(charter, mentee, mentor):
    for other in (mentee, mentor):
        with pytest.raises(PermissionDenied):
            actions.answer_for_hours(current(), by=other, answer="agreed")


# --- other terms, other people -----------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [
    {"hours_per_week": 6}, {"cover": "Two colleagues."}, {"ends_on": today() + timedelta(days=99)},
])  # fmt: skip
def test_other_hours_cover_or_days_ask_anew_and_end_the_old_link(charter, mentor, changes):
    old = address()
    Client().post(old, {"answer": "agreed"})

    change(charter, mentor, **changes)

    assert current().answer == "asked"
    assert ManagerAgreement.objects.filter(answer="withdrawn").count() == 1
    gone = Client().get(old)
    missing = Client().get("/m/nothing.nothing/hours/")
    assert (gone.status_code, gone.content) == (missing.status_code, missing.content) == (404, missing.content)
    assert Client().get(address()).status_code == 200


def test_other_words_leave_the_yes_as_it_is(charter, mentor):
    Client().post(address(), {"answer": "agreed"})

    change(charter, mentor, stop_rule="If nobody comes.", rhythm="weekly")

    assert current().answer == "agreed"
    assert ManagerAgreement.objects.count() == 1


def test_a_change_while_it_runs_asks_anew_without_stopping_the_work(charter, mentor):
    Client().post(address(), {"answer": "agreed"})
    for person in ("mentee", "mentor", "sponsor"):
        charters.acknowledge(Charter.objects.get(), by=getattr(charter.assignment, person))

    change(Charter.objects.get(), mentor, hours_per_week=3)

    assert Assignment.objects.get().status == Status.ACTIVE
    assert current().answer == "asked"
    assert Client().post(address(), {"answer": "not_yet", "reason": "In May."}).status_code == 302


def test_who_is_slower_to_ask_finds_the_question_that_was_asked(charter, manager, mentee, mentor):
    asked = current()

    # Once for the question that may stand already, and once for those to take back.
    with looked_before(ManagerAgreement.objects, "current", ManagerAgreement.objects.none(), times=2):
        assert ask(charter.assignment, charter, by=mentor) == asked

    assert ManagerAgreement.objects.get().manager == manager
    assert [entry.actor for entry in AuditEntry.objects.filter(verb__startswith="hours.")] == [mentee]
    assert Notice.objects.get(kind="assignments.hours_asked").recipient == manager


def test_whoever_is_deactivated_reaches_nothing_and_the_mentor_is_asked(charter, manager, mentor, hr):
    old = address()

    deactivate(manager, by=hr)

    assert Client().get(old).status_code == 404
    assert (current().manager, current().answer) == (mentor, "asked")
    assert "hours_to_answer" in [line.kind for line in waiting_for(mentor)]


def test_a_new_line_manager_is_asked_anew_and_once(charter, mentee, hr):
    old = address()
    change_person(mentee, by=hr, manager=UserFactory(full_name="Omar Diaz", email="omar@example.org"))

    assert ask_line_managers() == 1
    assert ask_line_managers() == 0

    assert current().manager.full_name == "Omar Diaz"
    assert set(letters("do you agree?")) == {"omar"}
    assert Client().get(old).status_code == 404


def test_work_that_was_agreed_to_goes_on_when_the_manager_leaves(charter, manager, hr):
    Client().post(address(), {"answer": "agreed"})
    for person in ("mentee", "mentor", "sponsor"):
        charters.acknowledge(Charter.objects.get(), by=getattr(charter.assignment, person))

    deactivate(manager, by=hr)

    assert (current().manager, current().answer) == (manager, "agreed")


def test_what_is_closed_is_not_asked_any_more(charter, mentor, manager):
    link = address()

    assignments.close(
        Assignment.objects.select_related("mentee", "mentor", "sponsor").get(),
        by=mentor,
        ending="withdrawn",
        reason="Another time.",
    )

    assert Client().get(link).status_code == 404
    assert "hours_to_answer" not in [line.kind for line in waiting_for(manager)]
    assert not ManagerAgreement.objects.current().exists()


def test_a_yes_stays_on_record_after_the_end(charter, mentor):
    Client().post(address(), {"answer": "agreed"})

    assignments.close(
        Assignment.objects.select_related("mentee", "mentor", "sponsor").get(),
        by=mentor,
        ending="withdrawn",
        reason="Another time.",
    )

    assert current().answer == "agreed"


def test_the_link_of_another_purpose_opens_nothing_here(charter, manager):
    other = links.issue(Purpose.SPONSOR_DASHBOARD, manager, about=current().pk)

    assert Client().get(f"/m/{links.token_of(other)}/hours/").status_code == 404


# --- signed in, and without a line manager -------------------------------------------------------------------


def test_a_manager_who_is_signed_in_answers_from_today(charter, manager, sign_in):
    line = next(line for line in waiting_for(manager) if line.kind == "hours_to_answer")
    assert line.title == "Say whether you agree to 4 hours a week for Mina Okafor"
    page = sign_in(manager).get(line.url).content.decode()
    assert not [word for word in (*PRIVATE, "Ruth") if word in page]

    sign_in(manager).post(line.url, {"answer": "agreed"})

    assert current().answer == "agreed"
    assert "hours_to_answer" not in [line.kind for line in waiting_for(manager)]


def test_without_a_line_manager_the_mentor_answers_and_the_page_says_so(mentee, mentor, sponsor, sign_in):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)
    charter = CharterFactory(assignment=assignment)
    ask(assignment, charter, by=mentee)

    assert letters("do you agree?") == {}
    page = sign_in(mentor).get(f"/assignments/{assignment.code}/charter/").content.decode()
    assert "The directory names no line manager for Mina, so Tom answers for hours and cover." in page
    assert "Answer for hours and cover" in page
    own = f"/hours/{current().code}/"
    assert "as the mentor you answer for hours and cover" in sign_in(mentor).get(own).content.decode()
    sign_in(mentor).post(own, {"answer": "agreed"})

    assert (current().answer, current().manager) == ("agreed", mentor)
    assert AuditEntry.objects.filter(verb="hours.answered", actor=mentor).count() == 1


def test_a_charter_without_cover_has_nothing_to_ask(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)

    assert ask(assignment, CharterFactory(assignment=assignment, cover=""), by=mentee) is None
    assert not ManagerAgreement.objects.exists()


def test_a_withdrawn_question_is_not_answered(charter, mentor, manager):
    old = current()
    change(charter, mentor, hours_per_week=6)

    with pytest.raises(Refused):
        actions.answer_for_hours(old, by=manager, answer="agreed")
