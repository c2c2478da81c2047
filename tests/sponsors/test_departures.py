"""Whoever is deactivated, nothing goes on waiting for somebody who is not there."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assignments.models import Assignment, Charter, Option, RequestStatus, SponsorRequest, Stage
from sponsors.actions import hand_over
from sponsors.attention import looked_after_by, needing
from sponsors.models import Ask, HandOver, Introduction, SponsorCandidate
from sponsors.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.delivery import letter
from stretchhub.notices.models import Notice
from stretchhub.people.actions.person import deactivate
from stretchhub.people.imports import save
from stretchhub.people.models import Role, User
from tests.factories import OptionFactory, SponsorRequestFactory, UserFactory

from .conftest import sponsored

pytestmark = pytest.mark.django_db


def ask_of(assignment, person, **more) -> Ask:
    return Ask.objects.create(
        assignment=assignment,
        kind="decision",
        question="May we use the north queue?",
        needed_by=today() + timedelta(days=3),
        addressee=person,
        asked_by=assignment.mentee,
        **more,
    )


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__email", flat=True))


def test_a_sponsor_who_leaves_is_brought_to_the_mentors_attention(running, sponsor, mentor, administrator):
    deactivate(sponsor, by=administrator)

    [line] = waiting_for(mentor)
    assert line.title == "Sponsor needs attention: “Shorten the claims backlog”"
    assert line.reason == "Ruth Adeyemi has left. The work goes on; somebody else has to stand behind it."
    assert line.url == f"/assignments/{running.code}/continuity/"
    assert told("sponsors.needs_attention") == {"tom@example.org"}
    running.refresh_from_db()
    assert (running.status, running.sponsor) == ("active", sponsor)


def test_the_mail_says_what_happened_and_leads_to_the_wizard(running, sponsor, administrator):
    deactivate(sponsor, by=administrator)
    notice = Notice.objects.get(kind="sponsors.needs_attention")
    kind = kinds.get(notice.kind)

    said = letter(notice, kind.load([running.pk])[running.pk], kind)

    assert said.subject == "Sponsor needs attention: “Shorten the claims backlog”"
    assert said.paragraphs[0].startswith("Ruth Adeyemi has left.")
    assert said.path == f"/assignments/{running.code}/continuity/"


def test_a_silent_sponsor_waits_for_nobody_else_once_somebody_is_asked_to_take_over(running, sponsor, mentor, backup):
    ask_of(running, sponsor, attention_at=now())
    assert [line.kind for line in waiting_for(mentor)] == ["sponsors.attention"]

    hand_over.ask_to_take_over(
        running, by=mentor, sponsor=backup, reason="silent", note="So it is.", kickoff_on=today()
    )

    assert waiting_for(mentor) == []


def test_where_the_mentor_has_left_a_silent_sponsor_waits_for_the_mentee(running, sponsor, mentor, mentee):
    User.objects.filter(pk=mentor.pk).update(is_active=False, deactivated_at=now())
    ask_of(running, sponsor, attention_at=now())

    assert [line.kind for line in waiting_for(mentee)] == ["sponsors.attention"]


def test_once_somebody_is_asked_to_take_over_nothing_waits_for_the_mentor(
    running, sponsor, mentor, backup, administrator
):
    deactivate(sponsor, by=administrator)
    hand_over.ask_to_take_over(running, by=mentor, sponsor=backup, reason="left", note="So it is.", kickoff_on=today())

    assert waiting_for(mentor) == []
    assert kinds.get("sponsors.needs_attention").load([running.pk]) == {}


def test_where_the_mentor_leaves_too_it_waits_for_the_mentee(running, sponsor, mentor, mentee, administrator):
    deactivate(sponsor, by=administrator)
    deactivate(mentor, by=administrator)

    assert [line.kind for line in waiting_for(mentee)] == ["sponsors.attention"]
    assert told("sponsors.needs_attention") == {"tom@example.org", "mina@example.org"}


def test_what_is_asked_of_them_goes_to_whom_the_charter_escalates(running, sponsor, backup, administrator):
    Charter.objects.update(escalate_to=backup)
    ask = ask_of(running, sponsor, times_put=2)

    deactivate(sponsor, by=administrator)

    ask.refresh_from_db()
    assert (ask.addressee, ask.times_put, ask.state) == (backup, 1, "open")
    assert AuditEntry.objects.get(verb="ask.readdressed").fields == ["addressee"]


def test_where_the_charter_names_nobody_else_it_goes_to_the_mentor(running, sponsor, mentor, administrator):
    ask = ask_of(running, sponsor)

    deactivate(sponsor, by=administrator)

    ask.refresh_from_db()
    assert ask.addressee == mentor


def test_what_was_passed_on_to_them_goes_back_to_the_sponsor(running, sponsor, backup, administrator):
    passed = {"state": "delegated", "delegated_to": backup, "answered_by": sponsor, "answered_at": now()}
    ask = ask_of(running, sponsor, **passed)

    deactivate(backup, by=administrator)

    ask.refresh_from_db()
    assert (ask.state, ask.addressee, ask.delegated_to) == ("open", sponsor, None)
    assert told("sponsors.ask_put") == {"ruth@example.org"}


def test_with_nobody_left_the_ask_stays_where_it_is(running, sponsor, mentor, mentee, administrator):
    User.objects.filter(pk__in=[mentor.pk, mentee.pk]).update(is_active=False, deactivated_at=now())
    ask = ask_of(running, sponsor)

    deactivate(sponsor, by=administrator)

    ask.refresh_from_db()
    assert ask.addressee == sponsor


def test_a_request_they_have_not_answered_is_taken_back(mentee, sponsor, administrator):
    request = SponsorRequestFactory(sponsor=sponsor)

    deactivate(sponsor, by=administrator)

    request.refresh_from_db()
    assert request.status == RequestStatus.WITHDRAWN
    assert Option.objects.get().stage == Stage.BRIEFED
    mentorship = request.version.brief.option.mentorship
    assert told("assignments.sponsor_left") == {mentorship.mentee.email, mentorship.mentor.email}
    kind = kinds.get("assignments.sponsor_left")
    said = letter(Notice(recipient=mentorship.mentee), kind.load([request.pk])[request.pk], kind)
    assert "is no longer in the directory" in said.paragraphs[0]


def test_a_hand_over_they_have_not_answered_is_taken_back(running, mentor, backup, administrator):
    asked = hand_over.ask_to_take_over(
        running, by=mentor, sponsor=backup, reason="time", note="So it is.", kickoff_on=today()
    )

    deactivate(backup, by=administrator)

    assert SponsorRequest.objects.get(pk=asked.request_id).status == RequestStatus.WITHDRAWN
    assert told("sponsors.hand_over_left") == {"mina@example.org", "tom@example.org"}
    kind = kinds.get("sponsors.hand_over_left")
    said = letter(Notice(recipient=mentor), kind.load([asked.pk])[asked.pk], kind)
    assert said.path == f"/assignments/{running.code}/continuity/"


def test_the_charter_escalates_to_the_sponsor_instead_and_asks_anew(running, sponsor, backup, administrator):
    Charter.objects.update(escalate_to=backup, approver=backup)

    deactivate(backup, by=administrator)

    charter = Charter.objects.get()
    assert (charter.escalate_to, charter.approver, charter.version) == (sponsor, sponsor, 2)
    assert told("assignments.charter_asked") == {"mina@example.org", "tom@example.org", "ruth@example.org"}
    assert AuditEntry.objects.get(verb="charter.changed").fields == ["approver", "escalate_to", "version"]


def test_what_the_sponsor_approves_waits_for_the_next_sponsor(running, sponsor, mentor, administrator):
    deactivate(sponsor, by=administrator)

    charter = Charter.objects.get()
    assert (charter.approver, charter.escalate_to) == (sponsor, mentor)


def test_closed_work_stays_as_it_was(running, sponsor, mentor, administrator):
    Assignment.objects.update(status="closed", ending="delivered", closed_at=now())

    deactivate(sponsor, by=administrator)

    assert Charter.objects.get().version == 1
    assert waiting_for(mentor) == []


def introduction(option, introducer) -> Introduction:
    mentorship = option.mentorship
    candidate = SponsorCandidate.objects.create(option=option, person=UserFactory(), rated_by=mentorship.mentee)
    return Introduction.objects.create(
        candidate=candidate,
        state="intro_asked",
        introducer=introducer,
        asked_at=now(),
        drafted_by=mentorship.mentee,
    )


def test_an_introduction_they_were_to_make_goes_back_to_the_mentor(running, mentor, backup, administrator):
    asked = introduction(running.option, backup)

    deactivate(backup, by=administrator)

    asked.refresh_from_db()
    assert (asked.introducer, asked.state, asked.version) == (mentor, "intro_asked", 2)


def test_an_import_that_deactivates_many_at_once_leaves_nothing_with_any_of_them(
    running, sponsor, mentor, backup, administrator
):
    Charter.objects.update(escalate_to=backup)
    ask = ask_of(running, sponsor)
    rows = "".join(
        f"{person.employee_id},{person.email},{person.full_name},,,,,,,,no\n" for person in (sponsor, backup)
    )
    header = (
        "employee_id,email,full_name,preferred_name,job_title,department,location,"
        "manager_employee_id,timezone,locale,active\n"
    )

    report = save(BytesIO((header + rows).encode()), by=administrator)

    assert report.deactivated == 2
    ask.refresh_from_db()
    assert ask.addressee == mentor
    assert Charter.objects.get().escalate_to == mentor
    assert told("sponsors.needs_attention") == {"tom@example.org"}


def waits_only_for_who_is_gone() -> list[str]:
    """Everything open in the sponsors' part of the house that only somebody who has left could move."""
    gone = Q(state="open", addressee__is_active=False) | Q(state="delegated", delegated_to__is_active=False)
    found = [f"ask {ask.pk}" for ask in Ask.objects.filter(gone)]
    asked = SponsorRequest.objects.filter(status=RequestStatus.ASKED, sponsor__is_active=False)
    found += [f"request {request.pk}" for request in asked]
    found += [f"hand-over {each.pk}" for each in HandOver.objects.waiting().filter(request__sponsor__is_active=False)]
    found += [
        f"introduction {each.pk}"
        for each in Introduction.objects.filter(state="intro_asked", introducer__is_active=False)
    ]
    charters = Charter.objects.exclude(assignment__status="closed")
    found += [f"escalation {each.pk}" for each in charters.filter(escalate_to__is_active=False)]
    looked_after = {each.pk for each in needing() if each.mentor.is_active or each.mentee.is_active}
    handed = set(HandOver.objects.waiting().values_list("request__assignment", flat=True))
    left = Assignment.objects.exclude(status="closed").filter(sponsor__is_active=False)
    found += [f"assignment {each.pk}" for each in left if each.pk not in looked_after | handed]
    return found


class NothingIsOrphaned(TestCase):
    """Whoever leaves, in whatever order, as long as mentee or mentor of each work stays."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(leaving=st.lists(st.sampled_from(range(6)), unique=True), handing=st.booleans())
    def test_nothing_waits_only_for_whoever_left(self, leaving, handing):
        with transaction.atomic():
            self.leave(leaving, handing=handing)
            transaction.set_rollback(True)

    def leave(self, leaving, *, handing):
        office = UserFactory(roles=[Role.ADMINISTRATOR])
        mentee, mentor, sponsor, other, third, backup = UserFactory.create_batch(6)
        running = sponsored(mentor, mentee, sponsor)
        Charter.objects.update(escalate_to=other)
        ask_of(running, sponsor)
        SponsorRequestFactory(sponsor=third, version__brief__option__mentorship=running.option.mentorship)
        introduction(OptionFactory(mentorship=running.option.mentorship), other)
        if handing:
            hand_over.ask_to_take_over(
                running, by=mentor, sponsor=backup, reason="time", note="So it is.", kickoff_on=today()
            )
        people = [mentee, mentor, sponsor, other, third, backup]
        if {0, 1} <= set(leaving):
            leaving = [each for each in leaving if each != 0]
        for each in leaving:
            deactivate(people[each], by=office)

        assert waits_only_for_who_is_gone() == []
        if 2 in leaving and not handing:
            assert needing().filter(looked_after_by(mentee if 1 in leaving else mentor)).count() == 1
