"""What stands beside the figures of growth: the mentee's own words, what others said, and the levels of the goals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from assignments.assessing import method_now
from assignments.feedback_page import Giver, RoundCells, by_name, cells_read_by
from assignments.level_book import Level, level_of, levels_of
from assignments.models import Assignment, Evidence, GoalCompetency, GoalStatus, Mentorship
from stretchhub.people.models import User

from .models import ReviewNarrative, ReviewPacket
from .packet_content import PROMPTS


@dataclass(frozen=True)
class Told:
    """A narrative: of a packet as it was frozen, or as it stands while the reviews are not final."""

    assignment: Assignment
    lines: tuple[tuple[str, str], ...]
    packet: ReviewPacket | None = None


@dataclass(frozen=True)
class Words:
    narratives: tuple[Told, ...]
    named: tuple[tuple[Assignment, Giver], ...]
    cells: tuple[tuple[Assignment, RoundCells], ...]

    @property
    def is_empty(self) -> bool:
        return not (self.narratives or self.named or self.cells)


@dataclass(frozen=True)
class Goalwards:
    """One competency that a goal asks for, the level that counts, and the pieces of evidence behind it."""

    target: GoalCompetency
    level: Level
    evidence: tuple[Evidence, ...]


def words_of(work: Sequence[Assignment], user: User, who: str) -> Words:
    """At most seven queries, whatever there is; HR reads what stands in packets, and what was shown beside them."""
    by_key = {each.pk: each for each in work}
    # Of work that this reader may read the results of, they may read the packets, too.
    frozen = list(ReviewPacket.objects.newest().filter(assignment__in=list(by_key)).order_by("-frozen_at", "-pk"))
    narratives = [_frozen(by_key[packet.assignment_id], packet) for packet in frozen]
    if who != "hr":
        narratives = [*_open(by_key, frozen, who), *narratives]
    shown = {packet.assignment_id for packet in frozen} if who == "hr" else set(by_key)
    named = by_name(shown, user, to_hr=who == "hr")
    return Words(
        narratives=tuple(told for told in narratives if told.lines),
        named=tuple((by_key[each.request.round.assignment_id], each) for each in named),
        cells=tuple((by_key[each.round.assignment_id], each) for each in cells_read_by(user, by_key, hr=who == "hr")),
    )


def _frozen(assignment: Assignment, packet: ReviewPacket) -> Told:
    said = packet.told["narrative"] or {}
    return Told(assignment, _lines(said.get), packet)


def _open(work: dict[int, Assignment], frozen: Sequence[ReviewPacket], who: str) -> list[Told]:
    """The mentee's own that no packet holds yet; for the mentor those that are shown to them."""
    found = ReviewNarrative.objects.filter(assignment__in=list(work)).order_by("-saved_at")
    if who == "mentor":
        found = found.filter(shared_with_mentor=True)
    held = {(packet.assignment_id, packet.cycle_id) for packet in frozen}
    return [
        Told(work[each.assignment_id], _lines(lambda name, each=each: getattr(each, name)))
        for each in found
        if (each.assignment_id, each.cycle_id) not in held
    ]


def _lines(said) -> tuple[tuple[str, str], ...]:
    labels = {field.name: str(field.verbose_name) for field in ReviewNarrative._meta.fields}
    lines = ((labels[name], said(name) or "") for name in PROMPTS)
    return tuple((f"{label[:1].upper()}{label[1:]}", words) for label, words in lines if words.strip())


def levels_towards(person: User, user: User, mentorship: Mentorship | None, day: date) -> list[Goalwards]:
    """Each competency of the goals that were not dropped, the newest goal first; four queries.

    For a mentor the goals of their mentorship; levels as far as this reader may see them.
    """
    targets = GoalCompetency.objects.filter(goal__mentorship__mentee=person).exclude(goal__status=GoalStatus.DROPPED)
    if user.pk != person.pk:
        targets = targets.filter(goal__mentorship=mentorship)
    targets = targets.select_related("goal", "competency").order_by("-goal__created_at", "-goal__pk", "pk")
    method = method_now()
    levels = levels_of(person.pk, user, day, method)
    evidence = _evidence(levels, user)
    return [
        Goalwards(target, level, tuple(evidence[level.entry.pk]) if level.entry else ())
        for target in targets
        for level in [levels.get(target.competency_id) or level_of((), day, method)]
    ]


def _evidence(levels: dict[int, Level], user: User) -> dict[int, list[Evidence]]:
    """By the entry that counts: what was tagged with its competency in the assignment whose review verified it.

    Evidence is for the two of an assignment; another mentor reads the level without it.
    """
    entries = [level.entry for level in levels.values() if level.entry and level.entry.assignment_id]
    of_the_two = Q(assignment__mentee=user) | Q(assignment__mentor=user)
    pieces = Evidence.objects.filter(of_the_two, assignment__in={each.assignment_id for each in entries})
    tagged: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    for piece in pieces.prefetch_related("competencies").order_by("-happened_on", "-pk"):
        for competency in piece.competencies.all():
            tagged[piece.assignment_id, competency.pk].append(piece)
    return defaultdict(list, {each.pk: tagged[each.assignment_id or 0, each.competency_id] for each in entries})
