"""Goals: written together, changed without losing a word, private to the two."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.competency_level import record_level
from assignments.actions.goal import add_goal, edit_goal, settle_goal
from assignments.models import CompetencyLevel, Goal, GoalCompetency
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import CompetencyFactory, GoalFactory, MentorshipFactory, OptionFactory

pytestmark = pytest.mark.django_db


def words(**changed):
    return {"title": "Lead a room", "success": "The room decides.", "horizon": "quarter", **changed}


def typed(rows=(), **changed):
    data = {**words(), "targets-TOTAL_FORMS": "5", "targets-INITIAL_FORMS": "0", **changed}
    for n, (competency, now, wanted) in enumerate(rows):
        data |= {
            f"targets-{n}-competency": str(competency),
            f"targets-{n}-level_now": str(now),
            f"targets-{n}-level_wanted": str(wanted),
        }
    return data


def test_add_goal_keeps_the_levels_and_writes_the_trail(mentorship, mentor):
    competency = CompetencyFactory()

    goal = add_goal(
        mentorship,
        by=mentor,
        words=words(),
        targets=[{"competency": competency, "level_now": 2, "level_wanted": 4}],
    )

    target = goal.targets.get()
    assert (goal.title, goal.version, goal.created_by) == ("Lead a room", 1, mentor)
    assert (target.competency, target.level_now, target.level_wanted) == (competency, 2, 4)
    entry = AuditEntry.objects.get(verb="goal.added")
    assert (entry.verb, entry.fields) == ("goal.added", ["competencies", "horizon", "success", "title"])


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator"])
def test_only_the_two_write_goals(request, mentorship, who):
    with pytest.raises(PermissionDenied):
        add_goal(mentorship, by=request.getfixturevalue(who), words=words(), targets=[])

    assert not Goal.objects.exists()


def test_nothing_is_added_once_the_mentorship_has_ended(mentor, mentee):
    ended = MentorshipFactory(mentor=mentor, mentee=mentee, ended_on="2026-01-31")

    with pytest.raises(PermissionDenied):
        add_goal(ended, by=mentee, words=words(), targets=[])


def test_edit_goal_names_the_touched_fields_in_the_trail(mentorship, mentee):
    goal = GoalFactory(mentorship=mentorship, title="Old", success="The room decides.", horizon="quarter")

    edit_goal(goal, by=mentee, version=1, words=words(), targets=[])

    assert (goal.title, goal.version) == ("Lead a room", 2)
    assert AuditEntry.objects.get().fields == ["competencies", "title"]


def test_of_two_edits_of_the_same_version_one_wins(mentorship, mentee, mentor):
    goal = GoalFactory(mentorship=mentorship)
    other = Goal.objects.get(pk=goal.pk)

    edit_goal(goal, by=mentee, version=1, words=words(title="First"), targets=[])
    with pytest.raises(Stale):
        edit_goal(other, by=mentor, version=1, words=words(title="Second"), targets=[])

    assert Goal.objects.get().title == "First"
    assert AuditEntry.objects.count() == 1


def test_a_stale_save_answers_409_with_both_texts(mentorship, mentee, mentor, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    competency = CompetencyFactory(name="Hosting a room")
    edit_goal(goal, by=mentor, version=1, words=words(title="The mentor’s title"), targets=[])

    url = reverse("assignments:goal-edit", args=[goal.code])
    data = typed([(competency.name, 1, 3)], title="The mentee’s title", version="1")
    response = sign_in(mentee).post(url, data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s title" in page
    assert page.count("The mentee’s title") == 2  # beside the other, and still in the field
    assert "Hosting a room: 1 → 3" in page
    assert 'name="version" value="2"' in page
    assert Goal.objects.get().title == "The mentor’s title"

    again = sign_in(mentee).post(url, data | {"version": "2"})
    assert again.status_code == 302
    assert Goal.objects.get().title == "The mentee’s title"


def test_a_goal_is_written_on_the_page(mentorship, mentee, sign_in):
    competency = CompetencyFactory()
    url = reverse("assignments:goal-add", args=[mentorship.code])

    response = sign_in(mentee).post(url, typed([(competency.name, 2, 3)], submit_key="k"))

    goal = Goal.objects.get()
    assert response.url == reverse("assignments:goal", args=[goal.code])
    assert GoalCompetency.objects.get().goal == goal


def test_wrong_levels_come_back_with_everything_typed(mentorship, mentee, sign_in):
    competency = CompetencyFactory()
    url = reverse("assignments:goal-add", args=[mentorship.code])

    below = sign_in(mentee).post(url, typed([(competency.name, 4, 2)]))
    twice = sign_in(mentee).post(url, typed([(competency.name, 1, 2), (competency.name, 2, 3)]))
    half = sign_in(mentee).post(url, typed([(competency.name, 1, "")]))

    assert [below.status_code, twice.status_code, half.status_code] == [422, 422, 422]
    assert "The level wanted cannot be below the level now." in below.content.decode()
    assert "This competency is named in another row." in twice.content.decode()
    assert "The room decides." in half.content.decode()
    assert not Goal.objects.exists()


def test_a_goal_without_a_title_is_refused(mentorship, mentee, sign_in):
    response = sign_in(mentee).post(reverse("assignments:goal-add", args=[mentorship.code]), typed(title=""))

    assert response.status_code == 422
    assert 'href="#id_title"' in response.content.decode()


def test_level_descriptors_can_be_read_while_writing(mentorship, mentee, sign_in):
    page = sign_in(mentee).get(reverse("assignments:goal-add", args=[mentorship.code])).content.decode()

    assert "<details" in page
    assert "Works out what others need and gets explicit commitments in return." in page


def test_a_goal_is_reached_once_and_can_be_opened_again(mentorship, mentee):
    goal = GoalFactory(mentorship=mentorship)

    settle_goal(goal, by=mentee, status="reached")
    with pytest.raises(Refused):
        settle_goal(goal, by=mentee, status="dropped")
    settle_goal(goal, by=mentee, status="open")

    assert goal.status == "open"
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == ["goal.open", "goal.reached"]


def test_clearing_a_row_takes_the_competency_away(mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    GoalCompetency.objects.create(goal=goal, competency=CompetencyFactory(), level_now=1, level_wanted=2)
    data = typed(version="1", **{"targets-INITIAL_FORMS": "1"})

    response = sign_in(mentee).post(reverse("assignments:goal-edit", args=[goal.code]), data)

    assert response.status_code == 302
    assert not goal.targets.exists()


def test_an_edit_that_is_wrong_comes_back_with_the_version_it_began_from(mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    url = reverse("assignments:goal-edit", args=[goal.code])

    first = sign_in(mentee).get(url)
    wrong = sign_in(mentee).post(url, typed(version="1", title=""))

    assert (first.status_code, wrong.status_code) == (200, 422)
    assert 'name="version" value="1"' in wrong.content.decode()
    assert "Give the goal a title." in wrong.content.decode()


def test_settling_on_the_page_says_what_it_became(mentorship, mentor, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    client, url = sign_in(mentor), reverse("assignments:goal-settle", args=[goal.code])

    assert client.post(url, {"status": "dropped"}).status_code == 302
    assert client.post(url, {"status": "reached"}).status_code == 409
    assert client.post(url, {"status": "nonsense"}).status_code == 422


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
@pytest.mark.parametrize("name", ["goal", "goal-edit"])
def test_goals_are_not_there_for_anybody_else(request, sign_in, who, name):
    goal = GoalFactory()

    response = sign_in(request.getfixturevalue(who)).get(reverse(f"assignments:{name}", args=[goal.code]))

    assert response.status_code == 404


def test_goal_page_takes_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries):
    goal = GoalFactory(mentorship=mentorship)
    client, url = sign_in(mentee), reverse("assignments:goal", args=[goal.code])

    def grow():
        GoalCompetency.objects.create(goal=goal, competency=CompetencyFactory(), level_now=1, level_wanted=2)
        OptionFactory(mentorship=mentorship, goal=goal)

    grow()
    one = count_queries(client, url)
    grow()
    grow()

    assert count_queries(client, url) == one


@pytest.mark.parametrize("version", ["²", "9" * 5000])
def test_a_version_that_is_no_number_saves_nothing_and_keeps_what_was_typed(mentorship, sign_in, version):
    goal = GoalFactory(mentorship=mentorship)

    response = sign_in(mentorship.mentor).post(f"/goals/{goal.code}/edit/", typed(version=version))

    assert response.status_code == 409
    assert "Lead a room" in response.content.decode()
    assert Goal.objects.get().title == "Lead work beyond my own team"


def test_a_goal_keeps_its_weight_audiences_and_domains(mentorship, mentee, sign_in):
    competency = CompetencyFactory(name="Chairing boards")
    data = typed(
        [(competency.name, 2, 3)],
        weight="5",
        audiences=["executives", "customers"],
        domains="Claims\nPricing",
        **{"targets-0-weight": "4"},
    )
    client = sign_in(mentee)

    response = client.post(reverse("assignments:goal-add", args=[mentorship.code]), data)

    assert response.status_code == 302
    goal = Goal.objects.get()
    assert (goal.weight, goal.audiences, goal.domains.split()) == (
        5,
        ["executives", "customers"],
        ["Claims", "Pricing"],
    )
    assert goal.targets.get().weight == 4
    page = client.get(reverse("assignments:goal", args=[goal.code])).content.decode()
    for words in (
        "Counts most",
        "Executives, Customers or end users",
        "Claims, Pricing",
        "Chairing boards: Counts more",
    ):
        assert words in page, words


def test_an_audience_that_is_none_is_refused(mentorship, mentee, sign_in):
    data = typed(audiences=["everybody"])

    response = sign_in(mentee).post(reverse("assignments:goal-add", args=[mentorship.code]), data)

    assert response.status_code == 422
    assert not Goal.objects.exists()


def _target(competency, now=2, wanted=4):
    return {"competency": competency, "level_now": now, "level_wanted": wanted}


@pytest.mark.parametrize(("who", "provenance"), [("mentee", "self_declared"), ("mentor", "mentor_rated")])
def test_a_level_now_that_is_new_is_recorded_by_who_says_so(request, mentorship, who, provenance):
    by, competency = request.getfixturevalue(who), CompetencyFactory()

    add_goal(mentorship, by=by, words=words(), targets=[_target(competency)])

    level = CompetencyLevel.objects.get()
    assert (level.person, level.competency, level.level) == (mentorship.mentee, competency, 2)
    assert (level.provenance, level.recorded_by, level.dated_on) == (provenance, by, today(mentorship.mentee.zone))


def test_a_level_that_counts_already_or_was_said_before_is_not_recorded_again(mentorship, mentee, mentor):
    competency = CompetencyFactory()
    add_goal(mentorship, by=mentor, words=words(), targets=[_target(competency, 3)])
    add_goal(mentorship, by=mentee, words=words(), targets=[_target(competency, 3)])
    goal = add_goal(mentorship, by=mentee, words=words(), targets=[_target(competency, 2)])
    add_goal(mentorship, by=mentee, words=words(), targets=[_target(competency, 2)])

    edit_goal(goal, by=mentor, version=1, words=words(title="Another"), targets=[_target(competency, 2)])

    said = CompetencyLevel.objects.order_by("pk").values_list("provenance", "level")
    assert list(said) == [("mentor_rated", 3), ("self_declared", 2)]


def test_changing_the_level_of_a_goal_records_it(mentorship, mentee):
    competency = CompetencyFactory()
    goal = add_goal(mentorship, by=mentee, words=words(), targets=[_target(competency, 2)])

    edit_goal(goal, by=mentee, version=1, words=words(), targets=[_target(competency, 3)])

    assert list(CompetencyLevel.objects.order_by("pk").values_list("level", flat=True)) == [2, 3]


def test_the_goal_shows_the_level_that_counts_and_who_says_so(mentorship, mentee, mentor, sign_in, clock):
    competency = CompetencyFactory(name="Facilitation")
    goal = add_goal(mentorship, by=mentee, words=words(), targets=[_target(competency, 1)])
    record_level(mentorship, by=mentor, competency=competency, level=3, dated_on=today())
    client, url = sign_in(mentor), reverse("assignments:goal", args=[goal.code])

    fresh = client.get(url).content.decode()
    clock(days=800)
    stale = sign_in(mentor).get(url).content.decode()

    assert '<span class="level-note">mentor-rated, ' in fresh
    assert "stale: older than 24 months" not in fresh
    assert "stale: older than 24 months" in stale
