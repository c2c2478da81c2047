"""A calibration by keyboard alone: planned, put together, opened, talked over, locked."""

import pytest
from playwright.sync_api import expect

from reviews.models import Review, ReviewStatus, ScoreChange
from stretchhub.people.models import Role
from tests.factories import PASSWORD, ReviewCycleFactory, UserFactory
from tests.reviews.calibrations import rate
from tests.visitor import KeyboardVisitor, Visitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]


@on_screens
def test_a_calibration_is_held_by_keyboard_alone(live_site, new_page, screens):
    calibrator = UserFactory(full_name="Ines Costa", roles=[Role.CALIBRATOR], password=PASSWORD)
    cycle = ReviewCycleFactory(name="Second half", calibrates=True)
    panel = rate({"mentor": {"influence": 5, "impact": 4}, "colleague": {"influence": 3, "impact": 2}}, cycle=cycle)
    mentee = panel["self"].rater
    mentee.set_password(PASSWORD)
    mentee.save()
    ines = KeyboardVisitor(new_page(screens.of("calibrator")), calibrator)
    Visitor.sign_in(ines)
    keys = ines.page.keyboard

    ines.go("/calibrations/").follow("Plan a session").fill(name="Autumn").press("Plan it")
    ines.sees("What is talked over").press("Add to the agenda").follow("Back to the session")
    ines.sees("Ratings are shown once it is open.").press("Open the session").sees("2 of 2 items are still open.")

    # From the agenda into the first item by the arrows, and a level by its figure wherever no words are typed.
    keys.press("ArrowDown")
    expect(ines.page.locator("[data-item]").first).to_be_focused()
    keys.press("Enter")
    ines.sees("The evidence first")
    whose = str(panel["mentor"].scores.get(criterion__key="influence").pk)
    ines.choose("score", whose)
    keys.press("4")
    expect(ines.page.locator("input[name=level][value='4']")).to_be_checked()
    ines.fill(reason="One team out of two was hers.").press("Change the level")
    ines.sees("5 → 4")
    ines.page.locator("body").evaluate("body => document.activeElement.blur()")
    keys.press("ArrowRight")
    ines.sees("2 of 2")
    ines.fill(note="They saw different months.").press("Keep as rated")
    ines.sees("Everything on the agenda has been talked over.").fill(reason="All had written to her.").press(
        "Lock the session"
    )
    ines.is_told("The reviews of 1 assignment are final.")

    assert set(Review.objects.values_list("status", flat=True)) == {ReviewStatus.FINAL}
    assert [(change.before, change.after) for change in ScoreChange.objects.all()] == [(5, 4)]
    ines.follow("Calibration").follow("Agreement").sees("How far raters agree")
