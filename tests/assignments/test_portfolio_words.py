"""What is said of a mix follows the chosen values, not the shipped ones."""

from dataclasses import replace

import pytest

from assignments.method import DEFAULT
from assignments.portfolio import mix
from assignments.portfolio_words import mix_words
from tests.assignments.test_portfolio import BOLD, CORE, SAFE


@pytest.mark.parametrize(("few", "said"), [(4, "Under 4 "), (6, "Under 6 "), (3, "Half of (")])
def test_counts_stand_instead_of_shares_below_the_chosen_number(few, said):
    words = mix_words(mix([SAFE, CORE, CORE], replace(DEFAULT, few_options=few)))

    assert words.arithmetic.startswith(said)


@pytest.mark.parametrize(("most", "said"), [(0, "more than 0 "), (1, "more than 1 "), (2, "more than 2 "), (3, "")])
def test_too_much_bold_at_once_is_told_by_the_chosen_number(most, said):
    live = replace(BOLD, running=True)

    words = mix_words(mix([SAFE, CORE, live, live, live], replace(DEFAULT, bold_running_max=most)))

    expected = f"Bold ones running at once: 3; {said}leaves nothing to fall back on." if said else ""
    assert (expected in words.sentence) and ("Bold ones" in words.sentence) == bool(said)
