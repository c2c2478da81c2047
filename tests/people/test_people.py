"""Adding, changing and deactivating people, by hand."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.keeping.erasing import erase
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice
from stretchhub.people import imports
from stretchhub.people.actions import person as actions
from stretchhub.people.models import Role, User
from tests.factories import UserFactory
from tests.people.directory import file, row

pytestmark = pytest.mark.django_db

FIELDS = {
    "full_name": "Ana Bell",
    "email": "Ana@Example.org",
    "employee_id": "E900",
    "manager": "",
    "time_zone": "Europe/London",
}


def page(person: User, *parts: str) -> str:
    return "/".join(["/people", str(person.code), *parts]) + "/"


def test_hr_adds_a_person_once_however_often_the_form_is_sent(sign_in, hr):
    client = sign_in(hr)
    sent = {**FIELDS, "manager": hr.email, "submit_key": "k1"}

    first = client.post("/people/add/", sent)
    second = client.post("/people/add/", sent)

    ana = User.objects.get(email="ana@example.org")
    assert first.url == second.url == page(ana)
    assert (ana.manager, ana.employee_id, ana.has_usable_password()) == (hr, "E900", False)
    assert EmailAddress.objects.get(user=ana).verified
    assert AuditEntry.objects.filter(verb="people.created", object_id=ana.pk, actor=hr).count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "HANA@example.org"}, "Another person already has this e-mail address."),
        ({"employee_id": "E-1"}, "Another person has this employee id. Check it, or leave it empty."),
        ({"full_name": ""}, "This field is required."),
        ({"manager": "nobody@example.org"}, "Nobody here has this e-mail address or employee id."),
        ({"time_zone": "Mars/Base"}, "Mars/Base is not one of the available choices"),
    ],
)
def test_what_was_typed_comes_back_with_what_to_mend(sign_in, hr, wrong, words):
    UserFactory(employee_id="E-1")

    answer = sign_in(hr).post("/people/add/", {**FIELDS, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{wrong.get("employee_id", "E900")}"' in answer.text


def test_hr_changes_a_person_and_the_trail_knows_which_fields(sign_in, hr, mentee):
    kept = {field: getattr(mentee, field) for field in ("full_name", "employee_id", "time_zone")}

    answer = sign_in(hr).post(page(mentee, "edit"), {**FIELDS, **kept, "email": "new@example.org"})

    mentee.refresh_from_db()
    assert answer.status_code == 302
    assert mentee.email == "new@example.org"
    assert list(EmailAddress.objects.filter(user=mentee).values_list("email", flat=True)) == ["new@example.org"]
    assert AuditEntry.objects.get(verb="people.updated").fields == ["department", "email", "job_title"]


def told_of_the_change(*former: str) -> bool:
    """Whether these addresses, and no others, were mailed that they count no more."""
    mail.outbox.clear()
    deliver()
    words = [message for message in mail.outbox if message.subject.startswith("The address of your StretchHub")]
    assert not any("new@example.org" in message.message().as_string() for message in words)
    return sorted(message.to[0] for message in words) == sorted(former)


@pytest.mark.parametrize("way", ["form", "file"])
def test_nobodys_account_is_taken_over_by_another_address_in_silence(hr, mentee, way):
    if way == "form":
        actions.change_person(mentee, by=hr, email="new@example.org")
    else:
        cells = {"email": "new@example.org", "full_name": mentee.full_name}
        imports.save(file(row(mentee.employee_id, **cells)), by=hr)

    assert Notice.objects.get(kind="people.former_address").address == "mina@example.org"
    assert told_of_the_change("mina@example.org")
    entry = AuditEntry.objects.get(verb="people.former_address_told")
    assert (entry.actor_id, entry.object_id, entry.fields) == (hr.pk, mentee.pk, ["email"])


def test_the_message_to_a_former_address_goes_with_the_person_who_is_erased(hr, mentee, mentor):
    for person in (mentee, mentor):
        actions.change_person(person, by=hr, email=f"new.{person.email}")

    erase(mentee)

    told = Notice.objects.filter(kind="people.former_address").values_list("address", flat=True)
    assert list(told) == ["tom@example.org"]


def test_another_title_or_an_address_nobody_could_sign_in_by_yet_is_told_to_no_mailbox(hr, mentee):
    uninvited = UserFactory()
    uninvited.set_unusable_password()
    uninvited.save()

    actions.change_person(mentee, by=hr, job_title="Lead")
    actions.change_person(uninvited, by=hr, email="new@example.org")

    assert told_of_the_change()
    assert not AuditEntry.objects.filter(verb="people.former_address_told").exists()


def test_where_nothing_is_other_than_before_nothing_is_written(hr, mentee):
    assert actions.change_person(mentee, by=hr, job_title=mentee.job_title, full_name=mentee.full_name) == []

    assert not AuditEntry.objects.filter(verb="people.updated").exists()


def test_a_manager_who_reports_to_the_person_is_refused(hr, mentee, mentor):
    actions.change_person(mentee, by=hr, manager=mentor)

    with pytest.raises(ValidationError, match="Mina Okafor reports to this person"):
        actions.change_person(mentor, by=hr, manager=mentee)


def test_hr_does_not_touch_an_administrators_way_in(sign_in, hr, administrator):
    client = sign_in(hr)

    assert client.get(page(administrator)).status_code == 200
    assert client.get(page(administrator, "edit")).status_code == 403
    assert client.post(page(administrator, "deactivate")).status_code == 403


def test_hr_does_not_readdress_or_bring_back_an_administrator_who_left(sign_in, hr):
    former = UserFactory(roles=[Role.ADMINISTRATOR], is_active=False, deactivated_at=now())
    client = sign_in(hr)
    data = {**FIELDS, "full_name": former.full_name, "email": "mine@example.org", "employee_id": former.employee_id}

    assert client.get(page(former)).status_code == 200
    assert client.post(page(former, "edit"), data).status_code == 403
    assert client.post(page(former, "reactivate")).status_code == 403
    assert User.objects.filter(pk=former.pk, is_active=False, email=former.email).exists()


def test_a_deactivated_person_is_signed_out_at_the_next_request_for_good(sign_in, hr, mentee):
    theirs, mine = sign_in(mentee), sign_in(hr)
    assert theirs.get("/me/").status_code == 200

    mine.post(page(mentee, "deactivate"))

    assert theirs.get("/me/").status_code == 302
    mine.post(page(mentee, "reactivate"))
    assert theirs.get("/me/").status_code == 302
    mentee.refresh_from_db()
    assert mentee.is_active
    verbs = AuditEntry.objects.filter(object_id=mentee.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["people.deactivated", "people.reactivated"]


def test_deactivating_twice_is_once(sign_in, hr, mentee):
    client = sign_in(hr)

    answers = [client.post(page(mentee, "deactivate")).status_code for _again in range(2)]

    assert answers == [302, 302]
    assert AuditEntry.objects.filter(verb="people.deactivated").count() == 1


def test_nobody_deactivates_themselves_and_one_administrator_stays(administrator, hr):
    second = UserFactory(roles=[Role.ADMINISTRATOR])

    with pytest.raises(PermissionDenied):
        actions.deactivate(administrator, by=administrator)
    actions.deactivate(second, by=administrator)
    with pytest.raises(PermissionDenied):
        actions.deactivate(administrator, by=hr)


def test_roles_are_granted_and_revoked_by_administrators_from_the_next_request_on(sign_in, administrator, mentee):
    client, theirs = sign_in(administrator), sign_in(mentee)
    assert theirs.get("/people/").status_code == 403

    client.post(page(mentee, "roles", "grant"), {"role": "hr"})
    assert theirs.get("/people/").status_code == 200

    client.post(page(mentee, "roles", "revoke"), {"role": "hr"})
    assert theirs.get("/people/").status_code == 403
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "people.role_granted.hr",
        "people.role_revoked.hr",
    ]


def test_hr_grants_no_roles(sign_in, hr, mentee):
    assert sign_in(hr).post(page(mentee, "roles", "grant"), {"role": "administrator"}).status_code == 403
    assert "Grant HR" not in sign_in(hr).get(page(mentee)).text


def test_the_last_administrator_keeps_the_role(sign_in, administrator):
    client = sign_in(administrator)

    assert client.post(page(administrator, "roles", "revoke"), {"role": "administrator"}).status_code == 403
    assert "The last administrator keeps the role." in client.get(page(administrator)).text


def test_a_role_that_does_not_exist_is_refused_in_words(sign_in, administrator, mentee):
    answer = sign_in(administrator).post(page(mentee, "roles", "grant"), {"role": "king"}, follow=True)

    assert "There is no such role." in answer.text
    assert not mentee.role_grants.exists()


def test_people_see_their_own_record_and_nobody_elses(sign_in, mentee, mentor):
    client = sign_in(mentee)

    assert client.get(page(mentee)).status_code == 200
    assert client.get(page(mentor)).status_code == 404
    assert client.get("/people/").status_code == 403
    assert client.post("/people/invite/").status_code == 403


def test_the_list_is_searched_by_name_address_id_and_department(sign_in, hr):
    UserFactory(full_name="Ana Bell", department="Care/Claims", email="ana@example.org", employee_id="X9")
    UserFactory(full_name="Ben Cole", department="Sales")
    client = sign_in(hr)

    for words in ("bell", "ANA@", "x9", "claims ana"):
        found = client.get("/people/", {"q": words}).text
        assert "Ana Bell" in found
        assert "Ben Cole" not in found
    assert "Nobody found" in client.get("/people/", {"q": "zebra"}).text


def test_the_list_shows_active_people_and_on_request_the_others(sign_in, hr):
    gone = UserFactory(full_name="Gone Girl")
    actions.deactivate(gone, by=hr)
    client = sign_in(hr)

    assert "Gone Girl" not in client.get("/people/").text
    assert "Gone Girl" in client.get("/people/?show=all").text
    assert "Gone Girl" in client.get("/people/?show=inactive").text


def test_the_list_goes_on_by_key_without_losing_anybody(sign_in, hr):
    for number in range(60):
        UserFactory(full_name=f"Same Name{number % 3}")
    client = sign_in(hr)

    first = client.get("/people/")
    second = client.get("/people/", {"after": first.context["page"].next_key})

    people = [person.pk for answer in (first, second) for person in answer.context["page"]]
    assert sorted(people) == sorted(User.objects.values_list("pk", flat=True))


def test_lists_and_pages_take_the_same_number_of_queries_at_one_and_three(sign_in, hr, administrator, count_queries):
    person = UserFactory(full_name="Aaa First", roles=[Role.CALIBRATOR])
    client = sign_in(administrator)
    UserFactory(manager=person)
    one = count_queries(client, "/people/"), count_queries(client, page(person))

    for _number in range(2):
        UserFactory(manager=person, roles=[Role.HR])
    three = count_queries(client, "/people/"), count_queries(client, page(person))

    assert one == three


def test_settings_are_ones_own(sign_in, mentee):
    client = sign_in(mentee)

    answer = client.post(
        "/me/", {"preferred_name": "Mimi", "time_zone": "Asia/Tokyo", "working_days": ["1", "3"], "theme": "dark"}
    )

    mentee.refresh_from_db()
    assert answer.status_code == 302
    assert (mentee.preferred_name, mentee.time_zone, mentee.working_days, mentee.theme) == (
        "Mimi",
        "Asia/Tokyo",
        "13",
        "dark",
    )
    assert 'data-theme="dark"' in client.get("/me/").text


def test_settings_without_a_working_day_come_back(sign_in, mentee):
    answer = sign_in(mentee).post("/me/", {"preferred_name": "Mimi", "time_zone": "UTC", "theme": "dark"})

    assert answer.status_code == 422
    assert "Mimi" in answer.text


@pytest.mark.parametrize("unseen", ["\r\n", "\x07", "\u2028", "\u202e", "\u2066"])
def test_no_name_holds_what_nobody_sees(sign_in, mentee, unseen):
    typed = {"preferred_name": f"Am{unseen}Bcc: x", "time_zone": "UTC", "working_days": ["1"], "theme": "dark"}

    answer = sign_in(mentee).post("/me/", typed)

    assert answer.status_code == 422
    assert "It holds a control character that cannot be seen. Type it again." in answer.text
    mentee.refresh_from_db()
    assert mentee.preferred_name == ""


def test_letters_that_are_joined_by_what_nobody_sees_are_a_name(sign_in, mentee):
    sign_in(mentee).post(
        "/me/", {"preferred_name": "علی\u200cرضا", "time_zone": "UTC", "working_days": ["1"], "theme": "dark"}
    )

    mentee.refresh_from_db()
    assert mentee.preferred_name == "علی\u200cرضا"


def test_the_theme_is_chosen_on_any_page_and_leads_back_to_it(sign_in, mentee):
    client = sign_in(mentee)

    assert client.post("/me/theme/", {"theme": "dark", "next": "/notices/"}).url == "/notices/"
    assert client.post("/me/theme/", {"theme": "neon", "next": "https://evil.example/"}).url == "/me/"
    assert client.post("/me/theme/", {"theme": "dark", "next": "//evil.example/"}).url == "/me/"
    mentee.refresh_from_db()
    assert mentee.theme == "dark"


def test_before_signing_in_the_theme_is_kept_in_the_browser(db):
    client = Client()

    client.post("/me/theme/", {"theme": "dark", "next": "/accounts/login/"})

    assert 'data-theme="dark"' in client.get("/accounts/login/").text


def test_times_are_shown_in_the_readers_zone(sign_in, hr):
    hr.time_zone = "Asia/Tokyo"
    hr.save()
    AuditEntry.objects.create(actor=hr, verb="people.updated", at="2025-06-01T20:30:00Z")

    assert "Mon 2 Jun 2025, 05:30" in sign_in(hr).get("/audit/").text
