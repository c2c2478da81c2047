import pytest

from stretchhub.people.actions import draft
from stretchhub.people.models import Draft, Submission
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def keep(owner, words, edit=0):
    return draft.keep(owner=owner, form="evidence", about="x", content={"title": words}, edit=edit)


def test_each_saving_goes_on_from_the_one_before(mentee):
    first = keep(mentee, "A")
    second = keep(mentee, "AB", edit=first.edit)

    assert (first.edit, second.edit) == (1, 2)
    assert Draft.objects.get().content == {"title": "AB"}


def test_an_answer_that_was_lost_is_asked_for_again_without_harm(mentee):
    keep(mentee, "A")

    assert keep(mentee, "A").edit == 1
    assert Draft.objects.get().edit == 1


def test_another_page_of_the_same_form_is_noticed_and_nothing_overwritten(mentee):
    keep(mentee, "here")

    with pytest.raises(draft.Overtaken) as other:
        keep(mentee, "there")

    assert other.value.draft.content == {"title": "here"}
    assert Draft.objects.get().content == {"title": "here"}


def test_words_typed_on_after_the_draft_went_elsewhere_are_kept_anew(mentee):
    keep(mentee, "A")
    draft.forget(owner=mentee, form="evidence", about="x")

    assert keep(mentee, "AB", edit=1).content == {"title": "AB"}


def test_a_draft_is_its_owners_alone(mentee):
    keep(mentee, "mine")

    assert draft.find(owner=UserFactory(), form="evidence", about="x") is None
    assert draft.find(owner=mentee, form="evidence", about="x").content == {"title": "mine"}


def test_what_was_sent_is_known_by_its_key(mentee):
    Submission.objects.create(actor=mentee, route="/x/", key="k", body_digest="0", result="/done/")
    Submission.objects.create(actor=mentee, route="/x/", key="open", body_digest="0")

    assert draft.was_sent(owner=mentee, key="k")
    assert not draft.was_sent(owner=mentee, key="open")
    assert not draft.was_sent(owner=mentee, key="")
    assert not draft.was_sent(owner=UserFactory(), key="k")
