"""Bars of shares with their intervals."""

from stretchhub.share_chart import WIDTH, share_bars


def test_a_bar_ends_at_its_share_and_its_interval_lies_around_it():
    [exact, about] = share_bars([("A", "45 %", 0.45, 0.45, 0.402, 0.499), ("B", "18–20 %", 0.18, 0.2, 0.1, 0.3)])

    assert (exact.least, exact.most, exact.low, exact.high) == (180, 180, 161, 200)
    assert (about.least, about.most) == (72, 80)
    assert WIDTH == 400
