"""Write the final ratings of a review cycle to a file, with the same writer as the page."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reviews import exporting
from reviews.actions.export import write_now
from reviews.models import Format, ReviewCycle
from stretchhub.env import today
from stretchhub.people.models import User


class Command(BaseCommand):
    help = "Export the final ratings of a review cycle as CSV or XLSX, one row for rater and criterion."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--format", choices=Format.values, default=Format.CSV)
        parser.add_argument("--output", metavar="FILE", help="Where to write the ratings.")
        parser.add_argument("--cycle", metavar="CODE", help="The cycle's code; the latest where not given.")
        parser.add_argument("--by", metavar="EMAIL", help="Who asks, an HR person; “system” where not given.")
        parser.add_argument("--dictionary", metavar="FILE", help="Also, or only, write the data dictionary as CSV.")

    def handle(self, *args, **options) -> None:
        if not options["output"] and not options["dictionary"]:
            raise CommandError("Say where to write: --output FILE.")
        try:
            if options["dictionary"]:
                exporting.write_dictionary(Path(options["dictionary"]))
            if options["output"]:
                self._ratings(options)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}: {error.filename}") from None
        except exporting.TooManyRows:
            raise CommandError("An Excel sheet cannot hold this many rows. Use --format csv.") from None

    def _ratings(self, options) -> None:
        path = Path(options["output"])
        if path.is_dir():
            raise CommandError(f"The file cannot be written: it is a folder: {path}")
        by = _person(options["by"])
        cycle = _cycle(options["cycle"])
        _export, written = write_now(cycle, by=by, format=options["format"], path=path)
        self.stdout.write(f"{cycle.code}: {written.rows} rows, {written.size} bytes, sha256 {written.sha256}")


def _cycle(code: str | None) -> ReviewCycle:
    cycles = ReviewCycle.objects.select_related("rubric").order_by("-opens_on", "-pk")
    found = cycles.filter(code=code).first() if code else cycles.filter(opens_on__lte=today()).first() or cycles.first()
    if found is not None:
        return found
    if code:
        known = ", ".join(cycles.values_list("code", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no review cycle “{code}”. Known: {known}.")
    raise CommandError("There is no review cycle yet. HR adds one under Review cycles.")


def _person(email: str | None) -> User | None:
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not person.is_hr:
        raise CommandError(f"“{email}” is not an active HR person.")
    return person
