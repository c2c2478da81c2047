from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions import workload as actions
from assignments.method import Reason
from assignments.models import WorkloadResponse
from assignments.two_sides import Difference, Side, differences, side
from assignments.workload import Guard, Said, guard, lately, strained
from assignments.workload_of import load_on
from assignments.workload_words import load_sentence, prompts
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    MentorshipFactory,
)


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor, base_hours=38, contracted_hours=40)
    made = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)
    CharterFactory(assignment=made, acknowledged=True)
    return made


def answers(assignment, *told):
    """One check-in a week until today, with the mentee's load and hours."""
    for number, (load, hours) in enumerate(told):
        row = CheckInFactory(assignment=assignment, due_on=today() - timedelta(weeks=len(told) - 1 - number))
        CheckInAnswerFactory(check_in=row, load=load, hours=hours)


# --- pure -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loads", "is_strain"),
    [([4, 4], True), ([5, 4], True), ([5], False), ([4, 3], False), ([4, 4, 3], False), ([4, None, 4], False)],
)
def test_strain_is_a_high_load_at_two_check_ins_running(loads, is_strain):
    assert strained([Said(load) for load in loads]) is is_strain


def test_hours_lately_are_the_mean_of_the_last_two_named():
    assert lately([Said(hours=2), Said(hours=6), Said(), Said(hours=8)]) == 7
    assert lately([Said(hours=5)]) == 5
    assert lately([Said(4)]) is None


@pytest.mark.parametrize(
    ("said", "agreed", "light", "code", "value"),
    [
        ([Said(4), Said(5)], 4, "green", "strained", True),
        ([Said(hours=9), Said(hours=9)], 4, "red", "too_full", True),
        ([Said(hours=9)], 4, "red", "over_agreed", False),
        ([Said(3)], 4, "green", "not_told", False),
        ([Said(hours=5)], 4, "green", "over_agreed", False),
        ([Said(hours=3.2)], 4, "green", "under_agreed", False),
        ([Said(hours=4.5)], 4, "green", "as_agreed", False),
    ],
)
def test_the_guard_speaks_only_of_what_is_too_much(said, agreed, light, code, value):
    found = guard(said, agreed, light)

    assert (found.reason.code, found.value) == (code, value)


def test_without_an_agreement_hours_are_only_told():
    assert guard([Said(hours=6)], None, None) == Guard(False, (("lately", 6.0),), Reason("as_agreed"))


def test_each_standing_has_a_sentence_and_what_fits_has_nothing_to_try():
    for code in ("strained", "too_full", "not_told", "over_agreed", "under_agreed", "as_agreed"):
        found = Guard(False, (("agreed", 4.0), ("lately", 6.5)), Reason(code))
        assert load_sentence(found).endswith((".", "?"))
        assert bool(prompts(found)) is (code not in ("not_told", "as_agreed"))


def test_two_sides_that_see_the_same_have_nothing_to_begin_with():
    same = side(3, 5, {"scope": "More", "avoided": " "})

    assert same == Side(3, 5, frozenset({"scope"}))
    assert differences(same, same) == ()
    assert differences(Side(3, 5), Side(4, 7)) == ()
    assert differences(Side(), Side(5, 5)) == ()


def test_two_sides_differ_by_two_steps_half_the_hours_or_words_of_one():
    found = differences(Side(2, 4, frozenset({"scope"})), Side(4, 6, frozenset()))

    assert found == (
        Difference(2, (("mentee", 2.0), ("mentor", 4.0)), Reason("load", {"higher": "mentor"})),
        Difference(2, (("mentee", 4), ("mentor", 6)), Reason("hours")),
        Difference(None, (), Reason("scope", {"who": "mentee"})),
    )


# --- read and answered --------------------------------------------------------------------------------------


def test_hours_told_are_put_against_the_agreement_and_into_the_week(assignment):
    answers(assignment, (3, 6), (3, 8))

    load = load_on(assignment)

    assert (load.agreed, load.lately) == (4, 7)
    assert load.week.hours == 45
    assert load_sentence(load.guard) == "About 7 hours a week lately, 4 agreed. Something should come off."


def test_before_anything_is_told_the_agreed_hours_stand_in(assignment):
    load = load_on(assignment)

    assert (load.lately, load.week.hours, load.told) == (None, 42, ())


@pytest.mark.django_db
def test_the_guard_offers_its_ways_once_and_asks_again_only_when_it_is_too_much_anew(
    assignment, mentee, sign_in, clock
):
    answers(assignment, (4, 4), (5, 4))
    client, url = sign_in(mentee), reverse("assignments:workload", args=[assignment.code])
    assert "Take something off" in client.get(url).content.decode()

    answer = client.post(url, {"choice": "pause", "words": "Two weeks."})

    assert answer.url == reverse("assignments:pause", args=[assignment.code])
    words = client.get(url).content.decode()
    assert "Take something off" not in words
    assert "Two weeks." in words
    clock(days=7)
    answers(assignment, (5, 4))
    assert not load_on(assignment).guard.value
    clock(days=14)
    answers(assignment, (5, 4))
    assert load_on(assignment).guard.value


@pytest.mark.parametrize(
    ("choice", "name"), [("cover", "charter-edit"), ("carry_on", "check-ins"), ("rescope", "scope-change")]
)
def test_each_way_leads_to_where_it_is_carried_out(assignment, mentor, sign_in, choice, name):
    url = reverse("assignments:workload", args=[assignment.code])

    answer = sign_in(mentor).post(url, {"choice": choice})

    assert answer.url == reverse(f"assignments:{name}", args=[assignment.code])


def test_choosing_nothing_is_asked_again_in_place(assignment, mentee, sign_in):
    answers(assignment, (4, 4), (5, 4))

    answer = sign_in(mentee).post(
        reverse("assignments:workload", args=[assignment.code]), {"words": ""}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "Choose one; carrying on is a choice too." in answer.content.decode()


def test_nobody_else_answers_for_the_two_and_the_trail_holds_no_words(assignment, sponsor, mentee):
    with pytest.raises(PermissionDenied):
        actions.respond(assignment, by=sponsor, choice="pause")
    actions.respond(assignment, by=mentee, choice="cover", words="Iris takes Fridays.")

    assert WorkloadResponse.objects.get().words == "Iris takes Fridays."
    assert "Iris" not in str(list(AuditEntry.objects.values()))
