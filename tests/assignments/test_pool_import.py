"""Opportunities by file: looked at first, saved when asked, matched by their key the next time."""

import csv
import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from assignments.imports import opportunity_rows
from assignments.imports.opportunity import look, save
from assignments.imports.opportunity_rows import COLUMNS
from assignments.models import Opportunity
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from tests.factories import CompetencyFactory, FrameworkFactory, OpportunityFactory

pytestmark = pytest.mark.django_db

ROW = {
    "key": "P-1",
    "title": "Run the supplier forum",
    "kind": "stakeholders",
    "domain": "Purchasing",
    "audience": "partners",
    "role": "owner",
    "why": "Twelve suppliers and no agenda.",
    "competencies": "",
    "starts_on": "2027-01-11",
    "ends_on": "2027-03-31",
    "hours_per_week": "4.5",
    "success_criteria": "They come again.",
}


def table(*rows, columns=tuple(ROW), encoding="utf-8"):
    """A CSV file with these rows; each says only what differs from the usual one."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        words = ROW | row
        writer.writerow([words[column] for column in columns])
    return io.BytesIO(out.getvalue().encode(encoding))


def problems(report):
    return [(problem.row, problem.column, problem.message) for problem in report.problems]


def bring(client, file, name="pool.csv"):
    """Upload a file and come to the page that checks it."""
    upload = SimpleUploadedFile(name, file.getvalue())
    return client.post(reverse("assignments:opportunity-import"), {"file": upload}).url


def test_a_file_is_looked_at_first_and_saved_when_asked(stranger, sign_in, django_capture_on_commit_callbacks):
    primary, secondary = CompetencyFactory(name="Hosting"), CompetencyFactory(name="Data stories")
    client = sign_in(stranger)
    file = table(
        {"competencies": "hosting*; Data Stories"},
        {"key": "P-2", "title": "Shadow the board", "kind": "Cross-functional", "role": "", "hours_per_week": "2,5"},
    )

    check = bring(client, file)
    looked = client.get(check)
    nothing_yet = Opportunity.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(check, {"submit_key": "k"})

    assert (looked.context["report"].added, nothing_yet) == (2, 0)
    assert "Run the supplier forum" in looked.content.decode()
    assert answer.url == "/pool/?mine=1"
    first, second = Opportunity.objects.order_by("key")
    assert (first.title, str(first.starts_on), str(first.hours_per_week), first.offered_by) == (
        "Run the supplier forum",
        "2027-01-11",
        "4.5",
        stranger,
    )
    assert {(row.competency, row.contribution) for row in first.contributions.all()} == {
        (primary, "primary"),
        (secondary, "secondary"),
    }
    assert (second.kind, second.role, str(second.hours_per_week)) == ("cross_functional", "owner", "2.5")
    assert list(Opportunity.objects.matching("HOSTING suppliers")) == [first]
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == [
        "opportunities.imported",
        "opportunity.offered",
        "opportunity.offered",
    ]
    assert client.get(check).status_code == 404


def test_the_same_button_pressed_twice_imports_once(stranger, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(stranger)
    check = bring(client, table({}))

    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(check, {"submit_key": "k"})
    answers = [first, client.post(check, {"submit_key": "k"})]

    # The second time the file is gone: what was saved stays saved once.
    assert answers[0].status_code == 302
    assert Opportunity.objects.count() == 1


def test_the_next_file_changes_what_its_keys_name(stranger):
    save(table({"key": "A"}, {"key": "B"}, {"key": "C"}), by=stranger)
    changed = table({"key": "A"}, {"key": "B", "title": "Chair the forum", "hours_per_week": ""}, {"key": "D"})

    looked = look(changed, by=stranger)
    report = save(changed, by=stranger)

    for one in (looked, report):
        assert (one.added, one.changed, one.unchanged, one.wrong) == (1, 1, 1, 0)
    cells = [(cell.label, cell.before, cell.after) for change in looked.changes for cell in change.cells]
    assert cells == [("Title", "Run the supplier forum", "Chair the forum"), ("Hours a week", "4.5", "")]
    assert dict(Opportunity.objects.values_list("key", "title")) == {
        "A": "Run the supplier forum",
        "B": "Chair the forum",
        "C": "Run the supplier forum",
        "D": "Run the supplier forum",
    }
    assert dict(Opportunity.objects.values_list("key", "version")) == {"A": 1, "B": 2, "C": 1, "D": 1}
    assert list(Opportunity.objects.matching("chair").values_list("key", flat=True)) == ["B"]
    entry = AuditEntry.objects.get(verb="opportunity.edited")
    assert entry.fields == ["hours_per_week", "title"]


def test_competencies_that_change_are_shown_and_replaced(stranger):
    CompetencyFactory(name="Hosting")
    new = CompetencyFactory(name="Data stories")
    save(table({"competencies": "Hosting"}), by=stranger)
    changed = table({"competencies": "Data stories (primary)"})

    looked = look(changed, by=stranger)
    save(changed, by=stranger)

    (cell,) = looked.changes[0].cells
    assert (cell.label, cell.before, cell.after) == ("Competencies", "Hosting (Secondary)", "Data stories (Primary)")
    (row,) = Opportunity.objects.get().contributions.all()
    assert (row.competency, row.contribution) == (new, "primary")
    assert look(table({"competencies": "data stories*"}), by=stranger).unchanged == 1


def test_a_column_that_is_not_there_leaves_what_was_said(stranger):
    CompetencyFactory(name="Hosting")
    save(table({"competencies": "Hosting"}), by=stranger)

    report = save(
        table({"title": "Chair it"}, columns=("key", "title", "kind", "domain", "audience", "why")), by=stranger
    )

    opportunity = Opportunity.objects.get()
    assert report.changed == 1
    assert (opportunity.title, str(opportunity.hours_per_week), opportunity.success_criteria) == (
        "Chair it",
        "4.5",
        "They come again.",
    )
    assert opportunity.contributions.count() == 1
    assert list(Opportunity.objects.matching("chair hosting")) == [opportunity]


def test_what_others_offer_under_the_same_key_is_never_touched(stranger, mentor):
    save(table({}), by=mentor)

    report = save(table({"title": "Mine"}), by=stranger)

    assert report.added == 1
    assert dict(Opportunity.objects.values_list("offered_by__full_name", "title")) == {
        "Tom Berg": "Run the supplier forum",
        "Sam Stone": "Mine",
    }


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"key": ""}, "key", "Give the row a key of at most 100 characters."),
        ({"key": "k" * 101}, "key", "Give the row a key of at most 100 characters."),
        ({"title": ""}, "title", "Give it a title."),
        ({"title": "t" * 201}, "title", "Ensure this value has at most 200 characters (it has 201)."),
        ({"kind": "boring"}, "kind", "Write one of: technical, strategic, cross_functional, ownership"),
        ({"kind": ""}, "kind", "Write one of: technical"),
        ({"audience": "all"}, "audience", "Write one of: team, peers, executives, customers, partners."),
        ({"why": " "}, "why", "Say what the work is and whom it would stretch."),
        ({"starts_on": "31/01/2027"}, "starts_on", "Write the day as in 2027-03-31, or leave it empty."),
        ({"starts_on": "1850-01-01"}, "starts_on", "Choose a day between the years 2000 and 2099."),
        ({"ends_on": "2027-01-01"}, "ends_on", "The end cannot be before the start. Move one of the two days."),
        ({"hours_per_week": "a lot"}, "hours_per_week", "Write the hours a week as a number, for example 4 or 2.5."),
        ({"hours_per_week": "70"}, "hours_per_week", "Hours a week lie between 0.5 and 60. It may stay empty."),
        ({"competencies": "Hostin"}, "competencies", "No competency is called “Hostin”. Near it: Hosting."),
        ({"competencies": "Qqqqqq"}, "competencies", "No competency is called “Qqqqqq”. Look it up"),
        ({"competencies": "a;b;c;d;e"}, "competencies", "No competency is called “a”."),
    ],
)
def test_a_wrong_cell_names_its_row_its_column_and_what_to_do(stranger, changed, column, words):
    CompetencyFactory(name="Hosting")

    report = look(table({"key": "right"}, changed), by=stranger)

    assert (report.added, report.wrong) == (1, 1)
    row, where, message = problems(report)[0]
    assert (row, where) == (3, column)
    assert message.startswith(words)


def test_a_name_that_several_frameworks_have_asks_which(stranger):
    first, second = FrameworkFactory(name="House"), FrameworkFactory(name="Guild")
    CompetencyFactory(name="Hosting", framework=first)
    wanted = CompetencyFactory(name="Hosting", framework=second)
    twin = CompetencyFactory(name="Hosting", framework=second, key="other")

    report = look(table({"competencies": "hosting"}), by=stranger)
    save(
        table({"competencies": f"Hosting (Guild, {wanted.key})*; Hosting (House); Hosting (Guild, other)"}), by=stranger
    )

    assert problems(report)[0][2] == (
        "Several competencies are called “hosting”. Write which one, for example: Hosting (House)."
    )
    contributions = {row.competency.pk: row.contribution for row in Opportunity.objects.get().contributions.all()}
    assert (contributions[wanted.pk], contributions[twin.pk], len(contributions)) == ("primary", "secondary", 3)


def test_more_than_five_competencies_are_too_many(stranger):
    names = [CompetencyFactory().name for _n in range(6)]

    report = look(table({"competencies": ";".join(names)}), by=stranger)

    assert problems(report) == [(2, "competencies", "Name at most 5 competencies.")]


def test_of_many_names_none_is_looked_up(stranger, monkeypatch):
    monkeypatch.setattr(opportunity_rows.Known, "_one", lambda *_asked: pytest.fail("looked up"))

    report = look(table({"competencies": ";".join(f"n{number}" for number in range(5_000))}), by=stranger)

    assert problems(report) == [(2, "competencies", "Name at most 5 competencies.")]


def test_of_an_unknown_name_the_beginning_is_said(stranger):
    report = look(table({"competencies": "n" * 300}), by=stranger)

    assert report.problems[0].message.startswith(f"No competency is called “{'n' * 80}”.")


def test_the_first_problems_are_kept_and_all_are_counted(stranger, monkeypatch):
    monkeypatch.setattr(opportunity_rows, "KEPT_PROBLEMS", 3)

    report = look(table(*({"key": f"P-{n}", "title": "", "kind": "x"} for n in range(60))), by=stranger)

    assert [problem.row for problem in report.problems] == [2, 2, 3]
    assert (report.wrong, report.problem_count, report.more_problems, report.right) == (60, 120, 20, 0)


def test_neither_of_two_rows_with_one_key_is_believed(stranger):
    report = look(table({"key": "A"}, {"key": "B"}, {"key": "A"}), by=stranger)

    assert (report.added, report.wrong) == (1, 2)
    assert [(row, column) for row, column, _words in problems(report)] == [(2, "key"), (4, "key")]


def test_a_closed_one_asks_for_a_new_key(stranger):
    OpportunityFactory(offered_by=stranger, key="P-1", closed_at=now(), closed_reason="Done.")

    report = save(table({}), by=stranger, skip_errors=True)

    assert "Give the row a new key to offer it anew." in problems(report)[0][2]
    assert Opportunity.objects.get().is_closed


def test_wrong_rows_keep_the_file_from_being_saved_unless_they_are_left_out(stranger, sign_in):
    client = sign_in(stranger)
    check = bring(client, table({}, {"key": "P-2", "title": ""}))

    refused = client.post(check)
    kept = client.post(check, {"skip_errors": "1"})

    assert refused.status_code == 422
    assert "Give it a title." in refused.content.decode()
    assert kept.status_code == 302
    assert list(Opportunity.objects.values_list("key", flat=True)) == ["P-1"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "It is empty."),
        (b"key,title\r\nA,B\r\n", "Column missing: kind, domain, audience, why."),
        (b"key,key,title,kind,domain,audience,why\r\n", "This column is there twice."),
        (b'key,title,kind,domain,audience,why\r\nA,"cut off', "A quotation mark that is opened here is not closed"),
        (b"PK\x03\x04 not a workbook", ""),
    ],
)
def test_a_broken_file_says_what_is_wrong_with_it(stranger, content, words):
    report = save(io.BytesIO(content), by=stranger, skip_errors=True)

    assert (report.readable, report.saved) == (False, False)
    assert report.problems[-1].message.startswith(words)
    assert not Opportunity.objects.exists()


def test_a_file_in_windows_letters_is_read_and_said_so(stranger):
    report = save(table({"title": "Führen der Börse"}, encoding="cp1252"), by=stranger)

    assert "Windows-1252" in report.notes[0]
    assert Opportunity.objects.get().title == "Führen der Börse"


def test_a_workbook_is_read_as_well(stranger, sign_in):
    book, out = Workbook(), io.BytesIO()
    book.active.append(
        ["Key", "What is on offer", "Kind", "Domain", "Audience", "Description", "Hours a week", "Notes"]
    )
    book.active.append([7, "Chair it", "Technical", "IT", "Own team", "A first\nand a second line.", 4, "left out"])
    book.save(out)
    client = sign_in(stranger)

    answer = client.post(bring(client, out, "pool.xlsx"))

    opportunity = Opportunity.objects.get()
    assert answer.status_code == 302
    assert (opportunity.key, opportunity.title, opportunity.audience, str(opportunity.hours_per_week)) == (
        "7",
        "Chair it",
        "team",
        "4.0",
    )
    assert opportunity.why == "A first\nand a second line."


def test_text_that_looks_like_a_formula_stays_that_text(stranger):
    words = {"title": "=1+1", "why": "@SUM(A1)", "domain": "+44", "success_criteria": "-2"}

    save(table(words), by=stranger)

    assert {name: getattr(Opportunity.objects.get(), name) for name in words} == words


def test_the_page_names_every_column(stranger, sign_in):
    page = sign_in(stranger).get(reverse("assignments:opportunity-import")).content.decode()

    for column in COLUMNS:
        assert f"<code>{column.name}</code>" in page


def test_a_file_without_a_file_and_one_too_large_are_refused(stranger, sign_in, monkeypatch):
    client, url = sign_in(stranger), reverse("assignments:opportunity-import")
    monkeypatch.setattr("assignments.forms.opportunity.LARGEST_FILE", 10)

    assert "Choose a file." in client.post(url).content.decode()
    large = client.post(url, {"file": SimpleUploadedFile("a.csv", b"x" * 11)})
    assert (large.status_code, "larger than 5 MB" in large.content.decode()) == (422, True)


def test_a_file_is_there_only_for_whoever_brought_it(stranger, hr, sign_in):
    check = bring(sign_in(stranger), table({}))

    assert sign_in(hr).get(check).status_code == 404
    missing = reverse("assignments:opportunity-import-check", args=[uuid.uuid4()])
    assert sign_in(stranger).get(missing).status_code == 404


def test_somebody_deactivated_imports_nothing(stranger):
    stranger.is_active = False

    for action in (look, save):
        with pytest.raises(PermissionDenied):
            action(table({}), by=stranger)


def test_long_files_take_few_queries(stranger):
    names = ";".join(CompetencyFactory().name for _n in range(3))

    def queries(number):
        file = table(*({"key": f"{number}-{n}", "competencies": names} for n in range(number)))
        with CaptureQueriesContext(connection) as captured:
            report = save(file, by=stranger)
        assert report.added == number
        return len(captured)

    few, many = queries(3), queries(300)

    # What grows is the number of bulk writes, each with as many rows as the database takes at once.
    assert few <= 10
    assert many <= 25
