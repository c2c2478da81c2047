"""Which levels of competencies a reviewed assignment can verify, and what they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.db.models import Prefetch

from assignments.assessing import method_now
from assignments.level_book import Level, level_of, levels_of
from assignments.method import Method
from assignments.models import Assignment, Competency, Ending, Evidence, Status
from stretchhub.env import today
from stretchhub.people.models import User

from .models import READABLE, Review
from .observers import observer_median

Reason = Literal["none", "open", "withdrawn", "unseen", "low", "untagged", ""]


@dataclass(frozen=True)
class Claim:
    """One competency that evidence of the assignment shows, with where the mentee stands in it."""

    competency: Competency
    evidence: tuple[Evidence, ...]
    level: Level


@dataclass(frozen=True)
class Verifying:
    """`reason` is empty where levels can be verified; `median` and `needed` are what was compared."""

    reason: Reason
    median: float | None = None
    needed: float | None = None
    claims: tuple[Claim, ...] = ()

    @property
    def may_verify(self) -> bool:
        return not self.reason


def verifying(assignment: Assignment, user: User) -> Verifying:
    """What of this assignment can be verified, in a fixed number of queries."""
    panel, method = latest_panel(assignment), method_now()
    said = said_by(assignment, panel, method)
    if said.reason:
        return said
    tagged = _tagged(assignment, max(review.final_at for review in panel if review.final_at))
    day = today(assignment.mentee.zone)
    levels = levels_of(assignment.mentee_id, user, day, method, [competency.pk for competency, _evidence in tagged])
    claims = tuple(
        Claim(competency, tuple(evidence), levels.get(competency.pk) or level_of((), day, method))
        for competency, evidence in tagged
    )
    return replace(said, reason="" if claims else "untagged", claims=claims)


def said_by(assignment: Assignment, panel: Sequence[Review], method: Method) -> Verifying:
    """What the reviews alone say of it, whatever evidence there is; one query at most."""
    if not panel or assignment.ending == Ending.WITHDRAWN:
        return Verifying("withdrawn" if panel else "none")
    if any(review.status not in READABLE for review in panel):
        return Verifying("open")
    needed, median = method.flow_back_median, observer_median(panel)
    if median is None or median < needed:
        return Verifying("unseen" if median is None else "low", median, needed)
    return Verifying("", median, needed)


def latest_panel(assignment: Assignment) -> list[Review]:
    """The reviews of the newest cycle in which this assignment is or was reviewed."""
    reviews = list(Review.objects.asked().filter(assignment=assignment).order_by("-cycle__opens_on", "-cycle_id", "pk"))
    return [review for review in reviews if review.cycle_id == reviews[0].cycle_id]


def is_settled(assignment: Assignment) -> bool:
    """Whether reviews have said what they have to say: all are final, or none were asked for before it closed."""
    panel = latest_panel(assignment)
    return all(review.status in READABLE for review in panel) and (bool(panel) or assignment.status == Status.CLOSED)


def _tagged(assignment: Assignment, until: datetime) -> Sequence[tuple[Competency, list[Evidence]]]:
    """The competencies that evidence shows which was there when the reviews became final, by name."""
    competencies = Competency.objects.select_related("framework").prefetch_related("level_descriptors")
    evidence = Evidence.objects.filter(assignment=assignment, logged_at__lte=until)
    found: defaultdict[int, list[Evidence]] = defaultdict(list)
    known: dict[int, Competency] = {}
    for piece in evidence.prefetch_related(Prefetch("competencies", competencies)).order_by("-happened_on", "-pk"):
        for competency in piece.competencies.all():
            known[competency.pk] = competency
            found[competency.pk].append(piece)
    order = sorted(known.values(), key=lambda competency: (competency.name.casefold(), competency.pk))
    return [(competency, found[competency.pk]) for competency in order]
