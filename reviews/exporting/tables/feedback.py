"""The table of feedback, within its rules: cells of at least three where it was given in confidence, and what was
said by name once the reviews of the assignment are final, where the mentee shows it.

Of a confidential round the very functions give the rows that feed every page; whoever gave an answer in it reads none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from assignments.feedback_cells import Published, published_of
from assignments.models import FeedbackAnswer, FeedbackQuestion, FeedbackRequest, FeedbackRound
from stretchhub.among import Among

from ...models import Review
from ..columns import DECIMAL, ISO_MOMENT, MOMENT, NUMBER, TEXT, Column
from ..credits import credit_of
from ..scope import Scope
from ..table import MadeTable, Row
from .people import assignment

CONFIDENTIAL, NAMED = "confidential", "named"
ONLY_CELLS, ONLY_NAMED = "empty where it was given by name", "empty where it was given in confidence"
FINAL = Review.objects.final().filter(assignment=OuterRef("assignment"))
SHOWN = FeedbackRequest.objects.at_review()
ANSWERED = FeedbackAnswer.objects.filter(request__round=OuterRef("pk"), request__in=SHOWN)
NO_COMPETENCY = "empty when the question is about none"


def chosen(scope: Scope) -> QuerySet:
    """Confidential rounds that were published, and those by name of final reviews of which HR is shown something."""
    named = Q(Exists(FINAL), Exists(ANSWERED), confidential=False)
    rounds = FeedbackRound.objects.filter(named | Q(confidential=True, publication__gt=0))
    if scope.reader is not None:
        own = FeedbackRound.objects.filter(confidential=True, requests__giver=scope.reader)
        rounds = rounds.exclude(pk__in=own.values("pk"))
    return scope.narrow(rounds, "assignment")


def make(scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
    """Four queries a stretch: rounds, questions, published cells, and answers given by name."""
    rounds = list(FeedbackRound.objects.filter(Among("pk", keys)).select_related("assignment").order_by("pk"))
    questions: dict[int, list[FeedbackQuestion]] = defaultdict(list)
    asked = FeedbackQuestion.objects.filter(Among("round", keys)).select_related("competency__framework")
    for question in asked.order_by("position"):
        questions[question.round_id].append(question)
    cells = published_of([(each, questions[each.pk]) for each in rounds if each.confidential])
    answers = _answers([each.pk for each in rounds if not each.confidential])
    with translation.override(settings.LANGUAGE_CODE):
        for round in rounds:
            if round.confidential:
                yield from _cells(round, cells[round.pk])
            else:
                yield from (_named(round, answer) for answer in answers[round.pk])


def _answers(keys: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    said = FeedbackAnswer.objects.filter(Among("request__round", keys), request__in=SHOWN)
    people = said.select_related("request__giver", "question__competency__framework")
    for answer in people.order_by("question__position", "request_id"):
        found[answer.request.round_id].append(answer)
    return found


def _cells(round: FeedbackRound, batches: Iterable[Published]) -> Iterator[Row]:
    for batch in batches:
        for each in batch.questions:
            head = (*_head(round, each.question), CONFIDENTIAL, batch.number)
            for cell in each.numbers:
                yield (*head, cell.label, cell.people, cell.middle, None, None, None, None)
            for cell in each.words:
                for words in cell.words:
                    yield (*head, cell.label, cell.people, None, words, None, None, None)


def _named(round: FeedbackRound, answer: Any) -> Row:
    asked = answer.request
    head = (*_head(round, answer.question), NAMED, None, asked.group, None, answer.level, answer.words)
    email = asked.giver.email if asked.giver else asked.giver_email
    name = asked.giver.full_name if asked.giver else asked.giver_name
    return (*head, email, name, asked.settled_at)


def _head(round: FeedbackRound, question: FeedbackQuestion) -> Row:
    competency = question.competency
    credit = credit_of(competency.framework) if competency else None
    about = (round.code, round.about, question.text, competency.name if competency else None, credit)
    return (round.assignment.code, round.assignment.title, *about)


FEEDBACK = MadeTable(
    "feedback",
    "Feedback",
    "One row for each published cell or text of a confidential question, or for each answer by name shown to HR.",
    (
        *assignment("assignment__"),
        Column("round_code", TEXT, "Code of the round of feedback.", "UUID"),
        Column("about", TEXT, "What the round is about."),
        Column("question", TEXT, "The question."),
        Column("competency", TEXT, "Name of the competency it is about.", empty=NO_COMPETENCY),
        Column("framework_credit", TEXT, "Licence and credit of the framework it is from.", empty=NO_COMPETENCY),
        Column("given", TEXT, "confidential, shown from three people on and in words from five, or named."),
        Column("publication", NUMBER, "In which publication of the round it came out.", "count", ONLY_CELLS),
        Column("group", TEXT, "Who said it: a group of people, or what the giver was asked as."),
        Column("people", NUMBER, "How many people the cell is of.", "people", ONLY_CELLS),
        Column(
            "level", DECIMAL, "The level given by name, or the middle of a cell’s.", "level 1–5",
            "empty for an answer in words",
        ),
        Column("words", TEXT, "What was said, confidential texts in no order.", empty="empty for a number alone"),
        Column("giver_email", TEXT, "E-mail address of whoever said it.", empty=ONLY_NAMED),
        Column("giver_name", TEXT, "Full name of whoever said it.", empty=ONLY_NAMED),
        Column("given_at", MOMENT, "When it was said.", ISO_MOMENT, ONLY_NAMED),
    ),
    chosen,
    make,
    several=True,
)  # fmt: skip
