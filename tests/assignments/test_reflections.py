"""Reflections: the mentee's own, shown to the mentor whole or by one line, and to nobody else, whatever their role."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.reflection import edit_reflection, remove_reflection, show_reflection, write_reflection
from assignments.models import Reflection
from assignments.refusals import Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from stretchhub.people.models import Draft
from tests.factories import AssignmentFactory, OptionFactory, ReflectionFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "worked": "I asked first.",
    "surprised": "",
    "differently": "",
    "on": date(2026, 11, 6),
    "shared_line": "",
    "shared_with_mentor": False,
}
SECRET = "I was afraid of the numbers."


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)


def typed(**changed):
    return {name: value for name, value in (WORDS | changed).items() if value is not False}


def log_page(client, assignment):
    return client.get(reverse("assignments:log", args=[assignment.code])).content.decode()


def test_a_reflection_is_private_from_the_start_and_the_trail_does_not_say_what_is_in_it(
    assignment, mentee, mentor, sign_in
):
    client, url = sign_in(mentee), reverse("assignments:reflection-add", args=[assignment.code])

    answers = [client.post(url, typed(worked=SECRET) | {"submit_key": "k"}) for _again in range(2)]

    reflection = Reflection.objects.get()
    here = reverse("assignments:reflection", args=[reflection.code])
    assert [answer.url for answer in answers] == [here] * 2
    assert (reflection.by, reflection.worked, reflection.shared_with_mentor) == (mentee, SECRET, False)
    assert sign_in(mentor).get(here).status_code == 404
    assert SECRET not in log_page(sign_in(mentor), assignment)
    assert SECRET in log_page(client, assignment)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.fields) == ("reflection.written", [])
    assert not Notice.objects.exists()


def test_the_mentor_reads_the_one_line_and_the_rest_never_leaves_the_database(assignment, mentee, mentor, sign_in):
    ReflectionFactory(assignment=assignment, worked=SECRET, surprised=SECRET, shared_line="A hard week.")
    ReflectionFactory(assignment=assignment, worked=SECRET)

    (row,) = Reflection.objects.shown_to(mentor)
    page = log_page(sign_in(mentor), assignment)

    assert (row.whole, row.how, row.why, row.next, row.shared_line) == (False, "", "", "", "A hard week.")
    assert {"worked", "surprised", "differently"} <= row.get_deferred_fields()
    assert "A hard week." in page
    assert SECRET not in page
    assert page.count("One line of") == 1


def test_shown_the_mentor_reads_all_of_it_and_kept_private_again_nothing(assignment, mentee, mentor, sign_in):
    reflection, client = ReflectionFactory(assignment=assignment, worked=SECRET), sign_in(mentee)
    url, here = (reverse(f"assignments:{name}", args=[reflection.code]) for name in ("reflection-show", "reflection"))

    seen = []
    for shown in ("1", "1", "0", "1"):
        client.post(url, {"shown": shown})
        seen.append(SECRET in sign_in(mentor).get(here).content.decode())

    assert seen == [True, True, False, True]
    assert Notice.objects.filter(kind="assignments.reflection_shown").count() == 1
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "reflection.shown",
        "reflection.kept_private",
        "reflection.shown",
    ]


@pytest.mark.parametrize("words", [{"shared_line": "A hard week."}, {"shared_with_mentor": True}])
def test_the_mentor_is_told_without_a_word_of_it(assignment, mentee, mentor, words):
    reflection = write_reflection(assignment, by=mentee, words=WORDS | {"worked": SECRET} | words)

    notice = Notice.objects.get()
    kind = kinds.get(notice.kind)
    loaded = kind.load([reflection.pk])[reflection.pk]
    letter = kind.render(notice, loaded)
    assert notice.recipient == mentor
    assert not any(text in " ".join((letter.subject, *letter.paragraphs)) for text in (SECRET, "A hard week."))
    assert kind.still_due(notice, loaded)
    edit_reflection(reflection, by=mentee, version=1, words=WORDS)
    assert not kind.still_due(notice, kind.load([reflection.pk])[reflection.pk])


def test_a_change_that_shows_something_tells_the_mentor_and_another_does_not(assignment, mentee):
    reflection = ReflectionFactory(assignment=assignment)

    edit_reflection(reflection, by=mentee, version=1, words=WORDS)
    assert not Notice.objects.exists()
    edit_reflection(reflection, by=mentee, version=2, words=WORDS | {"shared_line": "A good week."})

    assert Notice.objects.get().kind == "assignments.reflection_shown"


@pytest.mark.parametrize("who", ["mentor", "sponsor", "stranger", "hr", "administrator"])
def test_nobody_but_the_mentee_writes_changes_shows_or_removes(request, assignment, who):
    person, reflection = request.getfixturevalue(who), ReflectionFactory(assignment=assignment)

    with pytest.raises(PermissionDenied):
        write_reflection(assignment, by=person, words=WORDS)
    with pytest.raises(PermissionDenied):
        edit_reflection(reflection, by=person, version=1, words=WORDS)
    with pytest.raises(PermissionDenied):
        show_reflection(reflection, by=person, shown=True)
    with pytest.raises(PermissionDenied):
        remove_reflection(reflection, by=person)


@pytest.mark.parametrize("who", ["sponsor", "stranger", "hr", "administrator"])
def test_nobody_else_reads_one_even_when_the_mentor_may(request, assignment, who):
    person = request.getfixturevalue(who)
    ReflectionFactory(assignment=assignment, shared_with_mentor=True, shared_line="A hard week.")

    assert not Reflection.objects.visible_to(person).exists()
    assert not Reflection.objects.shown_to(person).exists()


def test_it_needs_one_sentence_somewhere_and_a_day_that_has_come(assignment, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:reflection-add", args=[assignment.code])

    empty = client.post(url, typed(worked="", shared_line="Only a line."))
    ahead = client.post(url, typed(on="2098-01-01"))

    assert (empty.status_code, ahead.status_code) == (422, 422)
    assert "Write at least one of the three; one sentence is enough." in empty.content.decode()
    assert "Only a line." in empty.content.decode()
    assert "This day is still to come." in ahead.content.decode()


def test_a_save_from_an_older_window_answers_409_with_both_texts(assignment, mentee, sign_in):
    reflection = ReflectionFactory(assignment=assignment)
    edit_reflection(reflection, by=mentee, version=1, words=WORDS | {"worked": "On the telephone."})
    url = reverse("assignments:reflection-edit", args=[reflection.code])

    response = sign_in(mentee).post(url, typed(worked="At the desk.") | {"version": "1"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "On the telephone." in page
    assert page.count("At the desk.") == 2
    assert sign_in(mentee).post(url, typed(worked="Both.") | {"version": "2"}).status_code == 302
    with pytest.raises(Stale):
        edit_reflection(reflection, by=mentee, version=1, words=WORDS)


def test_a_page_opened_before_it_was_kept_private_does_not_show_it_again(assignment, mentee, sign_in):
    reflection = ReflectionFactory(assignment=assignment, worked=SECRET, shared_with_mentor=True)
    show_reflection(reflection, by=mentee, shown=False)

    older = typed(worked=SECRET, shared_with_mentor="on", version=1)
    response = sign_in(mentee).post(reverse("assignments:reflection-edit", args=[reflection.code]), older)

    assert response.status_code == 409
    assert "Show all of it to my mentor" in response.content.decode()
    assert Reflection.objects.get().shared_with_mentor is False


def test_its_author_can_remove_it_for_good_after_being_asked(assignment, mentee, sign_in):
    reflection, client = ReflectionFactory(assignment=assignment), sign_in(mentee)
    url = reverse("assignments:reflection-remove", args=[reflection.code])

    assert "It is gone for good" in client.get(url).content.decode()
    assert Reflection.objects.exists()
    client.post(url)

    assert not Reflection.objects.exists()
    assert AuditEntry.objects.get().verb == "reflection.removed"


def test_an_older_page_is_not_sent_over_a_newer_draft(assignment, mentee, sign_in, clock):
    client, url = sign_in(mentee), reverse("assignments:reflection-add", args=[assignment.code])
    client.post(url, typed(worked="Three lines from the phone") | {"version": "0"}, headers={"X-Autosave": "1"})
    clock(minutes=1)

    older = client.post(url, typed(worked="One line") | {"version": "0"})
    page = older.content.decode()
    merged = client.post(url, typed(worked="Four lines") | {"version": "1"})

    assert older.status_code == 409
    assert "Three lines from the phone" in page and "One line" in page
    assert 'name="version" value="1"' in page
    assert merged.status_code == 302
    assert Reflection.objects.get().worked == "Four lines"
    assert not Draft.objects.exists()


def test_half_a_reflection_is_kept_as_a_draft_of_its_author_alone(assignment, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:reflection-add", args=[assignment.code])

    kept = client.post(url, {"worked": "Half a thou", "version": "0"}, headers={"X-Autosave": "1"})

    assert kept.json()["version"] == 1
    assert Draft.objects.get().owner == mentee
    assert "Half a thou" in client.get(url).content.decode()
    assert not Reflection.objects.exists()
    assert not AuditEntry.objects.exists()
