"""A calibration in words."""

import pytest

from reviews.calibration_words import shift_arithmetic, signed
from reviews.shifts import Shift


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "No level to compare"),
        ((0,), "1 level, unchanged"),
        ((0, 0), "2 levels, all unchanged"),
        ((-1,), "1 level changed: −1"),
        ((0, 1), "1 of 2 levels changed: +1 over 2"),
        ((2, 0, -1, 0, 0), "2 of 5 levels changed: −1, +2; together +1 over 5"),
        ((1, -1, 0), "2 of 3 levels changed: −1, +1; together 0 over 3"),
        ((2, 2, 2), "3 of 3 levels changed: +2, +2, +2; together +6 over 3"),
    ],
)
def test_how_a_mean_shift_comes_about_is_told_with_signs_and_with_how_many_levels(steps, words):
    assert shift_arithmetic(Shift(None, "mean", "Ann", steps)) == words


def test_a_shift_carries_its_sign():
    assert [signed(number) for number in (0.5, -1.0, 0.0, 1 / 3)] == ["+0.5", "−1", "0", "+0.333"]
