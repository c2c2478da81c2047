"""Agreement over the programme: figures with what they rest on, none of too little, never by person rated."""

import json
import re

import pandas
import pingouin
import pytest

from reviews.actions import agreement as actions
from reviews.actions.calibration_level import amend
from reviews.actions.practice_case import bring_back_case, retire_case
from reviews.agreement_rows import rows_of
from reviews.models import AgreementReading, PracticeRating, RaterSeverity, RatingPractice, Review, Vignette
from reviews.programme_agreement import ProgrammeAgreement, as_kept, kept, work_out
from reviews.tasks import work_out_agreement
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


def read(cycle) -> ProgrammeAgreement:
    """As it is worked out and kept and read again."""
    return as_kept(json.loads(json.dumps(kept(work_out(cycle)[0]))))


def page_of(client, address="/calibrations/agreement/") -> str:
    """The page after the figures were worked out."""
    work_out_agreement()
    return text(client.get(address))


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
    assert (work_out(None)[1], found.untold) == ([], 24)


def test_a_page_says_too_few_and_shows_no_figure(hr, sign_in):
    panels(WORKED)

    page = page_of(sign_in(hr))

    assert "8 units were rated twice or more; a figure is shown from 10 units on" in page
    assert "0.70" not in page
    assert "Differences under about 0.9 between two reviews may be noise." in page
    assert "0.75 / √3 = 0.43; × 1.96 = ±0.85" in page
    assert "Method version 1." in page


def test_from_ten_units_on_figure_interval_and_arithmetic_are_shown(calibrator, sign_in):
    panels([*WORKED, [2, 3, 3], [4, 4, 5]])

    page = page_of(sign_in(calibrator))

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
    assert "2 reviewed assignments" in page_of(sign_in(hr), "/calibrations/agreement/?cycle=here")
    assert "8 reviewed assignments" in page_of(sign_in(hr), "/calibrations/agreement/?cycle=elsewhere")


def test_severity_is_told_by_name_where_raters_share_enough_work(calibrator, sign_in):
    sponsor = UserFactory(full_name="Ada Stern")
    mentor = UserFactory(full_name="Zoe Mild")
    panels([[4, 2, 3]] * 6, sponsor=sponsor, option__mentorship__mentor=mentor)

    found = {row.name: row for row in work_out(None)[1]}
    page = page_of(sign_in(calibrator))

    assert found["Ada Stern"].value < 0 < found["Zoe Mild"].value
    # Six ratings by a common rater pair: +1 and −1 on average of 4, 2 and 3, drawn in by five that are none.
    assert found["Zoe Mild"].value == pytest.approx(found["Zoe Mild"].raw * 6 / 11)
    assert (found["Zoe Mild"].ratings, found["Zoe Mild"].mentees) == (6, 6)
    assert "6 ratings of 6 mentees" in page
    assert page.index("Ada Stern") < page.index("Zoe Mild")
    # Each colleague shares one rating with others; five are needed.
    assert "Cleo Park" not in page
    assert "6 raters share too little work with others for a word." in page


def test_one_level_throughout_and_nothing_at_all_are_said_in_words(hr, sign_in):
    assert "No unit was rated twice yet." in page_of(sign_in(hr))
    panels([[3, 3, 3]] * 10)

    page = page_of(sign_in(hr))

    assert "neither agreement nor its lack" in page


def test_no_mentee_is_named_and_the_queries_are_always_the_same(calibrator, sign_in, count_queries):
    made = panels(WORKED[:1])
    client = sign_in(calibrator)
    page_of(client)
    one = count_queries(client, "/calibrations/agreement/")
    made += panels(WORKED[:3])

    page = page_of(client)
    assert count_queries(client, "/calibrations/agreement/") == one <= 12
    assert not [panel for panel in made if panel["self"].rater.name in page]


def test_before_anything_was_worked_out_the_page_says_when_it_is(hr, sign_in):
    panels(WORKED)

    page = text(sign_in(hr).get("/calibrations/agreement/"))

    assert "Agreement is worked out each night" in page
    assert "Krippendorff’s α, ordinal" not in page


def practise(levels, *, seen=True, people=None):
    """One exercise each, of the seeded cases and as many more as there are levels."""
    for number in range(Vignette.objects.published().count(), len(levels[0])):
        Vignette.objects.create(
            key=f"case-{number}", criterion_key="impact", position=number, text="…", gold=3, status="published"
        )
    cases = list(Vignette.objects.published().order_by("position", "pk"))
    for place, own in enumerate(levels):
        person = people[place] if people else UserFactory(full_name=f"Practised Person{place}")
        practice = RatingPractice.objects.create(
            person=person, seen_at=now() if seen else None, finished_at=now() if seen else None
        )
        for case, level in zip(cases, own, strict=False):
            PracticeRating.objects.create(practice=practice, vignette=case, round=1, level=level, gold=3)


# The worked cohort with two rows more, by rater.
BY_RATER = list(zip(*WORKED, [2, 3, 3], [4, 4, 5], strict=True))


def test_the_worked_cohort_as_practice_gives_the_published_icc_2_but_shows_none_for_eight_cases(hr, sign_in):
    practise(list(zip(*WORKED, strict=True)))

    found = read(None)

    assert [(row.name, round(row.icc.value, 4), row.shown) for row in found.practice] == [
        ("ICC(2,1)", 0.7143, False),
        ("ICC(2,k)", 0.8824, False),
    ]
    assert [(round(row.icc.low, 2), round(row.icc.high, 2)) for row in found.practice] == [(0.24, 0.93), (0.49, 0.98)]
    page = page_of(sign_in(hr))
    assert "8 cases, each rated by the same 3 people; a figure is shown from 10 cases on." in page
    assert "0.71" not in page
    assert "fewer than 10 cases that the same people rated, so a single rating is taken to spread by 0.75" in page


def test_from_ten_cases_on_icc_2_and_an_error_of_the_programmes_own_are_shown(hr, sign_in):
    practise(BY_RATER)

    found = read(None)
    page = page_of(sign_in(hr))

    expected = pingouin_icc2()
    assert [round(row.icc.value, 4) for row in found.practice] == [round(each, 4) for each in expected]
    assert f"ICC(2,1) {expected[0]:.2f}" in page
    assert "10 cases, each rated by the same 3 people" in page
    single = (found.components.rater + found.components.residual) ** 0.5
    assert [round(row.sem.value, 9) for row in found.errors] == [round(single / k**0.5, 9) for k in (1, 2, 3, 4, 5)]
    assert f"A single rating spreads by {single:.2f}, as 10 cases show that the same people rated." in page
    assert "Practised Person" not in page


def pingouin_icc2() -> tuple[float, float]:
    """By an independent package."""
    rows = [
        {"case": case, "rater": rater, "level": level}
        for rater, own in enumerate(BY_RATER)
        for case, level in enumerate(own)
    ]
    found = pingouin.intraclass_corr(pandas.DataFrame(rows), "case", "rater", "level").set_index("Type")["ICC"]
    names = ("ICC(A,1)", "ICC(A,k)") if "ICC(A,1)" in found.index else ("ICC2", "ICC2k")
    return float(found[names[0]]), float(found[names[1]])


def test_nothing_is_shown_of_the_practice_of_fewer_than_three_people(hr, sign_in):
    practise(BY_RATER[:2])

    assert (read(None).practice, read(None).components) == ((), None)
    assert "Fewer than three people have rated every case yet." in page_of(sign_in(hr))


def test_of_each_person_the_first_exercise_counts_and_whoever_missed_a_case_is_left_out(hr, sign_in):
    people = [UserFactory() for _each in range(3)]
    practise(BY_RATER, people=people)
    before = read(None).practice
    practise([[1] * 10] * 3, people=people)
    practise([[5] * 4])
    practise([[1] * 10], seen=False)

    found = read(None)

    assert found.practice == before
    assert (found.practised, found.unfinished) == (3, 1)
    assert "1 person has not rated every case that there is now and is left out." in page_of(sign_in(hr))


def test_a_case_that_came_later_is_rated_in_a_later_exercise_and_a_retired_or_unpublished_one_counts_for_nobody(hr):
    people = [UserFactory() for _each in range(3)]
    practise([row[:6] for row in BY_RATER], people=people)
    assert (read(None).practised, read(None).practice[0].icc.parts[0]) == (3, 6)
    # Once more with ten cases: the six are known by now, so what was given to them first stands.
    practise([[1] * 6 + list(row[6:]) for row in BY_RATER], people=people)
    Vignette.objects.create(key="draft", criterion_key="impact", position=99, text="…", gold=3)
    Vignette.objects.create(
        key="old", criterion_key="impact", position=98, text="…", gold=3, status="retired", retired_at=now()
    )

    found = read(None)

    assert (found.practised, found.unfinished) == (3, 0)
    assert [round(row.icc.value, 4) for row in found.practice] == [round(each, 4) for each in pingouin_icc2()]


def test_one_level_in_all_of_practice_has_no_correlation(hr, sign_in):
    practise([[3] * 10] * 3)

    assert "10 cases, each rated by the same 3 people; one level throughout." in page_of(sign_in(hr))


def test_cases_that_differ_less_than_people_do_have_none_either(hr, sign_in):
    practise([[1, 5] * 5, [5, 1] * 5, [3] * 10])

    found = read(None).practice

    assert [row.shown for row in found] == [row.icc.value is not None for row in found]
    assert "10 cases, each rated by the same 3 people" in page_of(sign_in(hr))


def test_it_is_worked_out_again_only_where_something_came(calibrator, hr):
    cycle = ReviewCycleFactory()
    first, *_rest = panels(WORKED, cycle=cycle)

    assert (work_out_agreement(), work_out_agreement()) == (2, 0)
    amend(score_of(first["mentor"], "influence"), by=calibrator, shown=3, level=1, reason="Not hers.")
    assert work_out_agreement() == 2
    panels(WORKED[:1])
    # The new cycle and all together; the old one is as it was.
    assert work_out_agreement() == 2
    practise(BY_RATER)
    assert work_out_agreement() == 3
    assert AgreementReading.objects.count() == 3
    # Each step of a case, but not a draft, changes what is reckoned with.
    case = Vignette.objects.create(key="new", criterion_key="impact", text="…", gold=3)
    assert work_out_agreement() == 0
    retire_case(Vignette.objects.get(key="ana"), by=hr)
    assert work_out_agreement() == 3
    bring_back_case(Vignette.objects.get(key="ana"), by=hr)
    assert work_out_agreement() == 3
    retire_case(Vignette.objects.get(key="ben"), by=hr)
    assert work_out_agreement() == 3
    assert case.edit == 1


def test_severities_are_replaced_and_read_by_key(hr, sign_in):
    sponsors = [UserFactory(full_name=f"Rater {number:02}") for number in range(30)]
    mentor = UserFactory(full_name="Zoe Mild")
    for sponsor in sponsors:
        panels([[4, 2, 3]] * 5, sponsor=sponsor, option__mentorship__mentor=mentor)
    client = sign_in(hr)

    first = page_of(client)

    assert RaterSeverity.objects.filter(reading__all_cycles=True).count() == 31
    assert ("Rater 24" in first, "Rater 25" in first) == (True, False)
    onwards = re.search(r'href="(\?after=[^"]+)"', client.get("/calibrations/agreement/").content.decode())[1]
    second = text(client.get("/calibrations/agreement/" + onwards))
    assert ("Rater 24" in second, "Rater 25" in second, "Zoe Mild" in second) == (False, True, True)
    AgreementReading.objects.update(built_from="")
    work_out_agreement()
    assert RaterSeverity.objects.filter(reading__all_cycles=True).count() == 31


def test_outsiders_are_told_by_their_name():
    mentor = UserFactory(full_name="Zoe Mild")
    made = panels([[4, 2, 3]] * 5, option__mentorship__mentor=mentor)
    for panel in made:
        outside = {"rater": None, "rater_email": "ola@customer.example", "rater_name": "Ola Berg"}
        Review.objects.filter(pk=panel["colleague"].pk).update(**outside, link=panel["colleague"].code)

    assert {(row.name, row.rater, row.email) for row in work_out(None)[1]} == {
        ("Ola Berg", None, "ola@customer.example"),
        ("Zoe Mild", mentor, ""),
    }


def test_levels_are_read_by_as_many_queries_for_one_panel_as_for_eight(django_assert_num_queries):
    panels(WORKED[:1])
    with django_assert_num_queries(2):
        assert rows_of(None).ratings == 3
    panels(WORKED)

    with django_assert_num_queries(2):
        assert rows_of(None).ratings == 27


def test_whoever_reads_it_lets_it_be_worked_out_now(hr, calibrator, sign_in, monkeypatch):
    woken = []
    monkeypatch.setattr(actions, "wake", woken.append)

    answers = [sign_in(person).post("/calibrations/agreement/again/") for person in (hr, calibrator)]

    assert [answer["Location"] for answer in answers] == ["/calibrations/agreement/"] * 2
    assert woken == [work_out_agreement.name] * 2
