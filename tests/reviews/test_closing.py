"""Closing with care: what is kept, who reads it, and what comes next."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.models import (
    BriefOutcome,
    BriefStatus,
    Contribution,
    DemonstratedLevel,
    GoalCompetency,
    GoalStatus,
    Measurement,
    OpportunityCompetency,
    Option,
    OptionCompetency,
    Provenance,
    Stage,
)
from assignments.refusals import Refused
from reviews import closing_messages
from reviews.actions import closing as actions
from reviews.actions.closing import Came, Learned, Plan
from reviews.closing_page import ahead_of, conversation_of, goals_of, look_again_on, reach_of, shown_by
from reviews.models import Closing, Lesson, NextStep, Relation, ReviewStatus
from reviews.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from stretchhub.people.models import Draft
from tests.factories import (
    AssignmentFactory,
    BriefOutcomeFactory,
    ClosingFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    GoalFactory,
    IntakeFactory,
    LessonFactory,
    MeasurementFactory,
    MentorshipFactory,
    OpportunityFactory,
    OptionFactory,
    ReviewFactory,
)

pytestmark = pytest.mark.django_db

NO_PLAN = Plan({})


@pytest.fixture
def mentorship(mentor, mentee):
    return MentorshipFactory(mentor=mentor, mentee=mentee)


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(
        option__mentorship=mentorship, option__title="Shorten the backlog", sponsor=sponsor, reviewing=True
    )


@pytest.fixture
def outcome(assignment):
    return BriefOutcomeFactory(
        version__brief__option=assignment.option, version__status=BriefStatus.SPONSOR_ACCEPTED, version__outcome=None
    )


@pytest.fixture
def gap(mentorship):
    """A competency that a goal wants at 4 and that is at 2."""
    competency = CompetencyFactory(name="Influence")
    goal = GoalFactory(mentorship=mentorship, title="Move other teams", weight=4)
    GoalCompetency.objects.create(goal=goal, competency=competency, level_now=2, level_wanted=4, weight=5)
    return competency


def finish(assignment, outcomes=None, lessons=(), plan=NO_PLAN, **given):
    return actions.finish(
        assignment,
        by=given.get("by", assignment.mentee),
        outcomes=outcomes or {},
        lessons=lessons,
        goals=goals_of(assignment),
        conversation=conversation_of(assignment),
        plan=plan,
    )


def titles(user):
    return [line.title for line in waiting_for(user)]


def url(assignment, step=None):
    if step is None:
        return reverse("reviews:closing", args=[assignment.code])
    return reverse("reviews:closing-step", args=[assignment.code, step])


# --- finishing -------------------------------------------------------------------------------------


def test_an_outcome_becomes_a_measurement_with_its_source(assignment, outcome):
    came = Came(Decimal("15.00"), today(), 30, "Weekly report", "A quiet month")

    closing = finish(assignment, {outcome.pk: came})

    (kept,) = closing.outcomes.all()
    assert (kept.value, kept.measured_on, kept.n, kept.source, kept.causes, kept.unmeasured) == (*vars(came).values(),)
    (measured,) = Measurement.objects.all()
    assert (measured.value, measured.n, measured.note) == (Decimal("15.00"), 30, "Weekly report")


def test_what_was_measured_already_is_not_measured_twice(assignment):
    former = MeasurementFactory(assignment=assignment, value=Decimal("16.00"), n=12)

    finish(assignment, {former.outcome_id: Came(Decimal("16.00"), former.measured_on, 12, "Weekly report")})

    assert list(Measurement.objects.all()) == [former]


def test_after_the_end_an_outcome_is_kept_and_nothing_is_measured(assignment, outcome, mentee):
    assignment.status, assignment.ending, assignment.closed_at = "closed", "delivered", now()
    assignment.save()

    finish(assignment, {outcome.pk: Came(Decimal("15"), today(), None, "Weekly report")})

    assert not Measurement.objects.exists()
    assert Closing.objects.get().outcomes.get().value == 15


def test_what_nobody_measured_says_why(assignment, outcome):
    finish(assignment, {outcome.pk: Came(unmeasured="The report was switched off.")})

    kept = Closing.objects.get().outcomes.get()
    assert (kept.value, kept.unmeasured) == (None, "The report was switched off.")
    assert not Measurement.objects.exists()


def test_nothing_is_kept_where_an_agreed_outcome_is_left_out(assignment, outcome):
    with pytest.raises(Refused, match="changed meanwhile"):
        finish(assignment)

    assert not Closing.objects.exists()


def test_a_name_stands_only_beside_what_is_offered(assignment):
    lessons = [Learned("For me.", named=True), Learned("For all.", audience="team", named=True)]

    finish(assignment, lessons=lessons)

    rows = Lesson.objects.values_list("position", "text", "audience", "named", "kind")
    assert list(rows) == [
        (1, "For me.", "private", False, "cross_functional"),
        (2, "For all.", "team", True, "cross_functional"),
    ]


def test_goals_and_the_next_look_are_settled_in_the_same_go(assignment, mentorship):
    goal, other = GoalFactory(mentorship=mentorship, weight=5), GoalFactory(mentorship=mentorship, weight=2)
    intake = IntakeFactory(mentorship=mentorship, kept=True)
    day = today() + timedelta(days=40)

    finish(assignment, plan=Plan({goal.pk: ("reached", ""), other.pk: ("changed", "Two teams, not five.")}, day))

    goal.refresh_from_db()
    other.refresh_from_db()
    intake.refresh_from_db()
    assert (goal.status, other.status, intake.revisit_on) == (GoalStatus.REACHED, GoalStatus.OPEN, day)
    assert list(Closing.objects.get().goals.values_list("verdict", "note")) == [
        ("reached", ""),
        ("changed", "Two teams, not five."),
    ]


def test_all_of_it_is_one_entry_without_words_and_tells_mentor_and_sponsor(assignment, mentor, sponsor):
    before = assignment.revision

    closing = finish(assignment, lessons=[Learned("A secret."), Learned("For you.", audience="mentor")])

    entry = AuditEntry.objects.get(verb="closing.finished")
    assert entry.fields == ["goals", "lessons", "not_now_until", "outcomes"]
    assert assignment.revision == before + 1
    told = {notice.recipient: notice for notice in Notice.objects.all()}
    assert {person: notice.kind for person, notice in told.items()} == {
        mentor: closing_messages.FINISHED,
        sponsor: closing_messages.THANKS,
    }
    letters = {}
    for person, notice in told.items():
        kind = kinds.get(notice.kind)
        loaded = kind.load([closing.pk])[closing.pk]
        assert kind.still_due(notice, loaded)
        letters[person] = " ".join(kind.render(notice, loaded).paragraphs)
    assert "1 lesson is for you" in letters[mentor]
    assert "Thank you for making it possible" in letters[sponsor]
    assert "A secret." not in letters[mentor] + letters[sponsor]


def test_without_a_lesson_for_the_mentor_none_is_announced(assignment, mentor):
    closing = finish(assignment, lessons=[Learned("A secret.")])

    notice = Notice.objects.get(recipient=mentor)
    letter = kinds.get(notice.kind).render(notice, closing)
    assert not [words for words in letter.paragraphs if "lesson" in words]


def test_it_is_finished_once(assignment):
    finish(assignment)

    with pytest.raises(Refused, match="finished already"):
        finish(assignment)


@pytest.mark.parametrize("part", ["mentor", "sponsor"])
def test_only_the_mentee_closes_with_care(assignment, part):
    with pytest.raises(PermissionDenied):
        finish(assignment, by=getattr(assignment, part))


def test_it_waits_for_the_review_or_the_end(mentee):
    running = AssignmentFactory(option__mentorship__mentee=mentee)
    withdrawn = AssignmentFactory(option__mentorship__mentee=mentee, closed=True, activated_at=None, starts_on=None)

    for each in (running, withdrawn):
        with pytest.raises(PermissionDenied):
            finish(each)


# --- what was shown --------------------------------------------------------------------------------


def test_levels_are_told_before_and_after(assignment, mentee, gap):
    early, late = today() - timedelta(days=30), today()
    CompetencyLevelFactory(person=mentee, competency=gap, level=2, provenance=Provenance.MENTOR_RATED, dated_on=early)
    CompetencyLevelFactory(
        person=mentee,
        competency=gap,
        level=3,
        provenance=Provenance.VERIFIED,
        assignment=assignment,
        note="Seen in three meetings.",
        dated_on=late,
    )

    found = shown_by(assignment, mentee)

    (step,) = found.competencies
    assert (step.name, step.before, step.after, step.note) == ("Influence", 2, 3, "Seen in three meetings.")
    assert not found.is_final
    assert [(each.name, each.level, each.target) for each in reach_of(assignment).thin] == [("Influence", 3, 4)]


def test_audiences_not_met_are_those_of_no_work_that_ran_and_the_wanted_come_first(assignment, mentee, mentorship):
    GoalFactory(mentorship=mentorship, audiences=["customers"])
    OptionFactory(mentorship=mentorship, audience="executives", stage=Stage.IDEA)

    assert reach_of(assignment).unmet == ["customers", "team", "executives", "partners"]


def test_levels_are_asked_about_again_once_reviews_are_final(assignment, mentee):
    review = ReviewFactory(assignment=assignment, rater=mentee, relation=Relation.SELF)
    closing = finish(assignment)
    assert closing.levels_read_at is None
    assert not [line for line in titles(mentee) if "has shown" in line]
    with pytest.raises(Refused, match="not final"):
        actions.read_levels(closing, by=mentee)

    review.status, review.submitted_at, review.final_at = ReviewStatus.FINAL, now(), now()
    review.save()

    assert "Read what “Shorten the backlog” has shown" in titles(mentee)
    actions.read_levels(closing, by=mentee)
    actions.read_levels(closing, by=mentee)
    assert closing.levels_read_at is not None
    assert not [line for line in titles(mentee) if "has shown" in line]
    assert AuditEntry.objects.filter(verb="closing.levels_read").count() == 1


def test_what_is_thin_and_who_was_not_met_is_told_in_words(assignment, mentor, gap, sign_in):
    page = sign_in(mentor).get(reverse("reviews:closing-reach", args=[assignment.code])).content.decode()

    assert "Level 2, wanted 4; no finished assignment was about it yet." in page
    assert "Own team, Executives, Customers or end users, Partners or regulators" in page


def test_the_highest_verified_component_opens_what_is_next(assignment, mentee, gap):
    for component, level, provenance in [(1, 3, "verified"), (4, 4, "verified"), (5, 5, "mentor_rated")]:
        DemonstratedLevel.objects.create(
            person=mentee,
            component=component,
            level=level,
            provenance=provenance,
            reason="Seen.",
            assignment=assignment if provenance == "verified" else None,
            dated_on=today(),
            recorded_by=mentee,
        )

    handled = ahead_of(assignment).handled

    assert (handled.component, handled.level) == (4, 4)


# --- what is next ----------------------------------------------------------------------------------


@pytest.fixture
def offer(gap):
    made = OpportunityFactory(title="Run the claims panel", audience="executives")
    OpportunityCompetency.objects.create(opportunity=made, competency=gap)
    return made


def test_a_suggestion_from_the_pool_is_taken_once(assignment, mentee, offer):
    key = f"offer:{offer.code}"

    option = actions.add_next(assignment, by=mentee, key=key)

    assert actions.add_next(assignment, by=mentee, key=key) == option
    assert (option.origin, option.stage) == (offer, Stage.IDEA)
    assert NextStep.objects.count() == 1
    assert [each.title for each in ahead_of(assignment).suggestions] == ["Run the claims panel"]


def test_a_gap_becomes_an_idea_one_level_up_with_an_audience_not_met(assignment, mentee, gap):
    option = actions.add_next(assignment, by=mentee, key=f"gap:{gap.pk}")

    assert (option.title, option.audience, option.kind) == (
        "Influence, one level up, with own team",
        "team",
        "technical",
    )
    assert option.why == (
        "“Influence” from level 2 towards 3; the goal wants 4. It meets an audience you have not met yet: Own team."
        " Adds one step, not three."
    )
    assert option.goal.title == "Move other teams"
    rows = OptionCompetency.objects.filter(option=option)
    assert [(row.competency, row.contribution) for row in rows] == [(gap, Contribution.PRIMARY)]


def test_what_is_not_suggested_cannot_be_added(assignment, mentee, offer):
    with pytest.raises(Refused, match="not among the suggestions"):
        actions.add_next(assignment, by=mentee, key="offer:other")
    assert Option.objects.count() == 1


def test_what_the_pipeline_holds_already_and_what_the_mentee_offers_is_not_suggested(
    assignment, mentee, mentorship, gap
):
    held, own = OpportunityFactory(audience="executives"), OpportunityFactory(audience="executives", offered_by=mentee)
    OptionFactory(mentorship=mentorship, origin=held)

    keys = {each.key for each in ahead_of(assignment).suggestions}

    assert not keys & {str(held.code), str(own.code)}


def test_not_now_comes_back_on_its_day_until_something_is_taken(assignment, mentee, offer, clock):
    closing = finish(assignment, plan=Plan({goal.pk: ("kept", "") for goal in goals_of(assignment)}))
    until = today() + timedelta(days=3)
    actions.not_now(closing, by=mentee, until=until)
    actions.not_now(closing, by=mentee, until=until)
    assert not [line for line in titles(mentee) if line.startswith("Choose")]

    clock(days=3)

    assert "Choose what comes after “Shorten the backlog”" in titles(mentee)
    actions.add_next(assignment, by=mentee, key=f"offer:{offer.code}")
    assert not [line for line in titles(mentee) if line.startswith("Choose")]
    assert AuditEntry.objects.filter(verb="closing.put_off").count() == 1


@pytest.mark.parametrize(
    ("agreed", "here", "expected"),
    [
        (date(2026, 3, 20), date(2026, 3, 2), date(2026, 3, 20)),
        (date(2026, 3, 2), date(2026, 3, 2), date(2026, 6, 2)),
    ],
)
def test_the_plan_is_looked_at_on_the_agreed_day_or_three_months_on(mentee, agreed, here, expected):
    intake = IntakeFactory(mentorship__mentee=mentee, kept=True, revisit_on=agreed)

    assert look_again_on(intake, mentee, here) == expected


# --- Today -----------------------------------------------------------------------------------------


def test_today_asks_the_mentee_until_it_is_finished(assignment, mentee, mentor):
    assert titles(mentee) == ["Close with care: “Shorten the backlog”"]
    assert titles(mentor) == []

    finish(assignment)

    assert titles(mentee) == []


@pytest.mark.parametrize(("ago", "asked"), [(59, True), (61, False)])
def test_work_that_ended_long_ago_is_asked_about_no_more(mentee, ago, asked):
    AssignmentFactory(option__mentorship__mentee=mentee, closed=True, closed_at=now() - timedelta(days=ago))

    assert bool(titles(mentee)) is asked


# --- pages -----------------------------------------------------------------------------------------

STEPS = ("outcomes", "lessons", "shown", "next", "plan")


def test_the_steps_are_gone_through_with_plain_forms_and_leave_no_draft(assignment, outcome, gap, mentee, sign_in):
    client, goal = sign_in(mentee), goals_of(assignment)[0]
    key, pk = outcome.pk, goal.pk
    measured = {f"value_{key}": "15", f"measured_on_{key}": str(today()), f"source_{key}": "Weekly report"}
    sent = {
        "outcomes": measured,
        "lessons": {"text_1": "Ask the sceptics first.", "audience_1": "team", "named_1": "on"},
        "shown": {"read": "1"},
        "next": {"not_now_until": str(today() + timedelta(days=20))},
        "plan": {f"goal_{pk}": "changed", f"note_{pk}": "Two teams, not five."},
    }

    for step, following in zip(STEPS, [*STEPS[1:], None], strict=True):
        answer = client.post(url(assignment, step), sent[step] | {"version": "0", "go": "next"})
        assert (answer.status_code, answer["Location"]) == (302, url(assignment, following))

    closing = Closing.objects.get(assignment=assignment)
    assert closing.outcomes.get().source == "Weekly report"
    assert closing.lessons.get().named
    assert closing.goals.get().note == "Two teams, not five."
    assert closing.not_now_until == today() + timedelta(days=20)
    assert not Draft.objects.exists()
    assert client.post(url(assignment, "plan"), sent["plan"] | {"go": "next"})["Location"] == url(assignment)
    assert Closing.objects.count() == 1


def test_back_and_later_keep_what_is_not_complete(assignment, outcome, mentee, sign_in):
    client, here = sign_in(mentee), url(assignment, "outcomes")
    words = {f"value_{outcome.pk}": "fifteen", "version": "0"}

    assert client.post(here, words | {"go": "back"})["Location"] == url(assignment)
    assert "fifteen" in client.get(here).content.decode()
    answer = client.post(here, words | {"version": "1", "go": "stay"})
    assert answer["Location"] == here
    assert client.post(url(assignment, "lessons"), {"version": "0", "go": "back"})["Location"] == here


def test_a_step_that_does_not_hold_says_why(assignment, outcome, mentee, sign_in):
    client = sign_in(mentee)

    answer = client.post(url(assignment, "outcomes"), {"version": "0", "go": "next"})

    assert answer.status_code == 422
    assert "or say below why nobody measured it" in answer.content.decode()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"value": "15", "measured_on": "2026-01-05"}, "Say where the value comes from"),
        ({"value": "15", "source": "Report"}, "Say on which day"),
        ({"value": "15", "source": "Report", "measured_on": "2098-01-05"}, "still to come"),
        ({"value": "15", "source": "R", "measured_on": "2026-01-05", "unmeasured": "No"}, "There is a value"),
        ({"value": "fifteen"}, "Enter a number"),
    ],
)
def test_an_outcome_says_what_it_lacks(assignment, outcome, mentee, sign_in, words, error):
    sent = {f"{name}_{outcome.pk}": value for name, value in words.items()}

    answer = sign_in(mentee).post(url(assignment, "outcomes"), sent | {"version": "0", "go": "next"})

    assert answer.status_code == 422
    assert error in answer.content.decode()


def test_a_goal_that_changes_says_how_and_no_day_lies_behind(assignment, mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    IntakeFactory(mentorship=mentorship, kept=True)
    sent = {f"goal_{goal.pk}": "changed", "revisit_on": str(today()), "version": "0", "go": "next"}

    page = sign_in(mentee).post(url(assignment, "plan"), sent)

    assert page.status_code == 422
    assert "Say in a sentence what changes." in page.content.decode()
    assert "Choose a day after today." in page.content.decode()


def test_finishing_leads_back_to_the_step_that_is_not_complete(assignment, outcome, mentee, sign_in):
    client = sign_in(mentee)

    untouched = client.post(url(assignment, "plan"), {"version": "0", "go": "next"})
    client.post(url(assignment, "outcomes"), {"version": "0", "go": "stay"})
    begun = client.post(url(assignment, "plan"), {"version": "1", "go": "next"})

    assert untouched["Location"] == url(assignment, "outcomes")
    assert begun["Location"] == url(assignment, "outcomes") + "?check=1"
    assert "or say below why" in client.get(begun["Location"]).content.decode()
    assert not Closing.objects.exists()


def steps_shown(client, assignment):
    """Where each step stands on the page that leads into them, and where its button leads."""
    context = client.get(url(assignment)).context
    return [each["state"] for each in context["steps"]], context["first"]["url"]


def test_a_step_is_done_only_when_it_was_gone_on_from_complete(assignment, outcome, mentee, sign_in):
    client, here = sign_in(mentee), url(assignment, "outcomes")
    half = {f"value_{outcome.pk}": "15"}
    whole = half | {f"measured_on_{outcome.pk}": str(today()), f"source_{outcome.pk}": "Weekly report"}
    assert steps_shown(client, assignment) == (["next"] * 5, here)

    client.post(here, half | {"version": "0"}, headers={"X-Autosave": "1"})
    assert steps_shown(client, assignment) == (["kept"] + ["next"] * 4, here)
    assert client.post(here, half | {"version": "1", "go": "next"}).status_code == 422
    assert steps_shown(client, assignment) == (["kept"] + ["next"] * 4, here)
    client.post(here, whole | {"version": "2", "go": "stay"})
    assert steps_shown(client, assignment) == (["kept"] + ["next"] * 4, here)

    client.post(here, whole | {"version": "3", "go": "next"})
    assert steps_shown(client, assignment) == (["done"] + ["next"] * 4, url(assignment, "lessons"))
    client.post(here, whole | {"version": "4", "go": "back"})
    assert steps_shown(client, assignment)[0][0] == "done"
    client.post(here, half | {"version": "5"}, headers={"X-Autosave": "1"})
    assert steps_shown(client, assignment) == (["kept"] + ["next"] * 4, here)


def test_the_row_of_steps_says_of_each_whether_it_is_done_or_a_draft(assignment, mentee, sign_in):
    client = sign_in(mentee)
    client.post(url(assignment, "lessons"), {"text_1": "Half a", "version": "0", "go": "stay"})
    client.post(url(assignment, "shown"), {"read": "1", "version": "0", "go": "next"})

    row = client.get(url(assignment, "next")).content.decode().partition('<nav class="topics')[2].partition("</nav>")[0]

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row.replace("</li>", "|"))).strip()
    assert words.endswith("1Outcomes| Lessons, draft kept| Shown, done| 4Next| 5Plan|")


def test_a_step_that_held_and_does_not_hold_any_more_is_a_draft_again(assignment, mentorship, mentee, sign_in, clock):
    client, day = sign_in(mentee), today() + timedelta(days=1)
    client.post(url(assignment, "outcomes"), {"version": "0", "go": "next"})
    client.post(url(assignment, "lessons"), {"version": "0", "go": "next"})
    client.post(url(assignment, "shown"), {"read": "1", "version": "0", "go": "next"})
    client.post(url(assignment, "next"), {"not_now_until": str(day), "version": "0", "go": "next"})
    assert steps_shown(client, assignment)[0] == ["done", "done", "done", "done", "next"]

    clock(days=2)
    client.post(url(assignment, "plan"), {"version": "0", "go": "next"})

    assert steps_shown(client, assignment) == (
        ["done", "done", "done", "kept", "done"],
        url(assignment, "next"),
    )
    assert not Closing.objects.exists()


def test_two_windows_show_both_texts_and_lose_nothing(assignment, mentee, sign_in):
    client, here = sign_in(mentee), url(assignment, "lessons")
    client.post(here, {"text_1": "First.", "version": "0", "go": "stay"})

    answer = client.post(here, {"text_1": "Second.", "version": "0", "go": "next"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First." in page
    assert "Second." in page


def test_words_are_kept_while_they_are_typed(assignment, mentee, sign_in):
    answer = sign_in(mentee).post(
        url(assignment, "lessons"), {"text_1": "Half a", "version": "0"}, headers={"X-Autosave": "1"}
    )

    assert answer.json()["version"] == 1
    assert Draft.objects.get().content["text_1"] == "Half a"


def test_after_the_end_only_levels_and_what_is_next_are_open(assignment, mentee, offer, sign_in):
    closing = ClosingFactory(assignment=assignment, levels_read_at=None)
    ReviewFactory(assignment=assignment, rater=mentee, relation=Relation.SELF, final=True)
    client = sign_in(mentee)

    assert client.get(url(assignment, "lessons"))["Location"] == url(assignment)
    assert "I have read it" in client.get(url(assignment, "shown")).content.decode()
    assert client.post(url(assignment, "shown"))["Location"] == url(assignment)
    assert client.post(url(assignment, "next"), {}).status_code == 422
    assert client.post(url(assignment, "next"), {"not_now_until": str(today())}).status_code == 422
    day = today() + timedelta(days=9)
    assert client.post(url(assignment, "next"), {"not_now_until": str(day)})["Location"] == url(assignment)
    closing.refresh_from_db()
    assert (closing.levels_read_at is None, closing.not_now_until) == (False, day)


def test_the_button_puts_a_suggestion_into_the_pipeline(assignment, mentee, offer, sign_in):
    client = sign_in(mentee)
    assert (
        "“Influence” from level 2 towards 3; the goal wants 4." in client.get(url(assignment, "next")).content.decode()
    )

    answer = client.post(reverse("reviews:closing-add", args=[assignment.code]), {"key": f"offer:{offer.code}"})

    assert answer["Location"] == url(assignment, "next")
    assert "In your pipeline" in client.get(answer["Location"]).content.decode()


def test_where_the_mentorship_has_ended_the_options_say_so_and_have_no_button(
    assignment, mentorship, mentee, offer, sign_in
):
    client, words = sign_in(mentee), "This mentorship has ended, so nothing is put into its pipeline any more."
    before = client.get(url(assignment, "next")).content.decode()
    type(mentorship).objects.filter(pk=mentorship.pk).update(ended_on=today())

    after = client.get(url(assignment, "next")).content.decode()

    assert ("Put into my pipeline" in before, words in before) == (True, False)
    assert ("Put into my pipeline" in after, words in after) == (False, True)


def test_a_step_that_does_not_exist_is_not_found(assignment, mentee, sign_in):
    assert sign_in(mentee).get(url(assignment, "dessert")).status_code == 404


def test_each_party_reads_what_is_for_them(assignment, mentee, mentor, sponsor, sign_in):
    finish(
        assignment,
        lessons=[
            Learned("Only mine."),
            Learned("For my mentor.", audience="mentor"),
            Learned("For all.", audience="team"),
        ],
    )

    pages = {person: sign_in(person).get(url(assignment)).content.decode() for person in (mentee, mentor, sponsor)}

    read = {
        person: [words for words in ("Only mine.", "For my mentor.", "For all.") if words in page]
        for person, page in pages.items()
    }
    assert read == {
        mentee: ["Only mine.", "For my mentor.", "For all."],
        mentor: ["For my mentor.", "For all."],
        sponsor: ["For all."],
    }
    assert "What comes next" not in pages[sponsor]


def test_before_it_is_finished_the_others_read_that_it_is_not(assignment, mentor, mentee, sign_in):
    assert "once it is finished" in sign_in(mentor).get(url(assignment)).content.decode()
    assert "Begin" in sign_in(mentee).get(url(assignment)).content.decode()


# --- lessons ---------------------------------------------------------------------------------------


def test_lessons_are_found_by_kind_and_competency_and_name_nobody_who_did_not_say_so(stranger, sign_in):
    competency = CompetencyFactory(name="Hosting")
    quiet = LessonFactory(audience="team", text="Quietly.", competency=competency, kind="technical")
    named = LessonFactory(audience="team", text="Proudly.", named=True, kind="strategic")
    LessonFactory(audience="mentor", text="Not for you.")
    client = sign_in(stranger)

    page = client.get(reverse("reviews:lessons")).content.decode()

    assert "Quietly." in page
    assert "Not for you." not in page
    assert quiet.closing.assignment.mentee.name not in page
    assert named.closing.assignment.mentee.name in page
    assert quiet.closing.assignment.title not in page
    narrowed = client.get(reverse("reviews:lessons"), {"kind": "technical", "competency": str(competency.pk)})
    assert "Quietly." in narrowed.content.decode()
    assert "Proudly." not in narrowed.content.decode()
    assert "Quietly." in client.get(reverse("reviews:lessons"), {"kind": "no", "competency": "x"}).content.decode()


def test_lessons_go_on_by_key_without_a_gap(stranger, sign_in):
    closings = ClosingFactory.create_batch(10)
    for number, closing in enumerate(closings * 3):
        LessonFactory(closing=closing, audience="team", text=f"Lesson number {number:02}.")
    client = sign_in(stranger)

    first = client.get(reverse("reviews:lessons"))
    second = client.get(reverse("reviews:lessons"), {"after": first.context["page"].next_key})

    seen = [line["lesson"].text for page in (first, second) for line in page.context["lines"]]
    assert sorted(seen) == [f"Lesson number {number:02}." for number in range(30)]


def test_an_empty_list_says_what_belongs_there(stranger, sign_in):
    client = sign_in(stranger)

    assert "No lesson yet" in client.get(reverse("reviews:lessons")).content.decode()
    assert "No lesson of this kind" in client.get(reverse("reviews:lessons"), {"kind": "technical"}).content.decode()


# --- queries ---------------------------------------------------------------------------------------


def measure(assignment):
    """One more agreed outcome with a value."""
    former = BriefOutcome.objects.filter(version__brief__option=assignment.option).first()
    more = {"outcome": BriefOutcomeFactory(version=former.version)} if former else {}
    return MeasurementFactory(assignment=assignment, **more)


def fill(assignment, rows):
    for _ in range(rows):
        competency = CompetencyFactory()
        goal = GoalFactory(mentorship=assignment.option.mentorship)
        GoalCompetency.objects.create(goal=goal, competency=competency, level_now=2, level_wanted=4)
        OptionCompetency.objects.create(option=assignment.option, competency=competency)
        offered = OpportunityFactory()
        OpportunityCompetency.objects.create(opportunity=offered, competency=competency)
        measure(assignment)


def test_the_reach_asks_as_often_for_one_row_as_for_three(assignment, mentee, sign_in, count_queries):
    client, here = sign_in(mentee), reverse("reviews:closing-reach", args=[assignment.code])
    fill(assignment, 1)
    one = count_queries(client, here)
    fill(assignment, 2)

    assert count_queries(client, here) == one
    assert one <= 12


def test_what_was_shown_asks_no_more_once_reviews_are_final(assignment, mentee, sign_in, count_queries):
    ReviewFactory(assignment=assignment, rater=mentee, relation=Relation.SELF, final=True)

    assert count_queries(sign_in(mentee), url(assignment, "shown")) <= 12


@pytest.mark.parametrize("step", STEPS)
def test_a_step_asks_as_often_for_one_row_as_for_three(assignment, mentee, sign_in, count_queries, step):
    client = sign_in(mentee)
    for each in STEPS[:-1]:
        client.post(url(assignment, each), {"read": "1", "version": "0", "go": "next"})
    fill(assignment, 1)
    one = count_queries(client, url(assignment, step))
    fill(assignment, 2)

    assert count_queries(client, url(assignment, step)) == one
    assert one <= 12


def test_reading_it_and_the_lessons_asks_a_fixed_number_of_times(assignment, mentee, sign_in, count_queries):
    client, closing = sign_in(mentee), ClosingFactory(assignment=assignment)
    lessons = reverse("reviews:lessons")

    def fill_both():
        LessonFactory(closing=closing, audience="team")
        actions._keep_outcome(closing, measure(assignment).outcome, Came(unmeasured="No."), by=mentee)

    fill_both()
    one = [count_queries(client, to) for to in (url(assignment), lessons)]
    fill_both()
    fill_both()

    assert [count_queries(client, to) for to in (url(assignment), lessons)] == one
    assert max(one) <= 12
