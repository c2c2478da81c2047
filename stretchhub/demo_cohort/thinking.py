"""What two people said to each other, where the mentee stands, and what is learned beside the work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assignments.models import (
    CompetencyLevel,
    DemonstratedLevel,
    Goal,
    Intake,
    IntakeAnswer,
    LearningItem,
    Mentorship,
    Provenance,
    Topic,
)
from stretchhub.people.models import User

from .cohort import Cohort, Story

LEVEL = ["competency", "dated_on", "level", "note", "provenance"]
PROVENANCE = {"mentee": Provenance.SELF_DECLARED, "mentor": Provenance.MENTOR_RATED}


def add_hours(cohort: Cohort, mentorship: Mentorship, story: Story) -> None:
    """The hours in the contract and those the present work takes, where the two have said so."""
    told = story.get("hours")
    if not told:
        return
    mentorship.contracted_hours, mentorship.base_hours = told["contracted"], told["base"]
    mentorship.save(update_fields=["contracted_hours", "base_hours"])
    at = cohort.moment(told.get("at", story["started"] + 14), 12, mentorship.mentee)
    cohort.remember(mentorship.mentee, "mentorship.hours_set", mentorship, at, ["base_hours", "contracted_hours"])


def add_intakes(cohort: Cohort, mentorship: Mentorship, story: Story) -> list[Intake]:
    """The guided conversations in their order; each begins with the words of the one before."""
    intakes: list[Intake] = []
    former: dict[str, IntakeAnswer] = {}
    for number, told in enumerate(story.get("intake", []), 1):
        intake = _intake(cohort, mentorship, number, told)
        answers = {topic: _answer(cohort, intake, topic, told, former.get(topic)) for topic in Topic.values}
        former = {topic: answer for topic, answer in answers.items() if answer}
        IntakeAnswer.objects.bulk_create(former.values())
        intakes.append(intake)
    return intakes


def _intake(cohort: Cohort, mentorship: Mentorship, number: int, told: Story) -> Intake:
    by, kept = person(mentorship, told), told.get("kept")
    intake = Intake.objects.create(
        code=cohort.code(),
        mentorship=mentorship,
        number=number,
        started_by=by,
        started_at=cohort.moment(told["at"], 10, by),
        kept_by=None if kept is None else mentorship.mentor,
        kept_at=None if kept is None else cohort.moment(kept, 17, mentorship.mentor),
        revisit_on=None if kept is None else cohort.calendar.day(told["revisit"]),
    )
    cohort.remember(by, "intake.started", intake, intake.started_at, ["number"])
    if intake.kept_at:
        said = [topic for topic in Topic.values if topic in told]
        cohort.remember(mentorship.mentor, "intake.kept", intake, intake.kept_at, [*said, "revisit_on"])
    return intake


def _answer(
    cohort: Cohort, intake: Intake, topic: str, told: Story, former: IntakeAnswer | None
) -> IntakeAnswer | None:
    """What was said now, or what stands from the last time with its day and whose it was."""
    if topic not in told:
        return former and IntakeAnswer(
            intake=intake, topic=topic, words=former.words, saved_by=former.saved_by, saved_at=former.saved_at
        )
    words = {**(former.words if former else {}), **told[topic]}
    at = cohort.moment(told.get("said", told["at"]), 11, intake.started_by)
    cohort.remember(intake.started_by, "intake.topic_saved", intake, at, [topic, *told[topic]])
    return IntakeAnswer(intake=intake, topic=topic, words=words, saved_by=intake.started_by, saved_at=at)


def add_levels(cohort: Cohort, mentorship: Mentorship, story: Story, goals: Iterable[Goal]) -> None:
    """What each goal was written with, and what the two recorded besides; the same level again is not said twice."""
    said = [_of_goal(mentorship, goal) for goal in goals]
    for told in story.get("level", []):
        day, by = cohort.calendar.day(told.get("on", told["at"])), person(mentorship, told)
        levels = {cohort.competencies[tag].pk: level for tag, level in told["set"].items()}
        said.append((cohort.moment(told["at"], 15, by), day, by, levels, told.get("note", "")))
    known: dict[tuple[int, int], int] = {}
    for at, day, by, levels, note in sorted(said, key=lambda each: each[0]):
        for competency, level in levels.items():
            if known.get((by.pk, competency)) != level:
                _record_level(cohort, mentorship, competency, level, at=at, day=day, by=by, note=note)
            known[by.pk, competency] = level


def _of_goal(mentorship: Mentorship, goal: Goal) -> tuple[Any, ...]:
    levels = {target.competency_id: target.level_now for target in goal.targets.all()}
    by = goal.created_by
    return goal.created_at, goal.created_at.astimezone(mentorship.mentee.zone).date(), by, levels, ""


def _record_level(
    cohort: Cohort, mentorship: Mentorship, competency: int, level: int, *, at: Any, day: Any, by: User, note: str
) -> None:
    row = CompetencyLevel.objects.create(
        person=mentorship.mentee,
        competency_id=competency,
        level=level,
        provenance=PROVENANCE["mentee" if by == mentorship.mentee else "mentor"],
        note=note,
        dated_on=day,
        recorded_by=by,
        recorded_at=at,
    )
    cohort.remember(by, "competency_level.recorded", row, at, LEVEL)


def add_shown(cohort: Cohort, mentorship: Mentorship, story: Story) -> None:
    """How far the mentee had handled each component of challenge; 0 in the row is one nobody has spoken of."""
    for told in story.get("shown", []):
        by, why = person(mentorship, told), told.get("why", {})
        at = cohort.moment(told["at"], 16, by)
        rows = DemonstratedLevel.objects.bulk_create(
            DemonstratedLevel(
                person=mentorship.mentee,
                component=component,
                level=level,
                reason=why.get(component.name.lower(), ""),
                provenance=PROVENANCE[told.get("by", "mentee")],
                dated_on=cohort.calendar.day(told["at"]),
                recorded_by=by,
                recorded_at=at,
            )
            for component, level in cohort.by_component(told["levels"])
        )
        for row in rows:
            cohort.remember(by, "level_shown.added", row, at, ["component", "level", "provenance"])


def add_learning(cohort: Cohort, mentorship: Mentorship, story: Story, goals: dict[str, Goal]) -> None:
    """The learning plan: what is open, what is done and what it changed, what was dropped."""
    for told in story.get("learning", []):
        by, mentee = person(mentorship, told), mentorship.mentee
        done, dropped = told.get("done"), told.get("dropped")
        item = LearningItem.objects.create(
            code=cohort.code(),
            mentorship=mentorship,
            kind=told["kind"],
            title=told["title"],
            link=told.get("link", ""),
            goal=goals.get(told.get("goal", "")),
            competency=cohort.competencies.get(told.get("tag", "")),
            due_on=None if "due" not in told else cohort.calendar.day(told["due"]),
            done_on=None if done is None else cohort.calendar.day(done),
            changed=told.get("changed", ""),
            dropped_at=None if dropped is None else cohort.moment(dropped, 18, mentee),
            created_by=by,
            created_at=cohort.moment(told["at"], 12, by),
        )
        cohort.remember(by, "learning.added", item, item.created_at, ["due_on", "goal", "kind", "title"])
        if done is not None:
            cohort.remember(mentee, "learning.done", item, cohort.moment(done, 18, mentee), ["changed", "done_on"])
        if item.dropped_at:
            cohort.remember(mentee, "learning.dropped", item, item.dropped_at, ["dropped_at"])


def person(mentorship: Mentorship, told: Story) -> User:
    """Which of the two it was; the mentee unless the story says so."""
    return mentorship.mentor if told.get("by") == "mentor" else mentorship.mentee
