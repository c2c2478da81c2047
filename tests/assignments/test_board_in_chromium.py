"""The board at work in a browser: moved by pointer, by keys and by “Move to…”, undone, refused, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from assignments.models import Option
from tests.factories import PASSWORD, MentorshipFactory, OptionFactory, UserFactory
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture
def mentee(live_site):
    return UserFactory(full_name="Mina Okafor", email="mina@example.org", password=PASSWORD)


@pytest.fixture
def option(mentee) -> Option:
    mentorship = MentorshipFactory(mentee=mentee)
    OptionFactory(mentorship=mentorship, title="Teach the planning tool", stage="exploring", kind="technical")
    return OptionFactory(mentorship=mentorship, title="Cut the queue", kind="technical")


@pytest.fixture
def board(new_page, mentee, option) -> Page:
    return Visitor(new_page(), mentee).sign_in().go("/pipeline/?kind=technical").page


def card(board: Page, title: str = "Cut the queue"):
    return board.locator("[data-card]", has_text=title)


def stage(board: Page, name: str, title: str = "Cut the queue"):
    return board.locator(f"[data-stage={name}]").locator("[data-card]", has_text=title)


def announced(board: Page, words: str) -> None:
    expect(board.locator("#announcer")).to_have_text(words)


def test_a_card_is_dragged_to_the_next_stage_and_put_back(board, option):
    card(board).drag_to(board.locator("[data-stage=exploring]"))

    expect(stage(board, "exploring")).to_be_visible()
    announced(board, "“Cut the queue” moved to Exploring.")
    board.get_by_role("button", name="Undo").click()
    expect(stage(board, "idea")).to_be_visible()
    expect(board.get_by_role("button", name="Undo")).to_have_count(0)
    assert Option.objects.get(pk=option.pk).stage == "idea"


def test_a_drag_the_states_do_not_draw_says_why_and_the_card_stays(board, option):
    card(board).drag_to(board.locator("[data-stage=active]"))

    said = "“Active” is reached through the assignment: a sponsor accepts and the charter is acknowledged."
    expect(stage(board, "idea").locator(".option-refused")).to_have_text(said)
    announced(board, said)
    expect(card(board)).to_be_focused()
    assert Option.objects.get(pk=option.pk).stage == "idea"


def test_keys_move_a_card_and_the_focus_stays_on_it(board, option):
    card(board).focus()
    board.keyboard.press("Alt+ArrowLeft")
    announced(board, "This is the first stage.")

    board.keyboard.press("Alt+ArrowRight")
    expect(stage(board, "exploring")).to_be_focused()
    board.keyboard.press("Alt+ArrowRight")
    expect(stage(board, "briefed")).to_be_focused()
    announced(board, "“Cut the queue” moved to Briefed.")

    board.keyboard.press("Control+z")
    expect(stage(board, "exploring")).to_be_focused()
    announced(board, "“Cut the queue” is back in Exploring.")
    assert Option.objects.get(pk=option.pk).stage == "exploring"


def test_a_key_move_the_states_do_not_draw_keeps_the_focus(board, option):
    Option.objects.filter(pk=option.pk).update(stage="seeking_sponsor")
    board.reload()

    card(board).focus()
    board.keyboard.press("Alt+ArrowRight")

    expect(card(board).locator(".option-refused")).to_contain_text("reached through the assignment")
    expect(stage(board, "seeking_sponsor")).to_be_focused()


def test_parking_from_the_menu_asks_why(board, option):
    card(board).get_by_role("link", name="Move to…").click()
    offered = board.locator("#mover").get_by_role("button")
    expect(offered.filter(visible=True)).to_have_text(["", "Exploring", "Parked", "Declined"])
    board.get_by_role("button", name="Parked").click()

    expect(board.get_by_role("textbox", name="In a few words")).to_be_focused()
    board.keyboard.type("No budget before May.")
    board.get_by_role("button", name="Park", exact=True).click()

    expect(stage(board, "parked")).to_be_focused()
    board.keyboard.press("Alt+ArrowLeft")
    expect(stage(board, "idea")).to_be_focused()


def test_what_somebody_else_did_meanwhile_is_said(board, option):
    Option.objects.filter(pk=option.pk).update(stage="exploring", version=2)

    card(board).drag_to(board.locator("[data-stage=briefed]"))

    expect(stage(board, "exploring").locator(".option-refused")).to_contain_text("it is now in “Exploring”")


def test_on_a_phone_the_board_is_a_list_by_stage(new_page, mentee, option):
    visitor = Visitor(new_page(390), mentee).sign_in().go("/pipeline/")
    page = visitor.page

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = [page.locator(f"#stage-{name}").bounding_box()["y"] for name in ("idea", "exploring", "briefed")]
    assert tops == sorted(tops)
    small = (
        page.locator("main")
        .locator("a, button, select, summary")
        .evaluate_all(
            "all => all.filter(one => one.matches('.option-move, .stage-jump a, .toolbar *'))"
            ".filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
    )
    assert small == []
    card(page).get_by_role("link", name="Move to…").click()
    page.get_by_role("button", name="Exploring").click()
    expect(stage(page, "exploring")).to_be_visible()


def test_two_hundred_cards_stay_quick(new_page, mentee):
    mentorship = MentorshipFactory(mentee=mentee)
    OptionFactory(mentorship=mentorship, title="Cut the queue")
    for number in range(199):
        OptionFactory(mentorship=mentorship, title=f"No. {number}", stage=["idea", "exploring", "briefed"][number % 3])
    page = Visitor(new_page(), mentee, looks=False).sign_in().go("/pipeline/").page

    # From the answer's arrival until the browser has laid the new board out; beside that, how long it takes the browser
    # to put the same board there by itself, so that a busy machine makes both slow.
    page.evaluate(
        """() => {
          document.addEventListener("htmx:beforeSwap", () => { window.swapFrom = performance.now(); });
          document.addEventListener("htmx:afterSettle", () => {
            requestAnimationFrame(() => { document.body.dataset.took = performance.now() - window.swapFrom; });
          });
        }"""
    )
    took = []
    for key, name in (("Alt+ArrowRight", "exploring"), ("Alt+ArrowLeft", "idea"), ("Alt+ArrowRight", "exploring")):
        page.evaluate("delete document.body.dataset.took")
        card(page).focus()
        page.keyboard.press(key)
        expect(stage(page, name)).to_be_focused()
        expect(page.locator("body[data-took]")).to_be_attached()
        took.append(float(page.locator("body").get_attribute("data-took")))
    floor = page.evaluate(
        """() => [1, 2, 3].map(() => {
          const board = document.querySelector("#board"), from = performance.now();
          board.innerHTML = board.innerHTML;
          board.getBoundingClientRect();
          return performance.now() - from;
        })"""
    )
    print(f"\n200 cards: {min(took):.0f} ms from the answer to the new board, {min(floor):.0f} ms without htmx")
    assert min(took) < 20 * min(floor)
