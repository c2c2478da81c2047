import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.equity import Figure, Group, compare, disclose, report, reports
from tests.reviews.method import PINS, printed

MAIN, SMALL = PINS["E.main 18/40 vs 9/30"], PINS["E.small 4/8 vs 2/7"]
SIZES = {"A": 40, "B": 30}


def both(figure, digits=4):
    return tuple(None if end is None else printed(end, digits) for end in figure)


@pytest.mark.parametrize(("selected", "eligible", "pin"), [((18, 9), (40, 30), MAIN), ((4, 2), (8, 7), SMALL)])
def test_the_worked_divisions_come_out_as_printed(selected, eligible, pin):
    found = compare(dict(zip("AB", selected, strict=True)), dict(zip("AB", eligible, strict=True)))
    best, other = found.of("A"), found.of("B")

    assert (best.share.value, other.share.value) == both((pin["rA"], pin["rB"]))
    assert (best.share.low, best.share.high) == both(pin["wilsonA"])
    assert (other.share.low, other.share.high) == both(pin["wilsonB"])
    assert (other.ratio.value, other.ratio.low, other.ratio.high) == both((pin["ratio"], *pin["rr_ci"]))
    assert other.p.value == other.p_holm.value == printed(pin["fisher_p"], 7)
    assert (other.difference.low, other.difference.high) == both(pin["newcombe_diff"])
    assert other.shortfall.value == printed(pin["shortfallB"], 2)
    assert found.overall.value * eligible[1] == printed(pin["expectedB"], 2)
    assert other.swapped.value == printed(pin["swap"]["ratio"], 4)
    assert (other.ratio.value < 0.8) is pin["flag_4_5"]


@pytest.mark.parametrize(
    ("selected", "eligible", "word", "code"),
    [
        ((18, 9), (40, 30), "look_closer", "below_four_fifths"),
        ((4, 2), (8, 7), "too_few_to_read", "small_group"),
        ((180, 90), (400, 300), "inquire_now", "below_and_unlikely"),
        ((80, 70), (160, 160), "no_signal", "within_chance"),
        ((1000, 1700), (2000, 4000), "look_closer", "unlikely_by_chance"),
        # A large group beside a small one.
        ((40, 0), (400, 9), "too_few_to_read", "small_group"),
        # However many people: who is ahead hangs on a single one.
        ((200, 199), (400, 400), "too_few_to_read", "one_person_turns_it"),
        ((0, 0), (40, 30), "too_few_to_read", "nobody_chosen"),
    ],
)
def test_the_first_word_that_fits_is_said(selected, eligible, word, code):
    found = compare(dict(zip("AB", selected, strict=True)), dict(zip("AB", eligible, strict=True)))
    group = next(group for group in found.parts if group.name != found.reference)

    assert (found.value, group.value, group.reason) == (word, word, Reason(code, {"k": 10}))


def test_less_than_one_choice_short_is_no_reason_to_inquire_now():
    # The third group is so small a part of all that the overall rate is nearly its own.
    found = compare({"A": 30, "B": 60, "C": 800}, {"A": 40, "B": 150, "C": 2000})

    assert (found.reference, found.of("B").ratio.value, found.of("B").p_holm.value < 0.05) == ("A", 0.4 / 0.75, True)
    assert found.of("B").shortfall.value == pytest.approx(150 * 890 / 2190 - 60)
    assert found.of("B").shortfall.value < 1
    assert (found.of("B").value, found.of("B").reason.code) == ("look_closer", "below_and_unlikely")


def test_the_highest_rate_among_groups_that_are_large_enough_is_what_others_stand_beside():
    found = compare({"A": 18, "B": 9, "C": 6}, {"A": 40, "B": 30, "C": 7, "D": 0})

    assert (found.reference, [group.name for group in found.parts]) == ("A", ["A", "B", "C"])
    assert (found.of("A").value, found.of("A").reason, found.of("A").ratio) == (None, Reason("highest_rate"), Figure())
    assert found.of("C").reason.code == "small_group"


def test_several_groups_are_compared_as_several():
    found = compare({"A": 40, "B": 26, "C": 24}, {"A": 80, "B": 80, "C": 80})

    first, second = found.of("B"), found.of("C")
    assert (first.p_holm.value, second.p_holm.value) == (first.p.value, 2 * second.p.value)
    assert found.value == "inquire_now" == second.value


def test_a_group_that_lacks_a_number_has_nobody_chosen():
    assert compare({"A": 18}, SIZES).of("B").row.high == 0


def test_a_group_without_a_choice_has_a_ratio_but_no_interval_of_it():
    found = compare({"A": 18}, SIZES).of("B")

    assert (found.ratio, found.value) == (Figure(0, 0, None, None), "inquire_now")


def test_a_group_alone_is_compared_with_nobody():
    found = compare({"A": 18}, {"A": 40})

    assert (found.value, found.reference, found.reason) == (None, None, Reason("one_group"))
    assert (found.of("A").value, found.of("A").share.value) == (None, 0.45)


def test_nobody_at_all_is_nothing_to_show():
    assert (compare({}, {}).reason, report({}, {}).reason) == (Reason("nothing_shown"),) * 2


def test_numbers_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="more chosen"):
        compare({"A": 41}, {"A": 40})


def test_what_may_be_shown_whole_is_shown_as_it_is():
    exact, shown = compare({"A": 18, "B": 9}, SIZES), report({"A": 18, "B": 9}, SIZES)

    assert shown.parts == exact.parts
    assert (shown.value, shown.overall, shown.chosen) == (exact.value, exact.overall, 27)
    assert shown.hidden == ()


def test_a_report_of_masked_rows_gives_ranges_that_hold_the_truth():
    shown = report({"A": 18, "B": 2}, SIZES)
    group = shown.of("B")

    assert (group.value, group.reason.code) == ("inquire_now", "below_and_unlikely")
    assert (group.ratio.value, group.ratio.least, group.ratio.most) == (None, 0, pytest.approx((2 / 30) / (18 / 40)))
    assert (group.ratio.low, group.ratio.high) == (None, None)
    assert (group.share.least, group.share.most, group.share.low) == (0, pytest.approx(1 / 15), 0)
    assert (group.p.least, group.p.most) == both((0.0000013, 0.0004197), 7)
    assert (group.shortfall.least, group.shortfall.most) == pytest.approx((30 * 20 / 70 - 2, 30 * 20 / 70))
    assert (shown.overall.value, shown.chosen) == (20 / 70, 20)


def test_a_word_that_hangs_on_what_is_masked_is_not_said():
    # With nobody chosen of C it would be more than chance; with two it would not.
    shown = report({"A": 7, "B": 2}, {"A": 20, "B": 18})

    assert {compare({"A": 9 - few, "B": few}, {"A": 20, "B": 18}).value for few in (0, 1, 2)} == {
        "inquire_now",
        "look_closer",
    }
    assert (shown.of("B").value, shown.of("B").reason.code) == ("too_few_to_read", "depends")
    assert shown.value == "too_few_to_read"


def test_a_report_knows_nothing_of_hidden_groups_but_their_names():
    one = report({"A": 18, "B": 9, "C": 5}, {"A": 40, "B": 30, "C": 6})
    other = report({"A": 18, "B": 4, "C": 3}, {"A": 40, "B": 9, "C": 9})

    assert one == other
    assert (one.hidden, one.eligible, one.chosen, one.reason.code) == (("B", "C"), 40, 18, "one_group")


def test_a_withheld_division_has_no_figures():
    shown = report({"A": 3}, SIZES)

    assert (shown.value, shown.reason, shown.overall, shown.chosen) == (
        "too_few_to_read",
        Reason("withheld"),
        Figure(),
        None,
    )
    assert {(group.value, group.reason, group.share, group.ratio) for group in map(plain, shown.parts)} == {
        ("too_few_to_read", "withheld", Figure(), Figure())
    }


def plain(group):
    """A group whose reason is its code, so that groups can be gathered in a set."""
    return dataclasses.replace(group, reason=group.reason.code)


def test_a_report_beside_an_earlier_one_shows_no_newcomer():
    before = report({"A": 18, "B": 9}, SIZES)
    found = report({"A": 19, "B": 9}, {"A": 41, "B": 30}, earlier=before.release)

    assert [(group.row.value, group.row.eligible, group.row.as_before) for group in found.parts] == [
        (18, 40, True),
        (9, 30, True),
    ]
    assert (found.chosen, found.of("B").p.value) == (27, before.of("B").p.value)


def test_divisions_side_by_side_are_each_what_they_are_alone():
    site, part_time = ({"A": 18, "B": 9}, SIZES), ({"yes": 7, "no": 20}, {"yes": 20, "no": 50})

    found = reports({"site": site, "part-time": part_time})

    assert found == {"site": report(*site), "part-time": report(*part_time)}
    grown = ({"A": 19, "B": 9}, {"A": 41, "B": 30})
    earlier = {"site": found["site"].release}
    assert reports({"site": grown}, earlier=earlier)["site"] == report(*grown, earlier=earlier["site"])


def test_a_withheld_division_withholds_those_beside_it():
    found = reports({"site": ({"A": 2, "B": 2}, SIZES), "all": ({"A": 4}, {"A": 70})})

    assert {name: (each.value, each.chosen) for name, each in found.items()} == dict.fromkeys(
        ("site", "all"), ("too_few_to_read", None)
    )


def test_sums_that_are_not_told_make_ranges_of_what_follows_from_them():
    found = report({"A": 18, "B": 9}, SIZES | {"C": 7, "D": 6})

    assert (found.chosen, found.of("A").row.reason) == (None, "about")
    assert (found.overall.least, found.overall.most) == (25 / 70, 27 / 70)
    assert found.of("B").shortfall.value is None


numbers = st.integers(5, 14).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(numbers, min_size=2, max_size=4))
def test_every_range_of_a_report_holds_what_exact_numbers_of_the_same_rows_would_give(cells):
    eligible = {name: n for name, (n, _) in zip("ABCD", cells, strict=False)}
    selected = {name: hits for name, (_, hits) in zip("ABCD", cells, strict=False)}
    shown, exact = report(selected, eligible, k=5), compare(selected, eligible, k=5)

    for group in shown.parts:
        truth = exact.of(group.name)
        assert group.row.low <= truth.row.low <= group.row.high
        if group.share.least is not None:
            assert group.share.least - 1e-12 <= truth.share.value <= group.share.most + 1e-12
        if shown.reference == exact.reference and group.ratio.least is not None:
            for name in ("ratio", "difference", "p", "p_holm", "shortfall"):
                figure, value = getattr(group, name), getattr(truth, name).value
                assert figure.least - 1e-9 <= value <= figure.most + 1e-9, name
            assert group.value in {truth.value, "too_few_to_read"}


def test_the_groups_that_may_be_shown_are_asked_for_in_the_same_place():
    assert disclose({"A": 40, "B": 30, "C": 6}).hidden == ("B", "C")
    assert isinstance(report({"A": 18, "B": 9}, SIZES).of("A"), Group)
