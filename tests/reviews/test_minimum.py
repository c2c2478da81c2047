import pytest

from reviews.minimum import Minimum, minimum


@pytest.mark.parametrize(
    ("relations", "found"),
    [
        ([], Minimum(False, "observers", 3, 0, 0)),
        (["self"], Minimum(False, "observers", 3, 0, 0)),
        (["self", "mentor", "sponsor"], Minimum(False, "observers", 1, 2, 1)),
        (["self", "mentor", "sponsor", "colleague"], Minimum(True, "", 0, 3, 2)),
        (["sponsor", "end_user", "expert"], Minimum(True, "", 0, 3, 3)),
        (["mentor", "mentor", "mentor"], Minimum(False, "not_mentor", 1, 3, 0)),
        (["self"] * 9 + ["mentor"], Minimum(False, "observers", 2, 1, 0)),
    ],
)
def test_three_observers_at_least_and_one_of_them_not_the_mentor(relations, found):
    assert minimum(relations) == found
