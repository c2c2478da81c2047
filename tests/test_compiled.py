"""Questions put into SQL once a process: the same rows as ever, whoever asks and whichever day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import F, Q, QuerySet, Value
from django.utils.functional import SimpleLazyObject

from assignments.models import Assignment, CheckIn, Milestone, Status
from stretchhub import env
from stretchhub.among import Among
from stretchhub.compiled import NotCompiledError, compiled
from stretchhub.people.models import User
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
DAY = date(2026, 3, 4)


def test_each_person_is_told_of_their_own_and_the_question_is_made_only_once(django_assert_num_queries):
    made = []

    @compiled
    def work_of(user: User) -> QuerySet:
        made.append(user)
        return Assignment.objects.filter(Q(mentee=user) | Q(mentor=user)).select_related("mentor").order_by("pk")

    one, other = f.AssignmentFactory(), f.AssignmentFactory()
    assert [(a, a.mentor.full_name) for a in work_of(one.mentee)] == [(one, one.mentor.full_name)]
    with django_assert_num_queries(1):
        assert [(a, a.mentor.full_name) for a in work_of(other.mentor)] == [(other, other.mentor.full_name)]
    assert work_of(SimpleLazyObject(lambda: one.mentor)) == [one]
    assert len(made) == 2, "twice when it was compiled, and never since"


def test_days_and_what_is_counted_from_them_follow_the_day_that_is_asked_for():
    @compiled
    def soon(day: date) -> QuerySet:
        late = Milestone.objects.filter(due_on__lt=day).values_list("title", Value("late"))
        near = Milestone.objects.filter(due_on__range=(day, day + timedelta(days=3))).values_list(
            "title", Value("soon")
        )
        return late.order_by().union(near.order_by(), all=True).order_by("title")

    for number in range(6):
        f.MilestoneFactory(title=f"Step {number}", due_on=DAY + timedelta(days=number))
    assert soon(DAY) == [("Step 0", "soon"), ("Step 1", "soon"), ("Step 2", "soon"), ("Step 3", "soon")]
    assert soon(DAY + timedelta(days=5)) == [*((f"Step {n}", "late") for n in range(5)), ("Step 5", "soon")]
    assert soon(DAY - timedelta(days=9)) == []


def test_moments_are_filled_in_to_the_microsecond():
    @compiled
    def since(moment: datetime) -> QuerySet:
        return Assignment.objects.filter(activated_at__gt=moment - timedelta(days=2)).order_by("pk")

    noon = datetime(2026, 3, 4, 12, 0, 0, 5, tzinfo=UTC)
    work = f.AssignmentFactory(activated_at=noon)
    assert since(noon + timedelta(days=2)) == []
    assert since(noon + timedelta(days=2, microseconds=-1)) == [work]


def test_ids_are_filled_in_however_many_they_are():
    @compiled
    def of(ids: list[int]) -> QuerySet:
        return CheckIn.objects.filter(Among("assignment", ids)).order_by("pk")

    first, second, third = (f.CheckInFactory() for _ in range(3))
    assert of([second.assignment_id]) == [second]
    assert of([third.assignment_id, first.assignment_id]) == [first, third]
    assert of([]) == []


def test_codes_are_filled_in_with_the_person_who_asks():
    @compiled
    def work(user: User, code: UUID) -> QuerySet:
        return Assignment.objects.visible_to(user).filter(code=code)

    one, other = f.AssignmentFactory(), f.AssignmentFactory()
    assert work(one.mentee, one.code) == [one]
    assert work(other.mentee, other.code) == [other]
    assert work(other.mentee, one.code) == work(one.mentee, uuid4()) == []


def test_slots_beside_each_other_keep_their_places():
    @compiled
    def between(mentee: User, mentor: int, first: date, last: date) -> QuerySet:
        return Milestone.objects.filter(
            assignment__mentor=mentor, assignment__mentee=mentee, due_on__gte=first, due_on__lt=last
        ).values("title", about=F("assignment__title"))

    step = f.MilestoneFactory(title="Measured", due_on=DAY)
    work = step.assignment
    found = [{"title": "Measured", "about": work.title}]
    assert between(work.mentee, work.mentor_id, DAY, DAY + timedelta(days=1)) == found
    assert between(work.mentee, work.mentor_id, DAY - timedelta(days=1), DAY) == []
    assert between(work.mentor, work.mentee_id, DAY, DAY + timedelta(days=1)) == []


def test_for_every_word_and_flag_there_is_sql_of_its_own():
    @compiled
    def work(user: User, status: str, mine: bool) -> QuerySet:
        rows = Assignment.objects.filter(status=status).order_by("pk")
        return rows.filter(mentee=user) if mine else rows

    one, other = f.AssignmentFactory(status=Status.ACTIVE), f.AssignmentFactory(status=Status.REVIEWING)
    assert work(one.mentee, Status.ACTIVE, True) == [one]
    assert work(one.mentee, Status.REVIEWING, True) == []
    assert work(one.mentee, Status.REVIEWING, False) == [other]
    assert work(one.mentee, Status.ACTIVE, True) == [one]


def test_what_nothing_can_answer_is_not_asked(django_assert_num_queries):
    @compiled
    def nothing(user: User) -> QuerySet:
        return Assignment.objects.none()

    person = f.UserFactory()
    with django_assert_num_queries(0):
        assert nothing(person) == [] == nothing(person)


@compiled
def of_today(user: User) -> QuerySet:
    return Assignment.objects.filter(starts_on__lte=env.today(), mentee=user)


@compiled
def by_mail(user: User) -> QuerySet:
    return User.objects.filter(email=user.email)


@compiled
def by_role(user: User) -> QuerySet:
    return Assignment.objects.all() if user.roles else Assignment.objects.none()


@compiled
def by_part(user: User) -> QuerySet:
    return Assignment.objects.on_record_for(user)


@compiled
def so_many(count: int) -> QuerySet:
    return Assignment.objects.all()[:count]


@compiled
def one_or_other(count: int) -> QuerySet:
    return Assignment.objects.filter(Q(title="big") if count > 1_950_000_000 else Q(title="small"))


@compiled
def twice_as_many(count: int) -> QuerySet:
    return Assignment.objects.filter(pk=2 * count)


PERSON = "a person"


@pytest.mark.parametrize(
    ("question", "slot", "why"),
    [
        (of_today, PERSON, "of_today asks for the time"),
        (by_mail, PERSON, "by_mail asks more of a row"),
        (by_role, PERSON, "by_role asks more of a row"),
        (by_part, PERSON, "by_part asks more of a row"),
        (so_many, 3, "The SQL of so_many changes"),
        (one_or_other, 3, "A parameter of one_or_other cannot be told"),
        (twice_as_many, 3, "A parameter of twice_as_many cannot be told"),
    ],
)
def test_a_question_that_would_be_answered_for_somebody_else_is_refused_at_once(question, slot, why):
    with pytest.raises(NotCompiledError, match=why):
        question(f.UserFactory() if slot is PERSON else slot)


def test_the_clock_goes_on_after_a_refusal():
    with pytest.raises(NotCompiledError):
        of_today(f.UserFactory())
    assert env.today() >= DAY


def test_a_slot_too_few_is_a_mistake_in_the_code():
    with pytest.raises(TypeError, match="so_many takes 1 slots, not 2"):
        so_many(1, 2)
