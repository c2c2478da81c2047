"""From an empty page to a ranked, balanced pipeline of five options: by pointer, by keyboard alone, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from assignments.assessing import think
from assignments.models import Intake, Mentorship, Option
from assignments.portfolio import mix
from stretchhub.env import today
from stretchhub.people.models import User
from tests.asked import ALL
from tests.factories import PASSWORD, CompetencyFactory, MentorshipFactory, OpportunityFactory, UserFactory
from tests.visitor import DESK, PHONE, KeyboardVisitor, Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

POOLED = "Show six customers what happens at night"
# Title, kind, audience, role, demand of “High stakes and visibility”, of three further components, why so visible.
OPTIONS = [
    ("A planning clinic for supervisors", "End-to-end ownership", "Own team", "Owner", 2, 2, ""),
    ("One queue for two teams", "Cross-functional", "Other teams", "Owner", 3, 3, ""),
    ("A price round with three laboratories", "Strategic", "Customers or end users", "Contributor", 3, 3, ""),
    ("Winter plan for the executives", "Ambiguity", "Executives", "Owner", 4, 3, "The board reads it."),
]
INFLUENCE, DATA = "Influence across teams", "Telling with numbers"


@pytest.fixture
def mentorship(live_site) -> Mentorship:
    """Two people who have just met, two competencies, and one offer in the shared pool."""
    mentor = UserFactory(full_name="Tom Berg", email="mentor@example.org", password=PASSWORD)
    mentee = UserFactory(full_name="Mina Okafor", email="mentee@example.org", password=PASSWORD)
    for name in (INFLUENCE, DATA):
        CompetencyFactory(name=name)
    OpportunityFactory(title=POOLED, audience="customers", kind="stakeholders", offered_by=UserFactory())
    return MentorshipFactory(mentor=mentor, mentee=mentee)


# By pointer at a desk with all tests: by keys it is done at a desk as well.
@pytest.fixture(params=["keyboard", "phone", *["desk"] * ALL])
def mentee(request, mentorship, new_page) -> Visitor:
    person: User = mentorship.mentee
    if request.param == "keyboard":
        return KeyboardVisitor(new_page(DESK), person, looks=False).sign_in()
    return Visitor(new_page(PHONE if request.param == "phone" else DESK), person).sign_in()


def test_a_new_mentee_goes_from_an_empty_page_to_a_ranked_balanced_pipeline(mentee, mentorship):
    talk(mentee)
    write_a_goal(mentee)
    say_what_was_shown(mentee, mentorship)
    fill_the_pipeline(mentee)
    assess(mentee)
    weigh(mentee, mentorship)
    read_balance_and_ranking(mentee, mentorship)
    move_and_undo(mentee)


def talk(mentee: Visitor) -> None:
    mentee.go("/growth/").follow("Begin the first conversation").press("Begin the first conversation")
    mentee.fill(next_role="Lead of planning", ambition="Work that is larger than a shift.").press("Save and next")
    mentee.fill(strength_1="Patience", example_1="The night the gate was shut.").press("Save and next")
    mentee.fill(gaps="Moving people who do not report to me.").press("Save and next")
    mentee.fill(needs="A reason to talk to customers.").press("Save and next")
    mentee.fill(impact="Two teams keep one queue.", skills="Influence and numbers.").press("Save and next")
    mentee.fill(avoid="Another spreadsheet.").press("Save and read it back")
    mentee.sees("Lead of planning").press("Keep the conversation").sees("kept by Mina Okafor")
    assert Intake.objects.get().kept_at is not None


def write_a_goal(mentee: Visitor) -> None:
    mentee.follow("Write a goal from this").fill(
        title="Lead work beyond my own team",
        success="Two teams use what I built, and say so.",
        targets__0__competency=INFLUENCE,
        targets__0__level_now="2",
        targets__0__level_wanted="4",
        targets__1__competency=DATA,
        targets__1__level_now="3",
        targets__1__level_wanted="4",
    )
    mentee.press("Save goal").sees("Lead work beyond my own team")
    mentee.go("/growth/").sees("Work that is larger than a shift.").sees(INFLUENCE)


def say_what_was_shown(mentee: Visitor, mentorship: Mentorship) -> None:
    mentee.go(f"/mentorships/{mentorship.code}/demonstrated/")
    mentee.rate({f"level_{component}": 2 for component in range(1, 11)}).press("Save levels")
    mentee.is_told("10 levels are kept.")
    mentee.go(f"/mentorships/{mentorship.code}/hours/").fill(contracted_hours="40", base_hours="36")
    mentee.press("Save hours").is_told("The hours are saved.")


def fill_the_pipeline(mentee: Visitor) -> None:
    mentee.go("/pipeline/").sees("No option yet")
    for title, kind, audience, role, *_demands in OPTIONS:
        mentee.go("/pipeline/").follow("Add option").fill(
            title=title,
            kind=kind,
            domain="Planning",
            audience=audience,
            role=role,
            goal="Lead work beyond my own team",
            why="Two teams that do not report to me would have to agree.",
            hours_per_week="4",
            contributions__0__competency=INFLUENCE,
            contributions__0__contribution="Primary",
        )
        mentee.press("Save option").sees(title)
    mentee.go("/pipeline/").follow("Shared pool").follow(POOLED).press("Take").sees("From the pool")
    assert Option.objects.count() == 5


def assess(mentee: Visitor) -> None:
    demanded = {title: (stakes, others, why) for title, _k, _a, _r, stakes, others, why in OPTIONS}
    for option in Option.objects.order_by("pk"):
        stakes, others, why = demanded.get(option.title, (3, 3, ""))
        levels = dict.fromkeys(range(1, 11), 2) | {1: others, 2: others, 8: others, 5: stakes}
        mentee.go(f"/options/{option.code}/").follow("Say what it demands")
        mentee.rate({f"demand_{component}": level for component, level in levels.items()})
        if why:
            mentee.fill(reason_5=why)
        mentee.rate(dict.fromkeys(("feedback", "access", "peers", "resources", "safety"), 3))
        mentee.press("Save").sees("ceiling 8")


def weigh(mentee: Visitor, mentorship: Mentorship) -> None:
    goal = mentorship.goals.get()
    for option in Option.objects.order_by("pk")[:2]:
        mentee.go(f"/options/{option.code}/weigh/").choose(f"goal-{goal.code}", "3").choose("state", "none")
        mentee.press("Save").is_told("Saved. The score is")


def read_balance_and_ranking(mentee: Visitor, mentorship: Mentorship) -> None:
    mentee.go("/pipeline/").sees("Balanced")
    mentee.follow("Balance").sees("Stretch by stakes").sees(DATA)
    mentee.follow("Ranking").sees("Numbers inform the conversation")
    for title, *_rest in OPTIONS:
        mentee.sees(title)
    thinking = think(mentorship, today(mentorship.mentee.zone))
    found = mix(thinking.items, thinking.method)
    assert (found.value, dict(found.counts)) == ("ok", {"safe": 1, "core": 3, "bold": 1})
    assert {stretch.value for stretch in thinking.stretches.values()} == {"familiar", "stretch"}


def move_and_undo(mentee: Visitor) -> None:
    title = OPTIONS[1][0]
    mentee.go("/pipeline/").move(title, "Exploring")
    exploring = mentee.page.locator("#stage-exploring")
    expect(exploring.get_by_role("link", name=title)).to_be_visible()
    mentee.press("Undo")
    expect(mentee.page.locator("#stage-idea").get_by_role("link", name=title)).to_be_visible()
