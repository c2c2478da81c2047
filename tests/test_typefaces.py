"""Every letter is set in a font that has it, or stands there as its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stretchhub.typefaces import families, folders, printable, runs_right_to_left


def test_the_fonts_come_with_installed_packages():
    assert len(folders()) == 3
    assert families()[:2] == ("Noto Sans", "IBM Plex Sans Arabic")
    assert {"Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans CJK SC", "Noto Emoji"} < set(families())


@pytest.mark.parametrize(
    "written",
    [
        "Plain words, 21 → 14 days.",
        "Zürich, Łódź, Đà Nẵng, Афины, Αθήνα",
        "مرحبا بالعالم",
        "שלום",
        "हिन्दी",
        "ไทย",
        "李小龍 日本語 한국어",
    ],
)
def test_what_a_font_has_stays_as_it_was_written(written):
    assert printable(written) == written


@pytest.mark.parametrize("written", ["😀", "👍🏽", "👩‍👧", "☎️", "🇬🇧", "e\u0301", "1️⃣"])
def test_letters_that_belong_together_stay_together(written):
    assert printable(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\x00b", "a[U+0000]b"),
        ("bell\x07", "bell[U+0007]"),
        ("\u202eevil", "[U+202E]evil"),
        ("𓀀", "[U+13000]"),
        ("\ud800", "[U+D800]"),
        ("\ue000", "[U+E000]"),
        ("one\u2028two", "one[U+2028]two"),
        ("\ufeffstart", "start"),
        ("a\u1b34", "a[U+1B34]"),
    ],
)
def test_what_no_font_has_or_nobody_sees_stands_there_as_its_number(written, shown):
    assert printable(written) == shown


def test_lines_and_tabs_stay():
    assert printable("one\n\ttwo") == "one\n\ttwo"


def test_an_endless_word_may_be_broken_and_a_long_one_not():
    assert printable("x" * 31) == "\u200b".join(["x" * 15, "x" * 15, "x"])
    assert printable("x" * 30) == "x" * 30


def test_an_endless_word_is_never_broken_before_a_mark():
    pieces = printable("e\u0301" * 30).split("\u200b")

    assert "".join(pieces) == "e\u0301" * 30
    assert all(piece.startswith("e") for piece in pieces)


def test_scripts_that_break_by_themselves_are_left_alone():
    assert printable("漢" * 100) == "漢" * 100


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_that_is_written_is_lost_without_a_trace(written):
    shown = printable(written)

    for letter in set(written) - {"\ufeff"}:
        assert letter in shown or f"[U+{ord(letter):04X}]" in shown


@pytest.mark.parametrize(
    ("written", "to_left"),
    [
        ("hello", False),
        ("مرحبا", True),
        ("שלום hello", True),
        ("12 שלום", True),
        ("hello שלום", False),
        ("12, 3", False),
    ],
)
def test_a_text_runs_the_way_of_its_first_letter(written, to_left):
    assert runs_right_to_left(written) is to_left
