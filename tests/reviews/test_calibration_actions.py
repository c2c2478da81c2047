"""A session is planned, opened and locked by somebody who has no part in what is talked over."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assignments.refusals import Refused, Stale
from reviews.actions.calibration import edit_session, lock_session, open_session, plan_session
from reviews.actions.calibration_agenda import ask_no_more, ask_to, note_attendance, put_on, take_off
from reviews.actions.calibration_level import change_level, keep
from reviews.calibration_rules import can_facilitate, has_part
from reviews.models import CalibrationItem, CalibrationSession, SessionStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role, User
from tests.factories import AssignmentFactory, CalibrationSessionFactory, ReviewCycleFactory, UserFactory
from tests.reviews.calibrations import FINAL, HELD, apart, rate, running, score_of, session_on, statuses

pytestmark = pytest.mark.django_db
ALONE = "Both wrote to me before."


@pytest.fixture
def calibrator():
    return UserFactory(full_name="Ines Costa", roles=[Role.CALIBRATOR])


def plan(by, **kwargs):
    usual = {"cycle": ReviewCycleFactory(), "name": "Autumn", "facilitator": by, "held_on": today() + timedelta(days=3)}
    return plan_session(by=by, **usual | kwargs)


def test_a_calibrator_plans_a_session_and_the_facilitator_is_told_the_day(calibrator, hr):
    session = plan(hr, facilitator=calibrator)

    assert (session.status, session.planned_by) == (SessionStatus.PLANNED, hr)
    (notice,) = Notice.objects.filter(kind="reviews.calibration")
    assert notice.recipient == calibrator
    assert AuditEntry.objects.get(verb="calibration.planned").fields == [
        "cycle", "facilitator", "held_on", "name", "note",
    ]  # fmt: skip


def test_who_leads_holds_the_role_and_the_day_is_ahead(calibrator, stranger):
    with pytest.raises(ValidationError) as refused:
        plan(calibrator, facilitator=stranger, held_on=today() - timedelta(days=1))

    assert set(refused.value.message_dict) == {"facilitator", "held_on"}
    with pytest.raises(PermissionDenied):
        plan(stranger, facilitator=calibrator)


def test_a_new_day_is_told_to_all_and_a_stale_save_changes_nothing(calibrator):
    session = session_on(apart(), facilitator=calibrator)
    words = {
        "name": session.name,
        "facilitator": calibrator,
        "held_on": session.held_on + timedelta(days=7),
        "note": "",
    }
    before = Notice.objects.filter(kind="reviews.calibration").count()

    edit_session(session, by=calibrator, version=session.version, words=words)

    # The facilitator and the three observers.
    assert Notice.objects.filter(kind="reviews.calibration").count() == before + 4
    assert AuditEntry.objects.get(verb="calibration.edited").fields == ["held_on"]
    with pytest.raises(Stale):
        edit_session(session, by=calibrator, version=session.version - 1, words=words | {"name": "Other"})


def test_nobody_with_a_part_leads_not_even_by_a_later_change(calibrator):
    panel = apart()
    session = session_on(panel, facilitator=calibrator)
    mentor = panel["mentor"].rater
    mentor.role_grants.create(role=Role.CALIBRATOR)
    words = {"name": "A", "facilitator": mentor, "held_on": session.held_on, "note": ""}

    with pytest.raises(ValidationError) as refused:
        edit_session(session, by=calibrator, version=session.version, words=words)

    assert set(refused.value.message_dict) == {"facilitator"}


@pytest.mark.parametrize("relation", ["self", "mentor", "sponsor", "colleague"])
def test_a_session_led_by_mentee_mentor_sponsor_or_rater_does_not_take_their_work(relation):
    panel = apart()
    leader = panel[relation].rater
    leader.role_grants.create(role=Role.CALIBRATOR)
    session = CalibrationSessionFactory(cycle=panel["self"].cycle, facilitator=leader)
    another = UserFactory(roles=[Role.CALIBRATOR])

    with pytest.raises(Refused, match="has a part in this work"):
        put_on(session, by=another, version=1, assignment=panel["self"].assignment)
    # Nor where it comes to be theirs afterwards.
    CalibrationItem.objects.create(
        session=session,
        assignment=panel["self"].assignment,
        criterion=score_of(panel["mentor"], "influence").criterion,
        why="range",
    )
    assert not can_facilitate(leader, session)
    with pytest.raises(PermissionDenied):
        open_session(session, by=leader)


def test_only_what_lies_apart_comes_on_the_agenda_and_its_observers_are_asked():
    panel = rate({"mentor": {"influence": 4, "impact": 1}, "colleague": {"influence": 2}}, pieces=1)
    session = session_on(panel)

    assert [(item.criterion.key, item.why) for item in session.items.all()] == [
        ("influence", "both"),
        ("impact", "both"),
    ]
    asked = [row.person for row in session.attendance.all()]
    assert asked == [panel["colleague"].rater, panel["sponsor"].rater, panel["mentor"].rater]
    assert Notice.objects.filter(kind="reviews.calibration").count() == 3


def test_the_most_junior_speak_first_and_an_order_can_be_set(calibrator):
    panel = apart()
    chief, head = UserFactory(), UserFactory()
    head.manager = chief
    head.save()
    panel["mentor"].rater.manager = head
    panel["mentor"].rater.save()
    session = session_on(panel, facilitator=calibrator)
    people = [row.person_id for row in session.attendance.all()]
    assert people == [panel[each].rater_id for each in ("mentor", "colleague", "sponsor")]

    said = {people[0]: (9, True), people[2]: (1, False)}
    note_attendance(session, by=calibrator, version=session.version, said=said)

    rows = [(row.speaks, row.person_id, row.present) for row in session.attendance.all()]
    assert rows == [(1, people[2], False), (2, people[1], False), (3, people[0], True)]
    with pytest.raises(PermissionDenied):
        note_attendance(session, by=panel["mentor"].rater, version=session.version, said=said)


def test_reviews_are_on_one_agenda_and_only_while_they_wait(calibrator):
    panel = apart()
    session_on(panel)
    other = CalibrationSessionFactory(cycle=panel["self"].cycle, facilitator=calibrator)

    with pytest.raises(Refused, match="on an agenda already"):
        put_on(other, by=calibrator, version=1, assignment=panel["self"].assignment)
    with pytest.raises(Refused, match="do not wait"):
        put_on(other, by=calibrator, version=1, assignment=AssignmentFactory())
    with pytest.raises(Stale):
        put_on(other, by=calibrator, version=7, assignment=apart(cycle=other.cycle)["self"].assignment)


def test_a_mentee_never_sits_in_a_session_about_their_work(calibrator):
    first, second = apart(), None
    session = session_on(first, facilitator=calibrator)
    rater = first["colleague"].rater
    second = apart(cycle=session.cycle, assignment=AssignmentFactory(option__mentorship__mentee=rater, reviewing=True))

    with pytest.raises(Refused, match="asked to this session as a rater"):
        put_on(session, by=calibrator, version=session.version, assignment=second["self"].assignment)
    with pytest.raises(Refused, match="Work of this person"):
        ask_to(session, by=calibrator, version=session.version, person=first["self"].rater)
    # A calibrator puts nobody's work on but that of others.
    first["self"].rater.role_grants.create(role=Role.CALIBRATOR)
    with pytest.raises(PermissionDenied):
        put_on(session, by=first["self"].rater, version=1, assignment=first["self"].assignment)


def test_calibrators_and_raters_can_be_asked_and_asked_no_more(calibrator, stranger):
    session = session_on(apart(), facilitator=calibrator)
    another = UserFactory(roles=[Role.CALIBRATOR])

    ask_to(session, by=calibrator, version=session.version, person=another)
    ask_to(session, by=calibrator, version=session.version, person=another)
    ask_to(session, by=calibrator, version=session.version, person=calibrator)

    assert session.attendance.filter(person=another).count() == 1
    assert not session.attendance.filter(person=calibrator).exists()
    with pytest.raises(Refused, match="or a calibrator"):
        ask_to(session, by=calibrator, version=session.version, person=stranger)
    ask_no_more(session, by=calibrator, version=session.version, person=another)
    assert [row.speaks for row in session.attendance.all()] == [1, 2, 3]
    assert not session.attendance.filter(person=another).exists()


def test_an_assignment_is_taken_off_until_it_has_been_talked_over(calibrator):
    panel = apart()
    session = running(panel, facilitator=calibrator)
    assignment = panel["self"].assignment
    item = session.items.get()

    take_off(session, by=calibrator, version=session.version, assignment=assignment)
    assert not session.items.exists()
    put_on(session, by=calibrator, version=session.version, assignment=assignment)
    item = session.items.get()
    keep(item, by=calibrator, note="")
    with pytest.raises(Refused, match="talked over already"):
        take_off(session, by=calibrator, version=session.version, assignment=assignment)


def test_a_session_is_opened_with_an_agenda_and_once(calibrator):
    empty = CalibrationSessionFactory(facilitator=calibrator)
    session = session_on(apart(), facilitator=calibrator)

    with pytest.raises(Refused, match="Nothing is on the agenda"):
        open_session(empty, by=calibrator)
    open_session(session, by=calibrator)
    assert session.opened_at is not None
    with pytest.raises(Refused, match="moved on"):
        open_session(CalibrationSession.objects.get(pk=session.pk), by=calibrator)
    with pytest.raises(PermissionDenied):
        open_session(session, by=UserFactory(roles=[Role.CALIBRATOR]))


def test_locking_makes_what_was_talked_over_final_together_and_leaves_the_rest(calibrator):
    cycle = ReviewCycleFactory(calibrates=True)
    done = apart(cycle=cycle)
    half = rate({"mentor": {"influence": 5, "impact": 5}, "sponsor": {"influence": 2, "impact": 2}}, cycle=cycle)
    session = running(done, facilitator=calibrator)
    put_on(session, by=calibrator, version=session.version, assignment=half["self"].assignment)
    items = {(item.assignment_id, item.criterion.key): item for item in session.items.all()}
    score = score_of(done["mentor"], "influence")
    change_level(
        items[done["self"].assignment_id, "influence"], by=calibrator, score=score, shown=4, level=3, reason="One case."
    )
    keep(items[half["self"].assignment_id, "influence"], by=calibrator, note="They saw different weeks.")

    finished = lock_session(session, by=calibrator)

    assert finished == [done["self"].assignment]
    assert (statuses(done), statuses(half)) == (FINAL, HELD)
    assert set(session.items.values_list("locked", flat=True)) == {True}
    assert Notice.objects.filter(kind="reviews.final").count() == 2
    assert AuditEntry.objects.filter(verb="review.finalised").count() == 4
    with pytest.raises(PermissionDenied):
        lock_session(session, by=calibrator)
    # What is left of the other comes on the next agenda, without what was decided.
    again = session_on(half, facilitator=calibrator)
    assert [item.criterion.key for item in again.items.all()] == ["impact"]
    open_session(again, by=calibrator)
    keep(again.items.get(), by=calibrator, note="")
    lock_session(again, by=calibrator, reason=ALONE)
    assert statuses(half) == FINAL


def test_what_hr_let_go_meanwhile_is_not_made_final_twice(calibrator):
    panel = apart()
    session = running(panel, facilitator=calibrator)
    keep(session.items.get(), by=calibrator, note="")
    type(panel["self"]).objects.filter(assignment=panel["self"].assignment).update(status="final", final_at=now())

    lock_session(session, by=calibrator)

    assert not AuditEntry.objects.filter(verb="review.finalised").exists()


def test_one_person_alone_locks_nothing_without_saying_why(calibrator):
    panel = apart()
    session = running(panel, facilitator=calibrator)
    keep(session.items.get(), by=calibrator, note="")
    session.attendance.update(present=False)
    session.attendance.create(person=calibrator, speaks=9, present=True)

    with pytest.raises(ValidationError, match="say why one person decided alone"):
        lock_session(session, by=calibrator, reason="  ")

    session.refresh_from_db()
    assert (session.status, session.alone_reason, statuses(panel)) == ("open", "", HELD)
    lock_session(session, by=calibrator, reason=" Both wrote to me. ")
    session.refresh_from_db()
    assert (session.alone_reason, statuses(panel)) == ("Both wrote to me.", FINAL)
    assert AuditEntry.objects.get(verb="calibration.locked").fields == ["alone_reason", "status"]


def test_with_somebody_else_here_no_reason_is_asked_or_kept(calibrator):
    panel = apart()
    session = running(panel, facilitator=calibrator)
    keep(session.items.get(), by=calibrator, note="")
    session.attendance.filter(person=panel["mentor"].rater).update(present=True)

    lock_session(session, by=calibrator, reason="Not needed.")

    session.refresh_from_db()
    assert (session.alone_reason, statuses(panel)) == ("", FINAL)
    assert AuditEntry.objects.get(verb="calibration.locked").fields == ["status"]


def test_the_manager_of_a_mentee_has_a_part_in_their_work(calibrator):
    panel = apart()
    assert not has_part(calibrator, [panel["self"].assignment_id])

    User.objects.filter(pk=panel["self"].rater_id).update(manager=calibrator)

    assert has_part(calibrator, [panel["self"].assignment_id])
