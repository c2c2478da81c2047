"""`manage.py audit_verify`: whether the audit trail is still as it was sealed."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stretchhub.audit import heads
from stretchhub.audit.sealing import chain, unsealed
from stretchhub.audit.verifying import verify


class Command(BaseCommand):
    help = "Follow the chain that seals the audit trail; names the first entry that is not as it was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], metavar="NUMBER:HASH",
            help="a head kept elsewhere, from the log or the manifest of a backup; may be given more than once",
        )  # fmt: skip

    def handle(self, *args: object, head: list[str], **options: object) -> None:
        try:
            given = [heads.given(text) for text in head]
        except ValueError as error:
            raise CommandError(f"A head is a number, a colon and 64 hexadecimal digits, not “{error}”.") from None
        verdict = verify(given)
        if verdict.fault:
            raise CommandError(f"{verdict.fault} Compare with a backup made before; docs/keeping.md says how.")
        begins = chain().start_number
        self.stdout.write(
            f"{verdict.number - begins} entries are as they were sealed, from number {begins + 1} to {verdict.number};"
            f" {len(heads.kept()) + len(given)} heads kept outside the database fit."
        )
        self.stdout.write(f"Head  {verdict.number}:{verdict.hash}")
        if waiting := unsealed().count():
            self.stdout.write(f"{waiting} entries are not sealed yet; the worker seals them each minute.")
