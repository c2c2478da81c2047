"""Erase again whoever the ledger says was erased: after a backup was restored by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stretchhub.keeping.replaying import again

from .restore import NOT_WHOLE


class Command(BaseCommand):
    help = "Erase again whoever was erased after the restored backup was made, as the ledger of erasures says."

    def handle(self, *args: Any, **options: Any) -> None:
        said, wrong = again()
        self.stdout.write("\n".join(said) or ("" if wrong else "Nobody is to be erased again."))
        if wrong:
            raise CommandError("\n".join(wrong), returncode=NOT_WHOLE)
