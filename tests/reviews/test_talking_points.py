"""What of a panel is worth talking over."""

import pytest

from reviews.talking_points import Given, point


def given(*words: tuple[int | None, int]) -> list[Given]:
    return [Given(rater, level, pieces) for rater, (level, pieces) in enumerate(words, start=1)]


@pytest.mark.parametrize(
    ("words", "value", "spread", "thin"),
    [
        ([(3, 1), (3, 1), (3, 1)], None, 0, ()),
        ([(3, 1), (2, 0)], None, 1, ()),
        ([(4, 2), (2, 1)], "range", 2, ()),
        ([(4, 1), (3, 1)], "evidence", 1, ((1, "one_piece"),)),
        ([(5, 0), (4, 2), (1, 1)], "both", 4, ((1, "no_piece"), (3, "one_piece"))),
        ([(1, 2), (5, 2)], "range", 4, ()),
        # One observer alone lies apart from nobody, but may still rest much on little.
        ([(5, 2), (None, 0)], None, None, ()),
        ([(5, 1), (None, 0)], "evidence", None, ((1, "one_piece"),)),
        ([(None, 0), (None, 0)], None, None, ()),
        ([], None, None, ()),
    ],
)
def test_a_criterion_is_talked_over_where_levels_lie_apart_or_much_rests_on_little(words, value, spread, thin):
    found = point(given(*words))

    assert (found.value, found.range, found.thin) == (value, spread, thin)
    assert found.reason == (value or "agreed")
