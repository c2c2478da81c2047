"""`manage.py seed_demo`: people and fourteen months of stretch work to look at."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from stretchhub.demo_cohort.build import build
from stretchhub.demo_cohort.copying_sql import on_postgresql
from stretchhub.demo_cohort.exports import ask_for_archive, ask_for_export
from stretchhub.demo_cohort.loading import analyze
from stretchhub.demo_cohort.people import PASSWORD, SIGN_INS
from stretchhub.demo_cohort.scale import scale
from stretchhub.people.models import User


class Command(BaseCommand):
    requires_system_checks = []
    help = "Fill an empty database with the demo's organisation. Refuses a database that holds people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=20, help="another number gives other addresses and hours")
        parser.add_argument("--scale", action="store_true", help="many copies of it beside, with years of work")
        parser.add_argument("--people", type=int, default=5000, help="how many people there are with --scale")
        parser.add_argument("--yes", action="store_true", help="go ahead without DEMO=1, on this machine only")

    def handle(self, *args: object, seed: int, yes: bool, people: int, **options: object) -> None:
        if not settings.LOCAL:
            raise CommandError("The demo is refused here: SITE_URL is public, and its passwords are known to everyone.")
        if not (settings.DEMO or yes):
            raise CommandError("This fills the database with invented people. Set DEMO=1, or add --yes.")
        if User.objects.exists():
            raise CommandError("This database holds people already. The demo needs an empty one.")
        cohort = build(seed)
        if on_postgresql():
            # Before the server looks by itself, the archive below would be written by plans for empty tables.
            analyze()
        ask_for_export(cohort)
        ask_for_archive(cohort)
        addresses = ", ".join(cohort.people[key].email for key in SIGN_INS)
        self.stdout.write(f"{len(cohort.people)} people written. Sign in as {addresses}.")
        self.stdout.write(f"The password of each is {PASSWORD}.")
        if options["scale"]:
            counts = scale(people, self.stdout.write)
            said = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
            self.stdout.write(f"There are {said} now. The copies sign in with the same password.")
