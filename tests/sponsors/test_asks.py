"""The one thing asked of a sponsor: put, answered, passed on, taken back, put again, given to the mentor."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assignments.models import Assignment
from assignments.refusals import Refused, Stale
from sponsors import tasks
from sponsors.actions import ask as actions
from sponsors.asking import waits_until
from sponsors.models import Ask, AskState
from sponsors.models.ask import NEXT
from sponsors.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.delivery import letter
from stretchhub.notices.kinds import get
from stretchhub.notices.models import Notice
from tests.factories import AskFactory, AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
WORDS = {"kind": "decision", "question": "May the pilot run on?", "why": "Both leads wait."}


def put(assignment, **more):
    return actions.put(assignment, by=assignment.mentee, needed_by=today() + timedelta(days=4), **WORDS | more)


def letters(kind):
    """What is sent of this kind: to whom, and the words; nothing for what is no longer due."""
    found = []
    for notice in Notice.objects.filter(kind=kind).order_by("pk"):
        thing = get(kind).load([notice.object_id])[notice.object_id]
        words = letter(notice, thing, get(kind))
        if words is not None:
            found.append((notice.recipient, words))
    return found


def test_putting_an_ask_tells_the_sponsor_and_raises_the_revision():
    assignment = AssignmentFactory()

    ask = put(assignment)

    assert (ask.addressee, ask.state, ask.times_put) == (assignment.sponsor, AskState.OPEN, 1)
    [(person, words)] = letters("sponsors.ask_put")
    assert person == assignment.sponsor
    assert words.subject.endswith("May the pilot run on?")
    assert "Both leads wait." in words.paragraphs
    assert Assignment.objects.get().revision == 2
    assert AuditEntry.objects.filter(verb="ask.put", actor=assignment.mentee).count() == 1


def test_one_thing_at_a_time_is_asked():
    assignment = AssignmentFactory()
    put(assignment)

    with pytest.raises(Refused, match="Something is asked already"):
        put(assignment, question="And the budget?")

    assert Ask.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        AskFactory(assignment=assignment)


def test_only_mentee_and_mentor_ask_and_only_while_it_goes_on():
    assignment = AssignmentFactory()
    for person in (assignment.sponsor, UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.put(assignment, by=person, needed_by=today(), **WORDS)
    closed = AssignmentFactory(closed=True)
    with pytest.raises(PermissionDenied):
        put(closed)


def test_nobody_is_asked_where_nobody_sponsors():
    alone = AssignmentFactory(chartering=True, sponsor=None)
    with pytest.raises(Refused, match="Find a new sponsor first"):
        put(alone)
    gone = AssignmentFactory(sponsor=UserFactory(is_active=False, deactivated_at=now()))
    with pytest.raises(Refused, match="Find a new sponsor first"):
        put(gone)


def test_a_yes_reaches_mentee_and_mentor():
    ask = AskFactory()

    actions.accept(ask, by=ask.addressee)

    assert (ask.state, ask.answered_by) == (AskState.ACCEPTED, ask.addressee)
    assert {person for person, _words in letters("sponsors.ask_answered")} == {
        ask.assignment.mentee,
        ask.assignment.mentor,
    }
    assert letters("sponsors.ask_answered")[0][1].subject == f"Yes from {ask.addressee.name}: {ask.question}"
    assert Assignment.objects.get().revision == 2


def test_a_no_needs_a_reason_and_carries_it():
    ask = AskFactory()
    with pytest.raises(Refused, match="Say why not"):
        actions.decline(ask, by=ask.addressee, reason="  ")

    actions.decline(ask, by=ask.addressee, reason="The budget is spent. ")

    assert (ask.state, ask.reason) == (AskState.DECLINED, "The budget is spent.")
    assert all("The budget is spent." in words.paragraphs for _person, words in letters("sponsors.ask_answered"))


def test_whoever_it_was_passed_on_to_answers_and_the_sponsor_no_more():
    ask, other = AskFactory(), UserFactory(full_name="Iris Vale")

    actions.delegate(ask, by=ask.addressee, to=other, reason="You know the north.")

    [(person, words)] = letters("sponsors.ask_passed_on")
    assert (person, "You know the north." in words.paragraphs) == (other, True)
    assert "passed on to Iris Vale" in letters("sponsors.ask_answered")[0][1].subject
    with pytest.raises(Stale):
        actions.accept(ask, by=ask.addressee)
    with pytest.raises(Stale):
        actions.delegate(ask, by=other, to=UserFactory())

    actions.accept(ask, by=other)

    assert (ask.state, ask.answered_by, ask.delegated_to) == (AskState.ACCEPTED, other, other)
    assert letters("sponsors.ask_answered")[-1][1].subject == f"Yes from Iris Vale: {ask.question}"
    assert letters("sponsors.ask_passed_on") == []


def test_it_is_not_passed_on_to_oneself_the_mentee_whoever_asks_or_somebody_gone():
    ask = AskFactory()
    Ask.objects.update(asked_by=ask.assignment.mentor)
    ask.refresh_from_db()
    gone = UserFactory(is_active=False, deactivated_at=now())
    for person in (ask.addressee, ask.assignment.mentee, ask.assignment.mentor, gone):
        with pytest.raises(Refused):
            actions.delegate(ask, by=ask.addressee, to=person)
    assert Ask.objects.get().state == AskState.OPEN


def test_nobody_else_answers_or_takes_back():
    ask = AskFactory()
    for act in (actions.accept, actions.withdraw):
        with pytest.raises(PermissionDenied):
            act(ask, by=UserFactory())
    with pytest.raises(PermissionDenied):
        actions.decline(ask, by=ask.assignment.mentor, reason="No")
    with pytest.raises(PermissionDenied):
        actions.delegate(ask, by=ask.assignment.mentee, to=UserFactory())


def test_what_was_taken_back_is_answered_no_more_and_the_next_can_be_asked():
    ask = AskFactory()

    actions.withdraw(ask, by=ask.assignment.mentor)

    assert ask.state == AskState.WITHDRAWN
    assert [person for person, _words in letters("sponsors.ask_withdrawn")] == [ask.addressee]
    with pytest.raises(Stale, match="answered meanwhile"):
        actions.accept(ask, by=ask.addressee)
    assert put(ask.assignment).state == AskState.OPEN


def test_two_answers_at_once_are_one():
    ask = AskFactory()
    late = Ask.objects.get()
    actions.accept(ask, by=ask.addressee)

    with pytest.raises(Stale):
        actions.decline(late, by=late.addressee, reason="No")

    assert Ask.objects.get().state == AskState.ACCEPTED


def test_every_move_is_one_of_the_table():
    assert {state for state, after in NEXT.items() if after} == {AskState.OPEN, AskState.DELEGATED}


def test_what_has_ended_needs_no_answer():
    ask = AskFactory(assignment=AssignmentFactory(closed=True))
    with pytest.raises(Stale, match="has ended"):
        actions.accept(ask, by=ask.addressee)
    assert waiting_for(ask.addressee) == []

    tasks.follow_up_asks()

    assert Ask.objects.get().state == AskState.WITHDRAWN


@pytest.mark.parametrize(
    ("put_on", "working_days", "day"),
    [
        (date(2026, 11, 2), "12345", date(2026, 11, 5)),
        (date(2026, 11, 5), "12345", date(2026, 11, 10)),
        (date(2026, 11, 7), "12345", date(2026, 11, 11)),
        (date(2026, 11, 2), "1", date(2026, 11, 23)),
        (date(2026, 12, 31), "1234567", date(2027, 1, 3)),
    ],
)
def test_an_ask_waits_three_working_days(put_on, working_days, day):
    assert waits_until(put_on, working_days) == day


def test_an_unanswered_ask_is_put_three_times_and_then_the_mentor_is_told(clock):
    ask = AskFactory(assignment__sponsor__working_days="1234567")

    seen = []
    for day in range(16):
        clock(days=day)
        tasks.follow_up_asks()
        ask.refresh_from_db()
        seen.append((ask.times_put, ask.attention_at is not None))

    assert sorted(set(seen)) == [(1, False), (2, False), (3, False), (3, True)]
    assert seen == sorted(seen)
    assert Notice.objects.filter(kind="sponsors.ask_put", recipient=ask.addressee).count() == 2
    [(mentor, words)] = letters("sponsors.ask_unanswered")
    assert mentor == ask.assignment.mentor
    assert words.subject == f"Sponsor needs attention: no answer from {ask.addressee.name}"
    [line] = waiting_for(mentor)
    assert (line.kind, line.url) == ("sponsors.attention", f"/asks/{ask.code}/")


def test_whom_the_sponsor_named_is_asked_three_times_too_and_then_the_mentor_is_told(clock):
    ask = put(AssignmentFactory())
    Ask.objects.update(times_put=3, put_at=now() - timedelta(days=12), attention_at=now() - timedelta(days=2))
    ask.refresh_from_db()
    named = UserFactory(full_name="Iris Vale", working_days="1234567")
    actions.delegate(ask, by=ask.addressee, to=named)
    assert (ask.times_put, ask.attention_at) == (1, None)

    seen = []
    for day in range(13):
        clock(days=day)
        tasks.follow_up_asks()
        ask.refresh_from_db()
        seen.append((ask.times_put, ask.attention_at is not None))
        if day == 4:
            [(person, words)] = letters("sponsors.ask_passed_on")
            assert (person, "asked before" in words.paragraphs[-1]) == (named, True)

    assert sorted(set(seen)) == [(1, False), (2, False), (3, False), (3, True)]
    assert seen == sorted(seen)
    assert Notice.objects.filter(kind="sponsors.ask_passed_on", recipient=named).count() == 3
    assert Notice.objects.filter(kind="sponsors.ask_put", recipient=ask.addressee).count() == 1
    [(mentor, words)] = letters("sponsors.ask_unanswered")
    assert mentor == ask.assignment.mentor
    assert words.subject == f"No answer from Iris Vale, whom {ask.addressee.name} named"
    assert words.paragraphs[-1] == f"Speak to Iris yourself, or take it back and ask {ask.addressee.name} anew."
    [line] = waiting_for(mentor)
    assert (line.kind, line.url) == ("sponsors.attention", f"/asks/{ask.code}/")
    assert line.reason == f"Iris Vale, whom the sponsor named, has not answered three times: “{ask.question}”"
    assert [each.kind for each in waiting_for(named)] == ["sponsors.ask"]
    assert waiting_for(ask.addressee) == []


def test_the_mentor_who_was_named_is_not_told_of_their_own_silence():
    ask = AskFactory(times_put=3)
    mentor = ask.assignment.mentor
    actions.delegate(ask, by=ask.addressee, to=mentor)

    assert actions.tell_mentor(ask) is True

    assert [person for person, _words in letters("sponsors.ask_unanswered")] == [ask.assignment.mentee]
    assert [line.kind for line in waiting_for(mentor)] == ["sponsors.ask"]


def test_the_zone_and_the_working_days_are_those_of_whom_the_sponsor_named(clock):
    ask = AskFactory(assignment__sponsor__working_days="1234567")
    actions.delegate(ask, by=ask.addressee, to=UserFactory(working_days="1"))

    clock(days=12)
    assert tasks.follow_up_asks() == 0
    clock(days=23)
    assert tasks.follow_up_asks() == 1


def test_what_was_passed_on_meanwhile_is_not_put_again():
    ask = AskFactory()
    read = Ask.objects.get()
    actions.delegate(ask, by=ask.addressee, to=UserFactory())
    Ask.objects.update(put_at=read.put_at)

    assert actions.put_again(read) is False


def test_it_is_not_put_again_before_nine_on_the_third_working_day(clock):
    ask = AskFactory(assignment__sponsor__time_zone="Asia/Tokyo", assignment__sponsor__working_days="1234567")
    local = ask.put_at.astimezone(ask.addressee.zone)
    nine = local.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)

    clock(seconds=(nine - local).total_seconds() - 90)
    assert tasks.follow_up_asks() == 0
    clock(seconds=(nine - local).total_seconds() + 90)
    assert tasks.follow_up_asks() == 1
    assert tasks.follow_up_asks() == 0


def test_a_pause_stops_the_waiting_and_it_begins_anew_after_it(clock):
    ask = AskFactory(assignment=AssignmentFactory(paused=True, sponsor=UserFactory(working_days="1234567")))
    clock(days=9)
    assert tasks.follow_up_asks() == 0
    assert waiting_for(ask.addressee) == []

    Assignment.objects.update(status="active", paused_on=None, resumed_on=today())
    assert tasks.follow_up_asks() == 0
    clock(days=13)
    assert tasks.follow_up_asks() == 1


def test_two_that_follow_up_at_once_put_it_once():
    ask = AskFactory()
    first, second = Ask.objects.get(), Ask.objects.get()

    assert [actions.put_again(first), actions.put_again(second)] == [True, False]
    assert [actions.tell_mentor(first), actions.tell_mentor(second)] == [True, False]
    ask.refresh_from_db()
    assert ask.times_put == 2


def test_a_reminder_that_was_overtaken_is_not_sent(clock):
    ask = put(AssignmentFactory())
    clock(days=9)
    tasks.follow_up_asks()

    [(_person, words)] = letters("sponsors.ask_put")

    assert any("asked before" in paragraph for paragraph in words.paragraphs)
    actions.withdraw(ask, by=ask.asked_by)
    assert letters("sponsors.ask_put") == []


def test_what_waits_can_be_put_to_somebody_else():
    ask, new = AskFactory(), UserFactory()
    actions.delegate(ask, by=ask.addressee, to=UserFactory())

    actions.readdress(ask, to=new)

    assert (ask.addressee, ask.state, ask.delegated_to, ask.times_put) == (new, AskState.OPEN, None, 1)
    assert [person for person, _words in letters("sponsors.ask_put")] == [new]


def test_what_was_passed_on_makes_way_for_what_is_open():
    first = AskFactory()
    actions.delegate(first, by=first.addressee, to=UserFactory())
    AskFactory(assignment=first.assignment)

    actions.readdress(first, to=UserFactory())

    assert Ask.objects.get(pk=first.pk).state == AskState.WITHDRAWN


def test_what_is_answered_stays_with_whom_it_was_put_to():
    ask = AskFactory()
    actions.accept(ask, by=ask.addressee)

    actions.readdress(ask, to=UserFactory())

    assert Ask.objects.get().state == AskState.ACCEPTED


def test_the_words_of_an_ask_are_in_no_audit_entry():
    put(AssignmentFactory(), question="A question nobody audits")

    assert "nobody audits" not in str(list(AuditEntry.objects.values()))
