import json
import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings

from assignments.models import Assignment, Audience, Option
from assignments.refusals import Refused, Stale
from reviews import equity_words
from reviews.actions import equity as actions
from reviews.eligible import NOT_SAID, STRETCH, VISIBLE, divisions_of
from reviews.equity import read, report
from reviews.models import Division, EquityReport, GroupAnswer, Source
from reviews.quarters import Quarter, last_over
from reviews.tasks import take_equity_report
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.people.models import Role, User
from tests.factories import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(db):
    return UserFactory(full_name="Ana Lyst", roles=[Role.EQUITY_ANALYST])


@pytest.fixture
def asked(analyst):
    return actions.add_division(by=analyst, name="Age", purpose="To see who is asked.", groups=["Under 40", "40 on"])


def people(count, **facts):
    """So many who were here before the last quarter ended."""
    long_ago = now().replace(year=2020)
    return [UserFactory(joined_at=long_ago, **facts) for _number in range(count)]


def stretched(person, **facts):
    """A running assignment of this person that began before the last quarter ended."""
    work = AssignmentFactory(mentee=person)
    quarter = last_over(today())
    Assignment.objects.filter(pk=work.pk).update(starts_on=quarter.until, activated_at=now(), **facts)
    return work


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 11, 29), Quarter("2026-Q3", date(2025, 10, 1), date(2026, 9, 30))),
        (date(2026, 1, 1), Quarter("2025-Q4", date(2025, 1, 1), date(2025, 12, 31))),
        (date(2028, 3, 31), Quarter("2027-Q4", date(2027, 1, 1), date(2027, 12, 31))),
        (date(2028, 7, 1), Quarter("2028-Q2", date(2027, 7, 1), date(2028, 6, 30))),
        (date(2025, 4, 1), Quarter("2025-Q1", date(2024, 4, 1), date(2025, 3, 31))),
    ],
)
def test_a_report_is_of_twelve_months_that_end_with_a_quarter(day, quarter):
    assert last_over(day) == quarter


def test_everybody_who_is_active_is_eligible_and_in_one_group_of_each_division(asked, analyst):
    User.objects.all().update(joined_at=now())
    young, _old = people(2, department="Claims/Motor", location="Leeds", working_days="1234")
    people(1, is_active=False, deactivated_at=now())
    UserFactory()  # joined after the quarter
    actions.answer(asked, by=young, group="Under 40")
    work = stretched(young)
    Option.objects.filter(pk=work.option_id).update(audience=Audience.TEAM)
    others = {work.mentor_id, work.sponsor_id}
    User.objects.filter(pk__in=others).update(joined_at=now())

    told = divisions_of(last_over(today()))

    assert told[STRETCH]["age"] == ({"Under 40": 1}, {"Under 40": 1, NOT_SAID: 1})
    assert told[STRETCH]["department"] == ({"Claims": 1}, {"Claims": 2})
    assert told[STRETCH]["location"] == ({"Leeds": 1}, {"Leeds": 2})
    assert told[STRETCH]["working-time"] == ({"part_of_the_week": 1}, {"part_of_the_week": 2})
    assert told[VISIBLE]["department"][0] == {}


def test_work_for_people_outside_the_team_is_work_that_others_see():
    [person] = people(1, department="Claims")
    work = stretched(person)
    Option.objects.filter(pk=work.option_id).update(audience=Audience.CUSTOMERS)

    assert divisions_of(last_over(today()))[VISIBLE]["department"][0] == {"Claims": 1}


def test_work_that_was_over_before_the_twelve_months_does_not_count():
    [person] = people(1, department="Claims")
    work = stretched(person)
    long_ago = now().replace(year=2021, month=1, day=1)
    Assignment.objects.filter(pk=work.pk).update(
        status="closed", ending="delivered", closed_at=long_ago, activated_at=long_ago, starts_on=date(2021, 1, 1)
    )

    assert divisions_of(last_over(today()))[STRETCH]["department"][0] == {}


def test_there_is_one_report_of_a_quarter_and_it_stays_as_it_is(analyst):
    people(12, department="Claims")
    report = actions.take_report(by=analyst)
    before = json.dumps(report.content, sort_keys=True)
    people(20, department="Claims")

    with pytest.raises(Refused, match="there already"):
        actions.take_report(by=analyst)

    report.refresh_from_db()
    assert json.dumps(report.content, sort_keys=True) == before
    assert EquityReport.objects.count() == 1
    assert AuditEntry.objects.filter(verb="equity_report.taken", actor=analyst).count() == 1


def test_what_is_kept_holds_no_hidden_number_and_reads_as_it_did(analyst):
    people(30, department="Claims")
    people(12, department="Data")
    for person in people(7, department="Legal"):
        stretched(person)

    report = actions.take_report(by=analyst)

    kept = json.dumps(report.content[STRETCH]["department"])
    told = read(actions.releases_in(report.content, STRETCH)["department"])
    assert "Legal" in told.hidden
    assert {group.name for group in told.parts}.isdisjoint({"Legal"})
    assert "7" not in re.findall(r"\d+", kept)


def test_the_next_quarter_remembers_what_the_last_one_showed(analyst, clock):
    for person in people(40, department="Claims")[:9]:
        stretched(person)
    people(40, department="Data")
    actions.take_report(by=analyst)
    stretched(User.objects.filter(department="Data").first())
    clock(days=92)

    report = actions.take_report(by=analyst)

    rows = {row["group"]: row for row in report.content[STRETCH]["department"]["value"]}
    assert rows["Data"]["as_before"]
    assert EquityReport.objects.count() == 2


def test_a_division_that_was_left_out_of_one_report_gives_no_newcomer_away_in_the_next(analyst, clock):
    """An analyst could switch a division off for a quarter, so that nothing is remembered of the one before."""
    for person in people(40, department="Claims")[:9]:
        stretched(person)
    people(40, department="Data")
    first = actions.take_report(by=analyst)
    division = Division.objects.get(key="department")
    off = {"name": division.name, "purpose": division.purpose, "groups": division.groups}
    actions.edit_division(division, by=analyst, edit=division.edit, is_active=False, **off)
    clock(days=92)
    assert "department" not in actions.take_report(by=analyst).content[STRETCH]
    actions.edit_division(division, by=analyst, edit=division.edit, is_active=True, **off)
    stretched(User.objects.filter(department="Claims").last())
    clock(days=184)

    report = actions.take_report(by=analyst)

    before, after = (each.content[STRETCH]["department"]["value"] for each in (first, report))
    assert [row["group"] for row in before] == ["Claims", "Data"]
    # Whoever mentors and sponsors the new work has come besides.
    assert [row for row in after if row["group"] != "Operations"] == [row | {"as_before": True} for row in before]


def test_a_report_of_other_months_is_not_held_back_by_those_before(analyst, clock):
    """Its twelve months share no day with those of the first, also where all between have repeated that one."""
    for person in people(40, department="Claims")[:9]:
        stretched(person)
    people(40, department="Data")
    rows = []
    for quarter in range(5):
        clock(days=92 * quarter)
        if quarter == 1:
            stretched(User.objects.filter(department="Claims").last())
        report = actions.take_report(by=analyst)
        rows.append({row["group"]: row for row in report.content[STRETCH]["department"]["value"]}["Claims"])

    assert [row["as_before"] for row in rows] == [False, True, True, True, False]
    assert rows[1:4] == [rows[0] | {"as_before": True}] * 3


def test_it_is_taken_by_itself_only_where_somebody_reads_it(analyst):
    assert take_equity_report() is True
    assert take_equity_report() is False
    EquityReport.objects.all().delete()
    analyst.role_grants.all().delete()

    assert take_equity_report() is False


def test_reports_need_a_permission_of_their_own(hr, administrator, analyst):
    for person in (hr, administrator):
        with pytest.raises(PermissionDenied):
            actions.take_report(by=person)
    report = actions.take_report(by=analyst)
    with pytest.raises(PermissionDenied):
        actions.open_report(report, by=hr)


def test_each_reading_is_written_down(sign_in, analyst):
    report = actions.take_report(by=analyst)
    client = sign_in(analyst)

    client.get(f"/equity/reports/{report.code}/")
    client.get(f"/equity/reports/{report.code}/")

    assert AuditEntry.objects.filter(verb="equity_report.read", actor=analyst).count() == 2


def test_a_report_says_shares_and_words(sign_in, analyst, count_queries, monkeypatch):
    counted = ({"Claims": 180, "Data": 90}, {"Claims": 400, "Data": 300})
    monkeypatch.setattr(actions, "divisions_of", lambda quarter: {STRETCH: {"department": counted}})
    taken = actions.take_report(by=analyst)

    page = sign_in(analyst).get(f"/equity/reports/{taken.code}/").content.decode()

    assert "Inquire now" in page
    assert "Below four fifths of the highest share, and chance alone would rarely do this." in page
    assert "A signal is a question about how work is offered, never a quota." in page
    assert count_queries(sign_in(analyst), f"/equity/reports/{taken.code}/") <= 12


def test_what_an_analyst_says_a_division_is_for_is_shown_as_it_was_typed(sign_in, asked, mentee):
    Division.objects.filter(pk=asked.pk).update(purpose="<img src=x onerror=alert(1)> & fair")

    page = sign_in(mentee).get("/me/groups/").content.decode()

    assert ">&lt;img src=x onerror=alert(1)&gt; &amp; fair</div>" in page
    assert "<img src=x" not in page


def test_people_say_of_themselves_what_they_wish_and_nobody_else_reads_it(sign_in, asked, mentee, hr):
    client = sign_in(mentee)
    field = f"division_{asked.pk}"
    page = client.get("/me/groups/").content.decode()
    assert "To see who is asked." in page
    assert "Prefer not to say" in page

    client.post("/me/groups/", {field: "Under 40"})
    assert GroupAnswer.objects.get(person=mentee).group == "Under 40"
    client.post("/me/groups/", {field: "Under 40"})
    client.post("/me/groups/", {field: GroupAnswer.PREFER_NOT})
    assert GroupAnswer.objects.get(person=mentee).group == GroupAnswer.PREFER_NOT
    client.post("/me/groups/", {field: ""})
    client.post("/me/groups/", {field: ""})

    assert not GroupAnswer.objects.exists()
    entries = AuditEntry.objects.filter(verb="group_answer.changed", actor=mentee)
    assert [(entry.object_id, entry.fields) for entry in entries] == [(asked.pk, [])] * 3
    assert client.post("/me/groups/", {field: "Martian"}).status_code == 422


def test_where_nothing_is_asked_the_page_says_so(sign_in, mentee):
    assert "Nothing is asked here at the moment." in sign_in(mentee).get("/me/groups/").content.decode()


def test_a_group_of_nobody_elses_division_is_refused(asked, mentee):
    with pytest.raises(ValidationError, match="Choose one of the groups"):
        actions.answer(asked, by=mentee, group="Martian")


def test_taking_a_group_out_forgets_its_answers_and_keeps_the_others(asked, analyst, mentee, mentor, sponsor):
    actions.answer(asked, by=mentee, group="Under 40")
    actions.answer(asked, by=mentor, group="40 on")
    actions.answer(asked, by=sponsor, group=GroupAnswer.PREFER_NOT)

    actions.edit_division(
        asked, by=analyst, edit=1, name="Age", purpose="Why.", groups=["40 on", "Below"], is_active=True
    )

    assert set(GroupAnswer.objects.values_list("person", "group")) == {
        (mentor.pk, "40 on"),
        (sponsor.pk, GroupAnswer.PREFER_NOT),
    }
    with pytest.raises(Stale):
        actions.edit_division(asked, by=analyst, edit=1, name="x", purpose="x", groups=[], is_active=True)


def test_divisions_are_added_and_changed_on_their_pages(sign_in, analyst):
    client = sign_in(analyst)
    words = {"name": "Age", "purpose": "To see who is asked.", "groups": "Under 40\r\n\r\n40 on"}

    added = client.post("/equity/divisions/add/", words)
    twice = client.post("/equity/divisions/add/", words)
    thin = client.post("/equity/divisions/add/", words | {"name": "B", "groups": "One", "purpose": " "})
    same = client.post("/equity/divisions/add/", words | {"name": "C", "groups": "One\none"})

    assert added["Location"] == "/equity/"
    assert Division.objects.get(key="age").groups == ["Under 40", "40 on"]
    assert "Another division has this name." in twice.content.decode()
    assert "Name two to twenty groups" in thin.content.decode()
    assert "everybody who is asked reads it" in thin.content.decode()
    assert "Two lines name the same group." in same.content.decode()
    saved = client.post("/equity/divisions/age/", words | {"edit": 1, "groups": "A\nB", "is_active": "on"})
    stale = client.post("/equity/divisions/age/", words | {"edit": 1, "groups": "C\nD", "is_active": "on"})
    clash = client.post("/equity/divisions/age/", words | {"edit": 2, "name": "Department", "is_active": "on"})
    assert saved["Location"] == "/equity/"
    assert stale.status_code == 409
    assert {one.label: (one.saved, one.typed) for one in stale.context["differences"]}["Groups"] == ("A\nB", "C\nD")
    assert "Another division has this name." in clash.content.decode()
    off = client.post("/equity/divisions/location/", {"name": "Place", "edit": 1})
    assert off["Location"] == "/equity/"
    place = Division.objects.get(key="location")
    assert (place.name, place.is_active, place.source) == ("Place", False, Source.LOCATION)


def test_the_report_is_taken_on_the_page_once_the_quarter_is_over(sign_in, analyst):
    client = sign_in(analyst)
    name = last_over(today()).name
    assert f"Take the report of {name}" in client.get("/equity/").content.decode()

    taken = client.post("/equity/take/")
    again = client.post("/equity/take/")

    assert taken["Location"] == f"/equity/reports/{EquityReport.objects.get().code}/"
    assert again.status_code == 409
    assert "Take the report" not in client.get("/equity/").content.decode()


@override_settings(EQUITY_LEAST_GROUP=5)
def test_the_smallest_group_that_is_shown_can_be_set(analyst):
    people(6, department="Legal")
    people(6, department="Data")
    User.objects.exclude(department__in=["Legal", "Data"]).update(joined_at=now())

    report = actions.take_report(by=analyst)

    assert report.content[STRETCH]["department"]["k"] == 5


@pytest.mark.parametrize(
    ("selected", "eligible", "words"),
    [
        ({}, {"A": 3}, "No group is large enough to be shown."),
        ({"A": 5}, {"A": 20}, "Only one group is large enough to be shown."),
        ({"A": 20, "B": 19}, {"A": 40, "B": 40}, "Too little to read a difference from."),
        ({"A": 200, "B": 190}, {"A": 400, "B": 400}, "No signal; that is not proof that access is fair."),
        ({"A": 18, "B": 9}, {"A": 40, "B": 30}, "Worth a closer look at how this work is offered."),
    ],
)
def test_a_division_is_summed_up_in_one_sentence(selected, eligible, words):
    assert equity_words.summary(report(selected, eligible)) == words
