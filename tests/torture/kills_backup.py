"""A backup killed at any moment is none; the next one is whole, and of the killed one nothing stays."""

from __future__ import annotations

import shutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from assignments.models import EvidenceFile, FileState
from assignments.models.evidence import stored_name
from stretchhub.keeping import backup, manifest, media
from tests.factories import EvidenceFactory

from .books import Outcome, compare
from .place import Place

WORK = "back_up"
FILES = 12


def run(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome()
    folder = place.folder / "backups"
    for number in range(FILES):
        _kept(number)
    outcome.figures["steps"] = steps = place.finish(WORK, folder=str(folder))["steps"]
    for seed in seeds:
        outcome.tries += 1
        shutil.rmtree(folder, ignore_errors=True)
        [did] = place.do(WORK, Random(f"{WORK}:{seed}").randint(1, steps), folder=str(folder))
        outcome.add("killed" if did["killed"] else "came through")
        outcome.add("of them complete", _whole(folder, outcome, f"seed {seed}, after the kill"))
        compare(outcome, f"{WORK}, seed {seed}, after the kill")
        before = {each.name for each in backup.complete(folder)}
        # Two have not the same name; this one is a second later at least.
        place.shift(timedelta(seconds=1))
        name = place.finish(WORK, folder=str(folder))["said"]
        place.shift(timedelta(0))
        _whole(folder, outcome, f"seed {seed}, the next one")
        found = {each.name for each in folder.iterdir()}
        outcome.check(found == {*before, name}, f"{WORK}, seed {seed}: {sorted(found)} are there")
        compare(outcome, f"{WORK}, seed {seed}, finished")
    shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _whole(folder: Path, outcome: Outcome, when: str) -> int:
    """How many are called complete; each file of each is what its manifest says."""
    complete = backup.complete(folder)
    for place in complete:
        for each in [*manifest.read(place).files, *media.listed(place)]:
            try:
                manifest.require_as_it_was(place, each)
            except manifest.NotDone as error:
                outcome.check(False, f"{WORK}, {when}: {error}")
    return len(complete)


def _kept(number: int) -> None:
    """A file that a row names, so that there is something to copy beside the database."""
    sent = f"Minutes of talk {number}\n".encode() * 200
    name = default_storage.save(stored_name(None, ""), ContentFile(sent))  # type: ignore[arg-type]
    EvidenceFile.objects.create(
        evidence=EvidenceFactory(), file=name, name=f"{number}.txt", size=len(sent), content_type="text/plain",
        sha256=sha256(sent).hexdigest(), state=FileState.READY,
    )  # fmt: skip
