"""Confidential answers as they may be read: numbers from three people on, words from five, in no order that tells.

The same functions feed every page, whoever reads it. Each question, each publication and each of numbers and words
has cells of its own, so that nothing can be taken from anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from .confidential import LEAST_NUMBERS, LEAST_WORDS, Cells, cells, middle
from .feedback_words import cell_label
from .models import FeedbackAnswer, FeedbackQuestion, FeedbackRequest, FeedbackRound


@dataclass(frozen=True)
class NumberCell:
    """The middle of what so many people said from 1 to 5."""

    label: str
    people: int
    middle: float


@dataclass(frozen=True)
class WordsCell:
    """What so many people wrote, in an order that tells nothing."""

    label: str
    people: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class QuestionCells:
    """One question's cells; where there are none, too few people answered it, or nobody did."""

    question: FeedbackQuestion
    numbers: tuple[NumberCell, ...]
    words: tuple[WordsCell, ...]

    @property
    def asks_level(self) -> bool:
        return self.question.form == FeedbackQuestion.Form.SCALE


@dataclass(frozen=True)
class Published:
    """Everything that came out at one close."""

    number: int
    questions: tuple[QuestionCells, ...]


def may_read_cells(user: Any, round: FeedbackRound) -> bool:
    """Whoever was asked in a round could take their own answer out of its cells, so they are not shown any."""
    return round.publication > 0 and not FeedbackRequest.objects.filter(round=round, giver=user).exists()


def published(round: FeedbackRound, questions: Sequence[FeedbackQuestion]) -> tuple[Published, ...]:
    """The publications of a round, the newest last; one query."""
    return published_of([(round, questions)])[round.pk]


def published_of(
    rounds: Sequence[tuple[FeedbackRound, Sequence[FeedbackQuestion]]],
) -> dict[int, tuple[Published, ...]]:
    """The publications of several rounds with their questions; one query."""
    answers: dict[tuple[int, int], list[Any]] = {}
    there = [round for round, _questions in rounds if not round.purged_at]
    out = FeedbackAnswer.objects.filter(request__round__in=there, request__publication__gt=0).select_related("request")
    for answer in out.order_by("pk"):
        answers.setdefault((answer.question_id, answer.request.publication), []).append(answer)
    return {
        round.pk: _kept(round, questions)
        if round.purged_at
        else tuple(
            Published(number, tuple(_question(each, answers.get((each.pk, number), [])) for each in questions))
            for number in range(1, round.publication + 1)
        )
        for round, questions in rounds
    }


def _question(question: FeedbackQuestion, answers: Sequence[Any]) -> QuestionCells:
    return QuestionCells(question, tuple(_numbers(answers)), tuple(_words(answers)))


def _numbers(answers: Sequence[Any]) -> Iterable[NumberCell]:
    given = [answer for answer in answers if answer.level is not None]
    found = cells(Counter(answer.request.group for answer in given), least=LEAST_NUMBERS)
    for cell in found.value:
        level = middle(answer.level for answer in given if answer.request.group in cell.groups)
        assert level is not None  # a cell holds people
        yield NumberCell(_label(cell.name, found), cell.people, level)


def _words(answers: Sequence[Any]) -> Iterable[WordsCell]:
    given = sorted((answer for answer in answers if answer.words), key=_shuffled)
    found = cells(Counter(answer.request.group for answer in given), least=LEAST_WORDS)
    for cell in found.value:
        words = tuple(answer.words for answer in given if answer.request.group in cell.groups)
        yield WordsCell(_label(cell.name, found), cell.people, words)


def _label(name: str, found: Cells) -> str:
    return cell_label(name, alone=len(found.value) == 1)


def _shuffled(answer: FeedbackAnswer) -> bytes:
    """A place that is always the same and that nobody without the site's key can work out."""
    return salted_hmac("stretchhub.assignments.feedback_cells", str(answer.pk), algorithm="sha256").digest()


def numbers_to_keep(round: FeedbackRound) -> list[dict[str, Any]]:
    """The numbers that were shown, for when the answers are gone."""
    if not round.confidential:
        return []
    questions = list(round.questions.all())
    return [
        {
            "publication": batch.number,
            "question": each.question.position,
            "label": cell.label,
            "people": cell.people,
            "middle": cell.middle,
        }
        for batch in published(round, questions)
        for each in batch.questions
        for cell in each.numbers
    ]


def _kept(round: FeedbackRound, questions: Sequence[FeedbackQuestion]) -> tuple[Published, ...]:
    def of(batch: int, question: FeedbackQuestion) -> QuestionCells:
        rows = [row for row in round.kept if row["publication"] == batch and row["question"] == question.position]
        return QuestionCells(question, tuple(NumberCell(r["label"], r["people"], r["middle"]) for r in rows), ())

    return tuple(
        Published(number, tuple(of(number, question) for question in questions))
        for number in range(1, round.publication + 1)
    )
