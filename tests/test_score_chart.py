"""A score's bar: what is known end to end, what is open behind it."""

from hypothesis import given
from hypothesis import strategies as st

from stretchhub.score_chart import WIDTH, score_bar


def test_known_parts_come_first_and_open_ones_behind_them():
    bar = score_bar([(30, 30, "accent"), (0, 25, "growth"), (10, 20, "info")])

    assert [(piece.x, piece.width, piece.tone) for piece in bar.known] == [(0, 180, "accent"), (180, 60, "info")]
    assert [(piece.x, piece.width, piece.tone) for piece in bar.open] == [(240, 150, "growth"), (390, 60, "info")]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=5, max_size=5))
def test_no_gap_opens_and_nothing_leaves_the_bar(shares):
    parts = [(20 * min(pair), 20 * max(pair), "accent") for pair in shares]

    pieces = [*score_bar(parts).known, *score_bar(parts).open]

    edges = [0, *(piece.x + piece.width for piece in pieces)]
    assert [piece.x for piece in pieces] == edges[:-1]
    assert edges[-1] <= WIDTH
