import pytest
from django.http import QueryDict
from django.test import RequestFactory

from stretchhub.people import drafts
from stretchhub.people.actions import draft as draft_rows
from stretchhub.people.models import Draft

pytestmark = pytest.mark.django_db


def request(user, words: str):
    made = RequestFactory().post("/somewhere/", headers={"X-Autosave": "1"})
    made.POST = QueryDict(words)
    made.user = user
    return made


def test_the_words_of_a_form_are_kept_for_their_writer_alone(mentee, mentor):
    draft = draft_rows.keep(mentee, "note", "7", content={"words": "Half a thought"}, edit=0)

    assert (draft.edit, draft.content) == (1, {"words": "Half a thought"})
    assert draft_rows.find(mentee, "note", "7") == draft
    assert draft_rows.find(mentor, "note", "7") is None
    assert draft_rows.find(mentee, "note", "8") is None


def test_each_save_counts_one_on_and_the_same_words_do_not(mentee):
    for words, edit in (("a", 0), ("ab", 1), ("ab", 1)):
        draft = draft_rows.keep(mentee, "note", content={"words": words}, edit=edit)

    assert (draft.edit, draft.content) == (2, {"words": "ab"})


def test_a_second_page_overwrites_nothing(mentee):
    draft_rows.keep(mentee, "note", content={"words": "first page"}, edit=0)

    with pytest.raises(draft_rows.Overtaken) as overtaken:
        draft_rows.keep(mentee, "note", content={"words": "second page"}, edit=0)

    assert overtaken.value.draft.content == {"words": "first page"}
    assert Draft.objects.get().content == {"words": "first page"}


def test_what_was_sent_leaves_no_draft(mentee, mentor):
    for person in (mentee, mentor):
        draft_rows.keep(person, "note", content={"words": "x"}, edit=0)

    draft_rows.forget(mentee, "note")

    assert [draft.owner for draft in Draft.objects.all()] == [mentor]


def test_autosave_answers_with_the_number_to_go_on_from(mentee):
    fields = {"words": "Words", "ticks": "Ticks"}

    answer = drafts.autosaved(request(mentee, "version=0&words=One%00&ticks=a&ticks=b&other=no"), "note", fields=fields)

    assert answer.status_code == 200
    assert b'"version": 1' in answer.content
    assert b"Draft saved" in answer.content
    assert Draft.objects.get().content == {"words": "One", "ticks": ["a", "b"]}


def test_autosave_shows_both_texts_to_a_second_page(mentee):
    draft_rows.keep(mentee, "note", content={"words": "from the phone", "ticks": ["a", "b"]}, edit=0)

    answer = drafts.autosaved(request(mentee, "version=x&words=from+the+desk"), "note", fields={"words": "Words"})

    assert answer.status_code == 409
    assert b"from the phone" in answer.content
    assert b"from the desk" in answer.content
    assert Draft.objects.get().content["words"] == "from the phone"


def test_without_a_draft_nothing_is_said_of_one():
    assert drafts.saved_words(None) == ""
