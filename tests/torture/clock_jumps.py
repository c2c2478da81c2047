"""The one clock jumps forth and back: nobody gets a storm of mail, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from assignments.messages.check_in import DUE
from assignments.models import Assignment, CheckIn
from stretchhub.env import today
from stretchhub.notices.models import Notice, State
from tests.factories import AssignmentFactory, CheckInFactory, UserFactory

from .books import Outcome, compare
from .place import Place

JUMPS = (timedelta(0), timedelta(hours=1), timedelta(hours=-1), timedelta(0), timedelta(days=40), timedelta(0))
EACH = 10
TASKS = (
    "assignments.tasks.plan_reminders",
    "assignments.tasks.find_idle_pipelines",
    "sponsors.tasks.plan_check_ins",
    "sponsors.tasks.plan_digests",
    "sponsors.tasks.follow_up_asks",
    "reviews.tasks.plan_reminders",
    "stretchhub.notices.tasks.deliver",
    "stretchhub.audit.tasks.seal",
)


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome()
    works = [_work() for _each in range(EACH)]
    for jump in JUMPS:
        outcome.tries += 1
        last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        sent = len(place.accepted())
        place.shift(jump)
        for _round in range(2):
            for task in TASKS:
                place.finish("task", name=task)
        _no_storm(outcome, jump, last)
        outcome.most(f"mails at {jump.total_seconds() / 3600:+.0f} h", len(place.accepted()) - sent)
    place.shift(timedelta(0))
    _nothing_lost(outcome, place, works)
    compare(outcome, "after the jumps")
    return outcome


def _work() -> Assignment:
    """Under way, with check-ins of yesterday, and of the next seven weeks."""
    work = AssignmentFactory(sponsor=UserFactory(time_zone="UTC", working_days="1234567"))
    type(work.mentee).objects.filter(pk__in=[work.mentee_id, work.mentor_id]).update(
        time_zone="UTC", working_days="1234567"
    )
    for days in (-1, 6, 13, 20, 27, 34, 41, 48):
        CheckInFactory(assignment=work, due_on=today() + timedelta(days=days))
    return work


def _no_storm(outcome: Outcome, jump: timedelta, last: int) -> None:
    """What was written by this jump and is not stale: one of a kind, for a person and an assignment."""
    fresh = Notice.objects.filter(pk__gt=last, state__in=[State.SENT, State.QUEUED, State.SENDING, State.UNCERTAIN])
    check_ins = dict(CheckIn.objects.values_list("pk", "assignment_id"))
    times: Counter[tuple[object, ...]] = Counter()
    for kind, recipient, thing in fresh.values_list("kind", "recipient_id", "object_id"):
        about = check_ins.get(thing, thing) if kind == DUE else thing
        times[kind, recipient, about] += 1
    most = max(times.values(), default=0)
    outcome.check(most <= 1, f"at {jump} somebody got {most} of one kind about one assignment")


def _nothing_lost(outcome: Outcome, place: Place, works: list[Assignment]) -> None:
    """Each had the reminder of yesterday's check-in, on both sides, and the mail server took each once."""
    taken = Counter(one for one, _to in place.accepted())
    for work in works:
        yesterday = CheckIn.objects.get(assignment=work, due_on=today() - timedelta(days=1))
        rows = list(Notice.objects.filter(kind=DUE, object_id=yesterday.pk).values_list("message_id", "state"))
        told = [taken[one] for one, state in rows if state == State.SENT]
        outcome.check(told == [1, 1], f"yesterday's check-in was told of {told} times")
    outcome.check(max(taken.values(), default=0) <= 1, "a message was sent twice")
