"""Confidential answers on the page: the cells of real rounds, through closing, opening again and later answers."""

import random
import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments import feedback_links, feedback_page
from assignments.actions.feedback_round import end
from assignments.feedback_cells import may_read_cells, numbers_to_keep, published
from assignments.models import FeedbackRound
from tests.factories import AssignmentFactory, CompetencyFactory, FeedbackRequestFactory, FeedbackRoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    return FeedbackRoundFactory(confidential=True)


def answer(round, group, words="", level=None):
    return FeedbackRequestFactory(round=round, group=group, says=words, says__level=level)


def read(round):
    return published(round, list(round.questions.all()))


def reopen(round):
    FeedbackRound.objects.filter(pk=round.pk).update(closed_at=None)


def numbers(batch, question=1) -> list[tuple]:
    return [(cell.label, cell.people, cell.middle) for cell in batch.questions[question].numbers]


def test_before_the_close_there_is_nothing_to_read(round):
    for level in (1, 2, 3, 4):
        answer(round, "peer", level=level)
    assert read(round) == ()


def test_numbers_are_the_middle_of_each_group(round):
    for level in (2, 4, 5):
        answer(round, "peer", level=level)
    for level in (1, 2, 3, 3):
        answer(round, "end_user", level=level)
    end(round)
    assert numbers(read(round)[0]) == [("End user", 4, 2.5), ("Peer", 3, 4.0)]


def test_small_groups_stand_together(round):
    for group, level in (("peer", 2), ("peer", 4), ("coach", 3), ("end_user", 5)):
        answer(round, group, level=level)
    end(round)
    assert numbers(read(round)[0]) == [("Everybody together", 4, 3.5)]


def test_each_question_has_cells_of_those_who_answered_it(round):
    for group in ("peer", "peer", "peer", "coach", "coach", "coach"):
        answer(round, group, level=3)
    answer(round, "coach", "Only words.")
    end(round)
    batch = read(round)[0]
    assert [cell.people for cell in batch.questions[1].numbers] == [3, 3]
    assert batch.questions[0].words == ()


@pytest.mark.parametrize(("n", "shown"), [(4, []), (5, [5])])
def test_words_are_shown_from_five_people_on(round, n, shown):
    for number in range(n):
        answer(round, "peer", f"Words {number}.")
    end(round)
    cells = read(round)[0].questions[0].words
    assert [cell.people for cell in cells] == shown
    assert [sorted(cell.words) for cell in cells] == [sorted(f"Words {i}." for i in range(n))] * bool(shown)


def test_the_order_of_words_is_always_the_same_and_not_that_of_their_coming(round):
    for number in range(20):
        answer(round, "peer", f"Words {number:02}.")
    end(round)
    first, again = read(round)[0].questions[0].words[0].words, read(round)[0].questions[0].words[0].words
    assert first == again
    assert list(first) not in (sorted(first), sorted(first, reverse=True))


def test_later_answers_stand_in_cells_of_their_own(round):
    for level in (1, 1, 1):
        answer(round, "peer", level=level)
    end(round)
    before = numbers(read(round)[0])
    reopen(round)
    for level in (5, 5):
        answer(round, "peer", level=level)
    round.refresh_from_db()
    end(round)
    assert [numbers(batch) for batch in read(round)] == [before]
    reopen(round)
    answer(round, "coach", level=5)
    round.refresh_from_db()
    end(round)
    assert [numbers(batch) for batch in read(round)] == [before, [("Everybody together", 3, 5.0)]]


STEPS = st.lists(st.one_of(st.just("close"), st.sampled_from(["coach", "expert", "peer", "end_user"])), max_size=14)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 2**16))
def test_no_difference_of_what_was_ever_read_is_over_one_or_two_people(db, steps, seed):
    """The same property as of the pure rule, through the database: each cell once read stays as it was."""
    dice, round, seen = random.Random(seed), FeedbackRoundFactory(confidential=True), {}
    for step in [*steps, "close"]:
        if step != "close":
            answer(round, step, f"Words {dice.random()}.", dice.choice([None, 1, 5]))
            continue
        reopen(round)
        round.refresh_from_db()
        end(round)
        for batch in read(round):
            for each in batch.questions:
                for kind, cells in (("numbers", each.numbers), ("words", each.words)):
                    assert all(cell.people >= (3 if kind == "numbers" else 5) for cell in cells)
                    key = (batch.number, each.question.position, kind)
                    assert seen.setdefault(key, cells) == cells
    shown = round.requests.filter(publication__gt=0).count()
    assert shown == 0 or shown >= 3
    waiting = round.requests.filter(publication=0).count()
    assert waiting < 3


def test_whoever_was_asked_reads_no_cells_because_they_could_take_their_own_out(round):
    mentor, mentee = round.assignment.mentor, round.assignment.mentee
    for _each in range(3):
        answer(round, "peer", level=4)
    FeedbackRequestFactory(round=round, giver=mentor)
    end(round)
    assert may_read_cells(mentee, round)
    assert not may_read_cells(mentor, round)
    page = feedback_page.round_page(round, mentor)
    assert (page.published, page.hidden) == ((), True)


def test_hr_reads_the_cells_and_never_those_of_a_round_it_answered(round, hr, sign_in):
    for number in range(5):
        answer(round, "peer", f"Words {number}.", 4)
    end(round)
    browser, address = sign_in(hr), f"/records/{round.assignment.code}/feedback/"
    assert "Words 3." in browser.get(address).content.decode()
    FeedbackRequestFactory(round=round, giver=hr)
    assert "Words 3." not in browser.get(address).content.decode()


def test_the_page_of_hr_takes_as_many_queries_for_three_rounds_as_for_one(hr, sign_in, count_queries):
    assignment, browser = AssignmentFactory(), sign_in(hr)
    address = f"/records/{assignment.code}/feedback/"
    counts = []
    for _each in range(2):
        for _round in range(1 + len(counts)):
            round = FeedbackRoundFactory(assignment=assignment, confidential=True)
            for _giver in range(3):
                answer(round, "peer", level=4)
            end(round)
        browser.get(address)
        counts.append(count_queries(browser, address))
    assert counts[0] == counts[1] <= 12


def test_nothing_that_is_shown_of_a_confidential_round_says_who_answered(round, sign_in):
    names = []
    for number in range(4):
        request = answer(round, "peer", f"Words {number}.", 4)
        names.append(request)
    silent = FeedbackRequestFactory(round=round, group="peer")
    end(round)
    page = sign_in(round.assignment.mentee).get(f"/feedback/{round.code}/").content.decode()
    lines = {request.pk: line_of(page, request.name) for request in [*names, silent]}
    # Each line is the same but for the name.
    assert (
        len({line.replace(request.name, "") for request, line in zip([*names, silent], lines.values(), strict=True)})
        == 1
    )
    assert not re.search(r"[45] (of|answered)", page.split("Who was asked")[1])


def line_of(page: str, name: str) -> str:
    return " ".join(
        re.search(rf"<li><span class=\"feedback-person\">{re.escape(name)}<.*?</li>", page, re.S)[0].split()
    )


def test_numbers_stay_when_the_answers_are_gone(round):
    for _each in range(3):
        answer(round, "peer", "Words.", 4)
    end(round)
    kept = numbers_to_keep(round)
    FeedbackRound.objects.filter(pk=round.pk).update(kept=kept, purged_at=round.closed_at)
    round.refresh_from_db()
    round.requests.first().answers.all().delete()
    assert [numbers(batch) for batch in read(round)] == [[("Peer", 3, 4.0)]]


# --- what coverage counts -----------------------------------------------------------------------


def test_coverage_counts_named_answers_and_of_confidential_ones_only_groups_with_a_cell_of_their_own():
    assignment, competency = AssignmentFactory(), CompetencyFactory()
    named = FeedbackRoundFactory(assignment=assignment)
    named.questions.update(competency=competency)
    FeedbackRequestFactory(round=named, group="end_user", says="It helped.")
    FeedbackRequestFactory(round=named, group="coach")
    secret = FeedbackRoundFactory(assignment=assignment, confidential=True)
    secret.questions.filter(position=2).update(competency=competency)
    for _each in range(3):
        answer(secret, "peer", level=4)
    assert sources(assignment) == ["end_user"]
    end(secret)
    assert sources(assignment) == ["end_user", "peer"]

    merged = FeedbackRoundFactory(confidential=True)
    merged.questions.update(competency=competency)
    for group in ("peer", "peer", "coach"):
        answer(merged, group, level=4)
    end(merged)
    assert sources(merged.assignment) == []


def sources(assignment) -> list[str]:
    found = feedback_page.shown_by_feedback([assignment]).get(assignment.pk, [])
    return sorted(each.source for each in found)


def test_the_link_of_an_answered_confidential_request_shows_no_words(round):
    request = answer(round, "peer", "Only for the cells.")
    from_mail = Client().get(feedback_links.path_of(request)).content.decode()
    assert "Thank you" in from_mail and "Only for the cells." not in from_mail
