"""A form of a person that was opened before others saved: what it did not change stays as the others left it."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.http import QueryDict

from stretchhub.audit.models import AuditEntry
from stretchhub.people.actions import person as actions
from stretchhub.people.actions.person import ChangedMeanwhile
from stretchhub.people.addresses import confirm
from stretchhub.people.forms import PersonForm
from stretchhub.people.models import Role, User
from tests.factories import UserFactory
from tests.intruders.forms import Forms
from tests.reviews.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(
        full_name="Amara Obi", email="amara@example.org", job_title="Planner", location="Leeds", employee_id="E7"
    )


@pytest.fixture
def other_hr():
    return UserFactory(full_name="Victor Sim", roles=[Role.HR])


def edit_page(person):
    return f"/people/{person.code}/edit/"


def opened(client, page):
    """The fields of the form as a browser would send them, with nothing changed."""
    return filled(client.get(page), page)


def filled(answer, page):
    forms = Forms(page)
    forms.feed(answer.content.decode())
    return next(form for form in forms.found if "seen" in form.names).least()


def stands(person, *names):
    return tuple(User.objects.values_list(*names).get(pk=person.pk))


def both(answer):
    return [tuple(each) for each in answer.context["differences"]]


def test_of_two_forms_opened_together_each_writes_only_what_was_changed_in_it(sign_in, hr, other_hr, person):
    mine, theirs, own = sign_in(hr), sign_in(other_hr), sign_in(person)
    kept = opened(mine, edit_page(person))
    theirs.post(edit_page(person), opened(theirs, edit_page(person)) | {"job_title": "Lead planner"})
    own.post("/me/", opened(own, "/me/") | {"preferred_name": "Ama", "time_zone": "Europe/Paris"})

    answer = mine.post(edit_page(person), kept | {"location": "Hull"})

    assert answer.status_code == 302
    names = ("job_title", "location", "preferred_name", "time_zone")
    assert stands(person, *names) == ("Lead planner", "Hull", "Ama", "Europe/Paris")
    assert AuditEntry.objects.get(verb="people.updated", actor=hr).fields == ["location"]


def test_where_both_changed_the_same_field_both_texts_come_back_and_nothing_is_written(sign_in, hr, other_hr, person):
    mine, theirs = sign_in(hr), sign_in(other_hr)
    kept = opened(mine, edit_page(person))
    saved = {"job_title": "Lead planner", "department": "Rail"}
    theirs.post(edit_page(person), opened(theirs, edit_page(person)) | saved)

    answer = mine.post(edit_page(person), kept | {"job_title": "Senior planner", "location": "Hull"})

    assert answer.status_code == 409
    assert both(answer) == [("Job title", "Lead planner", "Senior planner")]
    assert "Somebody else changed this person while you were writing." in answer.text
    assert "Take over what you want to keep, then save again." in answer.text
    assert stands(person, "job_title", "location", "department") == ("Lead planner", "Leeds", "Rail")
    again = filled(answer, edit_page(person))
    names = ("job_title", "location", "department")
    assert [again[name] for name in names] == [["Senior planner"], ["Hull"], ["Rail"]]

    assert mine.post(edit_page(person), again).status_code == 302
    assert stands(person, *names) == ("Senior planner", "Hull", "Rail")


def test_the_page_with_both_texts_is_compared_anew_when_it_is_sent(sign_in, hr, person):
    client = sign_in(hr)
    kept = opened(client, edit_page(person))
    User.objects.filter(pk=person.pk).update(job_title="Lead planner")
    answer = client.post(edit_page(person), kept | {"job_title": "Senior planner"})
    User.objects.filter(pk=person.pk).update(job_title="Head planner")

    once_more = client.post(edit_page(person), filled(answer, edit_page(person)))

    assert once_more.status_code == 409
    assert both(once_more) == [("Job title", "Head planner", "Senior planner")]


def test_both_who_changed_the_same_field_to_the_same_words_agree(sign_in, hr, person):
    client = sign_in(hr)
    kept = opened(client, edit_page(person))
    User.objects.filter(pk=person.pk).update(job_title="Lead planner")

    answer = client.post(edit_page(person), kept | {"job_title": "Lead planner", "location": "Hull"})

    assert answer.status_code == 302
    assert AuditEntry.objects.get(verb="people.updated").fields == ["location"]


def test_an_address_confirmed_meanwhile_is_not_undone(sign_in, hr, person):
    client = sign_in(hr)
    kept = opened(client, edit_page(person))
    person.email = "ama@example.org"
    person.save()
    confirm([person])

    assert client.post(edit_page(person), kept | {"location": "Hull"}).status_code == 302

    assert stands(person, "email", "location") == ("ama@example.org", "Hull")
    assert list(EmailAddress.objects.filter(user=person).values_list("email", flat=True)) == ["ama@example.org"]
    assert not AuditEntry.objects.filter(verb="people.former_address_told").exists()


def test_a_manager_whose_own_address_was_changed_meanwhile_stays_the_manager(sign_in, hr, person, mentor):
    User.objects.filter(pk=person.pk).update(manager=mentor)
    client = sign_in(hr)
    kept = opened(client, edit_page(person))
    User.objects.filter(pk=mentor.pk).update(email="tom.berg@example.org")

    assert client.post(edit_page(person), kept | {"location": "Hull"}).status_code == 302

    assert stands(person, "manager", "location") == (mentor.pk, "Hull")


def test_what_has_to_be_mended_first_is_still_compared_with_what_was_shown(sign_in, hr, person):
    client = sign_in(hr)
    kept = opened(client, edit_page(person))
    User.objects.filter(pk=person.pk).update(job_title="Lead planner", location="York")
    wrong = client.post(edit_page(person), kept | {"job_title": "Senior planner", "email": "no address"})
    assert wrong.status_code == 422

    answer = client.post(edit_page(person), filled(wrong, edit_page(person)) | {"email": person.email})

    assert answer.status_code == 409
    assert both(answer) == [("Job title", "Lead planner", "Senior planner")]
    assert stands(person, "location") == ("York",)


def test_my_settings_write_over_nothing_that_hr_or_another_page_of_mine_has_saved(sign_in, hr, person):
    client = sign_in(person)
    kept = opened(client, "/me/")
    actions.change_person(person, by=hr, time_zone="Europe/Paris")
    client.post("/me/theme/", {"theme": "dark"})

    assert client.post("/me/", kept | {"working_days": ["1", "2"]}).status_code == 302
    assert stands(person, "time_zone", "theme", "working_days") == ("Europe/Paris", "dark", "12")


def test_my_settings_show_both_choices_where_another_page_chose_otherwise(sign_in, person):
    client = sign_in(person)
    kept = opened(client, "/me/")
    client.post("/me/", kept | {"working_days": ["1", "2"], "theme": "dark"})

    answer = client.post("/me/", kept | {"working_days": ["4", "5"], "theme": "light"})

    assert answer.status_code == 409
    assert both(answer) == [("Working days", "Mon, Tue", "Thu, Fri"), ("Colours", "Dark", "Light")]
    assert stands(person, "working_days", "theme") == ("12", "dark")
    assert client.post("/me/", filled(answer, "/me/")).status_code == 302
    assert stands(person, "working_days", "theme") == ("45", "light")


@pytest.mark.parametrize("seen", ["", "{", "[]", "7", '{"job_title": 1}', '{"nobody": ["x"]}', "[" * 100_000], ids=len)
def test_a_form_that_does_not_say_what_it_showed_counts_as_filled_in_now(sign_in, hr, person, seen):
    client = sign_in(hr)
    kept = opened(client, edit_page(person))
    User.objects.filter(pk=person.pk).update(job_title="Lead planner")

    assert client.post(edit_page(person), kept | {"seen": seen}).status_code == 302
    assert stands(person, "job_title") == ("Planner",)


def test_what_was_shown_is_no_field_of_a_person_who_is_only_added(person):
    assert "seen" not in PersonForm().fields
    form = PersonForm(instance=person)
    assert json.loads(form["seen"].value())["job_title"] == ["Planner"]


def test_a_name_kept_in_several_lines_is_what_a_browser_makes_of_it(person):
    User.objects.filter(pk=person.pk).update(job_title="Route\r\nplanner ")
    person.refresh_from_db()
    sent = QueryDict(mutable=True)
    sent.update({"full_name": "Amara Obi", "email": person.email, "employee_id": "E7", "location": "Leeds"})
    sent.update({"job_title": "Routeplanner ", "time_zone": person.time_zone})
    sent["department"] = person.department

    form = PersonForm(sent, instance=person)

    assert form.is_valid()
    assert form.changes() == {}


def test_what_was_read_before_another_saved_is_refused_whole(hr, other_hr, person):
    read = User.objects.get(pk=person.pk)
    actions.change_person(person, by=other_hr, job_title="Lead planner")

    with pytest.raises(ChangedMeanwhile):
        actions.change_person(person, by=hr, read=read, job_title="Senior planner", location="Hull")
    with pytest.raises(ChangedMeanwhile):
        actions.change_own_settings(person, read=User(time_zone="Asia/Tokyo"), time_zone="Europe/Paris")

    assert stands(person, "job_title", "location", "time_zone") == ("Lead planner", "Leeds", "UTC")


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_save_the_same_field_at_once_one_wins_and_the_others_see_it(sign_in, person):
    office = [sign_in(UserFactory(roles=[Role.HR])) for _number in range(8)]
    kept = [opened(client, edit_page(person)) for client in office]

    answers = at_once(8, lambda n: office[n].post(edit_page(person), kept[n] | {"job_title": f"Planner {n}"}))

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * 7
    (won,) = (n for n, answer in enumerate(answers) if answer.status_code == 302)
    assert stands(person, "job_title") == (f"Planner {won}",)
    assert all(f"Planner {n}" in answer.text for n, answer in enumerate(answers) if n != won)
    assert AuditEntry.objects.filter(verb="people.updated").count() == 1
