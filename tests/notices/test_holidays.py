"""The organisation's holidays from a file: looked at first, wrong rows named, whole for a year and place."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.actions import holiday as actions
from stretchhub.notices.holiday_file import Day, Plan
from stretchhub.notices.models import Holiday

pytestmark = pytest.mark.django_db

PAGE = "/notices/holidays/"
YEAR = today().year + 1


def file(*rows, header="date,name,location"):
    return SimpleUploadedFile("days.csv", "\n".join([header, *rows]).encode())


def bring(browser, *rows, **more):
    return browser.post(PAGE, {"file": file(*rows, **more)})


def known():
    return {(day.on, day.location, day.name) for day in Holiday.objects.all()}


def save(browser, looked):
    return browser.post(PAGE, {"save": "1", "rows": looked.context["again"]["rows"].value()})


def test_looking_at_a_file_saves_nothing_and_pressing_does(sign_in, hr):
    browser = sign_in(hr)

    looked = bring(browser, f"{YEAR}-12-25,Christmas Day,", f"{YEAR}-11-30,St Andrew,Edinburgh")
    assert looked.status_code == 200
    assert [day.name for day in looked.context["plan"].added] == ["St Andrew", "Christmas Day"]
    assert not Holiday.objects.exists()

    for _again in range(2):
        assert save(browser, looked).status_code == 302
    assert known() == {(date(YEAR, 12, 25), "", "Christmas Day"), (date(YEAR, 11, 30), "Edinburgh", "St Andrew")}
    assert AuditEntry.objects.filter(verb="holidays.replaced").count() == 1
    assert b"Christmas Day" in browser.get(PAGE).content


def test_a_file_is_whole_for_the_years_and_places_it_names_and_touches_no_other(sign_in, administrator):
    for day, name, place in (
        (date(YEAR, 5, 1), "May", ""),
        (date(YEAR, 5, 2), "Gone", ""),
        (date(YEAR, 5, 3), "Kept", "Hull"),
        (date(YEAR + 1, 5, 1), "Later", ""),
    ):
        Holiday.objects.create(on=day, name=name, location=place)
    browser = sign_in(administrator)

    looked = bring(browser, f"{YEAR}-05-01,May Day,", f"{YEAR}-06-01,June,")
    plan = looked.context["plan"]
    assert ([d.name for d in plan.added], [d.name for d in plan.renamed]) == (["June"], ["May Day"])
    assert [d.name for d in plan.removed] == ["Gone"]
    save(browser, looked)

    assert known() == {
        (date(YEAR, 5, 1), "", "May Day"),
        (date(YEAR, 6, 1), "", "June"),
        (date(YEAR, 5, 3), "Hull", "Kept"),
        (date(YEAR + 1, 5, 1), "", "Later"),
    }


@pytest.mark.parametrize(
    "row,column",
    [
        ("25.12.2027,Christmas,", "date"),
        ("1999-12-25,Christmas,", "date"),
        ("2027-02-30,Never,", "date"),
        ("2027-12-25,,", "name"),
        (f"2027-12-25,{'x' * 121},", "name"),
        (f"2027-12-25,Christmas,{'x' * 201}", "location"),
    ],
)
def test_a_wrong_row_is_named_with_its_column_and_nothing_can_be_saved(sign_in, hr, row, column):
    browser = sign_in(hr)

    looked = bring(browser, f"{YEAR}-01-01,New Year,", row)

    [problem] = looked.context["plan"].problems
    assert (problem.row, problem.column) == (3, column)
    assert b'name="save"' not in looked.content


def test_the_same_day_twice_is_named_with_the_row_of_the_first(sign_in, hr):
    looked = bring(sign_in(hr), f"{YEAR}-01-01,New Year,Leeds", f"{YEAR}-01-01,Again,leeds")

    [problem] = looked.context["plan"].problems
    assert "row 2" in problem.message


def test_a_file_without_its_columns_or_without_rows_says_so(sign_in, hr):
    browser = sign_in(hr)

    assert [each.column for each in bring(browser, "x,y", header="when,name").context["plan"].problems] == ["date"]
    empty = bring(browser, ",,", header="date,name,location")
    assert b"has no row below" in empty.content
    assert bring(browser, 'x,"y').context["plan"].problems


def test_what_stands_already_asks_for_no_press(sign_in, hr):
    Holiday.objects.create(on=date(YEAR, 1, 1), name="New Year")

    looked = bring(sign_in(hr), f"{YEAR}-01-01,New Year,")

    assert looked.context["plan"].unchanged == 1
    assert b'name="save"' not in looked.content


def test_no_file_or_too_large_a_one_is_refused(sign_in, hr):
    browser = sign_in(hr)

    assert browser.post(PAGE, {}).status_code == 422
    assert browser.post(PAGE, {"file": SimpleUploadedFile("a.csv", b"x" * 1_100_000)}).status_code == 422
    assert browser.post(PAGE, {"save": "1"}).status_code == 422
    assert browser.post(PAGE, {"save": "1", "rows": "date,name\nx,y"}).status_code == 422


def test_only_the_office_changes_holidays(mentee):
    with pytest.raises(PermissionDenied):
        actions.replace(Plan(days=[Day(date(YEAR, 1, 1), "", "New Year")]), by=mentee)
    assert not Holiday.objects.exists()


def test_a_plan_with_problems_changes_nothing(hr):
    actions.replace(Plan(), by=hr)

    assert not AuditEntry.objects.filter(verb="holidays.replaced").exists()
