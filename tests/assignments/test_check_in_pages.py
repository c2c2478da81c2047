from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments import agenda
from assignments.actions import agenda as agenda_actions
from assignments.actions import charter as charters
from assignments.actions import check_in as check_ins
from assignments.actions import programme as programmes
from assignments.forms.charter_first import first_words
from assignments.models import AgendaItem, Assignment, Charter, CheckIn, CheckInAnswer, Programme
from assignments.refusals import Stale
from stretchhub.env import today
from stretchhub.people.models import Draft
from tests.factories import (
    AgendaItemFactory,
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    MentorshipFactory,
)

pytestmark = pytest.mark.django_db

WORDS = {"moved": "Both leads agreed.", "next_try": "Ask the critic first."}


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    made = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)
    CharterFactory(assignment=made, acknowledged=True)
    return made


@pytest.fixture
def check_in(assignment):
    return CheckInFactory(assignment=assignment)


def page(name, thing) -> str:
    return reverse(f"assignments:{name}", args=[thing.code])


def days_ago(days):
    return today() - timedelta(days=days)


# --- the page of an assignment's check-ins ----------------------------------------------------------------


def test_the_page_shows_what_is_due_what_comes_next_and_what_was_held(assignment, mentee, sign_in):
    kept = CheckInFactory(assignment=assignment, due_on=days_ago(14))
    CheckInAnswerFactory(check_in=kept, by=assignment.mentee)
    CheckInAnswerFactory(check_in=kept, by=assignment.mentor, moved="Tom saw the demo.")
    due = CheckInFactory(assignment=assignment, due_on=days_ago(0))
    CheckInFactory(assignment=assignment, due_on=days_ago(-14))
    CheckInFactory(assignment=assignment, due_on=days_ago(-28))

    words = sign_in(mentee).get(page("check-ins", assignment)).content.decode()

    assert f'href="{page("check-in", due)}">Answer the check-in' in words
    assert "2 are planned until the end." in words
    assert "Tom: Tom saw the demo." in words
    assert "Every two weeks" in words


def test_older_check_ins_come_by_key_and_none_of_them_counts_as_late(assignment, mentor, sign_in):
    for week in range(16):
        CheckInFactory(assignment=assignment, due_on=days_ago(7 * week + 1))
    client = sign_in(mentor)
    first = client.get(page("check-ins", assignment))
    more = client.get(page("check-ins", assignment), {"after": first.context["page"].next_key})

    assert len(first.context["page"]) + 1 + len(more.context["page"]) == 16
    assert first.context["due"].word == "Late"
    assert {meeting.word for meeting in more.context["page"]} == {"Missed"}
    assert more.context["due"] is None


def test_before_the_work_begins_the_page_says_when_check_ins_do(mentee, sign_in):
    made = AssignmentFactory(option__mentorship__mentee=mentee, chartering=True)

    words = sign_in(mentee).get(page("check-ins", made)).content.decode()

    assert "They begin with the work" in words


@pytest.mark.parametrize("name", ["check-ins", "workload"])
def test_the_pages_take_the_same_queries_for_one_and_for_three(assignment, mentee, name, sign_in, count_queries):
    client, url = sign_in(mentee), page(name, assignment)
    counts = []
    for number in (1, 2):
        for each in range(number):
            row = CheckInFactory(assignment=assignment, due_on=days_ago(7 * (number + each)))
            CheckInAnswerFactory(check_in=row, load=4, hours=6)
            AgendaItemFactory(assignment=assignment)
        client.get(url)
        counts.append(count_queries(client, url))

    assert counts[0] == counts[1] <= 12


# --- the agenda ------------------------------------------------------------------------------------------


def test_what_is_not_settled_is_carried_over(assignment, mentee, mentor, sign_in, clock):
    CheckInFactory(assignment=assignment, due_on=days_ago(-3))
    sign_in(mentee).post(page("agenda-add", assignment), {"text": "Who decides about the printer?"})
    clock(days=5)

    [line] = agenda.of(assignment).open

    assert (line.item.text, line.item.added_by) == ("Who decides about the printer?", mentee)
    assert line.carried_from == days_ago(2)
    assert "carried over from" in sign_in(mentor).get(page("check-ins", assignment)).content.decode()


def test_a_settled_item_leaves_the_agenda_and_can_be_taken_up_again(assignment, check_in, mentor, sign_in):
    item = AgendaItemFactory(assignment=assignment)
    client, url = sign_in(mentor), page("agenda-settle", item)

    answer = client.post(url, {"next": page("check-in", check_in)})
    item.refresh_from_db()
    found = agenda.of(assignment)

    assert answer.url == page("check-in", check_in) + "#agenda"
    assert (item.check_in, found.open, found.settled) == (check_in, (), (item,))
    client.post(url, {"undo": "1", "next": "https://elsewhere.example/"})
    assert [line.item for line in agenda.of(assignment).open] == [item]


def test_settling_twice_counts_once(assignment):
    item = AgendaItemFactory(assignment=assignment)
    agenda_actions.settle(item, by=assignment.mentee)
    first = AgendaItem.objects.get().settled_at
    agenda_actions.settle(item, by=assignment.mentor)

    assert AgendaItem.objects.get().settled_at == first
    agenda_actions.take_up(item, by=assignment.mentor)
    agenda_actions.take_up(item, by=assignment.mentor)
    assert AgendaItem.objects.get().settled_at is None


def test_an_empty_item_is_asked_for_again(assignment, mentee, sign_in):
    answer = sign_in(mentee).post(page("agenda-add", assignment), {"text": " "})

    assert answer.status_code == 422
    assert "Write in a few words" in answer.content.decode()


def test_only_the_two_keep_the_agenda(assignment, sponsor):
    with pytest.raises(PermissionDenied):
        agenda_actions.add(assignment, by=sponsor, text="Mine")


# --- the rhythm -------------------------------------------------------------------------------------------


def test_another_rhythm_is_a_new_version_of_the_charter_and_plans_anew(assignment, mentee, sign_in):
    charter = assignment.charter
    check_ins.plan(assignment)

    answer = sign_in(mentee).post(page("rhythm", assignment), {"rhythm": "weekly", "version": charter.version})
    charter.refresh_from_db()

    assert answer.url == page("check-ins", assignment)
    assert (charter.rhythm, charter.version) == ("weekly", 2)
    days = CheckIn.objects.filter(cancelled_at__isnull=True).order_by("due_on").values_list("due_on", flat=True)
    assert (days[1] - days[0]).days == 7


def test_the_same_rhythm_changes_nothing(assignment, mentee, sign_in):
    sign_in(mentee).post(page("rhythm", assignment), {"rhythm": "fortnightly", "version": 1})

    assert Charter.objects.get().version == 1


def test_a_charter_changed_meanwhile_shows_both_rhythms(assignment, mentee, mentor, sign_in):
    charters.change_rhythm(assignment, by=mentor, version=1, rhythm="monthly")

    answer = sign_in(mentee).post(page("rhythm", assignment), {"rhythm": "weekly", "version": 1})
    words = answer.content.decode()

    assert answer.status_code == 409
    assert Charter.objects.get().rhythm == "monthly"
    assert 'value="weekly" required id="id_rhythm_0" checked' in words or 'value="weekly"' in words
    assert "Every month" in words and 'name="version" value="2"' in words


def test_nothing_chosen_is_asked_again(assignment, mentee, sign_in):
    assert sign_in(mentee).post(page("rhythm", assignment), {"version": 1}).status_code == 422


def test_while_it_is_paused_a_new_rhythm_waits(assignment, mentee, sign_in):
    assignment.status, assignment.paused_on = "paused", today()
    assignment.save()

    answer = sign_in(mentee).post(page("rhythm", assignment), {"rhythm": "weekly", "version": 1}, follow=True)

    assert "asked to acknowledge this version" in answer.content.decode()
    assert not CheckIn.objects.exists()


# --- the programme ----------------------------------------------------------------------------------------


def test_charters_begin_with_the_rhythms_of_the_programme(hr, sign_in, mentor):
    client = sign_in(hr)
    words = {"rhythm": "weekly", "sponsor_rhythm": "monthly", "escalate_to": hr.pk, "version": 0}
    made = AssignmentFactory(chartering=True)
    before = first_words(made)["rhythm"]

    answer = client.post("/programme/", words)

    assert answer.url == "/programme/"
    assert Programme.objects.get().escalate_to == hr
    assert (before, first_words(made)["rhythm"], first_words(made)["sponsor_rhythm"]) == (
        "fortnightly",
        "weekly",
        "monthly",
    )
    assert client.post("/programme/", words | {"escalate_to": mentor.pk, "version": 1}).status_code == 422


def test_two_who_set_the_programme_at_once_see_both(hr, administrator, sign_in):
    words = {"rhythm": "weekly", "sponsor_rhythm": "monthly", "escalate_to": ""}
    programmes.set_programme(
        by=hr, version=0, words={"rhythm": "monthly", "sponsor_rhythm": "weekly", "escalate_to": hr}
    )

    answer = sign_in(administrator).post("/programme/", words | {"version": 7})

    assert answer.status_code == 409
    assert "Hana Ito" in answer.content.decode()
    assert Programme.objects.get().rhythm == "monthly"


def test_a_first_row_written_at_once_by_another_is_kept(hr, monkeypatch):
    words = {"rhythm": "monthly", "sponsor_rhythm": "weekly", "escalate_to": None}
    programmes.set_programme(by=hr, version=0, words=words)
    monkeypatch.setattr(programmes, "programme_now", lambda: Programme(version=0))

    with pytest.raises(Stale):
        programmes.set_programme(by=hr, version=0, words=words | {"rhythm": "weekly"})


# --- drafts and copies of an answer -----------------------------------------------------------------------


def test_an_answer_under_way_is_kept_on_the_server_and_gone_once_sent(check_in, mentee, mentor, sign_in):
    client, url = sign_in(mentee), page("check-in", check_in)
    saved = client.post(url, {"moved": "Half a", "load": "4", "version": 0}, headers={"X-Autosave": "1"})

    assert saved.json()["version"] == 1
    again = sign_in(mentee).get(url).content.decode()
    assert "Half a" in again
    assert 'name="version" value="1"' in again
    assert "Half a" not in sign_in(mentor).get(url).content.decode()

    client.post(url, WORDS)

    assert not Draft.objects.exists()
    late = client.post(url, {"moved": "Too late", "version": 1}, headers={"X-Autosave": "1"})
    assert (late.status_code, Draft.objects.count()) == (422, 0)


def test_a_draft_can_be_kept_without_script_and_two_pages_lose_nothing(check_in, mentee, sign_in):
    client, url = sign_in(mentee), page("check-in", check_in)

    assert client.post(url, {"moved": "First page", "version": 0, "keep": "1"}).status_code == 302
    second = client.post(url, {"moved": "Second page", "version": 0, "keep": "1"})

    words = second.content.decode()
    assert second.status_code == 409
    assert "First page" in words and "Second page" in words
    assert Draft.objects.get().content["moved"] == "First page"


def test_an_older_page_is_not_sent_over_a_newer_draft(check_in, mentee, sign_in, clock):
    client, url = sign_in(mentee), page("check-in", check_in)
    client.post(url, {"moved": "Long words from the phone", "version": 0}, headers={"X-Autosave": "1"})
    clock(minutes=1)

    older = client.post(url, WORDS | {"version": 0})

    words = older.content.decode()
    assert older.status_code == 409
    assert "Long words from the phone" in words and WORDS["moved"] in words
    assert not CheckInAnswer.objects.exists()
    assert client.post(url, WORDS | {"version": 1}).status_code == 302


def test_what_was_begun_stays_to_be_copied_when_the_work_is_paused(assignment, check_in, mentee, mentor, sign_in):
    client, url = sign_in(mentee), page("check-in", check_in)
    client.post(url, {"moved": "Half a page", "version": 0}, headers={"X-Autosave": "1"})
    Assignment.objects.update(status="paused", paused_on=today())

    words = client.get(url).content.decode()

    assert "What you typed" in words and "Half a page" in words
    assert "Half a page" not in sign_in(mentor).get(url).content.decode()


def test_the_last_answer_is_copied_on_request_but_not_the_load(assignment, check_in, mentee, sign_in):
    earlier = CheckInFactory(assignment=assignment, due_on=days_ago(14))
    CheckInAnswerFactory(check_in=earlier, by=mentee, moved="The old words", load=5, hours=6, avoided="The budget")
    client, url = sign_in(mentee), page("check-in", check_in)
    client.post(url, {"moved": "", "avoided": "Begun anew", "version": 0}, headers={"X-Autosave": "1"})

    plain, copied = client.get(url).context["form"], client.get(url, {"copy": "last"}).context["form"]

    assert plain["moved"].value() != "The old words"
    assert copied["moved"].value() == "The old words"
    assert copied["avoided"].value() == "Begun anew"
    assert copied["load"].value() is None


def test_hours_and_whose_feedback_are_answered_too(check_in, mentee, mentor, sign_in):
    sign_in(mentee).post(page("check-in", check_in), WORDS | {"hours": "6.5", "feedback_from": "Ines"})

    answer = CheckInAnswer.objects.get()
    assert (answer.hours, answer.feedback_from) == (6.5, "Ines")
    seen = sign_in(mentor).get(page("check-in", check_in)).content.decode()
    assert "about 6.5" in seen
    assert "Hours a week you see it taking" in seen


def test_where_the_two_see_it_differently_is_said_once_both_have_answered(check_in, mentee, mentor, sign_in):
    client = sign_in(mentee)
    CheckInAnswerFactory(check_in=check_in, by=mentee, load=5, hours=9, decision_missing="Who pays?", scope="More")
    assert "Where to begin" not in client.get(page("check-in", check_in)).content.decode()

    CheckInAnswerFactory(check_in=check_in, by=mentor, load=2, hours=4, avoided="The north", scope="More")
    words = client.get(page("check-in", check_in)).content.decode()

    assert "The load: 5 of 5 for Mina, 2 of 5 as Tom sees it." in words
    assert "about 9 a week says Mina, about 4 says Tom" in words
    assert "Mina misses a decision that Tom did not name." in words
    assert "Tom names something that is being avoided; Mina does not." in words
    assert reverse("sponsors:ask-add", args=[check_in.assignment.code]) in words
