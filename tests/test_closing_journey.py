"""Close, and the next challenge: the reviews are final, the mentee looks back, and the next option is on the board."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assignments.models import (
    Assignment,
    BriefStatus,
    CompetencyLevel,
    Contribution,
    DemonstratedLevel,
    EvidenceComponent,
    GoalCompetency,
    Intake,
    Measurement,
    OpportunityCompetency,
    OptionCompetency,
)
from reviews.actions.review import submit
from reviews.models import Closing, Lesson, NextStep, Review, ReviewStatus
from stretchhub.env import today
from stretchhub.people.models import Draft
from tests.assignments.test_load_then import DEMAND, SHOWN, profile, show
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    EvidenceFactory,
    GoalFactory,
    IntakeFactory,
    MentorshipFactory,
    OpportunityFactory,
    OptionFactory,
    ReviewCycleFactory,
    UserFactory,
)
from tests.mails import link_in
from tests.reviews.panel import ORDER, answers, start
from tests.visitor import Visitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

TITLE = "Shorten the claims backlog"
NEXT = "Run the claims panel"
HOSTING, INFLUENCE = "Hosting retrospectives", "Influence without authority"
SEEN = "She hosted the retrospective in May, with both shifts in the room."
OFFERED = "Show the sceptics a rough version first. They tell you what is missing, and stay."
FOR_TOM = "I wait too long before I ask for help; two days is a good limit for me."
MINE = "I nearly gave up in the third week."
CHANGED = "Two teams, not five."
SOURCE, CAUSES, UNMEASURED = "The weekly queue report", "A quiet month", "The form was switched off in May."


@pytest.fixture
def work(live_site, worker) -> Assignment:
    """Reviewed work that demanded more than was shown before, with goals that leave a gap and work on offer for it."""

    def person(part: str, name: str):
        return UserFactory(full_name=name, email=f"{part}@example.org", password=PASSWORD)

    mentorship = MentorshipFactory(mentee=person("mentee", "Mina Okafor"), mentor=person("mentor", "Tom Berg"))
    hosting, influence = CompetencyFactory(name=HOSTING), CompetencyFactory(name=INFLUENCE)
    goal = GoalFactory(mentorship=mentorship, audiences=["executives"])
    GoalCompetency.objects.create(goal=goal, competency=hosting, level_now=2, level_wanted=3, weight=2)
    GoalCompetency.objects.create(goal=goal, competency=influence, level_now=2, level_wanted=4, weight=5)
    IntakeFactory(mentorship=mentorship, kept=True, revisit_on=today() + timedelta(days=30))
    option = OptionFactory(mentorship=mentorship, title=TITLE, stage="active", goal=goal)
    OptionCompetency.objects.create(option=option, competency=hosting, contribution=Contribution.PRIMARY)
    made = AssignmentFactory(option=option, sponsor=person("sponsor", "Ruth Adeyemi"))
    CompetencyLevelFactory(person=made.mentee, competency=hosting, level=2, dated_on=made.starts_on)
    profile(option)
    show(made.mentee, made.starts_on, SHOWN)
    version = BriefVersionFactory(brief__option=option, status=BriefStatus.SPONSOR_ACCEPTED)
    BriefOutcomeFactory(version=version, metric="Complaints a month", unit="", baseline=9, target=9)
    evidence = EvidenceFactory(assignment=made, title="The retrospective in May", shared_at_review=True)
    evidence.competencies.add(hosting)
    EvidenceComponent.objects.create(evidence=evidence, component=8)
    offered = OpportunityFactory(title=NEXT, audience="executives", offered_by=UserFactory(full_name="Iris Vale"))
    OpportunityCompetency.objects.create(opportunity=offered, competency=influence)
    review(made)
    return made


def review(made: Assignment) -> None:
    """Mentee, mentor, sponsor and a colleague hand in; with the last of them the reviews are final."""
    panel = start(made, cycle=ReviewCycleFactory(name="Second half"))
    for relation in ORDER:
        each = panel[relation]
        each.refresh_from_db()
        cited = made.evidence.values_list("pk", flat=True)
        submit(each, by=each.rater, edit=each.edit, answers=answers(each, evidence=cited), summary="Seen it.")
    assert set(Review.objects.values_list("status", flat=True)) == {ReviewStatus.FINAL}
    made.refresh_from_db()


@on_screens
def test_the_mentee_closes_with_care_and_the_next_challenge_is_on_the_board(work, new_page, smtp_sink, screens):
    parts = ("mentee", "mentor", "sponsor")
    mentee, mentor, sponsor = (Visitor(new_page(screens.of(part)), getattr(work, part)).sign_in() for part in parts)

    verify(mentor, work)
    begin(mentee)
    say_what_it_came_to(mentee, work)
    say_what_was_learned(mentee)
    read_what_was_shown(mentee)
    choose_what_is_next(mentee)
    look_at_the_plan(mentee, work)
    read_it_back(mentee, mentor, sponsor, work, smtp_sink)
    close(mentor, work)
    find_it_on_the_board(mentee, work)


def verify(mentor: Visitor, work: Assignment) -> None:
    """The reviews moved one component by the rule; what evidence shows of a competency the mentor says."""
    moved = DemonstratedLevel.objects.filter(provenance="verified").values_list("component", "level", "assignment")
    assert list(moved) == [(8, SHOWN[7] + 1, work.pk)] and DEMAND[7] > SHOWN[7]
    mentor.go(reverse("reviews:for-assignment", args=[work.code])).follow("Verify levels")
    mentor.sees("The median of the observers’ levels is 3, and levels can be verified from 3 on.").sees(HOSTING)
    mentor.page.locator("[data-levels] label:has(input[data-key='3'])").click()
    mentor.page.locator("main textarea").fill(SEEN)
    mentor.press("Verify these levels").sees("Reviews")
    level = CompetencyLevel.objects.get(provenance="verified")
    assert (level.competency.name, level.level, level.assignment, level.note) == (HOSTING, 3, work, SEEN)


def steps(visitor: Visitor) -> list[str]:
    """The row of steps as it is read, without the number or mark of each."""
    words = visitor.page.locator(".closing-steps li").evaluate_all(
        "all => all.map(li => [...li.querySelector('a').children].slice(1).map(e => e.textContent).join(''))"
    )
    return [" ".join(each.split()) for each in words]


def begin(mentee: Visitor) -> None:
    mentee.go("/").sees(f"Close with care: “{TITLE}”").follow("Look back").sees("Five short steps")
    assert steps(mentee) == ["Outcomes", "Lessons", "Shown", "Next", "Plan"]
    mentee.follow("Begin").is_told("What did it come to?").sees("Step 1 of 5.")


def say_what_it_came_to(mentee: Visitor, work: Assignment) -> None:
    """What is not complete is a draft; one measure has a value, and of the other it is said why it has none."""
    days, complaints = (outcome.pk for outcome in work.option.brief.versions.get().outcomes.order_by("pk"))
    mentee.fill(**{f"value_{days}": "16"}).press("Save and next")
    mentee.sees("Kept as a draft, but not complete yet: please look at this")
    mentee.sees("Say on which day it was measured.").sees("Say where the value comes from, so that others can look.")
    mentee.sees("Give the actual value, or say below why nobody measured it.")
    mentee.go(reverse("reviews:closing", args=[work.code]))
    assert steps(mentee) == ["Outcomes, draft kept", "Lessons", "Shown", "Next", "Plan"]

    mentee.follow("Go on").is_told("What did it come to?")
    expect(mentee.page.locator(f"[name=value_{days}]")).to_have_value("16")
    mentee.fill(**{f"measured_on_{days}": today(), f"n_{days}": "120", f"source_{days}": SOURCE})
    mentee.fill(**{f"causes_{days}": CAUSES, f"unmeasured_{complaints}": UNMEASURED})
    mentee.press("Save and next").is_told("What would you tell the next person?")
    assert steps(mentee) == ["Outcomes, done", "Lessons", "Shown", "Next", "Plan"]


def say_what_was_learned(mentee: Visitor) -> None:
    """One lesson for everybody with a name, one for the mentor, one for nobody else."""
    mentee.fill(text_1=OFFERED, text_2=FOR_TOM, text_3=MINE)
    mentee.choose("audience_1", "team").choose("audience_2", "mentor")
    mentee.fill(named_1=True, about_1=HOSTING)
    expect(mentee.page.locator("[name=audience_3][value=private]")).to_be_checked()
    mentee.press("Save and next").is_told("What has the work shown?")


def read_what_was_shown(mentee: Visitor) -> None:
    mentee.sees("The median of the observers’ levels is 3, and levels can be verified from 3 on.")
    mentee.sees("A component moves up one level where the work demanded more than you had shown, evidence is tagged")
    assert read(mentee, ".closing-moves li") == [
        f"{INFLUENCE} level 2 3 Verified",
        f"{HOSTING} {SEEN} level 2 3 Verified",
    ]
    mentee.sees("Thin competencies").sees("Audiences not met yet:")
    assert read(mentee, ".closing-thin > div")[:1] == [
        f"{INFLUENCE} Level 2, wanted 4; no finished assignment was about it yet."
    ]
    expect(mentee.page.get_by_text("Audiences not met yet:").locator("..")).to_have_text(
        "Audiences not met yet: Executives, Own team, Customers or end users, Partners or regulators"
    )
    mentee.press("Save and next").is_told("What could be next?")


def read(visitor: Visitor, what: str) -> list[str]:
    return [" ".join(words.split()).replace(" : ", ": ") for words in visitor.page.locator(what).all_inner_texts()]


def choose_what_is_next(mentee: Visitor) -> None:
    """What is on offer fits the gap; one press puts it into the pipeline, and a second finds it there."""
    mentee.sees(f"You have now handled “{INFLUENCE}” at level 3. Open gaps: {INFLUENCE}.")
    assert read(mentee, ".closing-options > li") == [
        f"{NEXT} From the shared pool · Executives “{INFLUENCE}” from level 2 towards 3; the goal wants 4."
        " It meets an audience you have not met yet: Executives. Adds one step, not three."
        f" Weight × levels to go × contribution: 5 × 2 × 1 = 10. Put into my pipeline: {NEXT}",
    ]
    mentee.press("Put into my pipeline").is_told(
        f"“{NEXT}” is on your board as an idea. Make it yours: change what does not fit."
    )
    mentee.sees("In your pipeline")
    expect(mentee.page.get_by_role("button", name="Put into my pipeline")).to_have_count(0)
    mentee.press("Save and next").is_told("What becomes of the plan?")
    assert steps(mentee) == ["Outcomes, done", "Lessons, done", "Shown, done", "Next, done", "Plan"]


def look_at_the_plan(mentee: Visitor, work: Assignment) -> None:
    """The day that was agreed stands there; a goal that changes says how before it can be finished."""
    goal = work.option.goal
    expect(mentee.page.locator("[name=revisit_on]")).to_have_value(str(today() + timedelta(days=30)))
    mentee.choose(f"goal_{goal.pk}", "changed").press("Finish").sees("Say in a sentence what changes.")
    assert not Closing.objects.exists()
    mentee.fill(**{f"note_{goal.pk}": CHANGED, "revisit_on": today() + timedelta(days=45)}).press("Finish")
    mentee.is_told("Closed with care. Your mentor can read what you shared, and your sponsor is thanked.")

    closing = Closing.objects.get(assignment=work)
    assert (closing.levels_read_at is None, closing.not_now_until) == (False, None)
    outcomes = closing.outcomes.values_list("outcome__metric", "value", "n", "source", "causes", "unmeasured")
    assert list(outcomes) == [
        ("Cycle time of a claim", Decimal("16.00"), 120, SOURCE, CAUSES, ""),
        ("Complaints a month", None, None, "", "", UNMEASURED),
    ]
    lessons = Lesson.objects.values_list("position", "text", "audience", "named", "competency__name")
    assert list(lessons) == [
        (1, OFFERED, "team", True, HOSTING),
        (2, FOR_TOM, "mentor", False, None),
        (3, MINE, "private", False, None),
    ]
    assert list(closing.goals.values_list("goal", "verdict", "note")) == [(goal.pk, "changed", CHANGED)]
    measured = Measurement.objects.get()
    assert (measured.value, measured.n, measured.note, measured.measured_on) == (16, 120, SOURCE, today())
    assert Intake.objects.get().revisit_on == today() + timedelta(days=45)
    option = NextStep.objects.get(assignment=work).option
    assert (option.title, option.stage, option.origin.title, option.mentorship) == (
        NEXT, "idea", NEXT, work.option.mentorship,
    )  # fmt: skip
    assert not Draft.objects.filter(owner=work.mentee).exists()


def read_it_back(mentee: Visitor, mentor: Visitor, sponsor: Visitor, work: Assignment, smtp_sink) -> None:
    """Each reads what is for them, by the link of their mail; a lesson that is offered names who said so."""
    told = {
        part: smtp_sink.wait_for(
            lambda mail, person=person, words=words: mail["To"] == person.email and words in mail["Subject"], 90
        )
        for part, person, words in (
            ("mentor", work.mentor, "has looked back at"),
            ("sponsor", work.sponsor, "Thank you for sponsoring"),
        )
    }
    here = reverse("reviews:closing", args=[work.code])
    assert [link_in(mail) for mail in told.values()] == [here, here]
    mentee.sees("Looking back").sees(MINE)
    outcome = "Cycle time of a claim: 16 days"
    mentor.go(here).sees(outcome).sees(FOR_TOM).sees(OFFERED).sees(NEXT).sees(f"Changes: {CHANGED}")
    expect(mentor.page.get_by_text(MINE)).to_have_count(0)
    sponsor.go(here).sees(outcome).sees(f"Not measured: {UNMEASURED}").sees(OFFERED)
    for words in (FOR_TOM, MINE, NEXT, CHANGED, "What comes next"):
        expect(sponsor.page.locator("main").get_by_text(words)).to_have_count(0)
    sponsor.go(reverse("reviews:lessons")).sees(OFFERED).sees("Mina Okafor")
    expect(sponsor.page.locator("main").get_by_text(TITLE)).to_have_count(0)


def close(mentor: Visitor, work: Assignment) -> None:
    mentor.go(reverse("assignments:close", args=[work.code])).choose("ending", "delivered")
    mentor.fill(reason="Ask the sceptics first.").press("Close the assignment")
    mentor.is_told("Closed. What was learned stays on record.")
    work.refresh_from_db()
    assert (work.status, work.ending, work.option.stage) == ("closed", "delivered", "closed")


def find_it_on_the_board(mentee: Visitor, work: Assignment) -> None:
    """Nothing of it waits any more; what is next stands with the ideas, what is over with what is closed."""
    mentee.go("/").sees("Today")
    expect(mentee.page.get_by_text(f"Close with care: “{TITLE}”")).to_have_count(0)
    mentee.go(reverse("assignments:board", args=[work.option.mentorship.code]))
    expect(mentee.page.locator("#stage-idea [data-card]")).to_have_count(1)
    expect(mentee.page.locator("#stage-idea [data-card]")).to_contain_text(NEXT)
    expect(mentee.page.locator("#stage-closed [data-card]")).to_have_count(1)
    expect(mentee.page.locator("#stage-closed [data-card]")).to_contain_text(TITLE)
