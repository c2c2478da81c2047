"""Feedback that was asked for: by name with what changed because of it, in confidence, and rounds that are open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assignments.models import (
    Assignment,
    Evidence,
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRequest,
    FeedbackRound,
    FeedbackState,
)

from .cohort import Cohort, Story

KEPT_DAYS = 365


def add_feedback(cohort: Cohort, assignment: Assignment, told: Story) -> int:
    """All rounds of an assignment in the order of the story; how many answers the sponsor was shown."""
    return sum(_add(cohort, assignment, row) for row in told.get("feedback", []))


def _add(cohort: Cohort, assignment: Assignment, row: Story) -> int:
    mentee = assignment.mentee
    asked_at = cohort.moment(row["asked"], 11, mentee)
    closed_at = cohort.moment(row["closed"], 18, mentee) if "closed" in row else None
    confidential = row.get("confidential", False)
    published = bool(confidential and closed_at)
    round = FeedbackRound.objects.create(
        code=cohort.code(),
        assignment=assignment,
        asked_by=mentee,
        about=row["about"],
        note=row.get("note", ""),
        confidential=confidential,
        closes_on=cohort.calendar.day(row["until"]),
        keep_until=cohort.calendar.day(row["until"] + KEPT_DAYS),
        created_at=asked_at,
        closed_at=closed_at,
        published_at=closed_at if published else None,
        publication=int(published),
        changed_because=row.get("changed", ""),
        thanked_at=cohort.moment(row["thanked"], 19, mentee) if "thanked" in row else None,
    )
    round.evidence.set(Evidence.objects.filter(assignment=assignment, title__in=row.get("judge", [])))
    cohort.remember(mentee, "feedback.asked", round, asked_at, ["about", "questions", "requests"])
    questions = [_question(cohort, round, number, *each) for number, each in enumerate(row["questions"], start=1)]
    return sum(_ask(cohort, round, questions, person, asked_at) for person in row["people"])


def _question(cohort: Cohort, round: FeedbackRound, number: int, text: str, form: str, tag: str) -> FeedbackQuestion:
    competency = cohort.competencies[tag] if tag else None
    return FeedbackQuestion.objects.create(round=round, position=number, text=text, form=form, competency=competency)


def _ask(
    cohort: Cohort, round: FeedbackRound, questions: list[FeedbackQuestion], row: Story, asked_at: datetime
) -> bool:
    giver = cohort.people[row["who"]] if "who" in row else None
    mentee: Any = round.assignment.mentee
    request = FeedbackRequest(
        code=cohort.code(),
        link=cohort.code(),
        round=round,
        giver=giver,
        giver_name=row.get("name", ""),
        giver_email=row.get("email", ""),
        group=row["as"],
        asked_at=asked_at,
        first_asked_at=asked_at,
        shared_with_sponsor=row.get("share", False),
        shared_at_review=row.get("review", False),
    )
    if "at" in row:
        request.state = row.get("no", FeedbackState.SUBMITTED)
        request.settled_at = cohort.moment(row["at"], 14, mentee)
        request.publication = round.publication if "says" in row else 0
        request.decline_reason = row.get("reason", "")
    elif round.closed_at:
        request.state, request.settled_at = FeedbackState.EXPIRED, round.closed_at
    if "changed" in row:
        # The last of its day: two days of one weekend fall together on the Friday before.
        request.changed_because = row["changed"]
        request.thanked_at = cohort.moment(row["thanked"], 19, mentee)
    request.save()
    FeedbackAnswer.objects.bulk_create(_answers(request, questions, row.get("says", [])))
    if "says" in row and not round.confidential:
        cohort.remember(giver, "feedback.given", request, request.settled_at, ["answers", "state"])
        cohort.tell(mentee, "assignments.feedback_answered", request, request.settled_at)
    if request.shared_at_review:
        cohort.remember(mentee, "feedback.shown_at_review", request, request.settled_at, ["shared_at_review"])
    if request.shared_with_sponsor:
        cohort.remember(mentee, "feedback.shared", request, request.settled_at, ["shared_with_sponsor"])
        cohort.tell(round.assignment.sponsor, "assignments.feedback_shared", request, request.settled_at)
    return request.shared_with_sponsor


def _answers(request: FeedbackRequest, questions: list[FeedbackQuestion], says: list) -> list[FeedbackAnswer]:
    """A number answers from 1 to 5, words answer in words; empty words leave a question out."""
    found = []
    for question, said in zip(questions, says, strict=False):
        if isinstance(said, int):
            found.append(FeedbackAnswer(request=request, question=question, level=said))
        elif said:
            found.append(FeedbackAnswer(request=request, question=question, words=said))
    return found
