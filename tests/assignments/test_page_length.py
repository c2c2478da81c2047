"""How full one printed page is: an estimate in lines, section by section."""

from assignments.page_length import GAP, HEAD, LETTERS, LINES, TITLE, Length, length


def lines(*texts: str) -> float:
    return round(length({"problem": texts}).parts["problem"] - TITLE - GAP * len(texts), 9)


def test_a_text_takes_the_lines_it_is_broken_into():
    assert lines("x" * LETTERS) == 1
    assert lines("x" * (LETTERS + 1)) == 2
    assert lines("one\ntwo\n\nfour") == 4
    assert lines("one", "two") == 2


def test_wide_letters_count_twice_and_marks_above_letters_not_at_all():
    assert lines("漢" * (LETTERS // 2)) == 1
    assert lines("漢" * (LETTERS // 2 + 1)) == 2
    assert lines("e\u0301" * LETTERS) == 1


def test_an_empty_page_holds_its_head_alone():
    empty = length({})

    assert empty == Length(HEAD / LINES, {}, "fits")
    assert empty.longest == ()


def test_a_page_is_full_at_its_last_line_and_too_long_after_it():
    room = LINES - HEAD - TITLE - GAP
    full, over = (length({"problem": ["\n".join("x" * count)]}) for count in (int(room), int(room) + 1))

    assert (full.fits, full.reason, full.percent <= 100) == (True, "fits", True)
    assert (over.fits, over.reason, over.percent > 100) == (False, "too_long", True)


def test_the_longest_sections_come_first():
    used = length({"problem": ["x"], "why": ["x" * 500], "steps": ["x" * 900], "risks": ["x" * 300], "time": []})

    assert used.longest == ("steps", "why", "risks")
