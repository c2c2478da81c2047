"""Rounds of feedback as mentee, mentor and sponsor read them.

Of a named round everybody's state and words; of a confidential one only who was asked, and cells once it is closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from .confidential import cells
from .feedback_cells import Published, may_read_cells, published, published_of
from .feedback_words import SOURCES
from .models import (
    Assignment,
    Evidence,
    EvidenceVerification,
    FeedbackAnswer,
    FeedbackGroup,
    FeedbackQuestion,
    FeedbackRequest,
    FeedbackRound,
    FeedbackState,
)

MARKS = {
    FeedbackState.ASKED: "waiting",
    FeedbackState.SUBMITTED: "done",
    FeedbackState.DECLINED: "closed",
    FeedbackState.NO_CONTACT: "closed",
    FeedbackState.WITHDRAWN: "closed",
    FeedbackState.EXPIRED: "closed",
}

# How many named answers stand on one page about several assignments.
MOST_NAMED = 20


@dataclass(frozen=True)
class RoundLine:
    """A round in the list; how many answered is known of named rounds alone."""

    round: FeedbackRound
    asked: int
    answered: int | None
    to_thank: int

    @property
    def shown(self) -> bool:
        return self.round.publication > 0


@dataclass(frozen=True)
class Answered:
    """What somebody said to one question."""

    question: FeedbackQuestion
    words: str
    level: int | None


@dataclass(frozen=True)
class Giver:
    """Somebody who was asked; in a confidential round no more than that."""

    request: FeedbackRequest
    answers: tuple[Answered, ...] = ()
    verifications: tuple[EvidenceVerification, ...] = ()

    @property
    def answered(self) -> bool:
        return self.request.state == FeedbackState.SUBMITTED

    @property
    def outside(self) -> bool:
        return self.request.giver_id is None and self.request.state != FeedbackState.WITHDRAWN

    @property
    def unknown(self) -> bool:
        """From outside, and the mentor has not said that they know who it is."""
        return self.outside and self.request.vouched_at is None

    @property
    def mark(self) -> str:
        return MARKS[FeedbackState(self.request.state)]


@dataclass(frozen=True)
class RoundPage:
    round: FeedbackRound
    questions: tuple[FeedbackQuestion, ...]
    evidence: tuple[Evidence, ...]
    givers: tuple[Giver, ...]
    published: tuple[Published, ...]
    hidden: bool = False
    # How many outsiders of a confidential round the mentor has not confirmed.
    unknown: int = 0


@dataclass(frozen=True)
class Shown:
    """That something was shown to somebody in one competency, as the coverage of evidence counts it."""

    competency_id: int
    source: str
    at: datetime


def rounds_of(assignment: Assignment, user: Any) -> QuerySet:
    """The rounds of an assignment that this person may read, with their counts."""
    there = ~Q(requests__state=FeedbackState.WITHDRAWN)
    answered = Q(requests__state=FeedbackState.SUBMITTED)
    return (
        FeedbackRound.objects.visible_to(user)
        .filter(assignment=assignment)
        .annotate(
            asked_count=Count("requests", filter=there),
            answered_count=Count("requests", filter=answered),
            thankless=Count("requests", filter=answered & Q(requests__thanked_at__isnull=True)),
        )
    )


def lines(rounds: Iterable[Any]) -> list[RoundLine]:
    return [_line(round) for round in rounds]


def _line(round: Any) -> RoundLine:
    if round.confidential:
        return RoundLine(round, round.asked_count, None, int(round.publication > 0 and round.thanked_at is None))
    return RoundLine(round, round.asked_count, round.answered_count, round.thankless)


def round_page(round: FeedbackRound, user: Any) -> RoundPage:
    """Everything the round's page shows; at most six queries."""
    questions = tuple(round.questions.select_related("competency"))
    evidence = tuple(round.evidence.all())
    requests = list(FeedbackRequest.objects.filter(round=round).select_related("giver").order_by("pk"))
    if not round.confidential:
        return RoundPage(round, questions, evidence, _named(requests, questions), ())
    readable = may_read_cells(user, round)
    shown = published(round, questions) if readable else ()
    hidden = bool(round.publication) and not readable
    givers = _listed(requests)
    return RoundPage(round, questions, evidence, givers, shown, hidden, sum(giver.unknown for giver in givers))


@dataclass(frozen=True)
class RoundCells:
    round: FeedbackRound
    published: tuple[Published, ...]


def cells_of(rounds: Iterable[FeedbackRound]) -> list[RoundCells]:
    """The published cells of rounds with their questions, for whoever reads no more than these; one query."""
    rounds = list(rounds)
    shown = published_of([(round, list(round.questions.all())) for round in rounds])
    return [RoundCells(round, shown[round.pk]) for round in rounds]


def _listed(requests: Sequence[FeedbackRequest]) -> tuple[Giver, ...]:
    """By name, so that the order tells nothing either."""
    return tuple(Giver(request) for request in sorted(requests, key=lambda request: request.name.lower()))


def _named(requests: Sequence[FeedbackRequest], questions: Sequence[FeedbackQuestion]) -> tuple[Giver, ...]:
    """Those who answered first, the newest on top, then all others."""
    keys = [request.pk for request in requests if request.state == FeedbackState.SUBMITTED]
    said = {
        (answer.request_id, answer.question_id): answer for answer in FeedbackAnswer.objects.filter(request__in=keys)
    }
    judged = list(EvidenceVerification.objects.filter(request__in=keys).select_related("evidence"))

    def giver(request: FeedbackRequest) -> Giver:
        found = ((question, said.get((request.pk, question.pk))) for question in questions)
        answers = tuple(Answered(question, each.words, each.level) for question, each in found if each)
        return Giver(request, answers, tuple(each for each in judged if each.request_id == request.pk))

    order = sorted(
        requests, key=lambda r: (r.state != FeedbackState.SUBMITTED, -(r.settled_at or r.asked_at).timestamp())
    )
    return tuple(giver(request) for request in order)


def shared_with(user: Any, assignment: Assignment) -> list[Giver]:
    """The named answers of an assignment that its sponsor may read, the newest first; three queries."""
    return _said(FeedbackRequest.objects.shared_with(user).filter(round__assignment=assignment))


def at_review(assignment: Assignment) -> list[Giver]:
    """The named answers of an assignment that HR reads beside a review packet, the newest first; two queries."""
    return _said(FeedbackRequest.objects.at_review().filter(round__assignment=assignment))


def by_name(assignments: Iterable[int], user: Any, *, to_hr: bool) -> list[Giver]:
    """The newest named answers of several assignments, for mentee and mentor; for HR those it is shown; two queries.

    HR that answered in confidence itself is shown nobody else's answers of that work.
    """
    requests = FeedbackRequest.objects.filter(round__assignment__in=list(assignments))
    if not to_hr:
        return _said(requests.filter(round__confidential=False, state=FeedbackState.SUBMITTED))[:MOST_NAMED]
    own = FeedbackRound.objects.filter(confidential=True, requests__giver=user).values("assignment")
    return _said(requests.at_review().exclude(round__assignment__in=own))[:MOST_NAMED]


def cells_read_by(user: Any, assignments: Iterable[int], *, hr: bool) -> list[RoundCells]:
    """The published cells of several assignments, the newest first, without rounds this person was asked in."""
    rounds = FeedbackRound.objects.on_record_for(user) if hr else FeedbackRound.objects.visible_to(user)
    rounds = rounds.filter(assignment__in=list(assignments), confidential=True, publication__gt=0)
    questions = FeedbackQuestion.objects.select_related("competency").order_by("position")
    rounds = rounds.exclude(requests__giver=user).prefetch_related(Prefetch("questions", questions))
    return cells_of(rounds.order_by("-published_at", "-pk"))


def _said(requests: QuerySet[FeedbackRequest]) -> list[Giver]:
    answers = FeedbackAnswer.objects.select_related("question__competency").order_by("question__position")
    rows = (
        requests.select_related("giver", "round")
        .prefetch_related(Prefetch("answers", queryset=answers))
        .order_by("-settled_at", "-pk")
    )
    return [
        Giver(row, tuple(Answered(each.question, each.words, each.level) for each in row.answers.all())) for row in rows
    ]


def shown_by_feedback(assignments: Iterable[Assignment]) -> dict[int, list[Shown]]:
    """Per assignment, which competencies were spoken of from where; one query.

    A named answer counts on its own day. Of confidential ones only that a group with a cell of its own spoke of it,
    on the day they were published.
    """
    said = FeedbackAnswer.objects.filter(
        Q(request__round__confidential=False, request__state=FeedbackState.SUBMITTED) | Q(request__publication__gt=0),
        request__round__assignment__in=list(assignments),
        question__competency__isnull=False,
    ).select_related("request__round", "question")
    found: dict[int, list[Shown]] = {}
    confidential: dict[tuple, list[FeedbackAnswer]] = {}
    for answer in said.order_by("pk"):
        if answer.request.round.confidential:
            key = (answer.question_id, answer.request.publication)
            confidential.setdefault(key, []).append(answer)
        elif answer.request.settled_at:
            _add(found, answer, answer.request.group, answer.request.settled_at)
    for answers in confidential.values():
        published_at = answers[0].request.round.published_at
        for cell in cells(Counter(answer.request.group for answer in answers)).value:
            if len(cell.groups) == 1 and published_at:
                _add(found, answers[0], *cell.groups, published_at)
    return found


def _add(found: dict[int, list[Shown]], answer: FeedbackAnswer, group: str, at: datetime) -> None:
    competency = answer.question.competency_id
    assert competency is not None  # the query asked for them
    shown = Shown(competency, SOURCES[FeedbackGroup(group)], at)
    found.setdefault(answer.request.round.assignment_id, []).append(shown)
