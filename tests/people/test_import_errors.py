"""Each thing that can be wrong in a directory file: the row, the column and what to do."""

import io

import pytest

from stretchhub.people import directory, imports
from stretchhub.people.models import User
from tests.factories import UserFactory
from tests.people.directory import HEADER, counts, file, places, problems, row

pytestmark = pytest.mark.django_db


def look(*rows: str, **header: str):
    return imports.look(file(*rows, **header), by=None)


def test_a_missing_column_is_named():
    report = look("E1,a@example.org", header="employee_id,email")

    assert not report.readable
    assert problems(report) == [
        (
            1,
            "full_name",
            "Column missing: full_name, preferred_name, job_title, department, location, manager_employee_id, "
            "timezone, locale, active. Add it to the first row; columns are separated by commas or semicolons.",
        )
    ]


def test_a_column_that_is_there_twice_is_named():
    assert places(look(header=HEADER + ",email")) == [(1, "email")]


def test_columns_in_another_order_with_capitals_and_further_ones_are_fine():
    header = "Badge," + ",".join(reversed(HEADER.split(","))).replace("locale", "LOCALE")

    report = look("77,yes,en-GB,Europe/London,,,,,,Ana Bell,a@example.org,E1", header=header)

    assert counts(report) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_what_belongs_there(content):
    report = imports.look(io.BytesIO(content), by=None)

    assert [problem.message[:40] for problem in report.problems] == ["It is empty. The first row names the col"]


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        (
            {"email": "ana.example.org"},
            "email",
            "“ana.example.org” is not an e-mail address. Write it as name@example.org.",
        ),
        ({"email": ""}, "email", "It is empty. Fill it in."),
        ({"full_name": " "}, "full_name", "It is empty. Fill it in."),
        ({"timezone": "Mars/Base"}, "timezone", "“Mars/Base” is not a time zone. Use a name such as Europe/London."),
        ({"locale": "British!"}, "locale", "“British!” is not a language. Use a tag such as en-GB."),
        ({"active": "perhaps"}, "active", "“perhaps” says neither. Write true or false (yes or no, 1 or 0)."),
        ({"active": ""}, "active", "“” says neither. Write true or false (yes or no, 1 or 0)."),
        (
            {"manager_employee_id": "E404"},
            "manager_employee_id",
            "Nobody has the employee id “E404”, here or in this file. Correct it or leave it empty.",
        ),
        (
            {"manager_employee_id": "E1"},
            "manager_employee_id",
            "A person cannot be their own manager. Leave it empty or name somebody else.",
        ),
        (
            {"full_name": "A\x00B"},
            "full_name",
            "It holds a control character that cannot be seen. Type the cell again.",
        ),
        (
            {"preferred_name": "Mi\u202ema"},
            "preferred_name",
            "It holds a control character that cannot be seen. Type the cell again.",
        ),
        ({"job_title": "x" * 201}, "job_title", "It is 201 characters long. At most 200 are kept: shorten it."),
    ],
)
def test_a_wrong_cell_is_named_with_what_to_do(cells, column, message):
    report = look(row("E0"), row("E1", **cells))

    assert problems(report) == [(3, column, message)]
    assert counts(report) == (1, 0, 0, 0, 1)


def test_a_row_without_employee_id_is_wrong():
    assert problems(look(row("", email="a@example.org"))) == [(2, "employee_id", "It is empty. Fill it in.")]


def test_each_wrong_cell_of_a_row_is_said():
    assert places(look(row("E1", email="x", timezone="x"))) == [(2, "email"), (2, "timezone")]


@pytest.mark.parametrize("word", ["true", "FALSE", "Yes", "no", "1", "0"])
def test_active_is_written_in_many_ways(word):
    assert look(row("E1", active=word)).problem_count == 0


def test_an_id_that_is_there_twice_makes_both_rows_wrong():
    report = look(row("E1"), row("E2"), row("E1", email="other@example.org"))

    assert problems(report) == [
        (2, "employee_id", "Row 4 has the same. Keep one of the two."),
        (4, "employee_id", "Row 2 has the same. Keep one of the two."),
    ]
    assert counts(report) == (1, 0, 0, 0, 2)


def test_an_address_that_is_there_twice_makes_both_rows_wrong_whatever_the_case():
    assert places(look(row("E1", email="a@example.org"), row("E2", email="A@EXAMPLE.org"))) == [
        (2, "email"),
        (3, "email"),
    ]


def test_an_address_of_somebody_else_is_refused_with_their_name():
    UserFactory(full_name="Ana Bell", employee_id="E7", email="ana@example.org")

    assert problems(look(row("E1", email="Ana@example.org"))) == [
        (
            2,
            "email",
            "The address belongs to another person, Ana Bell (E7). Correct it, or change theirs first.",
        )
    ]


def test_managers_in_a_circle_are_shown_on_each_row_of_it():
    report = look(
        row("E1", manager_employee_id="E2"),
        row("E2", manager_employee_id="E3"),
        row("E3", manager_employee_id="E1"),
        row("E4"),
    )

    words = "Managers in a circle: E1 → E2 → E3 → E1. Give one of them another manager."
    assert problems(report) == [(n, "manager_employee_id", words) for n in (2, 3, 4)]
    assert counts(report) == (1, 0, 0, 0, 3)


def test_a_circle_through_people_who_are_here_already_is_found():
    top = UserFactory(employee_id="E1")
    UserFactory(employee_id="E2", manager=UserFactory(employee_id=None, email="middle@example.org", manager=top))

    report = look(row("E1", email=top.email, manager_employee_id="E2"))

    assert problems(report) == [
        (
            2,
            "manager_employee_id",
            "Managers in a circle: E1 → E2 → middle@example.org → E1. Give one of them another manager.",
        )
    ]


def test_a_circle_that_only_a_wrong_row_would_have_undone_is_found():
    ana = UserFactory(employee_id="E1")
    ben = UserFactory(employee_id="E2", manager=ana)

    report = imports.save(
        file(row("E2", email="nobody"), row("E1", email=ana.email, manager_employee_id="E2")),
        by=None,
        skip_errors=True,
    )

    assert places(report) == [(2, "email"), (3, "manager_employee_id")]
    ana.refresh_from_db()
    assert (ana.manager, ben.manager) == (None, ana)


def test_too_few_and_too_many_cells_are_counted():
    report = look("E1,a@example.org", row("E2") + ",more", row("E3"))

    assert problems(report) == [
        (2, "", "It has only 2 of 11 cells. Add the missing ones, empty where nothing is known."),
        (3, "", "It has 12 cells, the first row has 11. Put a cell that holds the separator in quotes."),
    ]
    assert counts(report) == (1, 0, 0, 0, 2)


def test_empty_lines_count_as_rows_and_are_passed_over():
    assert places(look("", row("E1"), "", row("E2", email="x"))) == [(5, "email")]


def test_semicolons_and_a_byte_order_mark_are_fine():
    content = b"\xef\xbb\xbf" + file(row("E1", full_name="Zo\u00eb Bell")).read().replace(b",", b";")

    assert imports.save(io.BytesIO(content), by=None).saved
    assert User.objects.get().full_name == "Zoë Bell"


def test_latin_1_is_refused_with_the_row_and_the_byte():
    content = file(row("E1"), row("E2", full_name="Zo\u00eb")).read().decode().encode("latin-1")

    report = imports.look(io.BytesIO(content), by=None)

    position = content.index(b"\xeb") + 1
    assert problems(report) == [
        (
            3,
            "",
            f"Byte {position} of the file (0xEB) is not UTF-8; the file is probably in Latin-1 or Windows-1252. "
            "Save it again as “CSV UTF-8”.",
        )
    ]
    assert not imports.save(io.BytesIO(content), by=None, skip_errors=True).saved


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused(encoding):
    content = file(row("E1")).read().decode().encode(encoding)

    assert problems(imports.look(io.BytesIO(content), by=None)) == [
        (0, "", "It is written in UTF-16. Save it again as “CSV UTF-8”.")
    ]


def test_a_cell_of_five_megabytes_is_named_and_the_next_rows_are_read():
    report = look(row("E1", job_title="x" * 5_000_000), row("E2"))

    assert problems(report) == [(2, "job_title", "The cell is longer than 131,072 characters. Shorten it.")]
    assert counts(report) == (1, 0, 0, 0, 1)


def test_a_quotation_mark_that_is_never_closed_ends_the_reading():
    report = look(row("E1"), row("E2", full_name='"Ana'), row("E3"))

    assert not report.readable
    assert problems(report) == [
        (3, "", "A quotation mark that is opened here is not closed; what follows cannot be read.")
    ]


def test_a_quoted_cell_may_hold_the_separator_and_a_line_break():
    imports.save(file(row("E1", full_name='"Bell,\nAna"', job_title='"Head of ""Ops"""')), by=None)

    person = User.objects.get()
    assert (person.full_name, person.job_title) == ("Bell, Ana", 'Head of "Ops"')


def test_more_rows_than_allowed_are_refused(monkeypatch):
    monkeypatch.setattr(directory, "MOST_ROWS", 2)

    assert look(row("E1"), row("E2")).problem_count == 0
    assert problems(look(row("E1"), row("E2"), row("E3"))) == [
        (4, "", "The file has more than 2 rows. Split it and import the parts one after the other.")
    ]


def test_only_the_first_thousand_problems_are_kept_but_all_are_counted():
    report = look(*(row(f"E{n}", email=f"x{n}") for n in range(1100)))

    assert (len(report.problems), report.problem_count, report.wrong) == (1000, 1100, 1100)
