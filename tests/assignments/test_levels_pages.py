"""Levels of competencies: who says so and since when, beside what the goals want."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.competency_level import record_level
from assignments.level_book import book_of
from assignments.models import CompetencyLevel, GoalCompetency, LevelDescriptor, OptionCompetency
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    FrameworkFactory,
    GoalFactory,
    LearningItemFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def levels_url(mentorship):
    return reverse("assignments:levels", args=[mentorship.code])


def add_url(mentorship):
    return reverse("assignments:level-add", args=[mentorship.code])


def target(mentorship, competency, now=2, wanted=4, **goal):
    goal = GoalFactory(mentorship=mentorship, **goal)
    return GoalCompetency.objects.create(goal=goal, competency=competency, level_now=now, level_wanted=wanted)


def days_ago(days):
    return today() - timedelta(days=days)


def posted(competency, **changed):
    return {"competency": str(competency.code), "level": "3", "note": "", "dated_on": str(today())} | changed


@pytest.mark.parametrize(("who", "provenance"), [("mentee", "self_declared"), ("mentor", "mentor_rated")])
def test_who_records_a_level_decides_its_provenance(request, mentorship, who, provenance, sign_in):
    competency, person = CompetencyFactory(), request.getfixturevalue(who)

    response = sign_in(person).post(add_url(mentorship), posted(competency))

    level = CompetencyLevel.objects.get()
    assert response["Location"] == levels_url(mentorship)
    assert (level.person, level.competency, level.level) == (mentorship.mentee, competency, 3)
    assert (level.provenance, level.recorded_by, level.dated_on) == (provenance, person, today())
    entry = AuditEntry.objects.get(verb="competency_level.recorded")
    assert entry.fields == ["competency", "dated_on", "level", "note", "provenance"]


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_levels_are_not_there_for_anybody_else(request, mentorship, who, sign_in):
    user = request.getfixturevalue(who)

    assert sign_in(user).get(levels_url(mentorship)).status_code == 404
    assert sign_in(user).post(add_url(mentorship), posted(CompetencyFactory())).status_code == 404
    with pytest.raises(PermissionDenied):
        record_level(mentorship, by=user, competency=CompetencyFactory(), level=3, dated_on=today())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", ""),
        ("level", "6"),
        ("dated_on", ""),
        ("dated_on", "1999-01-01"),
        ("dated_on", "2098-01-01"),
        ("note", "x" * 501),
    ],
)
def test_what_cannot_be_recorded_comes_back_with_words(mentorship, mentee, sign_in, field, value):
    response = sign_in(mentee).post(add_url(mentorship), posted(CompetencyFactory(), **{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not CompetencyLevel.objects.exists()


def test_a_note_stays_when_its_competency_was_retired_meanwhile(mentorship, mentee, sign_in):
    retired = CompetencyFactory(retired=True)

    answer = sign_in(mentee).post(add_url(mentorship), posted(retired, note="The pilot; Ruth saw it."))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "this competency cannot be chosen any more" in page
    assert "The pilot; Ruth saw it." in page
    assert str(retired.code) not in page


@pytest.mark.parametrize("level", ["4", "5"])
def test_a_high_level_says_what_shows_it(mentorship, mentee, sign_in, level):
    competency, client = CompetencyFactory(), sign_in(mentee)

    without = client.post(add_url(mentorship), posted(competency, level=level))
    said = client.post(add_url(mentorship), posted(competency, level=level, note="The pilot; Ruth saw it."))

    assert without.status_code == 422
    assert "Levels 4 and 5 say what shows it" in without.content.decode()
    assert said.status_code == 302


def test_the_levels_are_described_beside_the_choice(mentorship, mentee, sign_in):
    described, plain = CompetencyFactory(), CompetencyFactory()
    LevelDescriptor.objects.create(competency=described, level=2, text="Sends regular updates.")
    client = sign_in(mentee)

    one = client.get(f"{add_url(mentorship)}?competency={described.code}").content.decode()
    other = client.get(f"{add_url(mentorship)}?competency={plain.code}").content.decode()

    assert "Sends regular updates." in one
    assert "Independently" in other
    assert "Not observed" not in one + other


def test_which_competency_is_asked_first(mentorship, mentee, sign_in):
    named, other = CompetencyFactory(name="Hosting"), CompetencyFactory(name="Writing for the board")
    target(mentorship, named)
    client, url = sign_in(mentee), add_url(mentorship)

    assert f"?competency={named.code}" in client.get(url).content.decode()
    assert client.get(f"{url}?name=writing for the board")["Location"] == f"{url}?competency={other.code}"
    assert client.get(f"{url}?name=nothing like it").status_code == 422
    assert client.get(f"{url}?competency=nonsense").status_code == 200
    assert client.post(url, posted(other) | {"competency": "nonsense"}).status_code == 422
    retired = CompetencyFactory(retired=True)
    assert client.post(url, posted(retired)).status_code == 422
    assert not CompetencyLevel.objects.exists()


def test_the_strongest_fresh_word_counts_and_says_so(mentorship, mentee, mentor, sign_in):
    competency = CompetencyFactory()
    CompetencyLevelFactory(person=mentee, competency=competency, level=3, by=mentor, dated_on=days_ago(30))

    response = sign_in(mentee).post(add_url(mentorship), posted(competency, level="2"), follow=True)

    page = response.content.decode()
    assert "still counts as 3, mentor-rated" in page
    assert "Level 3 now" in page
    assert "mentor-rated by Tom Berg" in page
    row = book_of(mentorship, mentee, today()).others[0]
    assert (row.now, [entry.level for entry in row.level.history]) == (3, [2, 3])


def test_an_old_level_is_said_to_be_stale(mentorship, mentee, sign_in):
    CompetencyLevelFactory(person=mentee, dated_on=days_ago(800))

    page = sign_in(mentee).get(levels_url(mentorship)).content.decode()

    assert "Stale: older than 24 months" in page


def test_proficiency_follows_the_framework(mentorship, mentee):
    easy, strict = CompetencyFactory(framework__proficiency_threshold=2), CompetencyFactory()
    for competency in (easy, strict):
        CompetencyLevelFactory(person=mentee, competency=competency, level=2)

    rows = {row.competency: row for row in book_of(mentorship, mentee, today()).rows}

    assert (rows[easy].proficient, rows[strict].proficient) == (True, False)
    assert rows[strict].threshold == 3


def test_goals_options_and_recorded_levels_are_all_there(mentorship, mentee, mentor, sign_in):
    names = ("Asked for", "Developed", "Recorded", "Parked", "Dropped", "Reached")
    each = {name: CompetencyFactory(name=name) for name in names}
    target(mentorship, each["Asked for"], now=1, wanted=3)
    target(mentorship, each["Asked for"], now=1, wanted=5, title="The higher goal")
    target(mentorship, each["Dropped"], status="dropped")
    target(mentorship, each["Reached"], status="reached")
    OptionCompetency.objects.create(option=OptionFactory(mentorship=mentorship), competency=each["Developed"])
    parked = OptionFactory(mentorship=mentorship, stage="parked", left_stage="idea", stage_reason="Later.")
    OptionCompetency.objects.create(option=parked, competency=each["Parked"])
    CompetencyLevelFactory(person=mentee, competency=each["Recorded"], level=4)

    book = book_of(mentorship, mentor, today())

    assert [row.mark for row in book.wanted] == [("Asked for", 1, 5)]
    assert [row.mark for row in book.others] == [("Developed", None, None), ("Reached", 2, None), ("Recorded", 4, None)]
    page = sign_in(mentor).get(levels_url(mentorship)).content.decode()
    assert "Level 1 is what the goal was written with; nobody has recorded one." in page
    assert "The higher goal" in page
    assert "Nobody has recorded a level yet." in page
    assert "Written for these tests." in page


def test_a_gap_with_neither_option_nor_learning_is_offered_for_the_plan(mentorship, mentee, sign_in):
    bare, planned = CompetencyFactory(), CompetencyFactory()
    goal = target(mentorship, bare).goal
    target(mentorship, planned)
    LearningItemFactory(mentorship=mentorship, competency=planned, title="The book on it")

    page = sign_in(mentee).get(levels_url(mentorship)).content.decode()

    learning = reverse("assignments:learning-add", args=[mentorship.code])
    assert f"{learning}?goal={goal.code}&amp;competency={bare.code}" in page
    assert f"competency={planned.code}" not in page.replace(add_url(mentorship) + f"?competency={planned.code}", "")
    assert "The book on it" in page


def test_goals_with_another_mentor_stay_between_those_two(mentorship, mentee, mentor):
    elsewhere = MentorshipFactory(mentee=mentee, mentor=UserFactory())
    target(elsewhere, CompetencyFactory(name="Between those two"))

    assert book_of(mentorship, mentor, today()).rows == ()


def test_after_the_mentorship_the_former_mentor_reads_no_levels(mentor, mentee, sign_in):
    ended = MentorshipFactory(mentor=mentor, mentee=mentee, ended_on="2026-01-31")
    CompetencyLevelFactory(person=mentee, note="Recorded for somebody else.")

    assert "Recorded for somebody else." not in sign_in(mentor).get(levels_url(ended)).content.decode()
    assert "Recorded for somebody else." in sign_in(mentee).get(levels_url(ended)).content.decode()
    assert sign_in(mentee).get(add_url(ended)).status_code == 403


def test_another_mentor_is_not_told_which_assignment_verified_a_level(mentorship, mentee, mentor, sign_in):
    elsewhere = MentorshipFactory(mentee=mentee, mentor=UserFactory())
    assignment = AssignmentFactory(option__mentorship=elsewhere, option__title="Work in confidence", closed=True)
    CompetencyLevelFactory(person=mentee, level=4, by=elsewhere.mentor, assignment=assignment, provenance="verified")

    for_mentor = sign_in(mentor).get(levels_url(mentorship)).content.decode()
    for_mentee = sign_in(mentee).get(levels_url(mentorship)).content.decode()

    assert "verified by a review" in for_mentor
    assert "Work in confidence" not in for_mentor
    assert "Work in confidence" in for_mentee


def test_the_levels_page_takes_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries):
    client, url = sign_in(mentee), levels_url(mentorship)

    def grow():
        competency = CompetencyFactory()
        target(mentorship, competency)
        target(mentorship, CompetencyFactory())
        LearningItemFactory(mentorship=mentorship, competency=competency)
        OptionCompetency.objects.create(option=OptionFactory(mentorship=mentorship), competency=CompetencyFactory())
        assignment = AssignmentFactory(option__mentorship=mentorship, closed=True)
        CompetencyLevelFactory(person=mentee, competency=competency, assignment=assignment, provenance="verified")
        CompetencyLevelFactory(person=mentee, competency=competency)

    grow()
    one = count_queries(client, url)
    grow()
    grow()

    assert count_queries(client, url) == one


@pytest.mark.parametrize("name", ["levels", "level-add", "goal-edit", "competencies"])
def test_wherever_a_framework_is_shown_its_whole_credit_is(mentorship, mentee, sign_in, name):
    framework = FrameworkFactory(
        name="Theirs",
        credit="By them.",
        licence="CC BY 4.0",
        licence_holder="The makers",
        changes="Shortened.",
        imported_at=now(),
    )
    competency = CompetencyFactory(framework=framework)
    goal = target(mentorship, competency).goal
    codes = {"goal-edit": [goal.code], "competencies": []}.get(name, [mentorship.code])

    page = sign_in(mentee).get(reverse(f"assignments:{name}", args=codes) + f"?competency={competency.code}")

    credit = "By them. Licence: CC BY 4.0. Held by The makers. Changed here: Shortened."
    assert credit in page.content.decode()
