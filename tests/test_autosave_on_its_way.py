"""A button that is pressed while a draft is on its way: the page never meets its own words as those of another."""

import pytest
from django.urls import reverse
from playwright.sync_api import APIResponse, Page, Request, Route, expect

from assignments.models import Assignment
from stretchhub.people.models import Draft, User
from tests.factories import PASSWORD, AssignmentFactory, MentorshipFactory, UserFactory
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

HALF, WHOLE = "Ask the sceptics", "Ask the sceptics first."


@pytest.fixture
def page(live_site, new_page) -> Page:
    """The step of a closing in which lessons are written; its clock goes on when it is told to."""
    mentee = UserFactory(full_name="Mina Okafor", email="mina@example.org", password=PASSWORD)
    work = AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee), reviewing=True)
    visitor = Visitor(new_page(), mentee, looks=False).sign_in()
    visitor.page.clock.install()
    return visitor.go(reverse("reviews:closing-step", args=[work.code, "lessons"])).page


@pytest.fixture
def on_its_way(page) -> list[Route]:
    """Drafts that this page has sent and that have not reached the server yet."""
    held: list[Route] = []
    page.route(
        "**/closing/lessons/", lambda route: held.append(route) if is_draft(route.request) else route.continue_()
    )
    return held


@pytest.fixture
def answers(page) -> list[tuple[Route, APIResponse]]:
    """Drafts that have reached the server, with its answers that are not back yet."""
    held: list[tuple[Route, APIResponse]] = []
    page.route(
        "**/closing/lessons/",
        lambda route: held.append((route, route.fetch())) if is_draft(route.request) else route.continue_(),
    )
    return held


def is_draft(request: Request) -> bool:
    return "x-autosave" in request.headers


def type_half_and_then_the_whole(page: Page, held: list) -> list[str]:
    """Half of it is on its way when the rest is typed and the button pressed; where the page goes from then on."""
    page.locator("[name=text_1]").fill(HALF)
    page.clock.run_for(1000)
    while not held:
        page.evaluate("'has it come?'")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
    page.locator("[name=text_1]").fill(WHOLE)
    page.get_by_role("button", name="Save and next").click(no_wait_after=True)
    return sent


def test_the_answer_of_a_draft_comes_first_and_then_the_form_is_sent_once_with_everything(page, answers):
    sent = type_half_and_then_the_whole(page, answers)
    assert Draft.objects.get().content["text_1"] == HALF
    page.get_by_role("button", name="Save and next").click(no_wait_after=True)
    assert sent == []

    ((route, answer),) = answers
    route.fulfill(response=answer)

    expect(page.get_by_role("heading", name="What has the work shown?")).to_be_visible()
    assert len([url for url in sent if url.endswith("/closing/lessons/")]) == 1
    for name in ("closing-lessons", "closing-lessons-checked"):
        assert Draft.objects.get(form=name).content["text_1"] == WHOLE


def test_where_another_page_was_faster_both_texts_are_shown_and_nothing_is_sent(page, on_its_way):
    sent = type_half_and_then_the_whole(page, on_its_way)
    owner, about = User.objects.get(email="mina@example.org"), str(Assignment.objects.get().code)
    draft = Draft.objects.create(
        owner=owner, form="closing-lessons", about=about, content={"text_1": "From elsewhere."}
    )

    on_its_way[0].continue_()

    expect(page.get_by_text("From elsewhere.")).to_be_visible()
    assert sent == []
    draft.refresh_from_db()
    assert draft.content["text_1"] == "From elsewhere."
    expect(page.locator("[name=text_1]")).to_have_value(WHOLE)


def test_a_draft_that_never_arrives_does_not_hold_the_form_back(page, on_its_way):
    sent = type_half_and_then_the_whole(page, on_its_way)
    page.clock.run_for(4900)
    assert sent == []

    page.clock.run_for(200)

    expect(page.get_by_role("heading", name="What has the work shown?")).to_be_visible()

    assert len([url for url in sent if url.endswith("/closing/lessons/")]) == 1
    assert Draft.objects.get(form="closing-lessons").content["text_1"] == WHOLE
