"""What is shown of a division is read here by somebody who knows the whole: all tables of a size, one by one."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

import pytest

from assignments.method import Reason
from reviews.disclosure import Release, Row, disclose, nested, release, renew, shown_last, together
from tests.reviews.method import PINS


def named(numbers, names="ABCDE"):
    return dict(zip(names, numbers, strict=False))


@pytest.mark.parametrize(
    ("sizes", "hidden"), list(zip([(40, 30, 6), (40, 30, 12), (40, 7, 6)], PINS["E.suppress"], strict=True))
)
def test_the_worked_divisions_come_out_as_printed(sizes, hidden):
    found = disclose(named(sizes))

    assert list(found.hidden) == hidden
    assert found.total == sum(size for name, size in named(sizes).items() if name not in hidden)
    assert found.parts == tuple(size for name, size in named(sizes).items() if name not in hidden)


@pytest.mark.parametrize(
    ("sizes", "hidden", "code"),
    [
        ((40, 30, 10), "", "all_shown"),
        ((40, 6), "AB", "nothing_shown"),
        ((6,), "A", "nothing_shown"),
        ((), "", "nothing_shown"),
        # Two that are too few together take another one in.
        ((40, 30, 12, 3, 2), "CDE", "some_hidden"),
        # Nobody is a number too.
        ((40, 30, 0), "BC", "some_hidden"),
        # Of two equal ones none may be told from the other by being shown.
        ((40, 20, 20, 6), "BCD", "some_hidden"),
        # Had one of them been smaller, the ten would be hidden: so both must be nine.
        ((40, 10, 9, 9), "BCD", "some_hidden"),
        ((40, 11, 9, 9), "CD", "some_hidden"),
    ],
)
def test_what_is_hidden_beside_what_is_small(sizes, hidden, code):
    found = disclose(named(sizes))

    assert "".join(found.hidden) == hidden
    assert found.reason == Reason(code, {"k": 10})


def test_nothing_says_which_of_the_hidden_are_small():
    one, other = disclose({"B": 6, "A": 40, "C": 30}), disclose({"C": 6, "B": 30, "A": 40})

    assert one == other


def test_the_least_size_may_be_lowered_to_five():
    assert disclose({"A": 5, "B": 6}, k=5).value == ("A", "B")
    with pytest.raises(ValueError, match="k is below 5"):
        disclose({"A": 5}, k=4)
    with pytest.raises(ValueError, match="fewer than nobody"):
        disclose({"A": -1})


@pytest.mark.parametrize(("groups", "top"), [(2, 14), (3, 12), (4, 9)])
def test_no_hidden_size_follows_from_what_is_shown_and_the_number_of_people_in_all(groups, top):
    views = defaultdict(list)
    for sizes in product(range(top), repeat=groups):
        found = disclose(named(sizes), k=5)
        views[found.value, found.parts, found.hidden, sum(sizes)].append(sizes)

    for (shown, parts, hidden, people), tables in views.items():
        for name in hidden if people else ():
            assert len({named(sizes)[name] for sizes in tables}) > 1, (shown, parts, hidden, people)


def read_by_one_who_knows_the_sums(sizes, k=5):
    """Each release with all the tables that give it, once the number of people and of the chosen are known as well."""
    views = defaultdict(list)
    for table in product(*([(n, hits) for n in some for hits in range(n + 1)] for some in sizes)):
        eligible, selected = named([n for n, _ in table]), named([hits for _, hits in table])
        shown = release(selected, eligible, k)
        # Where a division is withheld, the number of the chosen is printed nowhere.
        chosen = None if shown.reason.code in {"withheld", "nothing_shown"} else sum(selected.values())
        key = (shown.value, shown.hidden, shown.parts, shown.reason.code, sum(eligible.values()), chosen)
        views[key].append(table)
    return views


@pytest.mark.parametrize(
    "sizes",
    [[range(12)] * 2, [range(3, 8)] * 3, [(9,), (7,), (2, 3, 4), (2, 3, 4)]],
    ids=["two groups", "three groups", "two shown and two hidden"],
)
def test_no_hidden_and_no_masked_number_follows_from_what_is_shown_and_the_sums(sizes):
    views = read_by_one_who_knows_the_sums(sizes)
    seen = set()

    for (rows, hidden, _parts, _code, people, _chosen), tables in views.items():
        at = {name: place for place, name in enumerate("ABCD"[: len(sizes)])}
        for name in hidden if people else ():
            assert len({table[at[name]][1] for table in tables}) > 1, (rows, hidden)
        for row in rows:
            chosen = {table[at[row.group]][1] for table in tables}
            assert (len(chosen) == 1) is (row.reason == "exact"), (row, tables)
            assert row.low <= min(chosen)
            assert max(chosen) <= row.high
            seen.add(row.reason)

    assert seen == {"exact", "few", "nearly_all", "about", "withheld"}


def test_a_row_says_what_it_may():
    found = release({"A": 18, "B": 2, "C": 12}, {"A": 40, "B": 30, "C": 20})

    assert found.value == (
        Row("A", 40, 18, 20, "about"),
        Row("B", 30, 0, 2, "few"),
        Row("C", 20, 12, 12, "exact"),
    )
    assert [row.value for row in found.value] == [None, None, 12]
    assert (found.parts, found.hidden, found.reason.code) == ((90, 32), (), "all_shown")


@pytest.mark.parametrize("hits", [0, 1, 2])
def test_nobody_one_and_two_look_the_same(hits):
    of_the_same_sum = release({"A": 20 - hits, "B": hits}, {"A": 40, "B": 30})

    assert of_the_same_sum == release({"A": 20, "B": 0}, {"A": 40, "B": 30})


@pytest.mark.parametrize(
    ("row", "band"),
    [
        (Row("A", 40, 0, 2, "few"), ("at_most", 10)),
        (Row("A", 10, 0, 2, "few"), ("at_most", 20)),
        (Row("A", 12, 0, 2, "few"), ("at_most", 20)),
        (Row("A", 40, 38, 40, "nearly_all"), ("at_least", 90)),
        (Row("A", 10, 8, 10, "nearly_all"), ("at_least", 80)),
        (Row("A", 40, 20, 20, "exact"), None),
    ],
)
def test_a_masked_rate_is_a_band_that_holds_all_it_may_be(row, band):
    assert row.band == band


def test_the_hidden_groups_together_are_masked_like_a_group():
    # Nobody in B and C was chosen; whoever knows the sum must not learn it from A.
    found = release({"A": 18}, {"A": 40, "B": 7, "C": 6})

    assert found.value == (Row("A", 40, 16, 18, "about"),)
    assert (found.hidden, found.parts) == (("B", "C"), (40, None))


def test_hidden_groups_of_middling_numbers_cover_a_single_masked_row():
    found = release({"A": 1, "B": 3, "C": 2}, {"A": 40, "B": 7, "C": 6})

    assert (found.value, found.parts) == ((Row("A", 40, 0, 2, "few"),), (40, None))


def test_the_sum_of_a_masked_group_alone_is_not_told():
    found = release({"A": 1}, {"A": 40})

    assert (found.value, found.parts) == ((Row("A", 40, 0, 2, "few"),), (40, None))


def test_where_the_masked_would_be_known_all_the_same_nothing_is_told():
    for selected in ({}, {"A": 3}, {"A": 40, "B": 30}):
        found = release(selected, {"A": 40, "B": 30})
        assert found.value == (Row("A", 40, 0, 40, "withheld"), Row("B", 30, 0, 30, "withheld"))
        assert (found.reason.code, found.parts) == ("withheld", (70, None))


@pytest.mark.parametrize(
    ("selected", "eligible", "words"),
    [
        ({"B": 1}, {"A": 40}, "nobody is in"),
        ({"A": 41}, {"A": 40}, "more chosen"),
        ({"A": -1}, {"A": 40}, "fewer than"),
    ],
)
def test_numbers_that_cannot_be_are_refused(selected, eligible, words):
    with pytest.raises(ValueError, match=words):
        release(selected, eligible)


SIZES = {"A": 40, "B": 30}


def test_where_one_division_is_withheld_no_other_tells_the_sum():
    told, untold = release({"A": 4}, {"A": 70}), release({"A": 2, "B": 2}, SIZES)
    hidden = release({"A": 4}, {"A": 8, "B": 9})

    found = together({"department": told, "site": untold, "team": hidden})

    assert found["department"].value == (Row("A", 70, 0, 70, "withheld"),)
    assert (found["department"].parts, found["department"].reason.code) == ((70, None), "withheld")
    assert (found["site"], found["team"]) == (untold, hidden)
    assert together({"department": told, "team": hidden}) == {"department": told, "team": hidden}


def test_a_newcomer_does_not_show_by_the_difference_of_two_reports():
    before = release({"A": 18, "B": 9}, SIZES)
    now = release({"A": 19, "B": 19}, {"A": 41, "B": 30})

    found = renew(before, now)

    assert found.value == (Row("A", 40, 18, 18, "exact", as_before=True), Row("B", 30, 19, 19, "exact"))
    assert found.parts == (70, 37)


def test_a_row_that_has_not_changed_says_the_same_as_one_that_hardly_has():
    before = release({"A": 18, "B": 9}, SIZES)

    assert renew(before, before) == renew(before, release({"A": 20, "B": 8}, SIZES))


def test_a_group_that_one_report_hid_is_remembered_from_the_one_before():
    """Else whoever came and went between would show by taking the third report from the first."""
    first = release({"A": 18, "B": 9}, SIZES)
    hidden = release({"A": 18, "B": 3}, {"A": 40, "B": 9})
    withheld = replace(first, value=tuple(replace(row, reason="withheld") for row in first.value))
    third = release({"A": 19, "B": 20}, {"A": 40, "B": 31})

    assert shown_last([]) is None
    for between in (hidden, withheld):
        found = renew(shown_last([between, first]), third)
        assert found.value == (Row("A", 40, 18, 18, "exact", as_before=True), Row("B", 31, 20, 20, "exact"))
    assert shown_last([third, first]) == third


def test_a_change_by_ten_shows_and_adds_up_over_several_reports():
    before = release({"A": 18, "B": 9}, SIZES)
    second = renew(before, release({"A": 27, "B": 12}, SIZES))
    third = renew(second, release({"A": 28, "B": 19}, SIZES))

    assert [row.value for row in second.value] == [18, 9]
    assert third == release({"A": 28, "B": 19}, SIZES)


def test_four_newcomers_who_were_all_chosen_do_not_show():
    """Their names are known in the house, and how many more were chosen would say that all four were."""
    before = release({"A": 18, "B": 9}, SIZES)

    found = renew(before, release({"A": 22, "B": 9}, {"A": 44, "B": 30}))

    assert [(row.eligible, row.value, row.as_before) for row in found.value] == [(40, 18, True), (30, 9, True)]


def test_a_group_that_is_taken_out_is_not_had_by_subtracting_from_where_its_people_went():
    """The ten of C were hidden with the nines of D and E; taken out, their people are among those without an answer."""
    before = release({"A": 18, "none": 9, "C": 5, "D": 3, "E": 3}, {"A": 40, "none": 30, "C": 10, "D": 9, "E": 9})
    assert before.hidden == ("C", "D", "E")

    after = release({"A": 18, "none": 14, "D": 3, "E": 3}, {"A": 40, "none": 40, "D": 9, "E": 9})
    assert [row.group for row in after.value] == ["A", "none"]
    found = renew(before, after)
    again = renew(shown_last([found, before]), after)

    assert found.value == tuple(replace(row, as_before=True) for row in before.value)
    assert again == found


def test_a_part_that_is_nearly_the_whole_is_not_told():
    """Of 18 who had stretch work 16 had work that others see: two had other work, whatever division tells it."""
    whole = {"site": release({"A": 18, "B": 9}, SIZES), "team": release({"X": 13, "Y": 14}, {"X": 35, "Y": 35})}
    near = {"site": release({"A": 16, "B": 6}, SIZES), "team": release({"X": 10, "Y": 11}, {"X": 35, "Y": 35})}
    far = {"site": release({"A": 15, "B": 6}, SIZES), "team": near["team"]}

    found = nested(whole, near)

    assert {name: (shown.reason.code, shown.parts[1]) for name, shown in found.items()} == dict.fromkeys(
        ("site", "team"), ("withheld", None)
    )
    assert nested(whole, far) == far
    assert nested({}, near) == near
    masked = {"site": release({"A": 2, "B": 6}, SIZES)}
    assert nested(masked, masked)["site"].value == tuple(masked["site"].value)


def test_what_was_repeated_is_remembered_from_the_report_it_is_of():
    first = release({"A": 18, "B": 9}, SIZES)
    second = renew(first, release({"A": 19, "B": 9}, SIZES))

    assert shown_last([second]).value == ()
    assert shown_last([second, first]).value == first.value


def test_every_change_that_shows_is_of_ten_people_or_more():
    numbers = [(n, hits) for n in (10, 11, 20, 23) for hits in range(n + 1)]
    other = {"B": 30}
    for (n, hits), (size, few) in product(numbers, numbers):
        before = release({"A": hits, "B": 12}, {"A": n} | other)
        found = renew(before, release({"A": few, "B": 12}, {"A": size} | other))
        old, new = before.value[0], found.value[0]
        if not new.as_before and "withheld" not in (old.reason, new.reason):
            assert abs(n - size) >= 10 or abs(hits - few) > 7
            assert abs(new.eligible - old.eligible) >= 10 or abs(new.middle - old.middle) >= 10


def test_the_sum_of_rows_from_two_reports_is_given_only_where_all_are_exact():
    before = release({"A": 18, "B": 2, "C": 12}, SIZES | {"C": 20})
    found = renew(before, release({"A": 32, "B": 1, "C": 12}, SIZES | {"C": 20}))

    assert [(row.group, row.reason, row.as_before) for row in found.value] == [
        ("A", "about", False),
        ("B", "few", True),
        ("C", "exact", True),
    ]
    assert found.parts == (90, None)


def test_what_was_withheld_or_hidden_before_has_nothing_to_be_kept():
    now = release({"A": 18, "B": 9}, SIZES)

    assert renew(release({}, SIZES), now) == now
    assert renew(Release((), Reason("nothing_shown"), ("A", "B"), (0, None)), now) == now
    assert renew(now, release({}, SIZES)).reason.code == "withheld"
