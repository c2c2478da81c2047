"""The server of PostgreSQL is lost for good under load, and its standby takes over."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

from assignments.models import Assignment
from stretchhub.env import now
from stretchhub.notices.models import Notice, State
from tests import services
from tests.factories import AssignmentFactory

from .books import Outcome, compare
from .database_gone import BACK_WITHIN, RATE, Load, judge, settled
from .kills_web import words
from .pair import Pair, pair_in_place
from .place import Place, let_go

# So long until somebody, or a program that watches, has the standby take over.
AWAY_SECONDS = 3
WAITING = (State.QUEUED, State.SENDING)
# After so long the work of a worker that was cut off in the middle of it is taken up.
LEASE_OVER = timedelta(minutes=3)


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome(tries=1)
    with pair_in_place(place) as pair:
        assignment = AssignmentFactory()
        due_after = _mail_for_later(place, assignment)
        parts = [place.worker(), place.beat(4)]
        try:
            _fail_over(place, pair, outcome, assignment, due_after)
            _all_sent(place, outcome, due_after)
        finally:
            for part in parts:
                services.end(part)
        compare(outcome, "failed over")
        let_go()
    return outcome


def _mail_for_later(place: Place, assignment: Assignment) -> Notice:
    """Written while the first server runs, to be sent when only the second does."""
    person = place.person(assignment.mentee)
    kept = person.post(f"/assignments/{assignment.code}/evidence/log/", words("Torture before failover"))
    assert kept.status == 302, kept
    notice = Notice.objects.get(kind="assignments.evidence_logged")
    Notice.objects.update(due_at=now() + timedelta(hours=1))
    return notice


def _fail_over(place: Place, pair: Pair, outcome: Outcome, assignment: Assignment, due_after: Notice) -> None:
    person = place.person(assignment.mentee)
    with Load(person, f"/assignments/{assignment.code}/evidence/log/").running() as load:
        place.wait_until(lambda: len(load.answers) > RATE, "nobody was answered")
        place.wait_until(lambda: Notice.objects.filter(state=State.SENT).exists(), "nothing is sent at all")
        Notice.objects.filter(pk=due_after.pk).update(due_at=now() + timedelta(seconds=AWAY_SECONDS + BACK_WITHIN))
        let_go()
        pair.kill()
        gone = time.monotonic()
        # Not waiting for anything: this is how long nobody takes what is written.
        time.sleep(AWAY_SECONDS)
        pair.promote()
        back = time.monotonic()
        first = place.wait_until(lambda: any(each.status == 200 for each in load.since(back)), "it did not come back")
        place.wait_until(lambda: settled(load.since(time.monotonic() - 3)), "it did not come to rest")
        rest = time.monotonic() - back - 3
    outcome.most("first page s after the standby took over", first)
    outcome.most("all answered again s after", max(0.0, rest))
    outcome.check(first <= BACK_WITHIN, f"the first page came {first:.1f} s after the standby took over")
    judge(outcome, load, gone, back - gone)
    outcome.check(outcome.figures["503 meanwhile"], "nobody noticed that the server was gone")


def _all_sent(place: Place, outcome: Outcome, due_after: Notice) -> None:
    """What came due when the second had taken over, and all else that was written, went out once."""
    later = Notice.objects.filter(pk=due_after.pk)
    place.wait_until(lambda: later.filter(state=State.SENT).exists(), "what came due after it was not sent")
    place.shift(LEASE_OVER)
    waiting = Notice.objects.filter(state__in=WAITING, due_at__lte=now())
    place.wait_until(lambda: not waiting.exists(), "not all was sent")
    place.shift(timedelta(0))
    taken = Counter(one for one, _to in place.accepted())
    rows = list(Notice.objects.filter(kind="assignments.evidence_logged").values_list("message_id", "state"))
    outcome.add("mails", sum(taken[one] for one, _state in rows))
    outcome.add("doubtful", sum(state == State.UNCERTAIN for _one, state in rows))
    outcome.check(all(taken[one] <= 1 for one, _state in rows), "a message was sent twice")
    outcome.check(all(taken[one] for one, state in rows if state == State.SENT), "what is called sent was not")
    others = Counter(state for _one, state in rows if state not in (State.SENT, State.UNCERTAIN))
    outcome.check(not others, f"messages were left: {dict(others)}")
    outcome.check(taken[due_after.message_id] == 1, "what came due after it was not sent once")
