"""`manage.py backup FOLDER`: everything that has to be kept, of one moment, in a new folder inside FOLDER."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stretchhub.keeping.backup import Taken, take
from stretchhub.keeping.manifest import NotDone
from stretchhub.keeping.progress import size

# A complete backup all the same; somebody has to look at what it lists.
NOT_WHOLE = 3


class Command(BaseCommand):
    help = (
        "Back up the database and all uploaded files into a new dated folder inside FOLDER. Ends with 0; with 1 when no"
        " backup was made; with 3 when it is complete but files that rows name were missing or changed."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where backups are kept; made when missing")

    def handle(self, *args: object, folder: Path, verbosity: int, **options: object) -> None:
        try:
            taken = take(folder.resolve(), self.tell if verbosity else lambda line: None)
        except NotDone as error:
            raise CommandError(str(error)) from error
        self.stdout.write(summary(taken))
        for words, names in (
            ("missing", taken.manifest.media.missing),
            ("not what its row remembers", taken.manifest.media.differing),
        ):
            for name in names:
                self.stderr.write(f"{name} is {words}.")
        if taken.manifest.media.missing or taken.manifest.media.differing:
            raise CommandError("The backup is complete; look for these files in an earlier one.", returncode=NOT_WHOLE)

    def tell(self, line: str) -> None:
        self.stderr.write(line, self.style.NOTICE)
        self.stderr.flush()


def summary(taken: Taken) -> str:
    found = taken.manifest
    rows = sum(found.tables.values())
    return (
        f"Complete: {taken.place}, {size(found.bytes)} in {taken.seconds:.0f} s; {rows} rows, "
        f"{found.media.count} files, audit trail to {found.audit['number']}:{found.audit['hash']}. "
        "Keep SECRET_KEY and the settings beside it."
    )
