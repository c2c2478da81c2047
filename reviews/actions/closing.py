"""Closing an assignment with care: outcomes, lessons and what becomes of the plan, in one go; and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assignments.actions.goal import settle_goal
from assignments.actions.intake import change_revisit_day
from assignments.actions.measurement import record_measurement
from assignments.actions.opportunity import take_opportunity
from assignments.actions.option import add_option
from assignments.actions.revision import raise_revision
from assignments.models import (
    Assignment,
    BriefOutcome,
    Competency,
    Goal,
    GoalCompetency,
    GoalStatus,
    Intake,
    Measurement,
    Opportunity,
    Option,
)
from assignments.refusals import Refused
from assignments.results import agreed_outcomes
from assignments.rules import can_record_measurement
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import closing_messages as messages
from ..closing_page import ahead_of, audience_of, key_of, kind_of
from ..closing_words import gap_title, why_next
from ..models import Closing, ClosingGoal, ClosingOutcome, GoalVerdict, Lesson, LessonAudience, NextStep
from ..next_challenge import Suggestion
from ..rules import can_close_with_care
from ..verifying import is_settled


@dataclass(frozen=True)
class Came:
    """What an outcome came to; `value` None where nobody measured it, and then `unmeasured` says why."""

    value: Decimal | None = None
    measured_on: date | None = None
    n: int | None = None
    source: str = ""
    causes: str = ""
    unmeasured: str = ""


@dataclass(frozen=True)
class Learned:
    text: str
    audience: str = LessonAudience.PRIVATE
    named: bool = False
    competency: Competency | None = None


@dataclass(frozen=True)
class Plan:
    """What becomes of each open goal, with a note where it changes, and when to look at it all again."""

    goals: Mapping[int, tuple[str, str]]
    revisit_on: date | None = None
    not_now_until: date | None = None


@transaction.atomic
def finish(
    assignment: Assignment,
    *,
    by: User,
    outcomes: Mapping[int, Came],
    lessons: Sequence[Learned],
    goals: Sequence[Goal],
    conversation: Intake | None,
    plan: Plan,
) -> Closing:
    """Keep all of it at once, tell the mentor, and thank the sponsor with what the sponsor may read."""
    require(can_close_with_care(by, assignment))
    agreed = {outcome.pk: outcome for outcome in agreed_outcomes(assignment)}
    if agreed.keys() != outcomes.keys() or {goal.pk for goal in goals} != plan.goals.keys():
        raise Refused(_("What was agreed has changed meanwhile. Go through the steps once more."))
    moment = now()
    read_at = moment if is_settled(assignment) else None
    try:
        with transaction.atomic():
            closing = Closing.objects.create(
                assignment=assignment,
                finished_at=moment,
                not_now_until=plan.not_now_until,
                levels_read_at=read_at,
            )
    except IntegrityError:
        raise Refused(_("This closing was finished already.")) from None
    for key, came in outcomes.items():
        _keep_outcome(closing, agreed[key], came, by=by)
    _keep_lessons(closing, lessons)
    for goal in goals:
        _settle(closing, goal, *plan.goals[goal.pk], by=by)
    if conversation is not None and plan.revisit_on is not None:
        change_revisit_day(conversation, by=by, revisit_on=plan.revisit_on)
    record(by, "closing.finished", closing, fields=["goals", "lessons", "not_now_until", "outcomes"])
    raise_revision(assignment)
    messages.finished(closing)
    return closing


def _keep_outcome(closing: Closing, outcome: BriefOutcome, came: Came, *, by: User) -> None:
    """As it was said; while the assignment is open also as a measurement, unless that stands already."""
    ClosingOutcome.objects.create(closing=closing, outcome=outcome, **vars(came))
    assignment = closing.assignment
    if came.value is None or came.measured_on is None or not can_record_measurement(by, assignment):
        return
    said = {"value": came.value, "measured_on": came.measured_on, "n": came.n}
    if not Measurement.objects.filter(assignment=assignment, outcome=outcome, **said).standing().exists():
        record_measurement(assignment, by=by, outcome=outcome, note=came.source, **said)


def _keep_lessons(closing: Closing, lessons: Sequence[Learned]) -> None:
    Lesson.objects.bulk_create(
        Lesson(
            closing=closing,
            position=position,
            text=said.text,
            audience=said.audience,
            named=said.named and said.audience == LessonAudience.TEAM,
            kind=closing.assignment.option.kind,
            competency=said.competency,
            said_at=closing.finished_at,
        )
        for position, said in enumerate(lessons, start=1)
    )


def _settle(closing: Closing, goal: Goal, verdict: str, note: str, *, by: User) -> None:
    ClosingGoal.objects.create(closing=closing, goal=goal, verdict=verdict, note=note)
    if verdict == GoalVerdict.REACHED:
        settle_goal(goal, by=by, status=GoalStatus.REACHED)


@transaction.atomic
def add_next(assignment: Assignment, *, by: User, key: str) -> Option:
    """Put one of the suggestions into the pipeline; a second press finds it there."""
    require(can_close_with_care(by, assignment))
    # Held so that two presses at once do not make two.
    Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    there = NextStep.objects.filter(assignment=assignment, key=key).select_related("option").first()
    if there is not None:
        return there.option
    chosen = next((each for each in ahead_of(assignment).suggestions if key_of(each) == key), None)
    if chosen is None:
        raise Refused(_("This is not among the suggestions any more. Look at what is there now."))
    option = _from_pool(assignment, chosen, by) if chosen.source == "offer" else _from_gap(assignment, chosen, by)
    NextStep.objects.create(assignment=assignment, key=key, option=option)
    Closing.objects.filter(assignment=assignment).update(not_now_until=None)
    return option


def _from_pool(assignment: Assignment, chosen: Suggestion, by: User) -> Option:
    opportunity = Opportunity.objects.get(code=chosen.key)
    return take_opportunity(opportunity, by=by, mentorship=assignment.option.mentorship)


def _from_gap(assignment: Assignment, chosen: Suggestion, by: User) -> Option:
    """An idea to make one's own: about this one gap, where the work was, for an audience not met yet."""
    gap, mentorship = chosen.parts[0][0], assignment.option.mentorship
    asking = GoalCompetency.objects.filter(goal__in=mentorship.goals.open(), competency=gap.key)
    target = asking.select_related("goal", "competency").order_by("-goal__weight", "pk").first()
    if target is None:
        raise Refused(_("No open goal asks for this any more. Look at what is there now."))
    audience = audience_of(assignment, chosen)
    words = {
        "title": gap_title(gap.name, str(audience.label)),
        "kind": kind_of(assignment, chosen),
        "domain": assignment.option.domain,
        "audience": audience,
        "why": why_next(chosen),
        "goal": target.goal,
    }
    return add_option(mentorship, by=by, words=words, contributions=[{"competency": target.competency}])


@transaction.atomic
def not_now(closing: Closing, *, by: User, until: date) -> None:
    """Come back to what is next on another day."""
    require(can_close_with_care(by, closing.assignment))
    if Closing.objects.filter(pk=closing.pk).exclude(not_now_until=until).update(not_now_until=until):
        record(by, "closing.put_off", closing, fields=["not_now_until"])
    closing.refresh_from_db()


@transaction.atomic
def read_levels(closing: Closing, *, by: User) -> None:
    """The mentee has read what final reviews say was shown."""
    require(can_close_with_care(by, closing.assignment))
    if not is_settled(closing.assignment):
        raise Refused(_("The reviews are not final yet. You are told when they are."))
    if Closing.objects.filter(pk=closing.pk, levels_read_at__isnull=True).update(levels_read_at=now()):
        record(by, "closing.levels_read", closing, fields=["levels_read_at"])
    closing.refresh_from_db()
