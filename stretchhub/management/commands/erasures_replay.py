"""Erase again whoever the ledger says was erased: after a backup was restored by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stretchhub.keeping import ledger
from stretchhub.keeping.replaying import again

from .restore import NOT_WHOLE


class Command(BaseCommand):
    help = "Erase again whoever was erased after the restored backup was made, as the ledger of erasures says."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("ledgers", nargs="*", type=Path, metavar="LEDGER", help="erasures.jsonl of other machines")

    def handle(self, *args: Any, ledgers: list[Path], **options: Any) -> None:
        try:
            brought = [each.read_text() for each in ledgers]
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None
        for text in brought:
            ledger.merge(text)
        said, wrong = again()
        self.stdout.write("\n".join(said) or ("" if wrong else "Nobody is to be erased again."))
        if wrong:
            raise CommandError("\n".join(wrong), returncode=NOT_WHOLE)
