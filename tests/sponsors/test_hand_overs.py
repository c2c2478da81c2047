from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions import hand_over as taking_over
from assignments.actions import sponsor_request as requests
from assignments.actions.charter import agreed_parts
from assignments.actions.hand_over import accepted_request
from assignments.models import Assignment, BriefStatus, RequestStatus, SponsorRequest, Status
from assignments.refusals import Refused, Stale
from assignments.waiting import waiting_for
from reviews.waiting import waiting_for as reviews_waiting
from sponsors.actions import ask as asks
from sponsors.actions import dashboard
from sponsors.actions import hand_over as actions
from sponsors.models import Ask, DashboardSnapshot, HandOver, SponsorCandidate
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.delivery import letter
from stretchhub.notices.models import Notice
from tests.factories import AskFactory, AssignmentFactory, EvidenceFactory, MilestoneFactory, UserFactory
from tests.reviews.panel import start as start_reviews
from tests.rival import looked_before

pytestmark = pytest.mark.django_db


def asked(assignment, backup, *, by=None, note="Half of the teams use it.", reason="time") -> HandOver:
    return actions.ask_to_take_over(
        assignment,
        by=by or assignment.mentor,
        sponsor=backup,
        reason=reason,
        note=note,
        kickoff_on=today() + timedelta(days=7),
    )


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__email", flat=True))


def words(kind: str, person) -> str:
    """Subject and paragraphs of the newest message of this kind to this person."""
    notice = Notice.objects.filter(kind=kind, recipient=person).latest("pk")
    made = kinds.get(kind)
    said = letter(notice, made.load([notice.object_id]).get(notice.object_id), made)
    return "\n".join([said.subject, *said.paragraphs])


def test_asking_somebody_leaves_everything_as_it_is_until_they_answer(running, sponsor, backup):
    hand_over = asked(running, backup)

    running.refresh_from_db()
    assert running.sponsor == sponsor and running.status == Status.ACTIVE
    assert hand_over.request.version == accepted_request(running).version
    assert (hand_over.outgoing, hand_over.reason) == (sponsor, "time")
    assert told("sponsors.hand_over_asked") == {"vera@example.org"}
    said = words("sponsors.hand_over_asked", backup)
    assert said.startswith("Would you take over as sponsor of “Shorten the claims backlog”?\n")
    assert "Half of the teams" not in said
    assert AuditEntry.objects.get(verb="sponsor_request.asked").fields == ["hand_over", "sponsor"]


def test_a_yes_makes_them_the_sponsor_and_ends_the_part_of_the_one_before(running, sponsor, backup):
    dashboard.rebuild_behind()
    hand_over = asked(running, backup)

    assignment = actions.accept(hand_over, by=backup)

    assert (assignment.sponsor, assignment.status) == (backup, Status.ACTIVE)
    by_person = dict(SponsorRequest.objects.values_list("sponsor__email", "status"))
    assert by_person == {"ruth@example.org": RequestStatus.HANDED_OVER, "vera@example.org": RequestStatus.ACCEPTED}
    assert accepted_request(assignment).version.status == BriefStatus.SPONSOR_ACCEPTED
    assert not Assignment.objects.visible_to(sponsor).exists()
    assert told("sponsors.hand_over_accepted") == {"mina@example.org", "tom@example.org"}
    assert told("sponsors.handed_over") == {"ruth@example.org"}
    assert AuditEntry.objects.get(verb="assignment.handed_over").fields == ["kickoff_on", "sponsor"]


def test_all_three_acknowledge_the_charter_anew_and_it_names_the_new_sponsor(running, sponsor, backup):
    actions.accept(asked(running, backup), by=backup)

    charter = Assignment.objects.get(pk=running.pk).charter
    assert (charter.version, charter.approver, charter.escalate_to) == (2, backup, backup)
    assert agreed_parts(charter) == set()
    assert told("assignments.charter_asked") == {"mina@example.org", "tom@example.org", "vera@example.org"}


def test_the_days_leave_one_calendar_and_come_into_another(running, backup):
    type(running.charter).objects.update(invitations=1)

    actions.accept(asked(running, backup), by=backup)

    assert told("assignments.rhythm_withdrawn") == {"ruth@example.org"}
    assert told("assignments.rhythm_invited") == {"mina@example.org", "tom@example.org", "vera@example.org"}


def test_calendars_of_work_that_is_paused_are_left_alone(running, backup):
    type(running.charter).objects.update(invitations=2)
    Assignment.objects.update(status="paused", paused_on=today())

    actions.accept(asked(running, backup), by=backup)

    assert told("assignments.rhythm_invited") == told("assignments.rhythm_withdrawn") == set()


def test_whoever_else_the_charter_names_stays_named(running, backup, stranger):
    type(running.charter).objects.update(approver=stranger, escalate_to=stranger)

    actions.accept(asked(running, backup), by=backup)

    charter = Assignment.objects.get(pk=running.pk).charter
    assert (charter.approver, charter.escalate_to) == (stranger, stranger)


def test_work_without_a_charter_yet_is_handed_over_too(running, backup):
    running.charter.acknowledgements.all().delete()
    running.charter.delete()
    Assignment.objects.update(status="chartering", activated_at=None)

    assert actions.accept(asked(Assignment.objects.get(), backup), by=backup).sponsor == backup
    assert told("assignments.charter_asked") == set()


def test_what_is_asked_now_waits_for_the_new_sponsor_as_if_for_the_first_time(running, sponsor, backup):
    ask = Ask.objects.create(
        assignment=running,
        kind="decision",
        question="May we use the north queue?",
        needed_by=today(),
        addressee=sponsor,
        asked_by=running.mentee,
        times_put=3,
        attention_at=now(),
    )

    actions.accept(asked(running, backup), by=backup)

    ask.refresh_from_db()
    assert (ask.addressee, ask.times_put, ask.attention_at, ask.state) == (backup, 1, None, "open")
    assert not Ask.objects.visible_to(sponsor).exists()


def test_the_review_that_the_one_before_has_not_handed_in_is_asked_of_the_new_sponsor(running, sponsor, backup):
    start_reviews(running)
    hand_over = asked(running, backup)
    assert [line.kind for line in reviews_waiting(sponsor)] == ["reviews.to_write"]

    actions.accept(hand_over, by=backup)

    assert reviews_waiting(sponsor) == []
    assert [line.kind for line in reviews_waiting(backup)] == ["reviews.to_write"]


def test_what_the_one_before_was_asked_is_closed_to_them(running, sponsor, backup, stranger, sign_in):
    answered = AskFactory(assignment=running)
    asks.accept(answered, by=sponsor)
    passed_on = AskFactory(assignment=running)
    asks.delegate(passed_on, by=sponsor, to=stranger)

    actions.accept(asked(running, backup), by=backup)

    for ask in (answered, passed_on):
        assert sign_in(sponsor).get(reverse("sponsors:ask", args=[ask.code])).status_code == 404
        assert sign_in(running.mentor).get(reverse("sponsors:ask", args=[ask.code])).status_code == 200
    assert not Ask.objects.put_to(sponsor).exists()
    assert sign_in(stranger).get(reverse("sponsors:ask", args=[passed_on.code])).status_code == 200


def test_the_request_of_the_one_before_says_that_it_is_over_and_no_more(running, sponsor, backup, sign_in):
    actions.accept(asked(running, backup), by=backup)

    request = SponsorRequest.objects.get(status=RequestStatus.HANDED_OVER)
    page = sign_in(sponsor).get(reverse("assignments:sponsor-request", args=[request.code])).content.decode()

    assert "somebody else has taken over since" in page
    assert "withdrawn" not in page
    assert request.version.problem not in page


def test_an_answer_that_the_one_before_sends_meanwhile_is_not_taken(running, sponsor, backup):
    ask = AskFactory(assignment=running)
    as_read = Ask.objects.select_related("assignment").get()
    actions.accept(asked(running, backup), by=backup)

    with pytest.raises(Stale, match="waits for somebody else now"):
        asks.accept(as_read, by=sponsor)

    ask.refresh_from_db()
    assert (ask.state, ask.addressee) == ("open", backup)


def test_a_question_to_the_one_before_is_not_put_after_the_hand_over(running, sponsor, backup):
    as_read = Assignment.objects.select_related("sponsor").get(pk=running.pk)
    assert as_read.sponsor == sponsor
    actions.accept(asked(running, backup), by=backup)

    with pytest.raises(Stale, match="who sponsors it now"):
        asks.put(as_read, by=running.mentee, kind="decision", question="May we?", why="", needed_by=today())

    assert not Ask.objects.exists()


def test_both_pages_say_so_at_once(running, sponsor, backup, sign_in):
    dashboard.rebuild_behind()
    assert b"Shorten the claims backlog" in sign_in(sponsor).get("/sponsoring/").content
    hand_over = asked(running, backup)

    actions.accept(hand_over, by=backup)

    assert b"Shorten the claims backlog" not in sign_in(sponsor).get("/sponsoring/").content
    assert b"Shorten the claims backlog" in sign_in(backup).get("/sponsoring/").content


def test_a_build_that_began_before_the_hand_over_does_not_bring_the_work_back(running, sponsor, backup):
    dashboard.rebuild_behind()
    generations = dashboard._generations([sponsor.pk])
    slow, changes = dashboard.build_packed([sponsor.pk]), dashboard._changes([sponsor.pk])
    actions.accept(asked(running, backup), by=backup)

    assert dashboard.write(slow, generations, changes) == 0
    assert DashboardSnapshot.objects.get(sponsor=sponsor).content["cards"] == []


def test_a_no_tells_the_two_and_changes_nothing_else(running, sponsor, backup):
    hand_over = asked(running, backup)

    actions.decline(hand_over, by=backup, reason="Not my region.")

    running.refresh_from_db()
    assert running.sponsor == sponsor
    assert hand_over.request.status == RequestStatus.DECLINED
    assert told("sponsors.hand_over_declined") == {"mina@example.org", "tom@example.org"}
    assert "Not my region." in words("sponsors.hand_over_declined", running.mentor)
    assert accepted_request(running).version.status == BriefStatus.SPONSOR_ACCEPTED
    assert asked(running, UserFactory()).request.status == RequestStatus.ASKED


def test_a_no_without_a_reason_is_refused(running, backup):
    hand_over = asked(running, backup)

    with pytest.raises(Refused, match="Say why"):
        actions.decline(hand_over, by=backup, reason=" ")


def test_the_question_can_be_taken_back_until_it_is_answered(running, mentee, backup):
    hand_over = asked(running, backup)
    actions.withdraw(hand_over, by=mentee)

    assert hand_over.request.status == RequestStatus.WITHDRAWN
    with pytest.raises(Stale, match="answered meanwhile: “Withdrawn”"):
        actions.accept(hand_over, by=backup)
    assert Assignment.objects.get().sponsor != backup
    assert SponsorRequest.objects.filter(status="accepted").count() == 1


@pytest.mark.parametrize("who", ["mentee", "mentor", "sponsor"])
def test_none_of_the_three_can_take_over(running, who):
    with pytest.raises(Refused):
        asked(running, getattr(running, who))


def test_somebody_who_has_left_cannot_take_over(running):
    with pytest.raises(Refused, match="no longer active"):
        asked(running, UserFactory(is_active=False, deactivated_at=now()))


def test_one_person_at_a_time_is_asked(running, backup, stranger):
    asked(running, backup)

    with pytest.raises(Refused, match="Somebody is asked already"):
        asked(running, stranger)


def test_closed_work_and_work_without_a_brief_is_not_handed_over(mentor, mentee, backup):
    bare = AssignmentFactory()
    with pytest.raises(Refused, match="nothing to hand over"):
        asked(bare, backup)
    Assignment.objects.update(status="closed", ending="delivered", closed_at=now())
    with pytest.raises(PermissionDenied):
        asked(Assignment.objects.get(), backup)


def test_work_that_closes_meanwhile_is_not_taken_over(running, backup):
    hand_over = asked(running, backup)
    Assignment.objects.update(status="closed", ending="delivered", closed_at=now())

    with pytest.raises(Refused, match="closed"):
        actions.accept(hand_over, by=backup)
    assert SponsorRequest.objects.get(sponsor=backup).status == RequestStatus.ASKED


def test_work_that_closes_in_the_moment_of_a_yes_is_not_taken_over(running, sponsor, backup):
    hand_over = asked(running, backup)
    seen = Assignment.objects.select_related("mentee", "mentor", "sponsor").get()
    Assignment.objects.update(status="closed", ending="delivered", closed_at=now())

    with (
        looked_before(taking_over, "_assignment", seen),
        pytest.raises(Stale, match="This assignment has moved on meanwhile"),
    ):
        actions.accept(hand_over, by=backup)

    by_person = dict(SponsorRequest.objects.values_list("sponsor__email", "status"))
    assert by_person == {"ruth@example.org": RequestStatus.ACCEPTED, "vera@example.org": RequestStatus.ASKED}
    assert Assignment.objects.get().sponsor == sponsor
    assert not AuditEntry.objects.filter(verb__in=["assignment.handed_over", "sponsor_request.accepted"]).exists()


def test_only_the_one_asked_answers_and_only_the_pair_asks(running, sponsor, backup, stranger):
    hand_over = asked(running, backup)

    for person in (running.mentor, sponsor, stranger):
        with pytest.raises(PermissionDenied):
            actions.accept(hand_over, by=person)
    with pytest.raises(PermissionDenied):
        asked(running, stranger, by=sponsor)


def test_the_usual_doors_of_a_request_do_not_answer_a_hand_over(running, backup, sign_in):
    request = asked(running, backup).request

    for door in (
        lambda: requests.accept(request, by=backup),
        lambda: requests.decline(request, by=backup, reason="No."),
        lambda: requests.withdraw(request, by=running.mentee),
    ):
        with pytest.raises(Refused, match="Open the hand-over"):
            door()
    assert Assignment.objects.count() == 1
    page = sign_in(backup).get(reverse("assignments:sponsor-request", args=[request.code]))
    assert page["Location"] == reverse("sponsors:hand-over", args=[request.code])


def test_today_asks_the_one_who_may_take_over(running, backup):
    hand_over = asked(running, backup)

    [line] = waiting_for(backup)

    assert line.kind == "hand_over_asked"
    assert line.title == "Decide whether to take over as sponsor of “Shorten the claims backlog”"
    assert line.url == reverse("sponsors:hand-over", args=[hand_over.request.code])


# --- the pages -----------------------------------------------------------------------------------


def wizard(assignment) -> str:
    return reverse("sponsors:continuity", args=[assignment.code])


def test_the_wizard_drafts_a_note_of_what_a_sponsor_may_see(running, mentor, sign_in):
    MilestoneFactory(assignment=running, title="Pilot with two teams")
    EvidenceFactory(assignment=running, shared_with_sponsor=True)
    EvidenceFactory(assignment=running, title="A private note")
    dashboard.rebuild_behind()

    note = sign_in(mentor).get(wizard(running)).context["form"]["note"].value()

    assert "Mina Okafor works on “Shorten the claims backlog”, with Tom Berg as mentor." in note
    assert "What will be different: Claims are decided in 14 days instead of 21." in note
    assert "Next milestone: Pilot with two teams, by" in note
    assert "1 piece of evidence is shared with the sponsor" in note
    assert "A private note" not in note


def test_the_wizard_offers_first_whom_the_two_have_judged_for_this_option(running, mentor, mentee, backup, sign_in):
    other = UserFactory(full_name="Zoe Quist")
    for person, owns in ((other, 2), (backup, 5), (running.sponsor, 5)):
        SponsorCandidate.objects.create(option=running.option, person=person, owns=owns, rated_by=mentee)

    form = sign_in(mentor).get(wizard(running)).context["form"]

    assert [person.full_name for person in form.found()] == ["Vera Lund", "Zoe Quist"]


def test_the_wizard_asks_and_shows_what_was_asked(running, mentor, backup, sign_in):
    browser = sign_in(mentor)
    words = {"person": backup.code, "reason": "silent", "note": "All is well.", "kickoff_on": today()}

    answer = browser.post(wizard(running), words)

    hand_over = HandOver.objects.get()
    page = reverse("sponsors:hand-over", args=[hand_over.request.code])
    assert answer["Location"] == page
    assert b"Vera Lund was asked on" in browser.get(page).content
    assert b"They do not answer" in browser.get(page).content
    assert browser.get(wizard(running))["Location"] == page


def test_the_one_asked_reads_the_note_and_the_brief_but_not_why(running, backup, sign_in):
    hand_over = asked(running, backup, reason="silent")

    page = sign_in(backup).get(reverse("sponsors:hand-over", args=[hand_over.request.code])).content.decode()

    assert "Half of the teams use it." in page
    assert "Forty claimants a week wait more than three weeks." in page
    assert "They do not answer" not in page


def test_what_is_missing_is_said_and_nothing_typed_is_lost(running, mentor, sign_in):
    words = {"reason": "left", "note": "Typed with care.", "kickoff_on": today() - timedelta(days=1)}

    page = sign_in(mentor).post(wizard(running), words)

    assert page.status_code == 422
    assert b"Typed with care." in page.content
    assert b"Search for a person and choose one from the list." in page.content
    assert b"This day has passed. Choose today or a later day." in page.content
    assert not HandOver.objects.exists()


def test_what_is_wrong_with_a_choice_stands_above_it(running, mentor, sign_in):
    url = reverse("sponsors:continuity", args=[running.code])

    page = sign_in(mentor).post(url, {"note": "So it is."}).content.decode()

    fields = page[page.index('id="div_id_reason"') :]
    assert fields.index("Choose why. Only mentee and mentor read it.") < fields.index('type="radio"')
    assert fields.count("Choose why. Only mentee and mentor read it.") == 1


def test_a_kickoff_after_the_end_is_refused(running, mentor, backup, sign_in):
    late = running.ends_on + timedelta(days=1)
    words = {"person": backup.code, "reason": "left", "note": "So it is.", "kickoff_on": late}

    assert b"The assignment ends before this day." in sign_in(mentor).post(wizard(running), words).content


def test_work_that_has_gone_on_past_its_end_is_handed_over_too(running, mentor, backup, sign_in):
    Assignment.objects.update(starts_on=today() - timedelta(days=60), ends_on=today() - timedelta(days=2))
    words = {"person": backup.code, "reason": "left", "note": "Nearly done.", "kickoff_on": today()}

    answer = sign_in(mentor).post(wizard(running), words)

    assert answer["Location"] == reverse("sponsors:hand-over", args=[HandOver.objects.get().request.code])


def test_searching_without_script_keeps_what_was_typed(running, mentor, backup, sign_in):
    words = {"find": "1", "q": "Vera", "note": "Typed with care.", "reason": "time"}

    page = sign_in(mentor).post(wizard(running), words)

    assert page.status_code == 200
    assert b"Typed with care." in page.content and b"Vera Lund" in page.content


def test_somebody_else_being_asked_meanwhile_is_said_and_nothing_typed_is_lost(running, mentor, backup, sign_in):
    version = accepted_request(running).version
    SponsorRequest.objects.create(version=version, sponsor=UserFactory(), asked_by=mentor)
    words = {"person": backup.code, "reason": "time", "note": "Typed with care.", "kickoff_on": today()}

    page = sign_in(mentor).post(wizard(running), words)

    assert page.status_code == 409
    assert b"Typed with care." in page.content and b"Somebody is asked already" in page.content


def test_after_a_no_the_note_is_offered_again(running, mentor, backup, sign_in):
    actions.decline(asked(running, backup, note="Written once."), by=backup, reason="Not my region.")

    page = sign_in(mentor).get(wizard(running))

    assert page.context["form"]["note"].value() == "Written once."
    assert b"Not my region." in page.content


def test_after_a_yes_the_next_note_begins_anew(running, mentor, backup, sign_in):
    actions.accept(asked(running, backup, note="Written once."), by=backup)

    assert "Written once." not in sign_in(mentor).get(wizard(running)).context["form"]["note"].value()


def test_taking_over_leads_to_the_charter(running, backup, sign_in):
    hand_over = asked(running, backup)

    answer = sign_in(backup).post(reverse("sponsors:hand-over-accept", args=[hand_over.request.code]))

    assert answer["Location"] == reverse("assignments:charter", args=[running.code])
    assert sign_in(backup).get(answer["Location"]).status_code == 200


def test_answers_that_come_too_late_say_so(running, mentor, backup, sign_in):
    hand_over = asked(running, backup)
    actions.withdraw(hand_over, by=mentor)
    code = [hand_over.request.code]

    for name, words in (("accept", {}), ("decline", {"reason": "No."})):
        page = sign_in(backup).post(reverse(f"sponsors:hand-over-{name}", args=code), words)
        assert page.status_code == 409 and "Withdrawn" in page.content.decode()
    page = sign_in(mentor).post(reverse("sponsors:hand-over-withdraw", args=code))
    assert page.status_code == 409


def test_saying_no_on_the_page_wants_a_reason(running, backup, sign_in):
    hand_over = asked(running, backup)
    url = reverse("sponsors:hand-over-decline", args=[hand_over.request.code])

    assert sign_in(backup).post(url, {"reason": ""}).status_code == 422
    assert sign_in(backup).post(url, {"reason": "Not my region."}).status_code == 302
    page = sign_in(backup).get(reverse("sponsors:hand-over", args=[hand_over.request.code])).content.decode()
    assert "Half of the teams use it." not in page and "Forty claimants" not in page


def test_withdrawing_leads_back_to_the_wizard(running, mentor, backup, sign_in):
    hand_over = asked(running, backup)

    answer = sign_in(mentor).post(reverse("sponsors:hand-over-withdraw", args=[hand_over.request.code]))

    assert answer["Location"] == wizard(running)


def test_the_pages_take_a_fixed_number_of_queries(running, mentor, mentee, backup, sign_in, count_queries):
    browser = sign_in(mentor)
    browser.get(wizard(running))
    few = count_queries(browser, wizard(running))
    for _each in range(3):
        SponsorCandidate.objects.create(option=running.option, person=UserFactory(), owns=3, rated_by=mentee)

    assert count_queries(browser, wizard(running)) == few <= 12
    hand_over = asked(running, backup)
    assert count_queries(sign_in(backup), reverse("sponsors:hand-over", args=[hand_over.request.code])) <= 12
