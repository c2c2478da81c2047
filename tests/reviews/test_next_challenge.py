"""What to try next: one step at a time, from what is on offer and from what is open."""

from hypothesis import given
from hypothesis import strategies as st

from reviews.next_challenge import MOST, Gap, Offer, next_challenges

INFLUENCE = Gap(1, "Influence", weight=5, level=2, target=4)
STORY = Gap(2, "Data story", weight=3, level=3, target=4)


def offer(key, contributions=None, audience="peers"):
    return Offer(key=key, title=key.title(), audience=audience, contributions=contributions or {})


def said(found):
    return [(each.source, each.key, each.value, each.steps, each.new_audience, each.reason) for each in found]


def test_points_are_weight_times_levels_to_go_times_contribution():
    found = next_challenges([offer("panel", {1: 1.0, 2: 0.5})], [INFLUENCE, STORY], [])

    assert found[0].value == 5 * 2 * 1 + 3 * 1 * 0.5
    assert [(gap.key, share, points) for gap, share, points in found[0].parts] == [(1, 1.0, 10.0), (2, 0.5, 1.5)]


def test_one_step_goes_before_several_at_once_however_many_points_they_have():
    offers = [offer("both", {1: 1.0, 2: 1.0}), offer("one", {2: 1.0})]

    found = next_challenges(offers, [INFLUENCE, STORY], [])

    assert said(found) == [
        ("offer", "one", 3.0, 1, False, "one_step"),
        ("offer", "both", 13.0, 2, False, "several"),
    ]


def test_gaps_that_nothing_on_offer_is_about_become_something_of_ones_own():
    found = next_challenges([offer("story", {2: 1.0})], [INFLUENCE, STORY], ["executives", "customers"])

    assert said(found) == [
        ("offer", "story", 3.0, 1, False, "one_step"),
        ("gap", "1", 10.0, 1, True, "one_step"),
    ]
    assert found[1].audience == "executives"


def test_a_gap_without_an_audience_left_names_none():
    (found,) = next_challenges([], [STORY], [])

    assert (found.audience, found.new_audience) == ("", False)


def test_what_helps_no_gap_counts_only_where_it_reaches_a_new_audience():
    offers = [offer("known"), offer("new", audience="executives")]

    found = next_challenges(offers, [], ["executives"])

    assert said(found) == [("offer", "new", 0.0, 0, True, "audience")]


def test_there_is_nothing_to_say_without_gaps_offers_and_audiences():
    assert next_challenges([], [], []) == ()


SHARES = st.dictionaries(st.integers(1, 4), st.sampled_from([0.5, 1.0]))
OFFERS = st.lists(st.builds(Offer, st.uuids().map(str), st.text(), st.sampled_from(["team", "peers"]), SHARES))
GAPS = st.lists(
    st.builds(lambda key, weight, level: Gap(key, str(key), weight, level, 5), *[st.integers(1, 4)] * 3),
    unique_by=lambda gap: gap.key,
)


@given(OFFERS, GAPS, st.lists(st.sampled_from(["team", "peers"]), unique=True))
def test_never_more_than_three_never_one_twice_and_the_parts_make_the_sum(offers, gaps, unmet):
    found = next_challenges(offers, gaps, unmet)

    assert len(found) <= MOST
    assert len({(each.source, each.key) for each in found}) == len(found)
    assert all(each.value == sum(points for _gap, _share, points in each.parts) for each in found)
    assert all(each.value or each.new_audience for each in found)
