"""Write an export to a file from the shell, with the same writer as the page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from assignments.models import Status
from reviews import exporting
from reviews.actions.export_writing import write_now
from reviews.exporting import TABLES, Scope
from reviews.models import Format, ReviewCycle
from stretchhub.env import today
from stretchhub.people.models import User

YES_OR_NO = ("yes", "no")
PEOPLE = ("manager", "mentor", "sponsor")


class Command(BaseCommand):
    help = "Export assignments, final ratings, evidence, check-ins, metrics and feedback as CSV, XLSX or JSON lines."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--format", choices=Format.values, default=Format.CSV)
        parser.add_argument("--output", metavar="FILE", help="Where to write.")
        parser.add_argument(
            "--table", action="append", choices=list(TABLES), help="A table; may be given several times. Else ratings."
        )
        parser.add_argument("--all-tables", action="store_true", help="Every table.")
        parser.add_argument("--cycle", metavar="CODE", help="Only this review cycle.")
        parser.add_argument("--since", metavar="YYYY-MM-DD", help="Only what still ran on this day or later.")
        parser.add_argument("--until", metavar="YYYY-MM-DD", help="Only what had begun by this day.")
        parser.add_argument("--department", metavar="PATH", help="Only mentees of this department and those below it.")
        for person in PEOPLE:
            parser.add_argument(f"--{person}", metavar="EMAIL", help=f"Only where this person is the {person}.")
        parser.add_argument("--state", choices=Status.values)
        parser.add_argument("--signed-off", choices=YES_OR_NO, help="Whether the reviews are final.")
        parser.add_argument("--active", choices=YES_OR_NO, help="Whether the mentee’s account is active.")
        parser.add_argument("--by", metavar="EMAIL", help="Who asks, an HR person; “system” where not given.")
        parser.add_argument("--dictionary", metavar="FILE", help="Also, or only, write the data dictionary as CSV.")

    def handle(self, *args, **options) -> None:
        if not options["output"] and not options["dictionary"]:
            raise CommandError("Say where to write: --output FILE.")
        try:
            if options["dictionary"]:
                _write_dictionary(Path(options["dictionary"]))
            if options["output"]:
                self._export(options)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}: {error.filename}") from None
        except exporting.TooManyRows:
            raise CommandError("An Excel sheet cannot hold this many rows. Use --format csv.") from None
        except exporting.CellTooLong:
            raise CommandError("A text is longer than a cell of Excel can hold. Use --format csv.") from None

    def _export(self, options) -> None:
        path = Path(options["output"])
        if path.is_dir():
            raise CommandError(f"The file cannot be written: it is a folder: {path}")
        tables = list(TABLES) if options["all_tables"] else options["table"] or ["ratings"]
        by = _hr(options["by"])
        scope = _scope(options, by)
        _export, written = write_now(by=by, tables=tables, format=options["format"], scope=scope, path=path)
        rows = ", ".join(f"{name} {number}" for name, number in written.counts.items())
        self.stdout.write(f"{rows}: {written.rows} rows, {written.size} bytes, sha256 {written.sha256}")


def _write_dictionary(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(exporting.dictionary_lines())


def _scope(options, by: User | None) -> Scope:
    people = {name: _code(options[name]) for name in PEOPLE}
    days = {name: _day(options[name]) for name in ("since", "until")}
    names = ("department", "state", "signed_off", "active")
    return Scope(
        cycle=_cycle(options["cycle"]),
        day=today().isoformat(),
        reader=by.pk if by else None,
        **days,
        **people,
        **{name: options[name] or "" for name in names},
    )


def _cycle(code: str | None) -> str:
    if code and not ReviewCycle.objects.filter(code=code).exists():
        known = ", ".join(ReviewCycle.objects.order_by("-opens_on", "-pk").values_list("code", flat=True)[:20])
        raise CommandError(f"There is no review cycle “{code}”. Known: {known or 'none yet'}.")
    return code or ""


def _day(text: str | None) -> str:
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CommandError(f"“{text}” is not a day. Write it as 2026-11-24.") from None


def _code(email: str | None) -> str:
    if not email:
        return ""
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise CommandError(f"Nobody has the address “{email}”.")
    return str(person.code)


def _hr(email: str | None) -> User | None:
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not person.is_hr:
        raise CommandError(f"“{email}” is not an active HR person.")
    return person
