"""How levels changed in the work of a case study: bands and changes only where they can be told, else the words."""

import io
import json

import pytest
from pypdf import PdfReader

from reviews.actions import own as actions
from reviews.case_levels import band_facts
from reviews.models import DocumentKind, DocumentPaper, Level
from reviews.own_records import Record
from reviews.own_sources import looked_through
from stretchhub.env import today
from tests.factories import AssignmentFactory, OptionFactory, ReviewCycleFactory, UserFactory
from tests.reviews.test_growing import reviewed

pytestmark = pytest.mark.django_db

BASIS = (
    "Bands: 1.96 × 0.75 ÷ √ of the number of observers; with 3 that is ±0.85. The 0.75 is a chosen value for how far "
    "one rating spreads, because the programme does not have 10 cases that the same people rated."
)
FIRST = "A change can be told once two reviews have levels of two observers or more; this is the first."


@pytest.fixture
def rubric():
    return ReviewCycleFactory(rubric__name="Growth").rubric


@pytest.fixture
def mentorship(mentee, mentor):
    return OptionFactory(mentorship__mentee=mentee, mentorship__mentor=mentor).mentorship


def on(days_ago):
    """“29 Nov 2026”: always with its year."""
    day = today().fromordinal(today().toordinal() - days_ago)
    return f"{day.day} {day:%b %Y}"


def test_the_level_after_the_work_stands_with_its_band_beside_the_one_before_it(mentorship, rubric):
    people = [UserFactory() for _ in range(3)]
    reviewed(mentorship, rubric, 400, [1, 1, 1])
    reviewed(mentorship, rubric, 200, [2, 3, 2], raters=people)
    work = reviewed(mentorship, rubric, 20, [4, 3, 4], raters=people)
    reviewed(mentorship, rubric, 5, [5, 5, 5])

    assert list(band_facts(Record(work))) == [
        f"Influence: 3.7 is the mean of 3 observers on {on(20)}; it may lie from 2.8 to 4.5. Up by 1.3 since {on(200)},"
        " more than the 1.2 by which raters may differ anyway (reliable change 2.18, where 1.96 is needed). The same 3"
        " observers rated then and now.",
        BASIS,
    ]


def test_what_may_be_noise_is_told_as_noise(mentorship, rubric):
    reviewed(mentorship, rubric, 200, [3, 3, 3])
    work = reviewed(mentorship, rubric, 20, [4, 4, 3])

    told, _basis = band_facts(Record(work))

    assert (
        f" 0.7 apart from {on(200)}: differences under about 1.2 may be noise, so no change can be told. 1 of the"
        in told
    )
    assert "Up by" not in told


def test_the_first_review_has_its_band_and_no_change(mentorship, rubric):
    work = reviewed(mentorship, rubric, 20, [4, 3, 4])

    assert list(band_facts(Record(work))) == [
        f"Influence: 3.7 is the mean of 3 observers on {on(20)}; it may lie from 2.8 to 4.5. {FIRST}",
        BASIS,
    ]


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([4, None], "One observer alone gave a level; a level is shown once two have given one."),
        ([None, None], "No observer gave a level."),
    ],
)
def test_without_two_observers_there_are_words_and_no_figure(mentorship, rubric, levels, words):
    reviewed(mentorship, rubric, 200, [3, 3, 3])
    work = reviewed(mentorship, rubric, 20, levels)

    assert list(band_facts(Record(work))) == [f"Influence: {words}"]


def test_a_review_in_which_too_few_gave_a_level_is_none_to_begin_from(mentorship, rubric):
    reviewed(mentorship, rubric, 300, [2, 2])
    reviewed(mentorship, rubric, 200, [5, None])
    work = reviewed(mentorship, rubric, 20, [4, 4])

    told, _basis = band_facts(Record(work))

    assert f"Up by 2.0 since {on(300)}," in told


def test_work_that_was_reviewed_twice_and_is_the_first_is_compared_with_its_own_first_review(mentorship, rubric):
    work = reviewed(mentorship, rubric, 100, [3, 3, 3])
    reviewed(mentorship, rubric, 20, [3, 3, 3], assignment=work)

    told, _basis = band_facts(Record(work))

    assert f"The same as on {on(100)}; differences under about 1.2 would not be told from noise." in told


def test_reviews_by_other_anchors_are_not_compared_and_that_is_said(mentorship, rubric):
    reviewed(mentorship, rubric, 200, [1, 1, 1])
    newer = ReviewCycleFactory().rubric
    Level.objects.filter(criterion=newer.criteria.get(key="influence"), value=3).update(anchor="Something else.")
    work = reviewed(mentorship, newer, 20, [4, 3, 4])

    told, _basis = band_facts(Record(work))

    assert told.endswith(f"{FIRST} Reviews before it went by other anchors, so they are not compared with it.")


def test_work_without_a_final_review_has_none(mentorship, rubric):
    reviewed(mentorship, rubric, 20, [4, 3, 4])

    assert list(band_facts(Record(AssignmentFactory(option__mentorship=mentorship)))) == []


def test_bands_are_on_the_page_in_the_pdf_and_in_the_json_of_a_case_study(mentorship, rubric, mentee, sign_in):
    reviewed(mentorship, rubric, 200, [2, 3, 2])
    work = reviewed(mentorship, rubric, 20, [4, 3, 4])
    band = f"Influence: 3.7 is the mean of 3 observers on {on(20)}; it may lie from 2.8 to 4.5."

    looked = looked_through(DocumentKind.CASE_STUDY, mentee, work)
    document = actions.issue_own(DocumentKind.CASE_STUDY, by=mentee, seal=looked.seal, assignment=work)

    page = sign_in(mentee).get(f"/documents/{document.code}/").content.decode()
    assert band in page
    (levels,) = (each for each in json.loads(document.content)["sections"] if each["key"] == "levels")
    assert levels["facts"][-2].startswith(band)
    assert levels["facts"][-1] == BASIS
    papers = DocumentPaper.objects.filter(document=document)
    assert len(papers) == 2
    for paper in papers:
        said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(paper.pdf))).pages)
        assert band in " ".join(said.split())
