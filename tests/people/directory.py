"""Directory files for tests: rows as people write them, turned into the bytes of a file."""

import io

HEADER = (
    "employee_id,email,full_name,preferred_name,job_title,department,location,manager_employee_id,"
    "timezone,locale,active"
)


def row(employee_id: str, **cells: str) -> str:
    known = {
        "employee_id": employee_id,
        "email": f"{employee_id.lower()}@example.org",
        "full_name": f"Person {employee_id}",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "active": "true",
    } | cells
    return ",".join(known.get(column, "") for column in HEADER.split(","))


def file(*rows: str, header: str = HEADER) -> io.BytesIO:
    return io.BytesIO("\r\n".join([header, *rows, ""]).encode())


def problems(report) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.message) for problem in report.problems]


def places(report) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in report.problems]


def counts(report) -> tuple[int, int, int, int, int]:
    """Created, updated, deactivated, unchanged, wrong."""
    return (report.created, report.updated, report.deactivated, report.unchanged, report.wrong)
