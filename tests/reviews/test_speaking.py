"""The order of speaking."""

from reviews.speaking import Speaker, in_turn, managers_above


def test_the_most_junior_and_then_the_farthest_speak_first():
    speakers = [
        Speaker(1, "Mentor", 2, ["mentor"]),
        Speaker(2, "Sponsor", 1, ["sponsor"]),
        Speaker(3, "Expert", 2, ["expert"]),
        Speaker(4, "End user", 2, ["end_user"]),
        Speaker(5, "Calibrator", 2),
        Speaker(6, "Trainee", 4, ["colleague"]),
        # Whoever mentors one and is a colleague of another speaks as a mentor.
        Speaker(7, "Both", 2, ["colleague", "mentor"]),
        Speaker(8, "Colleague", 2, ["colleague", "self"]),
    ]

    assert [each.name for each in in_turn(speakers)] == [
        "Trainee", "End user", "Expert", "Colleague", "Both", "Mentor", "Calibrator", "Sponsor",
    ]  # fmt: skip


def test_managers_are_counted_up_to_the_top_and_a_loop_ends():
    managers = {1: 2, 2: 3, 3: None, 7: 8, 8: 7}

    assert [managers_above(managers, person) for person in (1, 2, 3, 4, 7)] == [2, 1, 0, 0, 1]
