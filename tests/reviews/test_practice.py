import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assignments.refusals import Refused
from reviews.actions import practice as actions
from reviews.actions.practice_case import retire_case
from reviews.models import PracticeRating, RatingPractice, Rubric, Vignette
from reviews.practice_words import lines, minutes, verdict
from reviews.practising import criterion_of, practising
from reviews.vignettes import practice
from tests.factories import RubricFactory
from tests.reviews.cases import WORDS, draft, publish

pytestmark = pytest.mark.django_db

# What the method's example rater says of six cases, and what experts say.
GOLD, GIVEN = (2, 3, 4, 3, 5, 1), (3, 3, 5, 4, 5, 2)


@pytest.fixture
def begun(mentor):
    return actions.begin_practice(by=mentor)


def rate(begun, levels=GIVEN):
    for vignette, level in zip(begun.cases.all(), levels, strict=True):
        actions.rate_case(begun, by=begun.person, vignette=vignette, level=level)


def test_six_cases_come_with_a_level_and_a_reason_and_none_is_confirmed():
    cases = Vignette.objects.all()

    assert [(case.key, case.criterion_key, case.gold) for case in cases] == [
        ("ana", "influence", 2),
        ("ben", "influence", 3),
        ("chi", "learning", 4),
        ("dee", "adaptability", 3),
        ("eli", "impact", 5),
        ("fay", "adaptability", 1),
    ]
    assert all(case.reason and not case.experts for case in cases)


def test_beginning_twice_goes_on_with_the_open_one(begun, mentor):
    assert actions.begin_practice(by=mentor) == begun
    assert RatingPractice.objects.count() == 1


def test_the_experts_levels_are_shown_after_all_six_and_then_three_are_rated_again(begun, mentor):
    with pytest.raises(Refused, match="Rate every case first"):
        actions.see_gold(begun, by=mentor)
    rate(begun)
    actions.see_gold(begun, by=mentor)

    found = practising(begun)

    assert found.first.parts == tuple(zip(GOLD, GIVEN, strict=True))
    assert (found.first.value, found.first.reason.code) == ("practice", "practice")
    assert [case.vignette.key for case in found.to_rate] == ["ana", "chi", "dee"]
    with pytest.raises(Refused, match="rated already"):
        actions.rate_case(begun, by=mentor, vignette=Vignette.objects.get(key="ben"), level=3)


def test_with_the_third_one_again_the_practice_is_over_and_says_what_changed(begun, mentor):
    rate(begun)
    actions.see_gold(begun, by=mentor)
    for key, level in (("ana", 2), ("chi", 4), ("dee", 4)):
        actions.rate_case(begun, by=mentor, vignette=Vignette.objects.get(key=key), level=level)

    found = practising(begun)

    assert found.is_over
    assert begun.finished_at is not None
    assert found.second.parts == ((2, 2), (4, 4), (3, 4))
    with pytest.raises(PermissionDenied):
        actions.rate_case(begun, by=mentor, vignette=Vignette.objects.get(key="dee"), level=3)
    assert actions.begin_practice(by=mentor) != begun


def test_a_level_may_be_changed_until_the_experts_are_seen(begun, mentor):
    rate(begun)
    actions.rate_case(begun, by=mentor, vignette=Vignette.objects.get(key="ana"), level=2)

    assert PracticeRating.objects.get(practice=begun, vignette__key="ana").level == 2


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_is_one_of_five(begun, mentor, level):
    with pytest.raises(ValidationError, match="Choose a level from 1 to 5"):
        actions.rate_case(begun, by=mentor, vignette=Vignette.objects.get(key="ana"), level=level)


def test_nobody_practises_for_somebody_else(begun, sponsor):
    with pytest.raises(PermissionDenied):
        actions.rate_case(begun, by=sponsor, vignette=Vignette.objects.get(key="ana"), level=3)


def test_the_figures_are_said_with_what_they_are_reckoned_from():
    assert lines(practice(GOLD, GIVEN)) == [
        "2 of 6 cases at the same level.",
        "6 of 6 within one level; 90 in a hundred are aimed at.",
        "On average 0.67 levels higher than the experts; up to 0.5 is usual.",
        "0.67 levels apart on average.",
        "Agreement beyond chance (weighted κ) 0.80; from 0.60 on it is good.",
    ]
    assert lines(practice(GIVEN, GOLD))[2] == "On average 0.67 levels lower than the experts; up to 0.5 is usual."
    assert lines(practice(GOLD, GOLD))[2] == "On average neither higher nor lower than the experts."
    assert lines(practice([3], [3]))[-1].startswith("Agreement beyond chance cannot be said")
    assert lines(practice([3], [None])) == []


@pytest.mark.parametrize(
    ("given", "word"), [(GOLD, "Close to the experts"), (GIVEN, "Worth another round"), ((None,) * 6, "Not all rated")]
)
def test_the_verdict_is_told_as_practice(given, word):
    assert verdict(practice(GOLD, given))[0] == word


def test_a_running_exercise_keeps_the_cases_it_began_with(begun, mentor, hr, sponsor):
    publish(draft(hr), hr)
    retire_case(Vignette.objects.get(key="fay"), by=hr)

    rate(begun)
    actions.see_gold(begun, by=mentor)
    later = actions.begin_practice(by=sponsor)

    assert [case.vignette.key for case in practising(begun).cases] == ["ana", "ben", "chi", "dee", "eli", "fay"]
    assert practising(begun).first.parts == tuple(zip(GOLD, GIVEN, strict=True))
    assert [case.vignette.text for case in practising(later).cases[5:]] == [WORDS.text]
    assert len(practising(later).cases) == 6


def test_a_case_of_another_exercise_cannot_be_rated(begun, mentor, hr):
    case = publish(draft(hr), hr)

    with pytest.raises(Refused, match="rated already"):
        actions.rate_case(begun, by=mentor, vignette=case, level=2)


def test_more_cases_take_more_minutes():
    assert minutes(6) == {"rating": 10, "seeing": 5, "all": 45}
    assert minutes(7) == {"rating": 12, "seeing": 6, "all": 50}
    assert minutes(10) == {"rating": 17, "seeing": 9, "all": 55}


def test_a_case_is_rated_by_the_anchors_of_the_newest_published_version():
    seeded = Rubric.objects.get(name="StretchHub rubric")
    RubricFactory(name="StretchHub rubric", version=3, status="draft")
    case = Vignette.objects.get(key="ana")
    assert criterion_of(case).rubric == seeded

    newer = RubricFactory(name="StretchHub rubric", version=2)

    assert criterion_of(case).rubric == newer


def test_the_exercise_from_the_first_case_to_the_last_in_a_browser_without_script(sign_in, mentor, count_queries):
    client = sign_in(mentor)
    assert "6 short cases, about 45 minutes with the talk." in client.get("/practice/").content.decode()
    path = client.post("/practice/")["Location"]

    empty = client.post(path, {"case": "ana"})
    assert empty.status_code == 422
    assert "Choose a level from 1 to 5." in empty.content.decode()
    for number, (case, level) in enumerate(zip(Vignette.objects.all(), GIVEN, strict=True), start=1):
        page = client.get(path)
        assert f"Case {number} of 6" in page.content.decode()
        assert case.reason not in page.content.decode()
        assert client.post(path, {"case": case.key, "level": level})["Location"] == path
    before = client.get(path).content.decode()
    assert "All 6 cases are rated" in before
    assert "Borrowed authority" not in before
    assert "Case 1 of 6" in client.get(path + "?case=ana").content.decode()
    client.post(path, {"do": "see"})
    after = client.get(path).content.decode()
    assert "Borrowed authority" in after
    assert "Worth another round" in after
    assert "experts here have not confirmed all of them yet" in after
    assert "Once more; 3 are left." in client.get(path + "?again").content.decode()
    client.post(path, {"case": "ana", "level": 2})
    assert "Once more; 2 are left." in client.get(path).content.decode()
    client.post(path, {"case": "ben", "level": 2}, follow=True)
    client.post(path, {"case": "chi", "level": 4})
    client.post(path, {"case": "dee", "level": 3})
    over = client.get(path).content.decode()
    assert "The three once more" in over
    assert "3 of 3 cases at the same level." in over
    assert count_queries(client, path) <= 12
    assert path in client.get("/practice/").content.decode()


def test_refusals_are_said_and_an_unknown_case_changes_nothing(sign_in, mentor, begun):
    client = sign_in(mentor)
    path = f"/practice/{begun.code}/"

    early = client.post(path, {"do": "see"}, follow=True)

    assert "Rate every case first" in early.content.decode()
    assert client.post(path, {"case": "nobody\x00", "level": 3})["Location"] == path
    assert not PracticeRating.objects.exists()
