"""Erase again whoever the ledger says was erased: after a backup was restored by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from stretchhub.keeping.replaying import again


class Command(BaseCommand):
    help = "Erase again whoever was erased after the restored backup was made, as the ledger of erasures says."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(again()) or "Nobody is to be erased again.")
