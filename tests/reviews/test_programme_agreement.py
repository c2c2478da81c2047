"""Agreement over the programme: figures with what they rest on, none of too little, never by person rated."""

import re

import pytest

from reviews.actions.calibration_level import amend
from reviews.models import Review
from reviews.programme_agreement import read
from stretchhub.env import now
from stretchhub.people.models import Role
from tests.factories import AssignmentFactory, ReviewCycleFactory, UserFactory
from tests.reviews.calibrations import rate, score_of

pytestmark = pytest.mark.django_db

WORKED = [[3, 3, 2], [4, 4, 3], [2, 3, 2], [5, 4, 4], [3, 4, 3], [4, 5, 4], [2, 2, 1], [3, 4, 3]]


@pytest.fixture
def calibrator():
    return UserFactory(full_name="Ines Costa", roles=[Role.CALIBRATOR])


def panels(rows, cycle=None, **assignment):
    """Final panels whose influence is rated so by mentor, sponsor and colleague, and nothing else is observed."""
    cycle = cycle or ReviewCycleFactory()
    nothing = dict.fromkeys(("learning", "adaptability", "impact"))
    made = []
    for row in rows:
        levels = {"self": {**nothing, "influence": 5}}
        for relation, level in zip(("mentor", "sponsor", "colleague"), row, strict=True):
            levels[relation] = {**nothing, "influence": level}
        own = AssignmentFactory(reviewing=True, **assignment)
        made.append(rate(levels, cycle=cycle, assignment=own, status="submitted", pieces=0))
    Review.objects.filter(cycle=cycle).update(status="final", final_at=now())
    return made


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_worked_cohort_gives_the_published_figures_but_shows_none_for_eight_units():
    panels(WORKED)

    found = read(None)

    assert [round(row.alpha.value, 4) for row in found.alphas] == [0.6954, 0.6954]
    assert [row.shown for row in found.alphas] == [False, False]
    assert [round(row.icc.value, 4) for row in found.iccs] == [0.6995, 0.8747]
    assert [row.shown for row in found.iccs] == [False, False]
    assert (found.panels, found.ratings) == (8, 24)
    # Everybody rates people of their own here: nothing is said of how strict they are.
    assert {row.severity.value for row in found.severities} == {None}


def test_a_page_says_too_few_and_shows_no_figure(hr, sign_in):
    panels(WORKED)

    page = text(sign_in(hr).get("/calibrations/agreement/"))

    assert "8 units were rated twice or more; a figure is shown from 10 units on" in page
    assert "0.70" not in page
    assert "Differences under about 0.9 between two reviews may be noise." in page
    assert "0.75 / √3 = 0.43; × 1.96 = ±0.85" in page
    assert "Method version 1." in page


def test_from_ten_units_on_figure_interval_and_arithmetic_are_shown(calibrator, sign_in):
    panels([*WORKED, [2, 3, 3], [4, 4, 5]])

    page = text(sign_in(calibrator).get("/calibrations/agreement/"))

    assert "A hint: 10 units; 30 are aimed at." in page
    assert re.search(r"1 − [\d.]+ / [\d.]+ = 0\.\d\d", page)
    assert "10 units with 3 ratings each" in page
    assert re.search(r"0\.\d\d to 0\.\d\d", page)


def test_it_is_worked_out_from_levels_as_they_were_handed_in(calibrator):
    first, *_rest = panels(WORKED)
    before = read(None).alphas[0].alpha.value

    amend(score_of(first["mentor"], "influence"), by=calibrator, shown=3, level=1, reason="Not hers.")

    assert read(None).alphas[0].alpha.value == before


def test_of_one_cycle_only_what_is_in_it_counts(hr, sign_in):
    cycle = ReviewCycleFactory(code="here")
    panels(WORKED[:2], cycle=cycle)
    panels(WORKED[2:])

    assert (read(cycle).panels, read(None).panels) == (2, 8)
    assert "2 reviewed assignments" in text(sign_in(hr).get("/calibrations/agreement/?cycle=here"))
    assert "8 reviewed assignments" in text(sign_in(hr).get("/calibrations/agreement/?cycle=elsewhere"))


def test_severity_is_told_by_name_where_raters_share_enough_work(calibrator, sign_in):
    sponsor = UserFactory(full_name="Ada Stern")
    mentor = UserFactory(full_name="Zoe Mild")
    panels([[4, 2, 3]] * 6, sponsor=sponsor, option__mentorship__mentor=mentor)

    found = {row.name: row.severity for row in read(None).severities}
    page = text(sign_in(calibrator).get("/calibrations/agreement/"))

    assert found["Ada Stern"].value < 0 < found["Zoe Mild"].value
    assert found["Zoe Mild"].ratings == 6
    assert "6 ratings of 6 mentees" in page
    assert page.index("Ada Stern") < page.index("Cleo Park") < page.index("Zoe Mild")
    assert "1 shared ratings; 5 are needed." in page


def test_one_level_throughout_and_nothing_at_all_are_said_in_words(hr, sign_in):
    assert "No unit was rated twice yet." in text(sign_in(hr).get("/calibrations/agreement/"))
    panels([[3, 3, 3]] * 10)

    page = text(sign_in(hr).get("/calibrations/agreement/"))

    assert "neither agreement nor its lack" in page


def test_no_mentee_is_named_and_the_queries_are_always_the_same(calibrator, sign_in, count_queries):
    made = panels(WORKED[:1])
    client = sign_in(calibrator)
    client.get("/calibrations/agreement/")
    one = count_queries(client, "/calibrations/agreement/")
    made += panels(WORKED[:3])

    assert count_queries(client, "/calibrations/agreement/") == one <= 12
    page = text(client.get("/calibrations/agreement/"))
    assert not [panel for panel in made if panel["self"].rater.name in page]
