"""Whom two people looked at as sponsors, where others stand, and how somebody was reached."""

from __future__ import annotations

from datetime import timedelta

from assignments.models import Option, SponsorRequest
from sponsors.fit import CRITERIA
from sponsors.models import Introduction, SponsorCandidate, Stakeholder

from .cohort import Cohort, Story
from .thinking import person


def add_finding(cohort: Cohort, option: Option, told: Story) -> None:
    """The list of possible sponsors with their ways, and the grid; both only where the story tells them."""
    for story in told.get("sponsor", []):
        candidate = _add_candidate(cohort, option, story)
        if "way" in story:
            _add_way(cohort, candidate, story["way"])
    for story in told.get("stakeholder", []):
        _add_stakeholder(cohort, option, story)


def _add_candidate(cohort: Cohort, option: Option, story: Story) -> SponsorCandidate:
    by = person(option.mentorship, story)
    candidate = SponsorCandidate.objects.create(
        code=cohort.code(),
        option=option,
        person=cohort.people[story["person"]],
        **{name: level or None for name, level in zip(CRITERIA, story["judged"], strict=True)},
        priority=story.get("priority", ""),
        conflict=story.get("conflict", ""),
        same_network=story.get("network", False),
        last_contact_on=cohort.calendar.day(story["contact"]) if "contact" in story else None,
        note=story.get("note", ""),
        rated_by=by,
        rated_at=cohort.moment(story["at"], 16, by),
    )
    cohort.remember(by, "sponsor_candidate.added", candidate, candidate.rated_at, ["person", *CRITERIA])
    return candidate


def _add_way(cohort: Cohort, candidate: SponsorCandidate, story: Story) -> None:
    """How far it has come: drafted, an introduction asked, made, sent; with the request, where one was put."""
    mentee = candidate.option.mentorship.mentee
    request = SponsorRequest.objects.filter(
        version__brief__option=candidate.option, sponsor=candidate.person, assignment__isnull=True
    ).first()
    first = story.get("ask_at", story.get("sent", -1))
    way = Introduction(
        code=cohort.code(),
        candidate=candidate,
        message=story.get("words", "") or (request.message if request else ""),
        drafted_by=mentee,
        drafted_at=cohort.moment(first, 10, mentee),
        request=request,
    )
    if "asked" in story:
        way.introducer, way.asked_at = cohort.people[story["asked"]], cohort.moment(first, 11, mentee)
        way.state = "intro_asked"
    if "made" in story:
        way.introduced_at, way.state = cohort.moment(story["made"], 14, mentee), "introduced"
    if "sent" in story:
        way.sent_at = way.introduced_at = cohort.moment(story["sent"], 15, mentee)
        way.state = "introduced"
    if request:
        way.sent_at, way.introduced_at = request.asked_at, way.introduced_at or request.asked_at
    way.save()
    _remember(cohort, way)


def _remember(cohort: Cohort, way: Introduction) -> None:
    mentee = way.candidate.option.mentorship.mentee
    cohort.remember(mentee, "introduction.written", way, way.drafted_at, ["message"])
    if way.introducer and way.asked_at:
        cohort.remember(mentee, "introduction.asked", way, way.asked_at, ["introducer", "state"])
        cohort.tell(way.introducer, "sponsors.introduction_asked", way, way.asked_at + timedelta(seconds=1))
    if way.introducer and way.introduced_at:
        cohort.remember(way.introducer, "introduction.made", way, way.introduced_at, ["state"])
        cohort.tell(mentee, "sponsors.introduction_made", way, way.introduced_at)
    if way.sent_at:
        cohort.remember(mentee, "introduction.sent", way, way.sent_at, ["sent_at", "state"])
    if way.sent_at and way.request_id is None:
        cohort.tell(way.candidate.person, "sponsors.introduction_sent", way, way.sent_at)


def _add_stakeholder(cohort: Cohort, option: Option, story: Story) -> None:
    by = person(option.mentorship, story)
    known = cohort.people[story["person"]] if "person" in story else None
    placed = Stakeholder.objects.create(
        code=cohort.code(),
        option=option,
        person=known,
        name=known.name if known else story["name"],
        power=story["power"],
        interest=story["interest"],
        note=story.get("note", ""),
        placed_on=cohort.calendar.day(story["at"]),
        placed_by=by,
    )
    cohort.remember(by, "stakeholder.placed", placed, cohort.moment(story["at"], 17, by), ["interest", "name", "power"])
