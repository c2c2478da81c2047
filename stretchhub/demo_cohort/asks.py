"""What sponsors were asked: one thing at a time, answered, passed on, or not answered three times."""

from __future__ import annotations

from assignments.models import Assignment
from sponsors.models import Ask, AskState

from .cohort import Cohort, Story

PUT, ANSWERED, UNANSWERED = "sponsors.ask_put", "sponsors.ask_answered", "sponsors.ask_unanswered"


def add_asks(cohort: Cohort, assignment: Assignment, told: Story) -> int:
    """All asks of an assignment in the order of the story; how many."""
    for row in told.get("asks", []):
        _add(cohort, assignment, row)
    return len(told.get("asks", []))


def _add(cohort: Cohort, assignment: Assignment, row: Story) -> None:
    mentee, sponsor = assignment.mentee, assignment.sponsor
    asked_at = cohort.moment(row["asked"], 11, mentee)
    ask = Ask.objects.create(
        code=cohort.code(),
        assignment=assignment,
        kind=row["kind"],
        question=row["question"],
        why=row["why"],
        needed_by=cohort.calendar.day(row["by"]),
        addressee=sponsor,
        asked_by=mentee,
        asked_at=asked_at,
        put_at=asked_at,
    )
    cohort.remember(mentee, "ask.put", ask, asked_at, ["kind", "needed_by", "question", "why"])
    cohort.tell(sponsor, PUT, ask, asked_at)
    if "answered" in row:
        _answer(cohort, ask, row)
    if "put" in row:
        _go_unanswered(cohort, ask, row)


def _go_unanswered(cohort: Cohort, ask: Ask, row: Story) -> None:
    """Put again on these days; from the last day on the mentor knows."""
    *again, told_on = row["put"]
    ask.times_put = 1 + len(again)
    ask.put_at = cohort.moment(again[-1], 9, ask.waits_for)
    ask.attention_at = cohort.moment(told_on, 9, ask.waits_for)
    ask.save()
    cohort.remember(None, "ask.unanswered", ask, ask.attention_at, ["attention_at"])
    cohort.tell(ask.assignment.mentor, UNANSWERED, ask, ask.attention_at)


def _answer(cohort: Cohort, ask: Ask, row: Story) -> None:
    ask.state = row["state"]
    ask.answered_by = ask.addressee
    ask.answered_at = cohort.moment(row["answered"], 12, ask.addressee)
    ask.reason = row.get("reason", "")
    if ask.state == AskState.DELEGATED:
        ask.delegated_to, ask.put_at = cohort.people[row["to"]], ask.answered_at
    ask.save()
    cohort.remember(ask.addressee, f"ask.{ask.state}", ask, ask.answered_at, ["state"])
    for person in (ask.assignment.mentee, ask.assignment.mentor):
        cohort.tell(person, ANSWERED, ask, ask.answered_at)
