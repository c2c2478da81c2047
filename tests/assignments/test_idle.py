"""A pipeline that stands still: its mentee is told first, once, and the mentor later where nothing came."""

from datetime import UTC, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments import reminders_idle
from assignments.actions.idle import answer_idle
from assignments.actions.option import edit_option
from assignments.idle import idle_now
from assignments.messages.idle import MENTEE, MENTOR
from assignments.models import IdleAnswer, IdleChoice, Mentorship, Option, Programme, Stage
from assignments.refusals import Refused
from assignments.reminders import plan, sources
from assignments.tasks import find_idle_pipelines
from assignments.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.models import Absence, Notice
from stretchhub.notices.sources import together
from tests.factories import AssignmentFactory, MentorshipFactory, OptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentor, mentee):
    return MentorshipFactory(mentor=mentor, mentee=mentee, created_at=now() - timedelta(days=300))


def option(mentorship, days_ago, **given):
    at = now() - timedelta(days=days_ago)
    return OptionFactory(mentorship=mentorship, stage_changed_at=at, created_at=at, **given)


def is_told(mentee):
    return [line.title for line in waiting_for(mentee) if line.kind == "pipeline_idle"] != []


def planned(kind=MENTEE):
    """Whom the planner has told by now, and of which day."""
    find_idle_pipelines()
    plan(now())
    rows = Notice.objects.filter(kind=kind).exclude(state="cancelled").order_by("pk")
    return [(notice.recipient, notice.key.split(":")[3]) for notice in rows]


# --- from when on ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "told"), [(44, False), (45, True), (46, True), (200, True)])
def test_it_is_told_from_the_forty_fifth_day_without_a_change(mentorship, mentee, days, told):
    option(mentorship, days)

    assert is_told(mentee) is told


def test_without_any_option_it_counts_from_the_day_the_two_began(mentorship, mentee, clock):
    mentorship.created_at = now() - timedelta(days=44)
    mentorship.save()
    assert not is_told(mentee)

    clock(days=1)

    assert is_told(mentee)


def test_the_organisation_chooses_another_number_of_days(mentorship, mentee):
    option(mentorship, 20)
    assert not is_told(mentee)

    Programme.objects.create(idle_days=20)

    assert is_told(mentee)


def test_a_change_of_words_or_of_stage_begins_anew(mentorship, mentee):
    held = option(mentorship, 50)
    assert is_told(mentee)

    edit_option(held, by=mentee, version=held.version, words={"title": "Another name"}, contributions=[])

    assert not is_told(mentee)
    Option.objects.update(edited_at=now() - timedelta(days=50))
    assert is_told(mentee)
    Option.objects.update(stage_changed_at=now())
    assert not is_told(mentee)


@pytest.mark.parametrize("state", ["chartering", "reviewing", "paused", "active"])
def test_nobody_is_told_while_something_runs_rests_or_is_about_to(mentorship, mentee, state):
    option(mentorship, 100)
    trait = {} if state == "active" else {state: True}
    # Whoever the mentor of it is.
    AssignmentFactory(option__mentorship__mentee=mentee, **trait)

    assert not is_told(mentee)


def test_the_end_of_an_assignment_begins_anew(mentorship, mentee, clock):
    held = option(mentorship, 300, stage=Stage.CLOSED)
    AssignmentFactory(option=held, closed=True, closed_at=now() - timedelta(days=44))
    assert not is_told(mentee)

    clock(days=1)

    assert is_told(mentee)


def test_an_ended_mentorship_and_a_mentor_are_not_asked(mentorship, mentee, mentor):
    option(mentorship, 100)
    assert not is_told(mentor)

    Mentorship.objects.update(ended_on=today())

    assert not is_told(mentee)


# --- answers ---------------------------------------------------------------------------------------


def test_looking_begins_anew_and_a_second_spell_is_told_again(mentorship, mentee, clock):
    option(mentorship, 60)
    answer_idle(mentorship, by=mentee, choice=IdleChoice.LOOK)
    assert not is_told(mentee)

    clock(days=44)
    assert not is_told(mentee)
    clock(days=45)

    assert is_told(mentee)


def test_not_now_is_kept_to_the_day(mentorship, mentee, clock):
    option(mentorship, 60)
    answer_idle(mentorship, by=mentee, choice=IdleChoice.LATER, until_on=today() + timedelta(days=100))

    clock(days=99)
    assert not is_told(mentee)
    clock(days=100)

    assert is_told(mentee)


def test_what_changes_after_not_now_counts_and_not_the_day(mentorship, mentee, clock):
    option(mentorship, 60)
    answer_idle(mentorship, by=mentee, choice=IdleChoice.LATER, until_on=today() + timedelta(days=10))
    clock(days=1)
    option(mentorship, 0)

    clock(days=20)

    assert not is_told(mentee)


def test_while_it_rests_nobody_is_told_until_it_goes_on(mentorship, mentee, clock):
    option(mentorship, 60)
    answer_idle(mentorship, by=mentee, choice=IdleChoice.PAUSE)
    clock(days=300)
    assert not is_told(mentee)
    assert planned() == []
    with pytest.raises(Refused, match="Let it go on first"):
        answer_idle(mentorship, by=mentee, choice=IdleChoice.LOOK)

    answer_idle(mentorship, by=mentee, choice=IdleChoice.RESUME)

    with pytest.raises(Refused, match="goes on already"):
        answer_idle(mentorship, by=mentee, choice=IdleChoice.RESUME)
    clock(days=344)
    assert not is_told(mentee)
    clock(days=345)
    assert is_told(mentee)


def test_an_answer_is_the_mentees_and_leaves_no_words(mentorship, mentee, mentor):
    with pytest.raises(PermissionDenied):
        answer_idle(mentorship, by=mentor, choice=IdleChoice.PAUSE)
    with pytest.raises(Refused, match="after today"):
        answer_idle(mentorship, by=mentee, choice=IdleChoice.LATER, until_on=today())

    answer_idle(mentorship, by=mentee, choice=IdleChoice.PAUSE, until_on=today())

    assert IdleAnswer.objects.get().until_on is None
    assert AuditEntry.objects.get(verb="pipeline.idle_answered").fields == ["choice", "until_on"]


# --- messages --------------------------------------------------------------------------------------


def test_the_mentee_is_told_once_and_the_mentor_five_working_days_later(mentorship, mentee, mentor, clock):
    option(mentorship, 45)
    day = today().isoformat()
    clock(days=4)
    assert planned() == [(mentee, day)]
    assert planned() == [(mentee, day)]
    assert planned(MENTOR) == []
    clock(days=12)

    assert planned(MENTOR) == [(mentor, day)]
    assert planned() == [(mentee, day)]


@pytest.mark.parametrize("choice", [IdleChoice.LOOK, IdleChoice.PAUSE])
def test_after_an_answer_the_mentor_hears_nothing(mentorship, mentee, choice, clock):
    option(mentorship, 45)
    clock(days=4)
    assert len(planned()) == 1
    answer_idle(mentorship, by=mentee, choice=choice)

    clock(days=20)

    assert planned(MENTOR) == []


def test_a_second_spell_is_told_with_a_day_of_its_own(mentorship, mentee, clock):
    option(mentorship, 45)
    first = today()
    clock(days=4)
    planned()
    answer_idle(mentorship, by=mentee, choice=IdleChoice.LOOK)

    clock(days=4 + 45 + 4)

    assert planned() == [(mentee, first.isoformat()), (mentee, (first + timedelta(days=49)).isoformat())]


def test_somebody_away_is_not_told_before_they_are_back(mentorship, mentee, clock):
    option(mentorship, 45)
    Absence.objects.create(user=mentee, from_on=today() - timedelta(days=1), until_on=today() + timedelta(days=20))
    back = today() + timedelta(days=20)
    clock(days=15)

    assert planned(MENTOR) == []
    assert all(notice.due_at.date() > back for notice in Notice.objects.filter(kind=MENTEE))


def test_what_was_told_is_asked_again_before_it_is_sent(mentorship, mentee, mentor, clock):
    option(mentorship, 45)
    clock(days=14)
    planned()
    letters = {}
    for notice in Notice.objects.filter(kind__in=[MENTEE, MENTOR]):
        kind = kinds.get(notice.kind)
        loaded = kind.load([mentorship.pk])[mentorship.pk]
        assert kind.still_due(notice, loaded)
        letters[notice.recipient] = kind.render(notice, loaded)
    assert letters[mentee].path == reverse("assignments:idle", args=[mentorship.code])
    assert "many good reasons" in letters[mentor].paragraphs[0]
    assert "hand" in letters[mentor].subject

    answer_idle(mentorship, by=mentee, choice=IdleChoice.LOOK)

    for notice in Notice.objects.filter(kind__in=[MENTEE, MENTOR]):
        kind = kinds.get(notice.kind)
        assert not kind.still_due(notice, kind.load([mentorship.pk])[mentorship.pk])


def test_the_forecast_knows_the_day(mentorship, mentee, mentor):
    option(mentorship, 40)
    find_idle_pipelines()
    days = (today(), today() + timedelta(days=7))

    found = [slot for slot in together(sources(days, person=mentee)) if slot.kind == MENTEE]

    assert [slot.local_date for slot in found] == [today() + timedelta(days=5)]
    assert [slot.kind for slot in together(sources(days, person=mentor)) if "idle" in slot.kind] == [MENTOR]


def test_what_is_read_for_one_person_and_all_at_once_is_the_same(mentorship, mentee, mentor):
    option(mentorship, 45)
    other = MentorshipFactory(created_at=now() - timedelta(days=300))
    option(other, 45)
    assert find_idle_pipelines() == 2
    assert find_idle_pipelines() == 0
    days = (today() - timedelta(days=1), today() + timedelta(days=1))

    everybody = [slot for source in reminders_idle.pipelines(days) for slot in source]
    mine = together(reminders_idle.pipelines(days, mentee))

    assert {(slot.kind, slot.recipient) for slot in everybody} == {
        (MENTEE, mentee.pk),
        (MENTOR, mentor.pk),
        (MENTEE, other.mentee_id),
        (MENTOR, other.mentor_id),
    }
    assert [(slot.kind, slot.recipient, slot.waits) for slot in mine] == [(MENTEE, mentee.pk, ())]
    (told,) = together(reminders_idle.pipelines(days, mentor))
    assert told.waits == ((mentee.pk, 5),)


@given(days_ago=st.integers(0, 400), chosen=st.integers(14, 365))
@settings(max_examples=15)
def test_the_day_is_always_so_many_days_after_the_day_of_the_change(days_ago, chosen):
    with transaction.atomic():
        mentorship = MentorshipFactory(created_at=now() - timedelta(days=500))
        held = option(mentorship, days_ago)
        Programme.objects.create(idle_days=chosen)

        found = idle_now(mentorship)

        assert found.since == held.stage_changed_at.astimezone(UTC).date()
        assert found.due_on == found.since + timedelta(days=chosen)
        transaction.set_rollback(True)


# --- the page --------------------------------------------------------------------------------------


def test_three_answers_by_plain_forms(mentorship, mentee, sign_in):
    option(mentorship, 60)
    client, here = sign_in(mentee), reverse("assignments:idle", args=[mentorship.code])
    board = reverse("assignments:board", args=[mentorship.code])
    assert "Look at options" in client.get(here).content.decode()

    assert client.post(here, {"choice": "later"}).status_code == 422
    until = str(today() + timedelta(days=30))
    assert client.post(here, {"choice": "later", "until_on": until})["Location"] == board
    assert client.post(here, {"choice": "pause"})["Location"] == board
    assert "Let it go on" in client.get(here).content.decode()
    assert client.post(here, {"choice": "look"}).status_code == 409
    assert client.post(here, {"choice": "resume"})["Location"] == board
    looking = client.post(here, {"choice": "look"})
    assert looking["Location"] == f"{reverse('assignments:opportunities')}?gaps={mentorship.code}"
    assert [each.choice for each in IdleAnswer.objects.order_by("pk")] == ["later", "pause", "resume", "look"]


def test_the_mentor_reads_where_it_stands_and_answers_nothing(mentorship, mentor, sign_in):
    page = sign_in(mentor).get(reverse("assignments:idle", args=[mentorship.code])).content.decode()

    assert "Look at options" not in page
    assert idle_now(mentorship) is not None


def test_where_something_runs_there_is_nothing_to_answer(mentorship, mentee, sign_in):
    AssignmentFactory(option__mentorship=mentorship)

    page = sign_in(mentee).get(reverse("assignments:idle", args=[mentorship.code])).content.decode()

    assert "There is nothing to answer here." in page
