"""Tables that people bring: every usual CSV and workbook is read, everything else says what to do."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.xml import DEFUSEDXML

from stretchhub import tables
from stretchhub.tables import Limits, Unreadable, open_table


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def workbook(**sheets) -> io.BytesIO:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def cells(table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows()]


def problems(table) -> list[tuple[int, str]]:
    return [(row.number, row.problem.message) for row in table.rows() if row.problem]


def why(file, **limits) -> tuple[int, str]:
    """Where and why a file cannot be read to its end."""
    with pytest.raises(Unreadable) as error:
        list(open_table(file, limits=Limits(**limits)).rows())
    return error.value.problem.row, error.value.problem.message


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_with_any_separator_in_unicode(separator, encoding):
    text = separator.join(["code", "name"]) + "\r\n" + separator.join(["1", "Zoë"]) + "\r\n"

    table = open_table(csv_file(text, encoding))

    assert (table.header, cells(table), table.notes) == (("code", "name"), [("1", "Zoë")], [])


@pytest.mark.parametrize(
    ("encoding", "name", "letter"), [("cp1252", "Windows-1252", "–"), ("latin-1", "Latin-1", "\x81")]
)
def test_what_is_not_utf_8_is_read_and_said_so(encoding, name, letter):
    table = open_table(csv_file(f"code,name\n1,Zoë {letter}\n", encoding))

    assert cells(table) == [("1", f"Zoë {letter}")]
    assert table.notes == [
        f"The file is not in UTF-8 (byte 15), so it was read as {name}. Look at names with accents before you save; "
        "where they are wrong, save the file again as “CSV UTF-8”."
    ]


def test_the_rows_can_be_read_again():
    table = open_table(csv_file("code,name\n1,Ana\n"))

    assert cells(table) == cells(table) == [("1", "Ana")]


def test_line_breaks_and_separators_in_quoted_cells_stay_and_count_as_one_row():
    table = open_table(csv_file('code,name\n1,"Ana,\nthe ""first"""\n2\n'))

    rows = list(table.rows())
    assert rows[0].cells == ("1", 'Ana,\nthe "first"')
    assert (rows[1].number, rows[1].problem.message) == (
        3,
        "It has only 1 of 2 cells. Add the missing ones, empty where nothing is known.",
    )


def test_a_header_with_a_line_break_and_a_title_above_it():
    table = open_table(csv_file('Our skills\n\n"the\ncode",name\n1,Ana\n2,Ben,x\n'))

    assert (table.header, table.header_row) == (("the\ncode", "name"), 3)
    assert [(row.number, bool(row.problem)) for row in table.rows()] == [(4, False), (5, True)]


def test_semicolons_in_cells_do_not_make_columns():
    table = open_table(csv_file("code,name,labels\n1,Ana,a;b;c;d;e\n"))

    assert (table.header, cells(table)) == (("code", "name", "labels"), [("1", "Ana", "a;b;c;d;e")])


def test_a_single_column_is_a_table_too():
    table = open_table(csv_file("name\nAna\nBen\n"))

    assert (table.header, cells(table)) == (("name",), [("Ana",), ("Ben",)])


def test_a_wrong_quotation_mark_is_the_fault_of_its_row_alone():
    table = open_table(csv_file('code,name\n1,"Ana" Bell\n2,Ben\n'))

    assert problems(table) == [
        (2, "A quotation mark stands inside a cell. Double it, or put the whole cell in quotes.")
    ]


@pytest.mark.parametrize(
    ("content", "row", "message"),
    [
        (b"", 0, "It is empty. The first row names the columns."),
        (b"\n \n", 0, "It is empty. The first row names the columns."),
        (b'code,name\n1,"Ana\n', 2, "A quotation mark that is opened here is not closed; what follows cannot be read."),
        (b'"code,name\n1,Ana\n', 1, "A quotation mark that is opened here is not closed; what follows cannot be read."),
        (b"code,name\n1,Zo\xc3", 2, "The file ends in the middle of a letter: it was cut off. Bring it whole."),
        (b"\xff\xfec\x00o", 0, None),
        (b"c\x00o\x00d\x00", 0, "It is written in UTF-16. Save it again as “CSV UTF-8”."),
        (b"\xff\xfec\x00o\x00,\x00n", 0, "It is broken or cut off. Save it again as “CSV UTF-8”."),
        (b"PK\x03\x04 and no more", 0, "The workbook is broken or cut off. Save it again and bring it whole."),
        (
            b"\xd0\xcf\x11\xe0\xa1",
            0,
            "It is an Excel file of the old kind, or one with a password. Save it as .xlsx without a password.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(content, row, message):
    place = why(io.BytesIO(content))

    assert place == (row, message) if message else place[0] == row


def test_there_are_bounds_for_rows_and_columns():
    three = "code,name\n1,a\n2,b\n3,c\n"

    assert len(cells(open_table(csv_file(three), limits=Limits(rows=3)))) == 3
    words = "The file has more than 2 rows. Split it and import the parts one after the other."
    assert why(csv_file(three), rows=2) == (4, words)
    assert why(workbook(one=[["code", "name"], [1, "a"], [2, "b"], [3, "c"]]), rows=2) == (4, words)
    words = "It has 2 columns; at most 1 are read. Take away those that are not needed."
    assert why(csv_file(three), columns=1) == (1, words)
    assert why(workbook(one=[["code", "name"]]), columns=1) == (1, words)


def test_a_workbook_gives_values_as_text():
    rows = [["id", "n", "share", "day", "right", "none"], ["1.A", 2, 0.5, date(2026, 11, 22), True], [None], [7.0]]

    table = open_table(workbook(Skills=rows))

    assert (table.sheet, table.sheets, table.header_row) == ("Skills", ("Skills",), 1)
    assert cells(table) == [("1.A", "2", "0.5", "2026-11-22", "true", ""), ("7", "", "", "", "", "")]
    assert [row.number for row in table.rows()] == [2, 4]


def test_the_first_filled_sheet_is_read_unless_another_is_chosen():
    file = workbook(Cover=[], Skills=[["id", "name"], [1, "a"]], Anchors=[["id", "value"], [2, "b"]])

    assert open_table(file).sheet == "Skills"
    assert cells(open_table(file, sheet="Anchors")) == [("2", "b")]
    assert open_table(file, sheet="No such sheet").sheet == "Skills"


def test_a_formula_is_never_worked_out():
    assert cells(open_table(workbook(one=[["id", "name"], [1, "=HYPERLINK(1)"]]))) == [("1", "")]


def test_a_value_beyond_the_header_is_said():
    table = open_table(workbook(one=[["id", "name"], [1, "a", "more"]]))

    assert problems(table) == [(2, "It has a value in column 3, where the header names only 2 columns. Take it away.")]


def test_a_workbook_cut_off_is_refused():
    content = workbook(one=[["id", "name"]]).getvalue()

    assert why(io.BytesIO(content[: len(content) // 2]))[1].startswith("The workbook is broken or cut off.")


def test_another_archive_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "Dear all")

    assert why(file) == (0, "It is not an Excel workbook. Bring a CSV file or an .xlsx workbook.")


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(tables.workbook, "MOST_UNPACKED", 1024 * 1024)
    file = workbook(one=[["id", "name"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"0" * 2 * 1024 * 1024)

    assert why(file) == (0, "The workbook is larger than 1 MB unpacked. Save the sheet alone as “CSV UTF-8”.")


def test_entities_in_a_workbook_are_not_expanded():
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    good, file = zipfile.ZipFile(workbook(one=[["id", "name"]])), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in good.namelist():
            content = good.read(part).decode()
            if part.endswith("sheet1.xml"):
                content = laughs + content.replace("<v>0</v>", "<v>&b;</v>")
            archive.writestr(part, content)

    assert DEFUSEDXML
    assert why(file)[1].startswith("The workbook is broken or cut off.")


def with_part(file: io.BytesIO, name: str, change) -> io.BytesIO:
    """The workbook with one of its parts written anew."""
    good, changed = zipfile.ZipFile(file), io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in good.namelist():
            content = good.read(part)
            archive.writestr(part, change(content) if part == name else content)
    return changed


def test_a_workbook_has_at_most_fifty_sheets():
    words = "The workbook has more than 50 sheets. Save the one you mean as “CSV UTF-8”."
    many = {f"s{n}": [] for n in range(50)}

    assert open_table(workbook(**many | {"s49": [["id", "name"]]})).sheet == "s49"
    assert why(workbook(**many, last=[["id", "name"]])) == (0, words)


def test_one_part_is_not_read_as_several_sheets():
    file = with_part(
        workbook(one=[], two=[["id", "name"]]),
        "xl/_rels/workbook.xml.rels",
        lambda content: content.replace(b"sheet2.xml", b"sheet1.xml"),
    )

    assert why(file)[1].startswith("The workbook is broken or cut off.")


def test_a_workbook_is_opened_once_however_many_sheets_are_looked_at(monkeypatch):
    opened = []
    read = tables.workbook._Reader.read
    monkeypatch.setattr(tables.workbook._Reader, "read", lambda self: opened.append(1) or read(self))

    table = open_table(workbook(one=[], two=[], three=[["id", "name"], [1, "Ana"]]))

    assert cells(table) == cells(table) == [("1", "Ana")]
    assert opened == [1]


@pytest.mark.parametrize("letters", [b"\xff" * (2 * 1024 * 1024 + 1), b"<xf/>" * 60_001])
def test_what_is_beside_the_tables_stays_small(letters):
    file = with_part(workbook(one=[["id", "name"]]), "xl/styles.xml", lambda content: content + letters)

    assert why(file)[1].startswith("The workbook holds much beside its tables: styles, pictures, names.")


def with_shared_texts(texts: str, rows: str) -> io.BytesIO:
    """A workbook whose cells name their texts by number, as Excel writes it."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    file = with_part(workbook(one=[[]]), "[Content_Types].xml", lambda content: content.replace(b"</Types>", override))
    file = with_part(
        file, "xl/worksheets/sheet1.xml", lambda _content: _sheet("worksheet", f"<sheetData>{rows}</sheetData>")
    )
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", _sheet("sst", texts))
    return file


def _sheet(tag: str, inner: str) -> bytes:
    return f'<{tag} xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{inner}</{tag}>'.encode()


def shared_row(number: int, *texts: int) -> str:
    return f'<row r="{number}">' + "".join(f'<c t="s"><v>{text}</v></c>' for text in texts) + "</row>"


def test_shared_texts_are_read():
    file = with_shared_texts("<si><t>id</t></si><si><t>name</t></si>", shared_row(1, 0, 1) + shared_row(2, 1, 0))

    assert cells(open_table(file)) == [("name", "id")]


def test_more_cells_or_texts_than_can_be_read_in_time_are_refused(monkeypatch):
    monkeypatch.setattr(tables.workbook, "MOST_ELEMENTS", 2000)
    monkeypatch.setattr(tables.workbook, "MOST_ELEMENTS_OF_TEXTS", 1000)
    many_cells = with_part(
        workbook(one=[["id", "name"]]), "xl/worksheets/sheet1.xml", lambda content: content + b"<c/>" * 2001
    )
    many_texts = with_shared_texts("<si/>" * 1001, shared_row(1, 0, 1))
    words = "The workbook has more than about 1,000 cells. Save the sheet alone as “CSV UTF-8”."

    assert why(many_cells) == why(many_texts) == (0, words)


def test_a_text_that_stands_in_many_cells_counts_each_time(monkeypatch):
    monkeypatch.setattr(tables.workbook, "MOST_UNPACKED", 1024 * 1024)
    texts = f"<si><t>id</t></si><si><t>{'x' * 100_000}</t></si>"
    rows = [shared_row(number, 0, 1) for number in range(2, 13)]

    assert len(cells(open_table(with_shared_texts(texts, shared_row(1, 0, 0) + "".join(rows[:10]))))) == 10
    assert why(with_shared_texts(texts, shared_row(1, 0, 0) + "".join(rows)))[1].startswith(
        "The workbook is larger than 1 MB unpacked."
    )


def test_a_name_of_a_column_can_be_too_long():
    long = "x" * (tables.delimited.LONGEST_CELL + 1)
    file = with_shared_texts(f"<si><t>id</t></si><si><t>{long}</t></si>", shared_row(1, 0, 1))

    assert why(file) == (1, "The cell is longer than 131,072 characters. Shorten it.")
