"""No room on the disk, for uploads, for the database, for the log; and a folder that cannot be written to.

Each on a small disk in memory of its own, where this process may mount one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from assignments.models import Evidence, StagedFile
from tests import services
from tests.factories import AssignmentFactory

from .books import Outcome, compare, strays
from .kills_web import LARGE, SMALL, words
from .place import Answer, Person, Place, let_go

MIB = 1024 * 1024


def may_mount() -> bool:
    return os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def small_disk(at: Path, size: int) -> Iterator[Disk]:
    """What stood there is on it."""
    before = at.with_name(f"{at.name}.before")
    if at.exists():
        at.rename(before)
    at.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", at], check=True)
    if before.exists():
        shutil.copytree(before, at, dirs_exist_ok=True)
    try:
        yield Disk(at)
    finally:
        after = at.with_name(f"{at.name}.after")
        shutil.copytree(at, after)
        subprocess.run(["umount", "--lazy", at], check=True)
        at.rmdir()
        after.rename(at)
        shutil.rmtree(before, ignore_errors=True)


class Disk:
    def __init__(self, at: Path) -> None:
        self.at, self.ballast = at, at / "ballast"

    def fill(self) -> None:
        """To the last byte."""
        with self.ballast.open("ab", buffering=0) as out:
            for piece in (MIB, 4096, 1):
                try:
                    while True:
                        out.write(b"x" * piece)
                except OSError:
                    continue

    def empty(self) -> None:
        self.ballast.unlink()

    def writable(self, yes: bool) -> None:
        subprocess.run(["mount", "-o", f"remount,{'rw' if yes else 'ro'}", self.at], check=True)


class Writer:
    """Somebody with a form, with files and without."""

    def __init__(self, place: Place, outcome: Outcome) -> None:
        assignment = AssignmentFactory()
        self.person: Person = place.person(assignment.mentee)
        self.outcome, self.address = outcome, f"/assignments/{assignment.code}/evidence/"

    def form(self, said: dict[str, str], **files: bytes) -> Answer:
        address = f"{self.address}log/"
        return self.person.send(address, said, {f"files:{name}": each for name, each in files.items()})

    def refused(self, when: str, said: dict[str, str], **files: bytes) -> None:
        """Told so, with every word; nothing is kept of it."""
        answer = self.form(said, **files)
        self.outcome.tries += 1
        self.outcome.check(answer.status == 503, f"{when}: the form was {answer.status}")
        self.outcome.check(said["learned"] in answer.text, f"{when}: the words did not come back")
        self.outcome.check("Traceback" not in answer.text, f"{when}: a stack trace")
        kept = Evidence.objects.filter(title=said["title"]).exists()
        self.outcome.check(not kept, f"{when}: it was kept all the same")

    def taken(self, when: str, said: dict[str, str], **files: bytes) -> None:
        answer = self.form(said, **files)
        self.outcome.check(answer.status == 302, f"{when}: the form was {answer.status}")
        kept = [each.files.count() for each in Evidence.objects.filter(title=said["title"])]
        self.outcome.check(kept == [len(files)], f"{when}: kept with {kept} files")

    def page(self, when: str) -> None:
        answer = self.person.get("/")
        self.outcome.check(answer.status == 200, f"{when}: Today was {answer.status}")


def media(place: Place, seeds: list[int]) -> Outcome:
    """The disk of uploads is full, then cannot be written to."""
    outcome = Outcome()
    if not may_mount():
        outcome.figures["left out"] = "no right to mount"
        return outcome
    writer = Writer(place, outcome)
    kept, arriving = Path(settings.MEDIA_ROOT), Path(settings.FILE_UPLOAD_TEMP_DIR)
    size = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file()) + 16 * MIB
    with small_disk(kept, size) as keeping, small_disk(arriving, 16 * MIB) as reading:
        for when, begin, end in (
            ("full", lambda: (keeping.fill(), reading.fill()), lambda: (keeping.empty(), reading.empty())),
            (
                "read only",
                lambda: (keeping.writable(False), reading.writable(False)),
                lambda: (keeping.writable(True), reading.writable(True)),
            ),
        ):
            said = words(f"Torture media {when}")
            begin()
            before = len([file for file in strays() if file.name != "ballast"])
            writer.refused(f"{when}, small file", said, a=SMALL)
            writer.refused(f"{when}, large file", said, a=SMALL, b=LARGE)
            answer = writer.person.send(f"{writer.address}files/", {"key": when}, {"file": LARGE})
            outcome.check(answer.status == 503, f"{when}: an upload by itself was {answer.status}")
            outcome.check(not StagedFile.objects.filter(key=when).exists(), f"{when}: an upload was kept")
            writer.page(when)
            left = len([file for file in strays() if file.name != "ballast"]) - before
            outcome.check(left == 0, f"{when}: {left} halves were left behind")
            end()
            writer.taken(f"{when}, with room again", said, a=SMALL, b=LARGE)
    compare(outcome, "with room again")
    return outcome


def database(place: Place, seeds: list[int]) -> Outcome:
    outcome = Outcome()
    if not may_mount():
        outcome.figures["left out"] = "no right to mount"
        return outcome
    (_sqlite if place.engine == "sqlite" else _postgresql)(place, outcome)
    compare(outcome, "with room again")
    return outcome


def _sqlite(place: Place, outcome: Outcome) -> None:
    """All that StretchHub keeps is on one disk, as with one machine and no server."""
    place.stop_web()
    let_go()
    folder = Path(settings.DATA_DIR)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) + 16 * MIB
    with small_disk(folder, size) as disk:
        place.start_web()
        writer = Writer(place, outcome)
        _full(writer, disk)
        place.stop_web()
        let_go()
    place.start_web()


def _postgresql(place: Place, outcome: Outcome) -> None:
    """What people log is on a disk of its own that is full; the trail of writes is on another."""
    at = place.folder / "tablespace"
    owner = services.ordinary_user()
    place.folder.chmod(0o755)
    with small_disk(at, 12 * MIB) as disk:
        if owner:
            os.chown(at, owner.pw_uid, owner.pw_gid)
        address = os.environ["TEST_DATABASE_URL"]
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"CREATE TABLESPACE small LOCATION '{at}'")
        _move(place, "small")
        _full(Writer(place, outcome), disk)
        _move(place, "pg_default")
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("CHECKPOINT")
            server.execute("DROP TABLESPACE small")
    shutil.rmtree(at)


def _move(place: Place, to: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE assignments_evidence SET TABLESPACE {to}")
    let_go()


def _full(writer: Writer, disk: Disk) -> None:
    """Until it is full somebody is refused; those before are kept."""
    writer.taken("with room", words("Torture database, before"))
    disk.fill()
    said = words("Torture database, last")
    for number in range(200):
        # Long words, so that what was free inside the database's own pages is soon used up.
        one = {**words(f"Torture database {number}"), "text": _long(number), "learned": _long(number + 1)}
        answer = writer.form(one)
        if answer.status != 302:
            break
    writer.outcome.figures["kept until full"] = number
    said |= {"text": _long(1), "learned": _long(2)}
    writer.refused("full", said)
    writer.outcome.check(writer.person.get("/").status in (200, 503), "Today broke while it was full")
    disk.empty()
    writer.taken("with room again", said)
    writer.page("with room again")


def _long(seed: int) -> str:
    """Hardly to be packed."""
    return "".join(f"{(seed * 7919 + number * 104729) % 9973:04d}" for number in range(450))


def log(place: Place, seeds: list[int]) -> Outcome:
    """The disk that the log goes to is full: people notice nothing."""
    outcome = Outcome()
    if not may_mount():
        outcome.figures["left out"] = "no right to mount"
        return outcome
    place.stop_web()
    folder = place.folder
    place.folder = folder / "logs"
    try:
        with small_disk(place.folder, MIB) as disk:
            place.start_web(LOG_LEVEL="DEBUG")
            writer = Writer(place, outcome)
            disk.fill()
            outcome.tries += 1
            writer.page("full")
            writer.taken("full", words("Torture log"), a=SMALL)
            answer = writer.person.get("/nothing-here/")
            outcome.check(answer.status == 404, f"what is not there was {answer.status}")
            place.stop_web()
    finally:
        place.folder = folder
        place.start_web()
    compare(outcome, "log full")
    return outcome
