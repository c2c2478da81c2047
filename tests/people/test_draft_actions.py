from datetime import timedelta

import pytest

from stretchhub.audit.models import AuditEntry
from stretchhub.celery import app
from stretchhub.env import now
from stretchhub.people.actions import draft
from stretchhub.people.models import Draft, Submission
from stretchhub.people.tasks import forget_drafts
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def freeze(monkeypatch):
    moment = now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


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


def test_what_nobody_types_twice_is_kept_whatever_was_kept_before(mentee):
    draft.put(mentee, "evidence", "x", content={"title": "A"})
    draft.put(mentee, "evidence", "x", content={"title": "B"})

    assert Draft.objects.get().content == {"title": "B"}


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


def left(owner, about, *, days, seconds=0):
    at = now() - timedelta(days=days, seconds=seconds)
    return Draft.objects.create(owner=owner, form="evidence", about=about, content={"title": "SECRET"}, saved_at=at)


def test_what_nobody_went_on_with_for_ninety_days_is_forgotten_and_never_what_is_younger(mentee, mentor, freeze):
    left(mentee, "old", days=90, seconds=1)
    left(mentor, "older", days=400)
    left(mentee, "on the day", days=90)
    left(mentee, "young", days=89)

    assert forget_drafts() == 2

    assert set(Draft.objects.values_list("about", flat=True)) == {"on the day", "young"}
    [entry] = AuditEntry.objects.filter(verb="drafts.forgotten")
    assert (entry.actor, entry.object_id, entry.fields) == (None, None, ["drafts: 2"])


def test_forgetting_twice_changes_nothing_and_leaves_no_second_entry(mentee):
    left(mentee, "old", days=91)

    assert (forget_drafts(), forget_drafts()) == (1, 0)
    assert AuditEntry.objects.filter(verb="drafts.forgotten").count() == 1


def test_whoever_goes_on_writing_keeps_the_draft(mentee):
    old = left(mentee, "x", days=200)
    keep(mentee, "AB", edit=old.edit)

    assert forget_drafts() == 0
    assert Draft.objects.get().content == {"title": "AB"}


@pytest.mark.parametrize(("days", "gone"), [(30, 1), (0, 0)])
def test_how_long_is_a_setting_and_nought_keeps_them(mentee, settings, days, gone):
    settings.DRAFT_DAYS = days
    left(mentee, "old", days=40)

    assert forget_drafts() == gone


def test_beat_asks_for_it_every_day():
    schedule = app.conf.beat_schedule["stretchhub.people.tasks.forget_drafts"]["schedule"]

    assert (schedule.hour, schedule.minute) == ({3}, {20})
