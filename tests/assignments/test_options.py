"""Options: put on the board with all they need, changed without losing a word."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from assignments.actions.option import add_option, edit_option
from assignments.models import Option, OptionCompetency
from assignments.refusals import Stale
from stretchhub.audit.models import AuditEntry
from tests.factories import BriefFactory, BriefVersionFactory, CompetencyFactory, GoalFactory, OptionFactory

pytestmark = pytest.mark.django_db


def typed(competency=None, **changed):
    data = {
        "title": "Cut the claims queue",
        "kind": "cross_functional",
        "domain": "Customer care",
        "audience": "executives",
        "role": "owner",
        "why": "Two teams, no authority.",
        "goal": "",
        "starts_on": "2027-01-11",
        "ends_on": "2027-03-31",
        "hours_per_week": "4.5",
        "success_criteria": "Both leads say so.",
        "next_step": "Ask Ruth for the queue data",
        "contributions-TOTAL_FORMS": "5",
        "contributions-INITIAL_FORMS": "0",
    }
    if competency:
        data |= {"contributions-0-competency": competency.name, "contributions-0-contribution": "secondary"}
    # The other rows send their preset choice although nothing was chosen in them.
    data |= {f"contributions-{n}-contribution": "primary" for n in range(1, 5)}
    return data | changed


WORDS = {
    "title": "Cut the queue",
    "kind": "technical",
    "domain": "IT",
    "audience": "team",
    "why": "To learn it.",
}


def test_an_option_keeps_everything_that_was_typed(mentorship, mentee, sign_in):
    goal, competency = GoalFactory(mentorship=mentorship), CompetencyFactory()
    url = reverse("assignments:option-add", args=[mentorship.code])

    response = sign_in(mentee).post(url, typed(competency, goal=goal.pk, submit_key="k"))

    option = Option.objects.get()
    assert response.url == reverse("assignments:option", args=[option.code])
    assert (option.kind, option.audience, option.role, option.goal) == (
        "cross_functional",
        "executives",
        "owner",
        goal,
    )
    assert (str(option.starts_on), str(option.ends_on), str(option.hours_per_week)) == (
        "2027-01-11",
        "2027-03-31",
        "4.5",
    )
    assert (option.stage, option.version, option.created_by) == ("idea", 1, mentee)
    row = OptionCompetency.objects.get()
    assert (row.competency, row.contribution) == (competency, "secondary")
    entry = AuditEntry.objects.get()
    assert (entry.verb, "why" in entry.fields, "competencies" in entry.fields) == ("option.added", True, True)


def test_what_is_wrong_comes_back_with_everything_typed(mentorship, mentee, sign_in):
    url = reverse("assignments:option-add", args=[mentorship.code])

    response = sign_in(mentee).post(url, typed(why="", ends_on="2026-12-01", hours_per_week="90"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "The end cannot be before the start." in page
    assert "Cut the claims queue" in page
    assert not Option.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hours_per_week", "90", "Hours a week lie between 0.5 and 60. It may stay empty."),
        ("hours_per_week", "some", "Write the hours a week as a number, for example 4 or 2.5."),
        ("hours_per_week", "2.25", "One digit after the point is enough, for example 2.5."),
        ("backfill_hours", "-1", "Covered hours lie between 0 and 60."),
        ("starts_on", "soon", "Choose a day, or write it like 2027-03-31."),
        ("ends_on", "2026-12-01", "The end cannot be before the start. Move one of the two days."),
    ],
)
def test_a_wrong_time_frame_or_effort_says_what_to_do(mentorship, mentee, sign_in, field, value, words):
    url = reverse("assignments:option-add", args=[mentorship.code])

    response = sign_in(mentee).post(url, typed(**{field: value}))

    assert response.status_code == 422
    assert words in response.content.decode()


def test_hours_covered_by_others_are_kept(mentorship, mentee, sign_in):
    url = reverse("assignments:option-add", args=[mentorship.code])

    sign_in(mentee).post(url, typed(backfill_hours="1.5"))

    assert str(Option.objects.get().backfill_hours) == "1.5"


def test_others_cannot_take_over_more_than_it_takes(mentorship, mentee, sign_in):
    url = reverse("assignments:option-add", args=[mentorship.code])

    response = sign_in(mentee).post(url, typed(hours_per_week="4.5", backfill_hours="5"))

    assert response.status_code == 422
    assert "Others cannot take over more than the 4.5 hours it takes." in response.content.decode()
    assert sign_in(mentee).post(url, typed(hours_per_week="4.5", backfill_hours="4.5")).status_code == 302


def test_the_form_asks_in_three_parts(mentorship, mentee, sign_in):
    page = sign_in(mentee).get(reverse("assignments:option-add", args=[mentorship.code])).content.decode()

    parts = [page.index(f"<legend>{part}</legend>") for part in ("What it is", "What it takes", "How you would know")]
    assert parts == sorted(parts)


def test_a_goal_of_another_mentorship_cannot_be_chosen(mentorship, mentee, sign_in):
    url = reverse("assignments:option-add", args=[mentorship.code])

    response = sign_in(mentee).post(url, typed(goal=GoalFactory().pk))

    assert response.status_code == 422
    assert not Option.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_only_the_two_add_options(request, mentorship, who):
    with pytest.raises(PermissionDenied):
        add_option(mentorship, by=request.getfixturevalue(who), words=WORDS, contributions=[])

    assert not Option.objects.exists()


def test_a_move_makes_an_open_form_stale(mentorship, mentee):
    option = OptionFactory(mentorship=mentorship)
    Option.objects.filter(pk=option.pk).update(stage="exploring", version=2)

    with pytest.raises(Stale):
        edit_option(option, by=mentee, version=1, words=WORDS, contributions=[])

    assert not AuditEntry.objects.exists()


def test_a_stale_save_answers_409_with_both_texts(mentorship, mentee, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship)
    edit_option(option, by=mentor, version=1, words=WORDS | {"why": "The mentor’s why."}, contributions=[])
    url = reverse("assignments:option-edit", args=[option.code])

    data = typed(CompetencyFactory(name="Hosting a room"), why="The mentee’s why.", version="1")
    response = sign_in(mentee).post(url, data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s why." in page
    assert page.count("The mentee’s why.") == 2
    assert "Hosting a room (Secondary)" in page
    assert sign_in(mentee).post(url, data | {"version": "2"}).status_code == 302
    assert Option.objects.get().why == "The mentee’s why."


def test_an_edit_that_is_wrong_comes_back_with_the_version_it_began_from(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship)

    response = sign_in(mentee).post(
        reverse("assignments:option-edit", args=[option.code]), typed(version="1", domain="")
    )

    assert response.status_code == 422
    assert 'name="version" value="1"' in response.content.decode()
    assert "Say where the work is." in response.content.decode()


def test_edit_keeps_a_goal_that_is_no_longer_open(mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship, status="reached")
    option = OptionFactory(mentorship=mentorship, goal=goal)
    url = reverse("assignments:option-edit", args=[option.code])

    response = sign_in(mentee).post(url, typed(goal=goal.pk, version="1"))

    assert response.status_code == 302
    assert Option.objects.get().goal == goal


def test_the_database_refuses_an_end_before_the_start(mentorship):
    with pytest.raises(IntegrityError):
        OptionFactory(mentorship=mentorship, starts_on="2027-02-01", ends_on="2027-01-01")


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
@pytest.mark.parametrize("name", ["option", "option-edit"])
def test_options_are_not_there_for_anybody_else(request, sign_in, who, name):
    option = OptionFactory()

    response = sign_in(request.getfixturevalue(who)).get(reverse(f"assignments:{name}", args=[option.code]))

    assert response.status_code == 404


def test_option_page_takes_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries):
    option = OptionFactory(mentorship=mentorship, goal=GoalFactory(mentorship=mentorship), stage="briefed")
    brief = BriefFactory(option=option)
    BriefVersionFactory(brief=brief, number=1, status="changes_requested", refused=True)
    client, url = sign_in(mentee), reverse("assignments:option", args=[option.code])

    def grow(number):
        OptionCompetency.objects.create(option=option, competency=CompetencyFactory())
        BriefVersionFactory(brief=brief, number=number, status="changes_requested", refused=True)

    grow(2)
    one = count_queries(client, url)
    grow(3)
    grow(4)

    assert count_queries(client, url) == one
