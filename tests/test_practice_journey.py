"""By keyboard alone: practising to rate, and writing a case that it is practised on."""

from importlib import import_module

import pytest
from django.apps import apps

from reviews.models import CaseStatus, PracticeRating, RatingPractice, Vignette
from tests.factories import PASSWORD, HRFactory, RubricFactory, UserFactory
from tests.visitor import KeyboardVisitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]


@pytest.fixture
def cases(live_site):
    """The six that are shipped; other tests on real servers leave the table empty."""
    if not Vignette.objects.exists():
        import_module("reviews.migrations.0008_practise_rating").add_cases(apps, None)
        Vignette.objects.update(status=CaseStatus.PUBLISHED)


@on_screens
def test_a_rater_practises_by_keyboard_alone(cases, new_page, screens):
    RubricFactory()
    rater = KeyboardVisitor(new_page(screens.of("rater")), UserFactory(full_name="Iris Vale", password=PASSWORD))
    rater.sign_in()

    rater.go("/practice/").press("Begin").sees("Case 1 of 6")
    rater.press("Next").sees("Choose a level from 1 to 5.")
    for number in range(1, 7):
        rater.sees(f"Case {number} of 6").choose("level", "4" if number == 1 else "3")
        rater.press("Next" if number < 6 else "Done")
    rater.sees("You can still change a level.").follow("Change").choose("level", "3").press("Done")
    rater.press("See the experts’ levels").sees("What the experts say")
    for left in ("3 are left", "2 are left", "The last one"):
        if left == "3 are left":
            rater.follow("Rate three again")
        rater.sees(left).choose("level", "2").press("Done" if left == "The last one" else "Next")
    rater.sees("Only you see this.").sees("The three once more")

    assert RatingPractice.objects.get().finished_at is not None
    assert PracticeRating.objects.filter(round=PracticeRating.FIRST, level=3).count() == 6
    assert PracticeRating.objects.filter(round=PracticeRating.AGAIN, level=2).count() == 3


@on_screens
def test_hr_writes_a_case_sees_it_as_a_rater_does_and_publishes_it(cases, new_page, screens):
    RubricFactory()
    hr = KeyboardVisitor(new_page(screens.of("hr")), HRFactory(full_name="Helen Marsh", password=PASSWORD))
    hr.sign_in()

    hr.go("/practice/").follow("Cases and levels").sees("With 4 more").follow("Write a case")
    hr.press("Save and see it").sees("Not saved yet")
    hr.fill(criterion_key="Impact", gold="2", text="Gus held nine workshops and counted who came.")
    hr.press("Save and see it").sees("A draft, as a rater would see it.").press("Publish")
    hr.sees("Not published yet; the draft is kept.")
    hr.fill(reason="Activity, and no result.", why_not_lower="People use it.", why_not_higher="No baseline.")
    hr.fill(experts="Ada Stern, Ben Osei, Cem Kaya").press("Save and see it").press("Publish")
    hr.sees("It is published and does not change").press("Retire").sees("It is retired").press("Bring back")
    hr.sees("It is published again.").follow("Practice cases").sees("7 cases are published")

    assert Vignette.objects.published().get(text__startswith="Gus").gold == 2
