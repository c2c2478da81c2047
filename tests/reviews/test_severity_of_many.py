"""The same severities as among few, without a full table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.severity import Rated, estimate
from reviews.severity_of_many import estimate_many
from tests.reviews.method import COHORT, PINS, WITH_GAPS, printed

ratings = st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 11)), st.integers(1, 5), min_size=1, max_size=50)


def numbers(rated: dict[tuple[int, int], int]):
    """Raters, units, mentees and levels; three units are of one mentee."""
    pairs = sorted(rated)
    return [who for who, _u in pairs], [u for _w, u in pairs], [u // 3 for _w, u in pairs], [rated[p] for p in pairs]


@pytest.mark.parametrize(("table", "pin"), [(COHORT, "A.severity_shrunk_lambda5"), (WITH_GAPS, None)])
def test_the_worked_cohort_comes_out_as_printed(table, pin):
    rated = {
        (rater, unit): level for unit, row in enumerate(table) for rater, level in enumerate(row) if level is not None
    }
    who, what, _whose, levels = numbers(rated)

    found = estimate_many(who, what, what, levels)

    wanted = PINS[pin] if pin else (0.0274, 0.2563, -0.2822)
    assert [found[rater].value for rater in (0, 1, 2)] == [printed(value, 4) for value in wanted]


@given(ratings)
def test_it_gives_what_the_full_table_gives(rated):
    who, what, whose, levels = numbers(rated)
    full = estimate(Rated(*each) for each in zip(who, what, whose, levels, strict=True))

    found = estimate_many(who, what, whose, levels)

    assert set(found) == {rater for rater, each in full.items() if each.reason.code != "nobody_shares"}
    for rater, each in found.items():
        assert each.raw == pytest.approx(full[rater].raw, abs=1e-6)
        assert (each.reason, each.ratings, each.mentees) == (
            full[rater].reason,
            full[rater].ratings,
            full[rater].mentees,
        )


def test_of_nothing_and_of_what_nobody_shares_nothing_is_said():
    assert estimate_many([], [], [], []) == {}
    assert estimate_many([0, 1], [0, 1], [0, 1], [3, 4]) == {}
