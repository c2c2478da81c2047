"""`manage.py retention`: let go of what is kept for too long, as each night; or only say what that would take."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser

from stretchhub.env import now
from stretchhub.keeping.keeping_page import beyond
from stretchhub.keeping.tasks import let_go


class Command(BaseCommand):
    help = "Let go of what is kept for longer than the settings KEEP_… say; the worker does so each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and take nothing")

    def handle(self, *args: object, dry_run: bool, **options: object) -> None:
        found = {name: rows.count() for name, rows in beyond(now()).items()} if dry_run else let_go()
        for name, number in found.items():
            self.stdout.write(f"{name:<14}{number:>10}")
        self.stdout.write("Nothing was taken." if dry_run else "That is gone.")
