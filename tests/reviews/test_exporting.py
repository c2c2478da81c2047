import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews import exporting
from reviews.exporting import TABLES, Scope, table, writing
from reviews.models import Level, Relation, Review, Score
from stretchhub.cells import guarded
from tests.factories import AssignmentFactory, EvidenceFactory, ReviewCycleFactory, ReviewFactory, UserFactory
from tests.test_cells import HOSTILE

pytestmark = pytest.mark.django_db
EXPORT = "00000000-0000-4000-8000-000000000000"
RATINGS = TABLES["ratings"]
HEADERS = tuple(column.name for column in RATINGS.columns)
MOMENTS = ("submitted_at", "final_at")


def rated(review, note="What I saw.", level=3, evidence=()):
    """A score for each criterion of a review."""
    for criterion in review.cycle.rubric.criteria.all():
        score = Score.objects.create(
            review=review, criterion=criterion, level=level, not_observed=level is None, note=note
        )
        score.evidence.set(evidence)


def final_review(cycle, **fields):
    return ReviewFactory(cycle=cycle, final=True, **fields)


def expected(cycle):
    """The rows, read from the tables one by one and written nowhere else this way."""
    wanted = []
    for score in Score.objects.filter(review__cycle=cycle, review__status="final").order_by("pk"):
        review, level = score.review, score.level
        assignment = review.assignment
        name = Level.objects.get(criterion=score.criterion, value=level).name if level else None
        wanted.append(
            {
                "cycle_code": cycle.code,
                "assignment_code": str(assignment.code),
                "assignment_title": assignment.title,
                "mentee_employee_id": assignment.mentee.employee_id,
                "mentee_email": assignment.mentee.email,
                "mentee_name": assignment.mentee.full_name,
                "mentee_department": assignment.mentee.department,
                "mentee_active": assignment.mentee.is_active,
                "mentor_email": assignment.mentor.email,
                "sponsor_email": assignment.sponsor.email if assignment.sponsor else None,
                "rater_email": review.email,
                "rater_name": review.rater.full_name if review.rater else review.rater_name,
                "rater_active": review.rater.is_active if review.rater else None,
                "relation": review.relation,
                "criterion": score.criterion.key,
                "level": level,
                "level_submitted": score.changes.first().before if score.changes.exists() else level,
                "level_name": name,
                "not_observed": score.not_observed,
                "note": score.note,
                "evidence_count": score.evidence.count(),
                "rubric_version": cycle.rubric.version,
                "submitted_at": f"{review.submitted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "final_at": f"{review.final_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "kept_back": False,
                "export_id": EXPORT,
            }
        )
    return wanted


def write(tmp_path, cycle, format, tables=(RATINGS,), **hooks):
    path = tmp_path / f"file.{format}"
    return path, exporting.write(path, Scope(cycle=cycle.code), tables, format, export_id=EXPORT, **hooks)


def csv_rows(raw):
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    return tuple(rows[0]), rows[1:]


def read_csv(path):
    return csv_rows(path.read_bytes())


def unescaped(value):
    """XLSX writes control characters as _x0007_, as the format asks."""
    if not isinstance(value, str):
        return value
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found.group(1), 16)), value)


def read_xlsx(path):
    sheet = openpyxl.load_workbook(path)["Ratings"]
    rows = list(sheet.iter_rows())
    return tuple(cell.value for cell in rows[0]), rows[1:]


def as_sheet(row):
    """What a sheet gives back: moments are its own dates."""
    return [datetime.fromisoformat(value.rstrip("Z")) if name in MOMENTS else value for name, value in row.items()]


def as_csv(row):
    def cell(value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        return guarded(value) if isinstance(value, str) else str(value)

    return [cell(value) for value in row.values()]


@pytest.fixture
def cycle():
    cycle = ReviewCycleFactory()
    assignment = AssignmentFactory(option__mentorship__mentee__employee_id="00042", sponsor__email="ruth@example.org")
    evidence = [EvidenceFactory(assignment=assignment) for _each in range(2)]
    rated(final_review(cycle, assignment=assignment), evidence=evidence)
    mentor = final_review(cycle, assignment=assignment, relation=Relation.MENTOR, rater=assignment.mentor)
    rated(mentor, level=None, note="")
    draft = ReviewFactory(cycle=cycle)
    rated(draft, note="DRAFT words")
    rated(final_review(ReviewCycleFactory()), note="ANOTHER cycle")
    return cycle


def test_the_csv_holds_exactly_the_final_ratings_of_the_cycle(cycle, tmp_path):
    path, written = write(tmp_path, cycle, "csv")

    headers, rows = read_csv(path)

    wanted = expected(cycle)
    assert headers == HEADERS == tuple(wanted[0])
    assert rows == [as_csv(row) for row in wanted]
    assert (written.rows, len(rows)) == (8, 8)
    assert written.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert written.size == path.stat().st_size
    assert path.read_bytes().count(b"\r\n") == 9
    assert b"DRAFT" not in path.read_bytes()


def test_numbers_and_moments_stand_bare_and_empty_ids_are_nothing(tmp_path):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle, assignment__option__mentorship__mentee__employee_id=None), level=None)

    path, _written = write(tmp_path, cycle, "csv")

    first = path.read_bytes().decode().split("\r\n")[1]
    assert ',,"person' in first  # no employee id
    assert re.search(r',"learning",,,,true,"What I saw\.",0,1,20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ,', first)


def test_the_xlsx_holds_the_same_and_a_dictionary(cycle, tmp_path):
    path, written = write(tmp_path, cycle, "xlsx")

    headers, rows = read_xlsx(path)

    assert headers == HEADERS
    values = [[cell.value for cell in row] for row in rows]
    assert values == [as_sheet(row) for row in expected(cycle)]
    dictionary = openpyxl.load_workbook(path)["Dictionary"]
    explained = [row[1] for row in dictionary.iter_rows(values_only=True) if row[0] == "ratings"]
    assert tuple(explained) == HEADERS
    assert written.rows == 8


def test_the_same_ratings_give_the_same_bytes(cycle, tmp_path):
    every = tuple(TABLES.values())
    kinds = [("csv", (RATINGS,)), ("jsonl", (RATINGS,)), ("xlsx", every), ("csv", every), ("jsonl", every)]

    digests = {write(tmp_path, cycle, format, tables)[1].sha256 for format, tables in kinds * 2}

    assert len(digests) == len(kinds)


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl", "zip"])
def test_hostile_texts_come_back_as_text_and_nothing_is_active(format, tmp_path):
    cycle = ReviewCycleFactory()
    for number, text in enumerate(HOSTILE):
        person = UserFactory(full_name=text, department=text, employee_id=f"{text}{number}")
        assignment = AssignmentFactory(title=text, option__mentorship__mentee=person)
        rated(final_review(cycle, assignment=assignment), note=text)

    tables = (RATINGS, TABLES["assignments"]) if format == "zip" else (RATINGS,)
    path, written = write(tmp_path, cycle, "csv" if format == "zip" else format, tables)

    assert written.counts["ratings"] == len(HOSTILE) * 4
    if format == "jsonl":
        assert [json.loads(row) for row in path.read_bytes().split(b"\n")[:-1]] == expected(cycle)
        return
    if format != "xlsx":
        raw = zipfile.ZipFile(path).read("ratings.csv") if format == "zip" else path.read_bytes()
        assert csv_rows(raw)[1] == [as_csv(row) for row in expected(cycle)]
        return
    _headers, rows = read_xlsx(path)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "b", "d", "inlineStr"}
    wanted = [as_sheet(row) for row in expected(cycle)]
    assert [[unescaped(cell.value) for cell in row] for row in rows] == wanted
    assert not any(cell.hyperlink for row in rows for cell in row)


# A database holds neither surrogates nor, with PostgreSQL, NUL.
notes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=notes, title=notes.filter(bool))
def test_any_text_comes_back_as_the_database_has_it(note, title, tmp_path):
    cycle = ReviewCycleFactory()
    review = final_review(cycle, assignment__title=title)
    rated(review, note=note)

    csv_path, _written = write(tmp_path, cycle, "csv")
    xlsx_path, _written = write(tmp_path, cycle, "xlsx")

    wanted = expected(cycle)
    assert read_csv(csv_path)[1] == [as_csv(row) for row in wanted]
    cells = [[unescaped(cell.value) or None for cell in row] for row in read_xlsx(xlsx_path)[1]]
    assert cells == [[value or None for value in as_sheet(row)] for row in wanted]
    assert {cell.data_type for row in read_xlsx(xlsx_path)[1] for cell in row} <= {"s", "n", "b", "d"}


def in_threes(monkeypatch):
    for module in (table, exporting.lines, exporting.writing):
        monkeypatch.setattr(module, "STRETCH", 3)
    monkeypatch.setattr(exporting.copying, "BLOCK", 3)


def test_the_count_is_known_before_and_progress_ends_with_it(cycle, tmp_path, monkeypatch):
    in_threes(monkeypatch)
    seen = []

    write(tmp_path, cycle, "csv", began=lambda total: seen.append(("began", total)), progress=seen.append)

    assert seen == [("began", 8), 3, 6, 8]


@pytest.mark.parametrize(("format", "at_once"), [("csv", 50_000), ("csv", 1), ("jsonl", 50_000), ("xlsx", 50_000)])
def test_no_format_tells_what_one_observer_alone_said(format, at_once, tmp_path, monkeypatch):
    """By whatever way the rows come from the database, also where others of the file are told."""
    monkeypatch.setattr(exporting.copying, "MOST_HIDDEN", at_once)
    cycle, assignment = ReviewCycleFactory(), AssignmentFactory()
    people = {"mentor": assignment.mentor, "sponsor": assignment.sponsor}
    for relation, rater in people.items():
        review = final_review(cycle, assignment=assignment, relation=relation, rater=rater)
        rated(review, note=f"SAID by {relation}.")
        if relation == "sponsor":
            review.scores.filter(criterion__key="learning").update(level=None, not_observed=True, note="")
    rated(final_review(cycle), note="OWN words.")

    path, written = write(tmp_path, cycle, format)

    if format == "xlsx":
        _headers, rows = read_xlsx(path)
        found = [dict(zip(HEADERS, (cell.value for cell in row), strict=True)) for row in rows]
    elif format == "csv":
        found = [dict(zip(HEADERS, row, strict=True)) for row in read_csv(path)[1]]
    else:
        found = [json.loads(line) for line in path.read_text().splitlines()]
    told = [(row["relation"], row["criterion"]) for row in found if str(row["kept_back"]).lower() == "true"]
    assert told == [("mentor", "learning"), ("sponsor", "learning")]
    assert [str(row["note"] or "") for row in found].count("SAID by mentor.") == 3
    assert [row["level"] or "" for row in found if (row["relation"], row["criterion"]) in told] == ["", ""]
    assert written.rows == 12


def test_a_workbook_says_how_much_of_it_is_packed(cycle, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting.sheets, "PIECE", 500)
    seen = []

    write(tmp_path, cycle, "xlsx", progress=lambda done: seen.append("a row"), packed=seen.append)

    last = len(seen) - seen[::-1].index("a row")
    percents = seen[last:]
    assert (percents[0], percents[-1]) == (0, 100)
    assert percents == sorted(percents)
    # The rows of each of four sheets, then all that is packed, a piece at a time.
    assert len(percents) > 40


def test_a_row_that_goes_missing_stops_the_file(cycle, tmp_path, monkeypatch):
    in_threes(monkeypatch)

    def lose_one(total):
        Score.objects.filter(review__cycle=cycle, review__status="final").last().delete()

    with pytest.raises(exporting.RowsMissing):
        write(tmp_path, cycle, "csv", began=lose_one)


def test_more_rows_than_a_sheet_holds_are_refused(cycle, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST_SHEET_ROWS", 7)

    with pytest.raises(exporting.TooManyRows):
        write(tmp_path, cycle, "xlsx")


def test_a_text_longer_than_a_cell_is_never_cut(tmp_path):
    cycle = ReviewCycleFactory()
    rated(final_review(cycle), note="x" * 32_768)

    with pytest.raises(exporting.CellTooLong):
        write(tmp_path, cycle, "xlsx")


def test_every_column_of_every_table_is_explained():
    rows = list(exporting.dictionary_rows())

    for each in TABLES.values():
        explained = [row[1] for row in rows if row[0] == each.name]
        assert explained == [column.name for column in each.columns]
        assert len(set(explained)) == len(explained)
    assert all(row[2] and row[3] and row[5] for row in rows)
    assert len(RATINGS.columns) == 26


@pytest.mark.engine
def test_the_queries_grow_with_stretches_not_with_rows(tmp_path, django_assert_num_queries):
    cycle = ReviewCycleFactory()
    for _each in range(5):
        rated(final_review(cycle))

    # Which rows there are, which are kept back (both by COPY where the database has it, not counted), and the rows.
    with django_assert_num_queries(3 if connection.vendor == "sqlite" else 1):
        write(tmp_path, cycle, "jsonl")
    assert Review.objects.filter(cycle=cycle).count() == 5
