"""What is frozen of a final review: what HR may read, and a count with a reason for what was left out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.utils.translation import override

from assignments.assessing import method_now
from assignments.feedback_page import cells_of
from assignments.impact import Progress
from assignments.models import Assignment, Evidence, FeedbackRound, FileState, Measurement
from assignments.results import Result, results

from .canonical import canonical, day, figure, moment
from .models import Criterion, Relation, Review, ReviewCycle, ReviewNarrative, ReviewPacket
from .packet_left_out import left_out
from .packet_ratings import agreements_of, in_order, rater_of, ratings_of

FORMAT = "stretchhub-review-packet/1"
PROMPTS = ("before", "did", "changed", "ready", "differently")


def fill(packet: ReviewPacket) -> None:
    """Write what a packet holds, and its SHA-256, before it is saved."""
    # The words of the site, not of whoever happened to hand in last.
    with override(settings.LANGUAGE_CODE):
        text = canonical(content_of(packet.assignment, packet.cycle) | _version(packet))
    packet.content, packet.sha256 = text.value, text.sha256


def _version(packet: ReviewPacket) -> dict[str, Any]:
    """What tells one version from another."""
    last = packet.supersedes
    return {
        "code": str(packet.code),
        "version": packet.version,
        "frozen_at": moment(packet.frozen_at),
        "reason": packet.reason,
        "supersedes": {"version": last.version, "sha256": last.sha256} if last else None,
    }


def content_of(assignment: Assignment, cycle: ReviewCycle) -> dict[str, Any]:
    """Everything but what tells one version from another; nothing that HR may not read."""
    reviews = in_order(Review.objects.final().filter(assignment=assignment, cycle=cycle).select_related("rater"))
    evidence = list(assignment.evidence.prefetch_related("files").order_by("happened_on", "pk"))
    shown = {each.pk: f"E{number}" for number, each in enumerate((e for e in evidence if e.shared_at_review), start=1)}
    ratings = ratings_of(reviews, shown)
    own = next((number for number, each in enumerate(reviews, start=1) if each.relation == Relation.SELF), None)
    kept_back = sum(each["kept_back"] for each in ratings)
    return {
        "format": FORMAT,
        "assignment": _assignment(assignment),
        "cycle": {"code": cycle.code, "name": cycle.name},
        "rubric": _rubric(cycle),
        "raters": [rater_of(number, review) for number, review in enumerate(reviews, start=1)],
        "ratings": ratings,
        "agreement": agreements_of(ratings, own=own),
        "narrative": _narrative(assignment, cycle),
        "outcomes": [_outcome(each) for each in results(assignment)],
        "evidence": [_evidence(shown[each.pk], each) for each in evidence if each.pk in shown],
        "feedback": _feedback(assignment),
        "left_out": left_out(assignment, cycle, unshared=len(evidence) - len(shown), kept_back=kept_back),
        "method": {"version": method_now().version},
    }


def _assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "code": str(assignment.code),
        "title": assignment.title,
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
        "sponsor": assignment.sponsor.name if assignment.sponsor else None,
        "status": assignment.status,
        "ending": assignment.ending or None,
        "starts_on": day(assignment.starts_on),
        "ends_on": day(assignment.ends_on),
        "milestones": [
            {"title": each.title, "due_on": day(each.due_on), "done_at": moment(each.done_at)}
            for each in assignment.milestones.order_by("due_on", "pk")
        ],
    }


def _rubric(cycle: ReviewCycle) -> dict[str, Any]:
    rubric = cycle.rubric
    criteria = Criterion.objects.filter(rubric=rubric).prefetch_related("levels").order_by("position", "pk")
    return {
        "code": str(rubric.code),
        "name": rubric.name,
        "version": rubric.version,
        "criteria": [
            {
                "key": criterion.key,
                "name": criterion.name,
                "levels": [
                    {"value": level.value, "name": level.name, "anchor": level.anchor}
                    for level in criterion.levels.all()
                ],
            }
            for criterion in criteria
        ],
    }


def _narrative(assignment: Assignment, cycle: ReviewCycle) -> dict[str, Any] | None:
    found = ReviewNarrative.objects.filter(assignment=assignment, cycle=cycle).first()
    if found is None or not any(getattr(found, name).strip() for name in PROMPTS):
        return None
    return {name: getattr(found, name) for name in PROMPTS} | {"saved_at": moment(found.saved_at)}


def _outcome(result: Result) -> dict[str, Any]:
    """What was agreed beside what was measured; what was noted with a measurement stays with the three parties."""
    agreed, latest = result.outcome, result.latest
    return {
        "metric": agreed.metric,
        "unit": agreed.unit,
        "direction": agreed.direction,
        "tolerance": figure(agreed.tolerance),
        "baseline": figure(agreed.baseline),
        "baseline_on": day(agreed.baseline_on),
        "baseline_n": agreed.baseline_n,
        "target": figure(agreed.target),
        "due_on": day(agreed.due_on),
        "method": agreed.method,
        "source": agreed.source,
        "counter_metric": agreed.counter_metric,
        "attribution": agreed.attribution,
        "other_causes": [line.strip() for line in agreed.other_causes.splitlines() if line.strip()],
        "progress": _progress(result.progress),
        "measurements": len(result.measurements),
        "measured": None if latest is None else _measured(latest, early=result.early),
    }


def _progress(found: Progress) -> dict[str, Any]:
    """The share of the way that was gone, or why there is none, by the code of its reason."""
    return {
        "value": None if found.value is None else figure(round(found.value, 4)),
        "reason": found.reason.code,
        "off": figure(found.reason.params.get("off")),
    }


def _measured(latest: Measurement, *, early: bool) -> dict[str, Any]:
    return {
        "value": figure(latest.value),
        "low": figure(latest.low),
        "high": figure(latest.high),
        "n": latest.n,
        "on": day(latest.measured_on),
        "early": early,
    }


def _evidence(label: str, piece: Evidence) -> dict[str, Any]:
    """One piece and its own SHA-256; what was learned from it is read by mentee and mentor, as in the rating form."""
    ready = [each for each in piece.files.all() if each.state == FileState.READY]
    said = {
        "code": str(piece.code),
        "title": piece.title,
        "happened_on": day(piece.happened_on),
        "kind": piece.kind,
        "text": piece.text,
        "link": piece.link,
        "changed": piece.changed,
        "files": [
            {"code": str(each.code), "name": each.name, "size": each.size, "sha256": each.sha256} for each in ready
        ],
    }
    return {"label": label, **said, "sha256": canonical(said).sha256}


def _feedback(assignment: Assignment) -> list[dict[str, Any]]:
    """The numbers of confidential rounds over three people and more, as they were published; nobody's own words."""
    rounds = FeedbackRound.objects.filter(assignment=assignment, confidential=True, publication__gt=0)
    found = []
    for each in cells_of(rounds.prefetch_related("questions").order_by("created_at", "pk")):
        by_question: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for batch in each.published:
            for question in batch.questions:
                by_question[question.question.text] += [
                    {
                        "publication": batch.number,
                        "group": cell.label,
                        "people": cell.people,
                        "middle": figure(cell.middle),
                    }
                    for cell in question.numbers
                ]
        questions = [{"question": text, "cells": cells} for text, cells in by_question.items() if cells]
        if questions:
            about = {"about": each.round.about, "published_at": moment(each.round.published_at)}
            found.append(about | {"questions": questions})
    return found
