"""The site killed in the middle of a form with two files, and of an upload; then the person presses again."""

from __future__ import annotations

import os
import signal
import threading
import time
from random import Random
from uuid import uuid4

from assignments.models import Assignment, Evidence, StagedFile
from stretchhub.env import today
from tests.factories import AssignmentFactory

from .books import Outcome, compare, swept
from .place import Answer, Place, let_go

SMALL, LARGE = b"%PDF-1.7\n" + b"1" * 20_000, b"%PDF-1.7\n" + b"2" * 3_000_000
# So many of all seeds kill the whole site, not one of its processes.
WHOLE_SITE = 10


def words(title: str) -> dict[str, str]:
    return {
        "title": title, "text": "What came of it.", "learned": "Ask first.", "happened_on": today().isoformat(),
        "submit_key": uuid4().hex,
    }  # fmt: skip


def posts(place: Place, seeds: list[int]) -> Outcome:
    outcome, assignment = Outcome(), AssignmentFactory()
    person, address = place.person(assignment.mentee), f"/assignments/{assignment.code}/evidence/log/"

    def send(said: dict[str, str], at: int | None = None) -> Answer:
        files = {"files:first": SMALL, "files:second": SMALL + b"2"}
        return person.send(address, said, files, **({} if at is None else {"X-Kill-At": str(at)}))

    steps = int(send(words("Torture form, whole"), 0).headers["X-Steps"])
    outcome.figures["steps"] = steps
    for seed in seeds:
        said = words(f"Torture form, seed {seed}")
        _kill(place, outcome, seed, steps, lambda at, said=said: send(said, at))
        compare(outcome, f"form, seed {seed}, after the kill")
        again = send(said)
        made = Evidence.objects.filter(title=said["title"])
        outcome.check(again.status == 302, f"form, seed {seed}: sent again it was {again.status}")
        outcome.check([each.files.count() for each in made] == [2], f"form, seed {seed}: {made.count()} pieces")
        compare(outcome, f"form, seed {seed}, sent again")
    swept(outcome, "form")
    return outcome


def uploads(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome()
    for seed in seeds:
        # What waits on one assignment is limited.
        assignment = AssignmentFactory() if seed % 10 == seeds[0] % 10 else assignment  # noqa: F821
        _upload(place, outcome, assignment, seed)
    swept(outcome, "upload")
    return outcome


def _upload(place: Place, outcome: Outcome, assignment: Assignment, seed: int) -> None:
    person, address = place.person(assignment.mentee), f"/assignments/{assignment.code}/evidence/files/"

    def send(key: str, at: int | None = None) -> Answer:
        return person.send(address, {"key": key}, {"file": LARGE}, **({} if at is None else {"X-Kill-At": str(at)}))

    if "steps" not in outcome.figures:
        outcome.figures["steps"] = int(send("whole", 0).headers["X-Steps"])
    key = f"seed {seed}"
    _kill(place, outcome, seed, outcome.figures["steps"], lambda at: send(key, at))
    compare(outcome, f"upload, seed {seed}, after the kill")
    again = send(key)
    outcome.check(again.status == 201, f"upload, seed {seed}: sent again it was {again.status}")
    kept = StagedFile.objects.filter(key=key, by=assignment.mentee)
    outcome.check([each.size for each in kept] == [len(LARGE)], f"upload, seed {seed}: {kept.count()} files")
    compare(outcome, f"upload, seed {seed}, sent again")


def _kill(place: Place, outcome: Outcome, seed: int, steps: int, send: object) -> None:
    chance, outcome.tries = Random(f"web:{seed}"), outcome.tries + 1
    if seed % WHOLE_SITE == WHOLE_SITE - 1:
        _kill_all(place, outcome, send, chance.uniform(0, 0.15))
        return
    answer = send(chance.randint(1, steps))  # type: ignore[operator]
    outcome.add("killed" if answer.status == 0 else "answered before it")


def _kill_all(place: Place, outcome: Outcome, send: object, after: float) -> None:
    """The server and, as they are tied to it, all its processes."""
    assert place.web
    sender = threading.Thread(target=send, args=(0,))  # type: ignore[arg-type]
    sender.start()
    # Not waiting for anything: the moment is what the seed chooses.
    time.sleep(after)
    os.killpg(place.web.pid, signal.SIGKILL)
    sender.join()
    place.stop_web(signal.SIGKILL)
    let_go()
    place.start_web()
    outcome.add("whole site killed")
