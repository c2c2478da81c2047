"""`manage.py restore FOLDER`: a backup into an empty system; mail stays held until an administrator releases it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from stretchhub.keeping.manifest import NotDone
from stretchhub.keeping.progress import size
from stretchhub.keeping.restore import Restored, restore

NOT_WHOLE = 3


class Command(BaseCommand):
    help = (
        "Restore a backup, or the newest complete one in a folder of backups, into an empty system. Ends with 0; with 1"
        " when it was refused or did not come to its end; with 3 when something has to be looked at."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a backup, or a folder of backups")

    def handle(self, *args: object, folder: Path, verbosity: int, **options: object) -> None:
        try:
            restored = restore(folder.resolve(), self.tell if verbosity else lambda line: None)
        except NotDone as error:
            raise CommandError(str(error)) from error
        self.stdout.write(summary(restored))
        for line in restored.said:
            self.stdout.write(line)
        for line in restored.wrong:
            self.stderr.write(line)
        if restored.wrong:
            raise CommandError("Everything in the backup is restored; look at the lines above.", returncode=NOT_WHOLE)

    def tell(self, line: str) -> None:
        self.stderr.write(line, self.style.NOTICE)
        self.stderr.flush()


def summary(restored: Restored) -> str:
    found, took = restored.manifest, f"{restored.seconds:.0f} s"
    return (
        f"Restored: {restored.place} of {found.moment:%Y-%m-%d %H:%M} UTC, {size(found.bytes)} in {took}; "
        f"{sum(found.tables.values())} rows, {restored.files} files and the audit trail were looked at. Everybody "
        f"signs in again. Mail is held: an administrator releases it at {settings.SITE_URL}{reverse('notices:proof')}."
    )
