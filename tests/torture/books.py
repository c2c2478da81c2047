"""What is compared after each fault: nothing half, and state, trail and messages say the same."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from assignments.actions.stray_files import sweep_strays
from assignments.models import Evidence, EvidenceFile, StagedFile
from reviews.models import Export, ExportStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.audit.verifying import verify
from stretchhub.env import now
from stretchhub.notices.models import Notice


@dataclass
class Outcome:
    """How often a fault was made, what was lost by it, and what was measured."""

    tries: int = 0
    lost: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def check(self, well: object, words: str) -> None:
        if not well:
            self.lost.append(words)

    def add(self, name: str, by: int = 1) -> None:
        self.figures[name] = self.figures.get(name, 0) + by

    def most(self, name: str, value: float) -> None:
        self.figures[name] = round(max(self.figures.get(name, 0.0), value), 1)


def compare(outcome: Outcome, when: str) -> None:
    """The books of the whole database and of its files."""
    for words in _faults():
        outcome.lost.append(f"{when}: {words}")


def _faults() -> list[str]:
    return [*_evidence(), *_files(), *_exports(), *_trail(), *_messages()]


def _evidence() -> list[str]:
    """Each that was logged by an action stands in the trail once, and its mentor is told of it once."""
    logged = set(Evidence.objects.filter(title__startswith="Torture").values_list("pk", flat=True))
    written = list(AuditEntry.objects.filter(verb="evidence.logged").values_list("object_id", flat=True))
    told = Notice.objects.filter(kind="assignments.evidence_logged").count()
    found = [] if sorted(logged) == sorted(written) else [f"{len(logged)} logged, {len(written)} in the trail"]
    return found if told == len(logged) else [*found, f"{len(logged)} logged, {told} told"]


def _files() -> list[str]:
    """Whatever a row names is there as it was sent."""
    found = []
    for model in (EvidenceFile, StagedFile):
        for kept in model.objects.exclude(file__startswith="none"):
            digest = _digest(kept.file.name)
            if not digest:
                found.append(f"the file of {model.__name__} {kept.pk} is gone")
            elif digest != kept.sha256:
                found.append(f"the file of {model.__name__} {kept.pk} is not what was sent")
    return found


def _digest(name: str) -> str:
    """Of the file as it is kept; empty where there is none."""
    with suppress(FileNotFoundError), default_storage.open(name) as file:
        return hashlib.sha256(file.read()).hexdigest()
    return ""


def _exports() -> list[str]:
    found = []
    for export in Export.objects.filter(status=ExportStatus.COMPLETE):
        if _digest(export.file.name) != export.sha256:
            found.append(f"export {export.pk} is called complete and is not")
    # The file of one that was complete is let go after some days.
    complete = Export.objects.filter(status__in=[ExportStatus.COMPLETE, ExportStatus.EXPIRED]).values_list(
        "pk", flat=True
    )
    written = AuditEntry.objects.filter(verb="export.completed").values_list("object_id", flat=True)
    return found if sorted(complete) == sorted(written) else [*found, "exports and trail differ"]


def _trail() -> list[str]:
    fault = verify().fault
    return [f"the trail: {fault}"] if fault else []


def _messages() -> list[str]:
    keys = list(Notice.objects.values_list("message_id", flat=True))
    return [] if len(keys) == len(set(keys)) else ["two messages under one id"]


def strays() -> list[Path]:
    """Files that no row names."""
    named = {str(name) for model in (EvidenceFile, StagedFile) for name in model.objects.values_list("file", flat=True)}
    kept = Path(default_storage.path("evidence"))
    files = [file for file in kept.glob("*/*") if f"evidence/{file.parent.name}/{file.name}" not in named]
    return [*files, *Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*")]


def swept(outcome: Outcome, when: str) -> None:
    """What killed processes left is gone with the sweep of the next day."""
    outcome.add("left behind, swept", len(strays()))
    sweep_strays(now() + timedelta(hours=25))
    outcome.check(not strays(), f"{when}: {len(strays())} files stayed that belong to nothing")
