import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stretchhub.cells import Bare, guarded, line

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    "\ufeff=1",
    "\u00a0=1",
    "\u200b=1",
    "\u3000=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\u2060\ufeff @x",
    "\u202e=1",
    "﹦1",
]
HARMLESS = ["", "Hana", "3 = three", "a@b.org", "'quoted'", "\u200bplain", "½ – half"]
texts = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_a_spreadsheet_could_run_gets_an_apostrophe(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text):
    assert guarded(text) == text


def test_texts_are_quoted_and_everything_else_is_bare():
    assert line(["a", 'b"c', "", None, 3, True, False, Bare("2026-01-01T00:00:00Z")]) == (
        '"a","b""c","",,3,true,false,2026-01-01T00:00:00Z\r\n'
    )


@settings(max_examples=500)
@given(st.lists(texts, min_size=1, max_size=5))
def test_what_was_written_is_read_back(values):
    [read] = list(csv.reader(io.StringIO(line(values), newline="")))

    assert read == [guarded(value) for value in values]


@settings(max_examples=500)
@given(texts)
def test_no_cell_begins_with_an_active_letter(text):
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
