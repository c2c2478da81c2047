"""A worker killed in the middle of reminders, dashboards, an export, the seals of the trail, a picture made anew."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections import Counter
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from assignments.actions.assignment import raise_revision
from assignments.messages.check_in import DUE
from assignments.models import Assignment, EvidenceFile, FileState
from assignments.models.evidence import stored_name
from reviews.models import Export, ExportStatus
from sponsors.actions import dashboard
from sponsors.models import DashboardSnapshot
from stretchhub.audit.models import AuditEntry
from stretchhub.audit.sealing import unsealed
from stretchhub.audit.trail import record
from stretchhub.notices.models import Notice, State
from tests.factories import AssignmentFactory, EvidenceFactory, HRFactory, ReviewCycleFactory
from tests.reviews.exports import ask
from tests.reviews.test_exporting import final_review, rated
from tests.soak import world

from .books import Outcome, compare, swept
from .place import Place

# After so long whatever a killed worker had taken is free again.
LEASES = timedelta(minutes=4)


class Kill(ABC):
    """Work that is prepared, killed, looked at, done by the next ordinary run, and looked at again."""

    work: ClassVar[str]

    def __init__(self, place: Place) -> None:
        self.place, self.outcome = place, Outcome()

    @abstractmethod
    def prepare(self, seed: int) -> None: ...

    @abstractmethod
    def killed(self, seed: int) -> None:
        """What may not be, right after."""

    @abstractmethod
    def finished(self, seed: int) -> None:
        """What is to be, after the next run."""

    def run(self, seeds: list[int]) -> Outcome:
        self.prepare(-1)
        self.outcome.figures["steps"] = steps = self.place.finish(self.work)["steps"]
        self.finished(-1)
        for seed in seeds:
            self.outcome.tries += 1
            self.prepare(seed)
            [did] = self.place.do(self.work, Random(f"{self.work}:{seed}").randint(1, steps))
            self.outcome.add("killed" if did["killed"] else "came through")
            self.killed(seed)
            compare(self.outcome, f"{self.work}, seed {seed}, after the kill")
            self.place.shift(LEASES)
            self.place.finish(self.work)
            self.finished(seed)
            self.place.shift(timedelta(0))
            compare(self.outcome, f"{self.work}, seed {seed}, finished")
        swept(self.outcome, self.work)
        return self.outcome

    def check(self, well: object, seed: int, words: str) -> None:
        self.outcome.check(well, f"{self.work}, seed {seed}: {words}")


class Reminders(Kill):
    work = "remind"
    EACH = 12

    def prepare(self, seed: int) -> None:
        self.last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        world.fill(self.EACH, gone=0, first=100_000 + (seed + 1) * 100)

    def killed(self, seed: int) -> None:
        times = Counter(one for one, _to in self.place.accepted())
        self.check(max(times.values(), default=0) <= 1, seed, "a message was sent twice")

    def finished(self, seed: int) -> None:
        rows = list(Notice.objects.filter(kind=DUE, pk__gt=self.last).values_list("message_id", "state"))
        times = Counter(one for one, _to in self.place.accepted())
        doubtful = sum(state == State.UNCERTAIN for _one, state in rows)
        lost = sum(not times[one] for one, state in rows if state != State.UNCERTAIN)
        self.check(len(rows) == self.EACH, seed, f"{len(rows)} reminders of {self.EACH}")
        self.check(not lost, seed, f"{lost} were lost")
        self.check({state for _one, state in rows} <= {State.SENT, State.UNCERTAIN}, seed, f"{Counter(rows)}")
        # One was being handed over, and one before it had been taken and was not yet written down.
        self.check(doubtful <= 2, seed, f"{doubtful} are doubtful")
        self.check(max(times.values()) == 1, seed, "a message was sent twice")
        self.outcome.add("doubtful, listed", doubtful)


class Dashboards(Kill):
    work = "build_dashboards"
    EACH = 5

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        dashboard.rebuild_behind()
        self.made = [AssignmentFactory(title="Turn -2") for _each in range(self.EACH)]
        dashboard.rebuild_behind()

    def prepare(self, seed: int) -> None:
        self.before = self.titles()
        Assignment.objects.filter(pk__in=[each.pk for each in self.made]).update(title=f"Turn {seed}")
        for each in self.made:
            raise_revision(each)

    def titles(self) -> list[str]:
        shown = DashboardSnapshot.objects.filter(sponsor__in=[each.sponsor for each in self.made]).order_by("sponsor")
        return [card["title"] for each in shown for card in each.content["cards"]]

    def killed(self, seed: int) -> None:
        shown = self.titles()
        each = all(new in (old, f"Turn {seed}") for new, old in zip(shown, self.before, strict=False))
        self.check(len(shown) == self.EACH and each, seed, f"they show {shown}")

    def finished(self, seed: int) -> None:
        self.check(self.titles() == [f"Turn {seed}"] * self.EACH, seed, f"they show {self.titles()}")


class Exports(Kill):
    work = "write_exports"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.cycle = ReviewCycleFactory()
        for _each in range(3):
            rated(final_review(self.cycle))

    def prepare(self, seed: int) -> None:
        format = ("csv", "xlsx", "jsonl")[seed % 3]
        self.export = ask(HRFactory(), cycle=self.cycle.code, format=format)

    def killed(self, seed: int) -> None:
        self.export.refresh_from_db()
        if self.export.status != ExportStatus.COMPLETE:
            self.check(not self.export.file and not self.export.sha256, seed, "a file is named that is not complete")

    def finished(self, seed: int) -> None:
        export = Export.objects.get(pk=self.export.pk)
        self.check(export.status == ExportStatus.COMPLETE, seed, f"it is {export.status}: {export.error}")
        self.check(export.counts == {"ratings": 12}, seed, f"it holds {export.counts}")
        place = Path(default_storage.path(export.file.name))
        self.check(place.exists() and sha256(place.read_bytes()).hexdigest() == export.sha256, seed, "it is not whole")
        self.check(not list(place.parent.glob(f"{export.code.hex}*")), seed, "a part of it was left behind")


class Seals(Kill):
    work = "seal"
    EACH = 22

    def prepare(self, seed: int) -> None:
        by = HRFactory()
        for number in range(self.EACH):
            record(by, f"torture.number{number}", by)

    def killed(self, seed: int) -> None:
        """The books say whether the chain holds."""

    def finished(self, seed: int) -> None:
        self.check(not unsealed().exists(), seed, "an entry was not sealed")
        self.check(AuditEntry.objects.filter(verb="torture.number0").exists(), seed, "the trail is empty")


class Pictures(Kill):
    work = "redraw"

    def prepare(self, seed: int) -> None:
        drawn = io.BytesIO()
        Image.effect_noise((120, 80), 60 + seed).save(drawn, "PNG")
        sent = drawn.getvalue()
        name = default_storage.save(stored_name(None, ""), ContentFile(sent))  # type: ignore[arg-type]
        self.kept = EvidenceFile.objects.create(
            evidence=EvidenceFactory(), file=name, name="a.png", size=len(sent), content_type="image/png",
            sha256=sha256(sent).hexdigest(), state=FileState.PENDING,
        )  # fmt: skip

    def killed(self, seed: int) -> None:
        """The books say whether the file that the row names is there."""

    def finished(self, seed: int) -> None:
        self.kept.refresh_from_db()
        self.check(self.kept.state == FileState.READY, seed, f"the picture is {self.kept.state}")


def reminders(place: Place, seeds: list[int]) -> Outcome:
    return Reminders(place).run(seeds)


def dashboards(place: Place, seeds: list[int]) -> Outcome:
    return Dashboards(place).run(seeds)


def exports(place: Place, seeds: list[int]) -> Outcome:
    return Exports(place).run(seeds)


def seals(place: Place, seeds: list[int]) -> Outcome:
    return Seals(place).run(seeds)


def picture(place: Place, seeds: list[int]) -> Outcome:
    return Pictures(place).run(seeds)
