"""A session as its page shows it, and one item of its agenda, each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from assignments.models import Assignment
from stretchhub.people.models import User

from .calibration_rules import can_see_shifts
from .evidence import INSIDERS
from .models import CalibrationItem, CalibrationSession, ChangeKind, Level, Outcome, Relation, Score, ScoreChange
from .shifts import Following, Moved, Shift, following, shifts


@dataclass(frozen=True)
class Talk:
    """The items of one assignment, in the order of the rubric."""

    assignment: Assignment
    items: tuple[CalibrationItem, ...]

    @property
    def untouched(self) -> bool:
        return all(item.outcome == Outcome.OPEN for item in self.items)


@dataclass(frozen=True)
class Rated:
    """One rater's word on an item: as it was handed in and as it counts now, and what it rests on."""

    score: Score
    name: str
    relation: str
    own: bool
    before: int | None
    after: int | None
    changes: tuple[ScoreChange, ...]
    evidence: tuple[str, ...]
    evidence_private: int
    setbacks: int
    speaks: int | None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def bare(self) -> bool:
        """Whether a level rests on nothing but the note."""
        return self.after is not None and not (self.evidence or self.evidence_private or self.setbacks)

    @property
    def reason(self) -> str:
        return self.changes[-1].reason if self.changes else ""


@dataclass(frozen=True)
class ItemPage:
    """One item with everybody's words on it, its neighbours on the agenda, and how many there are."""

    item: CalibrationItem
    ratings: tuple[Rated, ...]
    levels: tuple[Level, ...]
    number: int
    total: int
    previous: CalibrationItem | None
    next: CalibrationItem | None

    @property
    def before(self) -> list[tuple[str, int | None, bool]]:
        """For the dots of a line: name, level or None, whether it is the own rating."""
        return [(each.name, each.before, each.own) for each in self.ratings]

    @property
    def after(self) -> list[tuple[str, int | None, bool]]:
        return [(each.name, each.after, each.own) for each in self.ratings]

    @property
    def changed(self) -> bool:
        return any(each.changed for each in self.ratings)


@dataclass(frozen=True)
class Moves:
    """By how much each rater's levels moved in a session, and whether all went to the one who speaks last."""

    shifts: tuple[Shift, ...]
    following: Following
    senior: str


def talks(session: CalibrationSession, user: User) -> list[Talk]:
    """The agenda as far as this person may know of it, assignment by assignment as they were put on it."""
    items = in_order(CalibrationItem.objects.visible_to(user).filter(session=session))
    by_assignment: dict[int, list[CalibrationItem]] = defaultdict(list)
    for item in items:
        by_assignment[item.assignment_id].append(item)
    return [Talk(each[0].assignment, tuple(each)) for each in by_assignment.values()]


def in_order(items: QuerySet[CalibrationItem]) -> list[CalibrationItem]:
    return list(items.select_related("assignment__mentee", "criterion").order_by("pk"))


def moves_of(session: CalibrationSession, user: User, attendance: Sequence) -> Moves | None:
    """What the session did to levels, for those who may see it; two queries."""
    if not can_see_shifts(user, session):
        return None
    wanted = Q()
    for assignment, criterion in (
        CalibrationItem.objects.visible_to(user).filter(session=session).values_list("assignment_id", "criterion_id")
    ):
        wanted |= Q(review__assignment=assignment, criterion=criterion)
    found = Score.objects.filter(wanted) if wanted else Score.objects.none()
    scores = _scores(found.prefetch_related("changes"), session)
    senior = attendance[-1].person if attendance else None
    last = {
        (score.review.assignment_id, score.criterion_id): first_level(score)
        for score in scores
        if senior is not None and score.review.rater_id == senior.pk
    }
    moved = [
        Moved(
            rater=score.review.name,
            key=score.review.rater_email or str(score.review.rater_id),
            before=first_level(score),
            after=level_then(score),
            senior=last.get((score.review.assignment_id, score.criterion_id)),
            own=senior is not None and score.review.rater_id == senior.pk,
        )
        for score in scores
        if score.review.relation != Relation.SELF
    ]
    return Moves(tuple(shifts(moved)), following(moved), senior.name if senior else "")


def _scores(scores: QuerySet[Score], session: CalibrationSession) -> list[Score]:
    asked = scores.filter(review__cycle=session.cycle_id).exclude(review__status__in=("declined", "withdrawn"))
    return list(asked.select_related("review__rater").order_by("review_id", "pk"))


def _calibrated(score: Score) -> list[ScoreChange]:
    return [change for change in score.changes.all() if change.kind == ChangeKind.CALIBRATION]


def first_level(score: Score) -> int | None:
    """As it was handed in."""
    changes = list(score.changes.all())
    return changes[0].before if changes else score.level


def level_then(score: Score) -> int | None:
    """As it came out of calibration, whatever was amended later."""
    changes = _calibrated(score)
    return changes[-1].after if changes else first_level(score)


def read_item(item: CalibrationItem, user: User) -> ItemPage:
    """Everything about one item that this person may see; who speaks first stands first."""
    session = item.session
    agenda = in_order(CalibrationItem.objects.visible_to(user).filter(session=session))
    place = [each.pk for each in agenda].index(item.pk)
    turn = dict(session.attendance.values_list("person_id", "speaks"))
    scores = Score.objects.filter(review__assignment=item.assignment_id, criterion=item.criterion_id)
    scores = scores.annotate(told=Count("setbacks")).prefetch_related("evidence", "changes__changed_by")
    insider = item.assignment.part_of(user) in INSIDERS
    ratings = [_rated(score, turn, insider, user) for score in _scores(scores, session)]
    last = max(turn.values(), default=0) + 1
    return ItemPage(
        item=item,
        ratings=tuple(sorted(ratings, key=lambda each: (each.own, each.speaks or last, each.name))),
        levels=tuple(Level.objects.filter(criterion=item.criterion_id).order_by("value")),
        number=place + 1,
        total=len(agenda),
        previous=agenda[place - 1] if place else None,
        next=agenda[place + 1] if place + 1 < len(agenda) else None,
    )


def _rated(score: Score, turn: dict[int, int], insider: bool, user: User) -> Rated:
    review = score.review
    linked = score.evidence.all()
    named = [each for each in linked if insider or each.shared_at_review]
    return Rated(
        score=score,
        name=review.name,
        relation=review.get_relation_display(),
        own=review.relation == Relation.SELF,
        before=first_level(score),
        after=level_then(score),
        changes=tuple(_calibrated(score)),
        evidence=tuple(each.title for each in named),
        evidence_private=len(linked) - len(named),
        setbacks=score.told,
        speaks=turn.get(review.rater_id) if review.rater_id else None,
    )


def both_sides(ratings: Collection[Rated], score_id: int) -> Rated | None:
    return next((each for each in ratings if each.score.pk == score_id), None)
