"""The ranking a mentorship sees: shown with its arithmetic, weighed by its own weights, kept as it was."""

import re

import pytest

from assignments.actions import ranking as actions
from assignments.actions.ranking import keep_ranking, set_weights
from assignments.method import DEFAULT_WEIGHTS, Weights
from assignments.models import (
    CompetencyLevel,
    KeptRanking,
    MethodSettings,
    OptionGoal,
    RankingWeights,
)
from assignments.ranking_kept import unpack_result
from assignments.ranking_of import read, weights_now
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.people.models import User
from tests.assignments.ranked import TODAY, accept, address, running, text_of, two_goals, whole
from tests.factories import (
    OptionFactory,
)
from tests.rival import looked_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentor, mentee):
    return running(mentor, mentee)


@pytest.fixture
def goals(mentorship):
    return two_goals(mentorship)


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_options_say_what_to_do(mentorship, mentee, sign_in, count):
    for _n in range(count):
        OptionFactory(mentorship=mentorship)

    page = sign_in(mentee).get(address("ranking", mentorship))

    said = "One option is no choice" if count else "Nothing to put in order yet"
    assert said in text_of(page)
    assert address("option-add", mentorship) in page.content.decode()
    assert "Keep this ranking" not in text_of(page)


def test_each_option_shows_its_score_its_arithmetic_and_what_is_unknown(mentorship, goals, mentor, sign_in):
    option = whole(mentorship, goals)
    other = OptionFactory(mentorship=mentorship, title="Teach the new tool")

    page = sign_in(mentor).get(address("ranking", mentorship))
    words = text_of(page)

    assert "Numbers inform the conversation; nothing is chosen for you." in words
    assert "(5 × 3 + 3 × 2) ÷ (3 × 8) = 0.88; × 30 = 26.25" in words
    assert "(10 × 1 + 4 × 0.5) ÷ 17 = 0.71; × 25 = 17.65" in words
    assert "1 − 0.5 × (0.91 − 0.8) ÷ (1 − 0.8) = 0.73; × 20 = 14.55" in words
    assert "((4 + 4 + 3 + 4) ÷ 4 − 1) ÷ 4 × 0.5 until confirmed = 0.34; × 15 = 5.16" in words
    assert "(1.2 − 1.08) ÷ 0.2 = 0.6; × 10 = 6" in words
    assert "“Lead the handover” stays first in 10 of 10 runs with one weight halved or raised by half." in words
    assert "Nobody has looked for a sponsor yet (up to 15 points)" in words
    html = page.content.decode()
    assert f'href="{address("option-weigh", other)}#sponsor"' in html
    assert f'href="{address("stretch", other)}"' in html
    assert f'href="{address("option-edit", other)}"' in html
    assert html.index(option.title) < html.index(other.title)


def test_neighbours_nearly_alike_are_a_close_call(mentorship, goals, mentee, sign_in):
    whole(mentorship, goals, title="One")
    two = whole(mentorship, goals, title="Two")
    two.sponsor_outlook.owns = 3
    two.sponsor_outlook.save()

    words = text_of(sign_in(mentee).get(address("ranking", mentorship)))

    assert "Close call: 0.5 points apart." in words
    assert "Cannot be separated" not in words


def test_an_unknown_that_could_turn_the_order_is_named(mentorship, goals, mentee, sign_in):
    whole(mentorship, goals, title="One")
    two = whole(mentorship, goals, title="Two")
    two.sponsor_outlook.delete()

    words = text_of(sign_in(mentee).get(address("ranking", mentorship)))

    assert "Cannot be separated until the sponsor is known." in words
    assert "“Two” could still come before it, once what is unknown of them is said." in words
    assert "Once this is known, it could come up to place 1." in words


@pytest.mark.parametrize(
    ("address_end", "places"),
    [("", (1, 20)), ("?place=21", (21, 22)), ("?place=1", (1, 20)), ("?place=99", (1, 20)), ("?place=x", (1, 20))],
)
def test_long_rankings_are_shown_twenty_at_a_time(mentorship, mentee, sign_in, address_end, places):
    for _n in range(22):
        OptionFactory(mentorship=mentorship)

    html = sign_in(mentee).get(address("ranking", mentorship) + address_end).content.decode()

    first, last = places
    shown = [int(place) for place in re.findall(r'id="rank-(\d+)"', html)]
    assert shown == list(range(first, last + 1))
    assert ('href="?place=21"' in html, 'href="?place=1"' in html) == (first == 1, first == 21)


@pytest.mark.parametrize("place", [1, 21])
def test_a_long_kept_ranking_is_shown_twenty_at_a_time(mentorship, mentee, sign_in, place):
    OptionFactory.create_batch(22, mentorship=mentorship)
    kept = kept_of(mentorship, mentee)

    html = sign_in(mentee).get(address("kept-ranking", kept) + f"?place={place}").content.decode()

    shown = [int(place) for place in re.findall(r'id="rank-(\d+)"', html)]
    assert shown == list(range(place, min(place + 20, 23)))
    assert ('href="?place=21"' in html, 'href="?place=1"' in html) == (place == 1, place == 21)
    assert "22 options in all" in html


def test_levels_count_on_the_mentees_own_day_whoever_looks(mentorship, goals, mentee, mentor, sign_in):
    User.objects.filter(pk=mentee.pk).update(time_zone="Pacific/Kiritimati")
    User.objects.filter(pk=mentor.pk).update(time_zone="Pacific/Pago_Pago")
    option = whole(mentorship, goals)
    OptionFactory(mentorship=mentorship)
    for target in goals[0].targets.all():
        CompetencyLevel.objects.create(
            person=mentee,
            competency=target.competency,
            level=target.level_wanted,
            provenance="self_declared",
            dated_on=today("Pacific/Kiritimati"),
            recorded_by=mentee,
        )

    for person in (mentee, mentor):
        client = sign_in(person)
        assert "Every level wanted is reached" in text_of(client.get(address("ranking", mentorship)))
        assert client.get(address("option-weigh", option)).context["row"].parts[1].points == "0"


def test_ratings_of_somebody_else_than_who_accepted_are_not_counted(mentorship, goals, mentee, sign_in):
    option = whole(mentorship, goals)
    accept(option, full_name="Noor Haddad")
    OptionFactory(mentorship=mentorship)
    client = sign_in(mentee)

    page, form = (text_of(client.get(address(*where))) for where in (("ranking", mentorship), ("option-weigh", option)))

    assert "The sponsor is not rated yet (up to 15 points) Rate the sponsor" in page
    assert "Noor Haddad has accepted to sponsor it. Ratings count in full, and only, under this name." in form


def test_one_option_takes_as_many_queries_as_three_and_a_hundred(mentorship, goals, mentee, sign_in, count_queries):
    client, url = sign_in(mentee), address("ranking", mentorship)
    counts = []
    for target in (1, 3, 100):
        for n in range(mentorship.options.count(), target):
            whole(mentorship, goals, title=f"Option {n}")
        client.get(url)
        counts.append(count_queries(client, url))

    assert len(set(counts)) == 1, counts
    assert counts[0] <= 12


# --- weights ------------------------------------------------------------------------------------

EVEN = {"goal": "20", "gap": "20", "stretch": "20", "sponsor": "20", "workload": "20"}


def test_weights_are_saved_as_a_version_and_reorder(mentorship, mentor, sign_in):
    answer = sign_in(mentor).post(address("ranking-weights", mentorship), {**EVEN, "version": "0"})

    assert answer["Location"] == address("ranking", mentorship)
    row = RankingWeights.objects.get()
    assert (row.version, row.goal, row.workload, row.set_by) == (1, 20, 20, mentor)
    assert read(mentorship, TODAY).weights == Weights(20, 20, 20, 20, 20)
    entry = AuditEntry.objects.get(verb="ranking_weights.set")
    assert entry.fields == ["gap", "goal", "sponsor", "workload"]


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ("15", "The five weights add up to 95. Give out 5 more, so that they make 100."),
        ("40", "The five weights add up to 120. Take away 20, so that they make 100."),
        ("2.5", "Give a whole number from 0 to 100."),
        ("-1", "Give a whole number from 0 to 100."),
        ("", "Give a whole number from 0 to 100."),
    ],
)
def test_weights_that_do_not_add_up_are_answered_with_what_was_typed(mentorship, mentee, sign_in, goal, said):
    page = sign_in(mentee).post(address("ranking-weights", mentorship), {**EVEN, "goal": goal, "version": "0"})

    assert page.status_code == 422
    assert said in text_of(page)
    assert f'value="{goal}"' in page.content.decode() or not goal
    assert not RankingWeights.objects.exists()


def test_the_shipped_weights_come_back_as_a_version_of_their_own(mentorship, mentee, sign_in):
    set_weights(mentorship, by=mentee, version=0, weights=Weights(20, 20, 20, 20, 20))

    sign_in(mentee).post(address("ranking-weights", mentorship), {"reset": "1", "version": "1"})

    assert read(mentorship, TODAY).weights == DEFAULT_WEIGHTS
    assert RankingWeights.objects.order_by("version").values_list("version", "goal").last() == (2, 30)


def test_whoever_changes_weights_second_sees_both(mentorship, mentee, mentor, sign_in):
    set_weights(mentorship, by=mentor, version=0, weights=Weights(40, 15, 20, 15, 10))

    page = sign_in(mentee).post(address("ranking-weights", mentorship), {**EVEN, "version": "0"})

    assert page.status_code == 409
    assert "changed by somebody else" in text_of(page)
    assert 'name="version" value="1"' in page.content.decode()
    assert RankingWeights.objects.count() == 1


def test_who_is_slower_to_change_weights_is_told_and_the_others_hold(mentorship, mentee, mentor):
    before, chosen = weights_now(mentorship), Weights(40, 15, 20, 15, 10)
    set_weights(mentorship, by=mentor, version=0, weights=chosen)

    with (
        looked_before(actions, "weights_now", before),
        pytest.raises(Stale, match="The weights were changed by somebody else while you were choosing"),
    ):
        set_weights(mentorship, by=mentee, version=0, weights=Weights(20, 20, 20, 20, 20))

    saved = RankingWeights.objects.get()
    assert (saved.version, saved.set_by) == (1, mentor)
    assert weights_now(mentorship) == (chosen, saved)
    assert list(AuditEntry.objects.values_list("verb", "actor")) == [("ranking_weights.set", mentor.pk)]


def test_weights_of_an_ended_mentorship_stay(mentorship, mentee, sign_in):
    mentorship.ended_on = today()
    mentorship.save()
    client = sign_in(mentee)

    assert client.get(address("ranking", mentorship)).status_code == 200
    assert client.post(address("ranking-weights", mentorship), {**EVEN, "version": "0"}).status_code == 403


# --- kept ---------------------------------------------------------------------------------------


def kept_of(mentorship, by, note="We begin with One."):
    mark = read(mentorship, today()).mark
    return keep_ranking(mentorship, by=by, today=today(), mark=mark, note=note)


def test_keeping_stores_exactly_what_was_shown(mentorship, goals, mentee, sign_in):
    whole(mentorship, goals, title="One")
    OptionFactory(mentorship=mentorship, title="Two")
    client = sign_in(mentee)
    mark = re.search(r'name="mark" value="(\w+)"', client.get(address("ranking", mentorship)).content.decode())[1]

    answer = client.post(address("ranking-keep", mentorship), {"mark": mark, "note": "One first."})

    kept = KeptRanking.objects.get()
    assert answer["Location"] == address("kept-ranking", kept)
    reading = read(mentorship, today())
    assert unpack_result(kept.result, kept.weights) == reading.ranking()
    assert (kept.weights_version, kept.method_version, kept.note, kept.kept_by) == (0, 1, "One first.", mentee)
    assert [each["title"] for each in kept.inputs["candidates"]] == ["One", "Two"]
    assert kept.inputs["goals"][0] == {"id": goals[0].pk, "title": "Lead beyond my team", "weight": 5}
    assert AuditEntry.objects.get(verb="ranking.kept").fields == ["note"]


def test_a_ranking_that_changed_since_is_not_kept_unseen(mentorship, goals, mentee, sign_in):
    whole(mentorship, goals, title="One")
    two = OptionFactory(mentorship=mentorship, title="Two")
    mark = read(mentorship, today()).mark
    OptionGoal.objects.create(option=two, goal=goals[0], fit=3)

    page = sign_in(mentee).post(address("ranking-keep", mentorship), {"mark": mark, "note": "One first."})

    assert page.status_code == 409
    assert "The ranking has changed since you opened it" in text_of(page)
    assert "One first." in page.content.decode()
    assert not KeptRanking.objects.exists()


def test_one_option_is_no_ranking_to_keep(mentorship, mentee):
    OptionFactory(mentorship=mentorship)

    with pytest.raises(Refused):
        kept_of(mentorship, mentee)


def test_a_double_click_keeps_one_ranking(mentorship, mentee, sign_in):
    OptionFactory.create_batch(2, mentorship=mentorship)
    client = sign_in(mentee)
    sent = {"mark": read(mentorship, today()).mark, "note": "", "submit_key": "k1"}

    answers = [client.post(address("ranking-keep", mentorship), sent)["Location"] for _click in range(2)]

    assert answers[0] == answers[1]
    assert KeptRanking.objects.count() == 1


def test_a_kept_ranking_stays_as_it_was_and_says_what_changed_since(mentorship, goals, mentee, mentor, sign_in):
    one = whole(mentorship, goals, title="One")
    OptionFactory(mentorship=mentorship, title="Two")
    kept = kept_of(mentorship, mentee)
    client = sign_in(mentor)
    before = text_of(client.get(address("kept-ranking", kept)))

    one.title = "Renamed"
    one.save()
    OptionGoal.objects.all().delete()
    goals[0].title = "Another goal"
    goals[0].save()
    set_weights(mentorship, by=mentee, version=0, weights=Weights(20, 35, 20, 15, 10))
    MethodSettings.objects.create(version=2, values={"fit_full_to": 0.7}, reason="Lower.", set_by=mentor)
    after = text_of(client.get(address("kept-ranking", kept)))

    assert "Weights and method are what they were." in before
    assert "Weight of Goal fit: 30 → 20" in after
    assert "Weight of Gap coverage: 25 → 35" in after
    assert "Stretch fits in full up to this share of the ceiling: 0.8 → 0.7" in after
    rows = slice(before.index("Options in order"), before.index("What counted how much"))
    assert before[rows] in after
    assert "“Lead beyond my team”, weight 5: serves it directly" in after


def test_a_kept_ranking_takes_the_same_queries_for_one_row_and_three(mentorship, mentee, sign_in, count_queries):
    OptionFactory.create_batch(2, mentorship=mentorship)
    few = kept_of(mentorship, mentee)
    OptionFactory.create_batch(4, mentorship=mentorship)
    many = kept_of(mentorship, mentee)
    client = sign_in(mentee)
    client.get(address("kept-ranking", few))

    counts = {count_queries(client, address("kept-ranking", kept)) for kept in (few, many)}

    assert len(counts) == 1
    urls = {count_queries(client, address("ranking", mentorship))}
    kept_of(mentorship, mentee)
    assert {count_queries(client, address("ranking", mentorship))} == urls
