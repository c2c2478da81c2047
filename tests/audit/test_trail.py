"""The audit trail: written once, read by HR and administrators."""

import pytest
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from stretchhub.audit.admin import AuditEntryAdmin
from stretchhub.audit.models import AuditEntry, WrittenOnce
from stretchhub.audit.trail import record, record_many
from stretchhub.traced import request_id
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(hr):
    return record(hr, "people.updated", hr, fields=["job_title", "email"])


def test_an_entry_says_who_what_which_object_and_which_fields(entry, hr):
    entry.refresh_from_db()

    assert (entry.actor, entry.verb, entry.object_type, entry.object_id, entry.fields) == (
        hr,
        "people.updated",
        "people.user",
        hr.pk,
        ["email", "job_title"],
    )


@pytest.mark.parametrize(
    "attempt",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(verb="x"),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(verb="x"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk)._raw_delete("default"),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["verb"]),
        lambda entry: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"verb": "x"}),
        lambda entry: AuditEntry._base_manager.filter(pk=entry.pk).update(verb="x"),
        lambda entry: AuditEntry._base_manager.filter(pk=entry.pk).delete(),
        lambda entry: AuditEntry.objects.bulk_create(
            [AuditEntry(pk=entry.pk, verb="x")], update_conflicts=True, unique_fields=["id"], update_fields=["verb"]
        ),
    ],
)
def test_no_way_through_model_or_queryset_changes_or_removes_an_entry(entry, attempt):
    with pytest.raises(WrittenOnce):
        attempt(entry)

    assert list(AuditEntry.objects.values_list("pk", "verb")) == [(entry.pk, "people.updated")]


def test_the_admin_shows_entries_to_administrators_and_refuses_everything_else(entry, administrator, hr):
    admin = AuditEntryAdmin(AuditEntry, AdminSite())
    request = RequestFactory().get("/")
    request.user = administrator

    assert admin.has_view_permission(request, entry)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request, entry)
    assert not admin.has_delete_permission(request, entry)
    assert admin.get_actions(request) == {}
    with pytest.raises(PermissionDenied):
        admin.delete_view(request, str(entry.pk))
    with pytest.raises(WrittenOnce):
        admin.delete_model(request, entry)
    request.user = hr
    assert not admin.has_view_permission(request, entry)


def test_entries_carry_the_id_of_their_request(sign_in, hr, mentee):
    answer = sign_in(hr).post(f"/people/{mentee.code}/deactivate/", headers={"X-Request-ID": "chosen"})

    assert AuditEntry.objects.get(verb="people.deactivated").request_id == answer.headers["X-Request-ID"] != "chosen"
    assert request_id.get() == ""


def test_the_page_is_for_hr_and_administrators(sign_in, entry, hr, administrator, mentee):
    assert sign_in(hr).get("/audit/").status_code == 200
    assert sign_in(administrator).get("/audit/").status_code == 200
    assert sign_in(mentee).get("/audit/").status_code == 403
    assert sign_in(hr).post("/audit/").status_code == 405


def test_the_page_shows_newest_first_and_goes_on_by_key(sign_in, hr):
    record_many([AuditEntry(actor=hr, verb=f"people.number{n}") for n in range(60)])
    client = sign_in(hr)

    first = client.get("/audit/").context["page"]
    second = client.get("/audit/", {"after": first.next_key}).context["page"]

    assert [entry.verb for entry in [*first, *second]] == [f"people.number{n}" for n in reversed(range(60))]


def test_the_page_is_filtered_by_person_and_kind_of_object(sign_in, hr, mentee):
    record(hr, "people.updated", mentee)
    record(mentee, "notices.read", None)
    record(None, "exports.expired", None)
    client = sign_in(hr)

    def verbs(**asked):
        return [entry.verb for entry in client.get("/audit/", asked).context["page"]]

    assert verbs() == ["exports.expired", "notices.read", "people.updated"]
    assert verbs(who=mentee.email) == ["notices.read"]
    assert verbs(who="hana") == ["people.updated"]
    assert verbs(kind="people.user") == ["people.updated"]
    assert verbs(kind="nonsense") == ["exports.expired", "notices.read", "people.updated"]


def test_the_page_takes_the_same_number_of_queries_at_one_and_three(sign_in, hr, count_queries):
    client = sign_in(hr)
    record(hr, "people.updated", UserFactory())
    one = count_queries(client, "/audit/")

    for _more in range(2):
        record(UserFactory(), "people.updated", UserFactory())

    assert count_queries(client, "/audit/") == one
