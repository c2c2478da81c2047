"""Two sites and three workers on machines of their own, of which one each is lost while people work, and replaced."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from assignments.messages.check_in import DUE
from assignments.models import Assignment, DashboardChange, Evidence, EvidenceFile
from sponsors.actions import dashboard
from sponsors.models import DashboardSnapshot
from stretchhub.audit import heads
from stretchhub.audit.verifying import verify
from stretchhub.env import now
from stretchhub.notices.models import Notice, State
from tests.soak import world

from .books import Outcome, compare
from .machines import Machines, machines_in_place
from .place import Place
from .visitors import Office, Visitor, Work

PEOPLE = 4
REMINDERS = 60
# So often a site and a worker are lost, each time others; and so many forms are kept before and after.
LOSSES, FORMS = 2, 8
# A worker is two processes, each of which may be handing one over.
HANDS = 2
WAITING = (State.QUEUED, State.SENDING)
HEADS = "audit-heads.jsonl"
LEASE_OVER = timedelta(minutes=3)


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome(tries=LOSSES)
    with machines_in_place(place) as machines:
        office, works = Office(machines), [Work(machines, number) for number in range(PEOPLE)]
        _come_due(400_000)
        with _at_work(works):
            for loss in range(LOSSES):
                _lose_and_replace(place, machines, works, loss, office)
        office.finish(place, 0)
        _come_to_rest(place)
        _judge_forms(outcome, works)
        _judge_answers(outcome, [office.visitor, *(work.visitor for work in works)])
        _judge_mail(outcome, place)
        _judge_dashboards(outcome)
        _judge_heads(outcome, machines)
        compare(outcome, "several machines")
        _look_into_folders(outcome, machines)
    return outcome


@contextmanager
def _at_work(works: list[Work]) -> Iterator[None]:
    over = threading.Event()
    threads = [threading.Thread(target=work.run, args=(over,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _come_due(first: int) -> None:
    """So many reminders, and the dashboards of those to whom the work belongs."""
    before = Assignment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    world.fill(REMINDERS, gone=0, first=first)
    DashboardChange.objects.note(
        Assignment.objects.filter(pk__gt=before).order_by("sponsor").values_list("sponsor", flat=True).distinct()
    )


def _kept(works: list[Work]) -> int:
    assert not any(work.visitor.wrong for work in works), [work.visitor.wrong for work in works]
    return sum(len(work.visitor.sent) for work in works)


def _lose_and_replace(place: Place, machines: Machines, works: list[Work], loss: int, office: Office) -> None:
    """In the middle of forms and of mail; meanwhile more comes due, and the other site answers alone."""

    def more(than: int) -> Callable[[], bool]:
        return lambda: _kept(works) >= than + FORMS

    place.wait_until(more(_kept(works)), "people are not served")
    _come_due(500_000 + loss * 1000)
    place.wait_until(lambda: Notice.objects.filter(state=State.SENDING).exists(), "nothing is being sent")
    machines.lose(site=loss, worker=loss)
    place.wait_until(more(_kept(works)), "people are not served by the site that is left")
    office.look(loss + 1)
    machines.replace(site=loss, worker=loss)
    place.wait_until(more(_kept(works)), "people are not served after it was replaced")


def _come_to_rest(place: Place) -> None:
    """What the lost ones had taken is free after its lease."""
    place.shift(LEASE_OVER)
    all_planned = Notice.objects.filter(kind=DUE)
    place.wait_until(lambda: all_planned.count() >= REMINDERS * (1 + LOSSES), "not all reminders were written")
    waiting = Notice.objects.filter(state__in=WAITING)
    place.wait_until(lambda: not waiting.filter(due_at__lte=now()).exists(), "not all was sent")
    place.wait_until(lambda: not DashboardChange.objects.exists(), "dashboards stay behind")
    place.shift(timedelta(0))


def _judge_forms(outcome: Outcome, works: list[Work]) -> None:
    said_kept = [title for work in works for title in work.visitor.sent]
    kept = Counter(Evidence.objects.filter(title__startswith="Torture").values_list("title", flat=True))
    outcome.add("forms kept", len(said_kept))
    gone = set(said_kept) - set(kept)
    outcome.check(not gone, f"{len(gone)} forms that were answered with yes are gone")
    outcome.check(max(kept.values()) == 1, "a form was kept twice")
    digests = dict(EvidenceFile.objects.values_list("evidence__title", "sha256"))
    for work in works:
        outcome.add("files read from both", len(work.visitor.files))
        for title, content in work.visitor.files.items():
            outcome.check(digests[title] == hashlib.sha256(content).hexdigest(), f"{title} is not what was sent")


def _judge_answers(outcome: Outcome, visitors: list[Visitor]) -> None:
    """None of 500 or 503: there was always a site that could answer; a connection that ended was tried again."""
    for visitor in visitors:
        outcome.lost += visitor.wrong
        answers = Counter(answer.status for _what, answer in visitor.answers)
        outcome.add("answers", sum(answers.values()) - answers[0])
        outcome.add("pressed again", answers[0])
        outcome.most("slowest answer s", max(answer.seconds for _what, answer in visitor.answers))
        outcome.check(set(answers) <= {0, 200, 201, 302}, f"answers were {dict(answers)}")


def _judge_mail(outcome: Outcome, place: Place) -> None:
    taken = Counter(one for one, _to in place.accepted())
    rows = list(Notice.objects.exclude(state__in=WAITING).values_list("message_id", "state"))
    states = Counter(state for _one, state in rows)
    doubtful = states[State.UNCERTAIN]
    outcome.add("mails", sum(taken[one] for one, _state in rows))
    outcome.add("reminders", Notice.objects.filter(kind=DUE).count())
    outcome.add("doubtful, listed", doubtful)
    outcome.check(set(states) <= {State.SENT, State.UNCERTAIN}, f"messages ended as {dict(states)}")
    outcome.check(all(taken[one] == 1 for one, state in rows if state == State.SENT), "a mail was not sent once")
    outcome.check(all(taken[one] <= 1 for one, _state in rows), "a mail was sent twice")
    outcome.check(doubtful <= LOSSES * HANDS, f"{doubtful} are doubtful")
    due = Counter(Notice.objects.filter(kind=DUE).values_list("object_id", "recipient_id"))
    outcome.check(len(due) == REMINDERS * (1 + LOSSES), f"{len(due)} reminders")
    outcome.check(max(due.values()) == 1, "a reminder was written twice")


def _judge_dashboards(outcome: Outcome) -> None:
    """What the workers built is what is built now, from the beginning."""
    built = dict(DashboardSnapshot.objects.values_list("sponsor", "content"))
    dashboard.rebuild_all()
    fresh = dict(DashboardSnapshot.objects.values_list("sponsor", "content"))
    outcome.add("dashboards", len(built))
    behind = [_difference(built.get(sponsor), content) for sponsor, content in fresh.items()]
    outcome.check(len(built) >= PEOPLE, f"{len(built)} dashboards")
    outcome.lost += [f"a dashboard is behind: {words}" for words in behind if words]


def _difference(was: Any, now_is: Any, at: str = "") -> str:
    """Where two contents first differ, in words; empty where they are the same."""
    if isinstance(was, dict) and isinstance(now_is, dict) and was.keys() == now_is.keys():
        pairs = [(str(key), was[key], now_is[key]) for key in was]
    elif isinstance(was, list) and isinstance(now_is, list) and len(was) == len(now_is):
        pairs = [(str(number), *each) for number, each in enumerate(zip(was, now_is, strict=True))]
    else:
        return "" if was == now_is else f"{at} was {str(was)[:200]}, is {str(now_is)[:200]}"
    return next(filter(None, (_difference(one, other, f"{at}.{key}") for key, one, other in pairs)), "")


def _judge_heads(outcome: Outcome, machines: Machines) -> None:
    """Each worker keeps heads of its own; all of them fit the one chain."""
    files = [each.data / HEADS for each in (*machines.workers, *machines.gone)]
    kept = [head for file in files if file.exists() for head in heads.read(file.read_text())]
    fault = verify(kept).fault
    outcome.add("heads kept by workers", len(kept))
    outcome.check(not fault, f"the trail does not fit the heads: {fault}")


def _look_into_folders(outcome: Outcome, machines: Machines) -> None:
    """Nothing of people's work is there, but for what a site that was lost was just being sent."""
    for machine in (*machines.running, *machines.gone):
        here = {str(file.relative_to(machine.data)) for file in machine.data.rglob("*") if file.is_file()}
        arriving = {name for name in here if name.startswith("arriving/") and machine in machines.gone}
        left = sorted(here - arriving - {HEADS})
        outcome.add("left arriving on lost sites", len(arriving))
        outcome.check(not left, f"{machine.name} holds {left[:5]}")
