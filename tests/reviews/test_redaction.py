import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.redaction import Name, Passage, redact, times

RUTH = Name(("Ruth Adeyemi", "Ruth", "Adeyemi"), "my sponsor", person=True)
ONE = Passage("one", "Ruth Adeyemi asked first; Ruth's count was right.")
TWO = Passage("two", "Nobody else.")


def said(text, *names):
    return redact([Passage("x", text)], (), names).value[0].text


def test_without_a_choice_everything_is_as_it_was_written():
    found = redact([ONE, TWO], (), [])

    assert (found.value, found.parts, found.reason.code) == ((ONE, TWO), (0, 0), "as_written")


def test_a_passage_that_is_left_out_is_gone_and_counted():
    found = redact([ONE, TWO], {"one", "nowhere"}, [RUTH])

    assert (found.value, found.parts, found.reason.code) == ((TWO,), (1, 0), "redacted")


def test_a_name_is_replaced_in_every_form_the_longest_first():
    found = redact([ONE, TWO], (), [RUTH])

    assert found.value[0].text == "my sponsor asked first; my sponsor's count was right."
    assert found.parts == (0, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("RUTH ADEYEMI", "my sponsor"),
        ("ruth\n  adeyemi", "my sponsor"),
        ("Truth, Ruthless and Ruth_1", "Truth, Ruthless and Ruth_1"),
        ("ruth alone is no name", "ruth alone is no name"),
        ("(Ruth)", "(my sponsor)"),
    ],
)
def test_whole_words_only_and_a_single_word_of_a_person_as_it_is_written(text, told):
    assert said(text, RUTH) == told


def test_other_words_are_found_in_capitals_or_not():
    assert said("TIDEWELL and tidewell", Name(("Tidewell",), "the company")) == "the company and the company"


def test_what_was_put_in_is_not_looked_through_again():
    names = [Name(("Ruth",), "Tom"), Name(("Tom",), "Ruth")]

    assert said("Ruth met Tom", *names) == "Tom met Ruth"


def test_signs_of_a_pattern_are_letters_like_any_other():
    assert said("a.b axb (c)", Name(("a.b",), r"\1"), Name(("(c)",), "d")) == r"\1 axb d"


def test_a_name_is_found_however_its_letters_are_composed():
    composed, decomposed = (unicodedata.normalize(form, "José Núñez") for form in ("NFC", "NFD"))

    assert said(f"{decomposed} came", Name((composed,), "my mentor")) == "my mentor came"
    assert said(f"{composed} came", Name((decomposed,), "my mentor")) == "my mentor came"


def test_of_two_with_the_same_form_the_last_said_stands():
    assert said("Ruth", Name(("Ruth",), "one"), Name(("Ruth",), "other")) == "other"


def test_a_name_that_stays_is_not_taken_for_somebody_else():
    names = [Name(("Ruth Adeyemi",), None, person=True), Name(("Ruth Berg", "Ruth"), "a colleague", person=True)]

    found = redact([Passage("x", "Ruth Adeyemi and Ruth")], (), names)

    assert (found.value[0].text, found.parts) == ("Ruth Adeyemi and a colleague", (0, 1))


def test_an_empty_form_is_nothing():
    assert said("a b", Name(("", " "), "x")) == "a b"


def test_how_often_a_name_stands_in_passages():
    assert times([ONE, TWO], RUTH) == 2
    assert times([TWO], RUTH) == 0
    assert times([], RUTH) == 0


WORDS = st.text("abAB ß.-_1İ\u0301", min_size=1, max_size=8)


@given(st.lists(WORDS, max_size=6), WORDS)
def test_nothing_that_is_replaced_is_left(words, form):
    left = said(" ".join([*words, form, *words]), Name((form,), "§"))

    assert times([Passage("x", left)], Name((form,), "")) == 0
