"""The sheet of one rater: the criteria, what they are shown to rest a level on, and what they have said so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef
from orjson import loads

from assignments.models import Evidence, Setback
from stretchhub.gathered import Gathered
from stretchhub.plain import Plain

from .canonical import canonical
from .evidence import RESTS_ON_SETBACKS, evidence_for, setbacks_for
from .evidence_rule import judge
from .models import Criterion, Review, Score
from .verdicts import words_for


@dataclass(frozen=True)
class Answer:
    """What a rater says about one criterion; pieces of evidence and setbacks by their numbers."""

    level: int | None = None
    not_observed: bool = False
    note: str = ""
    evidence: Collection[int] = frozenset()
    setbacks: Collection[int] = frozenset()


UNSAID = Answer()


@dataclass(frozen=True)
class Sheet:
    review: Review
    criteria: list[Criterion]
    evidence: list[Evidence]
    setbacks: list[Setback]
    answers: dict[int, Answer]

    def said(self, criterion: Criterion) -> Answer:
        return self.answers.get(criterion.pk, UNSAID)

    def setbacks_of(self, criterion: Criterion) -> list[Setback]:
        """Only adaptability rests on setbacks."""
        return self.setbacks if criterion.key == RESTS_ON_SETBACKS else []

    def missing(self, criterion: Criterion) -> str:
        """What the evidence rule still asks for before this criterion can be handed in; nothing when it is enough."""
        answer = self.said(criterion)
        verdict = judge(
            level=answer.level,
            not_observed=answer.not_observed,
            note=answer.note,
            linked=len(answer.evidence) + len(answer.setbacks),
            available=len(self.evidence) + len(self.setbacks_of(criterion)),
        )
        return words_for(verdict)

    @property
    def seal(self) -> str:
        """All that was said of the criteria, in one word: nothing else than what was looked over is handed in."""
        said = [
            [pk, each.level, each.not_observed, each.note, sorted(each.evidence), sorted(each.setbacks)]
            for pk, each in sorted(self.answers.items())
        ]
        return canonical({"said": said}).sha256

    def first_open(self) -> Criterion | None:
        return next((each for each in self.criteria if self.missing(each)), None)


def sheet_of(review: Review) -> Sheet:
    """Read in a fixed number of queries."""
    criteria = Criterion.objects.filter(rubric=review.cycle.rubric_id).prefetch_related("levels")
    return Sheet(
        review=review,
        criteria=list(criteria.order_by("position", "pk")),
        evidence=list(evidence_for(review).prefetch_related("files")),
        setbacks=list(setbacks_for(review)),
        answers=answers_of(review),
    )


def answers_of(review: Review) -> dict[int, Answer]:
    """What is kept so far, by criterion; in one query."""
    scores = Score.objects.filter(review=review).annotate(
        pieces=Plain(Gathered(Score.evidence.through.objects.filter(score=OuterRef("pk")), "evidence_id")),
        cards=Plain(Gathered(Score.setbacks.through.objects.filter(score=OuterRef("pk")), "setback_id")),
    )
    return {score.criterion_id: answer_of(score) for score in scores}


def answer_of(score: Any) -> Answer:
    """Of a score with the keys of what it rests on."""
    return Answer(
        level=score.level,
        not_observed=score.not_observed,
        note=score.note,
        evidence=_keys(score.pieces),
        setbacks=_keys(score.cards),
    )


def _keys(gathered: str | None) -> frozenset[int]:
    return frozenset(key for [key] in loads(gathered or "[]"))
