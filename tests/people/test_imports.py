"""The HR directory import: who is created, changed and deactivated, and what never is."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied

from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.people import deactivation, imports
from stretchhub.people.models import Role, User
from tests.factories import UserFactory
from tests.people.directory import counts, file, places, problems, row

pytestmark = pytest.mark.django_db


def test_looking_changes_nothing_and_says_what_would():
    report = imports.look(file(row("E1"), row("E2", manager_employee_id="E1")), by=None)

    assert counts(report) == (2, 0, 0, 0, 0)
    assert [(change.row, change.name, change.kind) for change in report.changes] == [
        (2, "Person E1", "created"),
        (3, "Person E2", "created"),
    ]
    assert not report.saved
    assert not User.objects.exists()


def test_saving_creates_people_who_can_be_invited_but_not_sign_in_yet():
    report = imports.save(
        file(row("E1", email="Ana@Example.org", preferred_name="Ana", job_title="Analyst", department="Ops/Planning")),
        by=None,
    )

    ana = User.objects.get(employee_id="E1")
    assert report.saved
    assert (ana.email, ana.preferred_name, ana.job_title, ana.department) == (
        "ana@example.org",
        "Ana",
        "Analyst",
        "Ops/Planning",
    )
    assert (ana.time_zone, ana.locale, ana.is_active, ana.has_usable_password()) == (
        "Europe/London",
        "en-gb",
        True,
        False,
    )
    address = EmailAddress.objects.get(user=ana)
    assert (address.email, address.verified, address.primary) == ("ana@example.org", True, True)


def test_a_manager_may_stand_below_their_reports():
    imports.save(
        file(row("E1", manager_employee_id="E3"), row("E2", manager_employee_id="E1"), row("E3")),
        by=None,
    )

    lines = dict(User.objects.values_list("employee_id", "manager__employee_id"))
    assert lines == {"E1": "E3", "E2": "E1", "E3": None}


def test_a_second_import_of_the_same_file_changes_nothing():
    content = [row("E1"), row("E2", manager_employee_id="E1")]
    imports.save(file(*content), by=None)
    entries = AuditEntry.objects.count()

    report = imports.save(file(*content), by=None)

    assert counts(report) == (0, 0, 0, 2, 0)
    assert AuditEntry.objects.count() == entries + 1


def test_a_changed_row_updates_only_what_differs_and_writes_which_fields():
    imports.save(file(row("E1"), row("E2")), by=None)

    report = imports.save(file(row("E1", job_title="Lead", manager_employee_id="E2"), row("E2")), by=None)

    assert counts(report) == (0, 1, 0, 1, 0)
    assert report.changes[0].fields == ("job_title", "manager")
    entry = AuditEntry.objects.get(verb="people.updated")
    assert (entry.object_id, entry.fields) == (User.objects.get(employee_id="E1").pk, ["job_title", "manager"])


def test_somebody_without_an_employee_id_is_adopted_by_their_address():
    ana = UserFactory(employee_id=None, email="ana@example.org", full_name="Ana Bell")

    report = imports.save(file(row("E1", email="ANA@example.org", full_name="Ana Bell")), by=None)

    ana.refresh_from_db()
    assert counts(report)[:2] == (0, 1)
    assert ana.employee_id == "E1"


def test_people_who_are_missing_from_the_file_are_left_alone():
    other = UserFactory(employee_id="E9")

    imports.save(file(row("E1")), by=None)

    other.refresh_from_db()
    assert other.is_active


def test_what_people_chose_for_themselves_stays_when_the_cell_is_empty():
    UserFactory(employee_id="E1", preferred_name="Annie", time_zone="Asia/Tokyo", job_title="Analyst")

    imports.save(file(row("E1", timezone="", locale="", preferred_name="", job_title="")), by=None)

    person = User.objects.get(employee_id="E1")
    assert (person.preferred_name, person.time_zone, person.job_title) == ("Annie", "Asia/Tokyo", "")


def test_deactivating_ends_sessions_at_once_and_tells_whoever_must_know(sign_in, monkeypatch):
    person = UserFactory(employee_id="E1", email="e1@example.org")
    client = sign_in(person)
    told = []
    monkeypatch.setattr(deactivation, "_told", [told.append])

    report = imports.save(file(row("E1", active="no")), by=None)

    person.refresh_from_db()
    assert counts(report) == (0, 0, 1, 0, 0)
    assert (person.is_active, person.session_epoch, told) == (False, 1, [person])
    assert person.deactivated_at is not None
    assert client.get("/me/").status_code == 302
    assert AuditEntry.objects.filter(verb="people.deactivated", object_id=person.pk).exists()


def test_a_person_comes_back_when_the_file_says_active_again():
    imports.save(file(row("E1", active="0")), by=None)

    report = imports.save(file(row("E1", active="1")), by=None)

    person = User.objects.get()
    assert counts(report) == (0, 1, 0, 0, 0)
    assert (person.is_active, person.deactivated_at, person.session_epoch) == (True, None, 1)


def test_a_new_address_replaces_the_confirmed_one():
    imports.save(file(row("E1", email="old@example.org")), by=None)

    imports.save(file(row("E1", email="new@example.org")), by=None)

    assert User.objects.get().email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("new@example.org", True)]


def test_with_a_wrong_row_nothing_is_saved():
    report = imports.save(file(row("E1"), row("E2", email="nobody")), by=None)

    assert not report.saved
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_right_rows_are_saved_when_asked_for():
    report = imports.save(file(row("E1"), row("E2", email="nobody")), by=None, skip_errors=True)

    assert report.saved
    assert counts(report) == (1, 0, 0, 0, 1)
    assert [person.employee_id for person in User.objects.all()] == ["E1"]


def test_a_row_whose_manager_is_on_a_wrong_row_is_wrong_as_well():
    report = imports.save(
        file(row("E1", email="nobody"), row("E2", manager_employee_id="E1"), row("E3", manager_employee_id="E2")),
        by=None,
        skip_errors=True,
    )

    assert problems(report)[1:] == [
        (3, "manager_employee_id", "The manager is on row 2, which is wrong. Mend that row first."),
        (4, "manager_employee_id", "The manager is on row 3, which is wrong. Mend that row first."),
    ]
    assert not User.objects.exists()


def test_a_wrong_row_of_a_manager_who_is_here_already_does_no_harm_to_the_reports():
    UserFactory(employee_id="E1")

    report = imports.save(
        file(row("E1", email="nobody"), row("E2", manager_employee_id="E1")), by=None, skip_errors=True
    )

    assert places(report) == [(2, "email")]
    assert User.objects.get(employee_id="E2").manager.employee_id == "E1"


def test_everything_is_in_one_transaction(monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 1)
    calls = []

    def fail_at_the_second(entries):
        calls.append(entries)
        if len(calls) == 2:
            raise RuntimeError("the lights went out")

    monkeypatch.setattr(imports.trail, "record_many", fail_at_the_second)

    with pytest.raises(RuntimeError):
        imports.save(file(row("E1"), row("E2")), by=None)

    assert not User.objects.exists()


def test_batches_know_managers_of_earlier_and_later_ones(monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 1)

    imports.save(file(row("E1", manager_employee_id="E2"), row("E2"), row("E3", manager_employee_id="E2")), by=None)

    assert dict(User.objects.values_list("employee_id", "manager__employee_id")) == {"E1": "E2", "E2": None, "E3": "E2"}


def test_the_trail_names_who_imported_and_each_person(hr):
    imports.save(file(row("E77")), by=hr)

    person = User.objects.get(employee_id="E77")
    assert list(AuditEntry.objects.order_by("id").values_list("verb", "actor_id", "object_id")) == [
        ("people.created", hr.pk, person.pk),
        ("people.imported", hr.pk, None),
    ]


def test_only_hr_and_administrators_import(mentee):
    with pytest.raises(PermissionDenied):
        imports.look(file(row("E1")), by=mentee)
    with pytest.raises(PermissionDenied):
        imports.save(file(row("E1")), by=mentee)


def test_hr_cannot_take_over_an_administrators_address(hr, administrator):
    wanted = row(administrator.employee_id, email="mine@example.org", full_name=administrator.full_name)

    report = imports.save(file(wanted), by=hr, skip_errors=True)

    assert problems(report) == [(2, "email", "This person is an administrator. Ask an administrator to change this.")]
    administrator.refresh_from_db()
    assert administrator.email == "adam@example.org"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"active": "true"}, "active"),
        ({"active": "true", "email": "mine@example.org"}, "email"),
        ({"active": "false", "email": "mine@example.org"}, "email"),
    ],
)
def test_hr_does_not_become_administrator_through_one_who_left(hr, cells, column):
    former = UserFactory(roles=[Role.ADMINISTRATOR], is_active=False, deactivated_at=now())
    wanted = row(former.employee_id, **{"email": former.email, "full_name": former.full_name} | cells)

    report = imports.save(file(wanted), by=hr, skip_errors=True)

    assert problems(report) == [(2, column, "This person is an administrator. Ask an administrator to change this.")]
    assert User.objects.filter(pk=former.pk, is_active=False, email=former.email).exists()


def test_a_former_administrator_comes_back_by_an_administrators_file_and_stays_away_by_hrs(hr, administrator):
    former = UserFactory(roles=[Role.ADMINISTRATOR], is_active=False, deactivated_at=now())
    cells = {"email": former.email, "full_name": former.full_name}

    left = imports.save(file(row(former.employee_id, active="false", **cells)), by=hr)
    back = imports.save(file(row(former.employee_id, email="back@example.org", full_name="Bo")), by=administrator)

    assert (left.wrong, back.updated) == (0, 1)
    assert User.objects.filter(pk=former.pk, is_active=True, email="back@example.org").exists()


def test_the_last_administrator_and_oneself_stay(hr, administrator):
    away = {"active": "false"}

    by_system = imports.look(file(row(administrator.employee_id, email=administrator.email, **away)), by=None)
    by_self = imports.look(file(row(hr.employee_id, email=hr.email, **away)), by=hr)

    assert problems(by_system) == [
        (2, "active", "No administrator would be left. Make somebody else administrator first.")
    ]
    assert problems(by_self) == [(2, "active", "This is you. Somebody else must deactivate you.")]


def test_two_thousand_rows_take_a_number_of_queries_that_grows_with_batches_only(django_assert_max_num_queries):
    rows = [row(f"E{n}", manager_employee_id=f"E{n // 8}" if n else "") for n in range(2000)]

    with django_assert_max_num_queries(200):
        report = imports.save(file(*rows), by=None)

    assert counts(report) == (2000, 0, 0, 0, 0)
    assert User.objects.filter(manager=None).count() == 1
    with django_assert_max_num_queries(20):
        assert counts(imports.save(file(*rows), by=None)) == (0, 0, 0, 2000, 0)
