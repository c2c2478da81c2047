"""What a calibration did to levels."""

import pytest

from reviews.shifts import Moved, following, shifts


def test_a_shift_is_the_mean_of_after_less_before_and_raters_stand_by_name():
    found = shifts(
        [
            Moved("Zoe", "11", 4, 3),
            Moved("Zoe", "11", 4, 4),
            Moved("Ann", "91", 2, 3),
            Moved("Ann", "91", None, 3),
            Moved("Ben", "83", None, None),
        ]
    )

    assert [(each.rater, each.value, each.reason, each.steps) for each in found] == [
        ("Ann", 1.0, "mean", (1,)),
        ("Ben", None, "no_levels", ()),
        ("Zoe", -0.5, "mean", (-1, 0)),
    ]


@pytest.mark.parametrize(
    ("moved", "value", "reason", "people"),
    [
        ([], None, "too_few", ()),
        ([Moved("Ann", "91", 2, 4, 4), Moved("Ben", "83", 3, 4, 4)], None, "too_few", ()),
        (
            [Moved("Ann", "91", 2, 4, 4), Moved("Ben", "83", 3, 4, 4), Moved("Cy", "91", 5, 4, 4)],
            True,
            "all_landed",
            (),
        ),
        (
            [Moved("Ann", "91", 2, 4, 4), Moved("Ann", "91", 3, 4, 4), Moved("Ann", "91", 5, 4, 4)],
            True,
            "all_landed",
            ("Ann",),
        ),
        ([Moved("Ann", "91", 2, 4, 4), Moved("Ben", "83", 3, 4, 4), Moved("Cy", "91", 5, 3, 4)], False, "mixed", ()),
        # Of Ann alone it holds, of the session it does not.
        ([*[Moved("Ann", "91", 2, 4, 4)] * 3, Moved("Ben", "83", 2, 3, 4)], False, "mixed", ("Ann",)),
        # What the senior gave nothing on follows nobody, and neither does what becomes not observed.
        (
            [Moved("Ann", "91", 2, 4, None), Moved("Ann", "91", 2, 4, 4), Moved("Ann", "91", 3, None, None)],
            False,
            "mixed",
            (),
        ),
        # Kept levels and the senior's own are no changes.
        ([*[Moved("Ann", "91", 4, 4, 4)] * 3, *[Moved("Sir", "11", 3, 4, 4, own=True)] * 3], None, "too_few", ()),
    ],
)
def test_following_the_one_who_speaks_last_takes_three_changes_that_all_land_there(moved, value, reason, people):
    found = following(moved)

    assert (found.value, found.reason, found.people) == (value, reason, people)
    assert found.landed <= found.changed


def test_two_raters_of_one_name_stay_two():
    assert [each.value for each in shifts([Moved("Ann", "1", 2, 3), Moved("Ann", "2", 4, 3)])] == [1.0, -1.0]
