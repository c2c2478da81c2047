"""The worked examples of the method, for the tests of the pure modules."""

import json
from pathlib import Path
from typing import Any

import pytest

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
COHORT = PINS["inputs"]["cohort_units_x_raters_mentor_sponsor_sme"]
WITH_GAPS = PINS["inputs"]["cohort_missing"]
# Shrout and Fleiss 1979, table 2: six targets by four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def printed(value: Any, digits: int) -> Any:
    """Equal to what was printed with so many decimals."""
    return pytest.approx(value, abs=0.5 * 10**-digits + 1e-12)
