"""The link by which the first administrator comes in."""

from django.core.management.base import BaseCommand

from stretchhub.people.setup import setup_line


class Command(BaseCommand):
    help = "Print the one-time link for the first administrator, while nobody is there."

    def handle(self, *args, **options) -> None:
        """Print a fresh link, which replaces the one before; nothing once somebody is there."""
        if line := setup_line():
            self.stdout.write(line)
