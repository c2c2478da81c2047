"""The learning plan and the levels in a browser, on a phone: done in the list, undone, a level recorded."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assignments.models import CompetencyLevel, LearningItem
from tests.factories import (
    PASSWORD,
    CompetencyFactory,
    GoalFactory,
    LearningItemFactory,
    MentorshipFactory,
    UserFactory,
)
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture
def mentorship(live_site):
    mentee = UserFactory(full_name="Mina Okafor", email="mina@example.org", password=PASSWORD)
    return MentorshipFactory(mentee=mentee)


@pytest.fixture
def mina(mentorship, new_page) -> Visitor:
    return Visitor(new_page(390), mentorship.mentee).sign_in()


def test_an_item_is_done_in_the_list_and_taken_back(mentorship, mina):
    LearningItemFactory(mentorship=mentorship, title="The book on influence")
    LearningItemFactory(mentorship=mentorship, goal=GoalFactory(mentorship=mentorship), done=True)
    page = mina.go(f"/mentorships/{mentorship.code}/learning/").page

    page.locator("summary", has_text="Done: The book").click()
    page.get_by_role("button", name="Mark as done").click()
    expect(page.locator("textarea")).to_be_focused()
    mina.sees("Say in one sentence what it changed")
    mina.look()
    page.locator("textarea").fill("I ask for the objection first.")
    page.get_by_role("button", name="Mark as done").click()
    mina.sees("I ask for the objection first.")
    assert LearningItem.objects.get(title="The book on influence").done_on

    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("is open again")
    expect(page.locator("[id=plan]")).to_have_count(1)
    assert LearningItem.objects.get(title="The book on influence").done_on is None


def test_a_level_is_recorded_for_a_competency_found_by_its_name(mentorship, mina):
    CompetencyFactory(name="Hosting retrospectives")

    mina.go(f"/mentorships/{mentorship.code}/levels/").follow("Record a level")
    mina.fill(name="hosting retrospectives").press("Go on")
    mina.fill(level="Independently").press("Record", exact=True)

    mina.sees("Hosting retrospectives: level 3 is recorded.")
    mina.sees("self-declared")
    assert CompetencyLevel.objects.get().level == 3


@pytest.mark.parametrize("name", ["mentorship", "levels", "board", "ranking", "opportunities"])
def test_the_tab_of_the_page_that_is_open_is_in_view_on_a_phone(mentorship, mina, name):
    address = reverse(f"assignments:{name}", args=[] if name == "opportunities" else [mentorship.code])

    tab = mina.go(address).page.locator(".tabs a[aria-current=page]")

    expect(tab).to_be_in_viewport(ratio=1)
