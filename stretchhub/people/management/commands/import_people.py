"""The HR directory from the shell: the same report as on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stretchhub.people import imports
from stretchhub.people.models import User
from stretchhub.people.rules import can_manage_people


class Command(BaseCommand):
    help = "Import people from HR's CSV file. Without --apply it only says what would happen."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8, separated by commas or semicolons")
        parser.add_argument("--apply", action="store_true", help="save; without it nothing is changed")
        parser.add_argument("--skip-errors", action="store_true", help="save the right rows and leave out the wrong")
        parser.add_argument("--by", metavar="EMAIL", help="who is written into the audit trail (else: the system)")

    def handle(self, *args: Any, file: Path, apply: bool, skip_errors: bool, by: str | None, **options: Any) -> None:
        who = _person(by) if by else None
        try:
            with file.open("rb") as content:
                if apply:
                    report = imports.save(content, by=who, skip_errors=skip_errors)
                else:
                    report = imports.look(content, by=who)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        self._print(report)
        if apply and not report.saved:
            raise CommandError(_why_not(report))
        if not apply:
            self.stdout.write("Dry run: nothing was saved. Add --apply to save.")

    def _print(self, report: imports.Report) -> None:
        for problem in report.problems:
            self.stdout.write(str(problem))
        if report.problem_count > len(report.problems):
            self.stdout.write(f"… and {report.problem_count - len(report.problems)} more problems.")
        for change in report.changes:
            self.stdout.write(f"Row {change.row}: {change.kind} {change.name} ({', '.join(change.fields)})")
        if report.changing > len(report.changes):
            self.stdout.write(f"… and {report.changing - len(report.changes)} more changes.")
        self.stdout.write(
            f"{report.rows} rows: {report.created} created, {report.updated} updated, "
            f"{report.deactivated} deactivated, {report.unchanged} unchanged, {report.wrong} wrong."
        )


def _person(email: str) -> User:
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None or not can_manage_people(person):
        raise CommandError(f"{email} is not an active person of HR and not an administrator.")
    return person


def _why_not(report: imports.Report) -> str:
    if not report.readable:
        return "Nothing was saved: the file could not be read to its end."
    return "Nothing was saved: mend the wrong rows, or add --skip-errors to import the right ones."
