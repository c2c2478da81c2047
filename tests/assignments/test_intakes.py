"""Conversations: begun with the last words, saved topic by topic, kept, and looked at again."""

import time
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from assignments.actions.intake import change_revisit_day, keep_intake, save_topic, start_intake
from assignments.cadence import months_on
from assignments.conversation import conversation, conversations_of
from assignments.models import Intake, IntakeAnswer
from assignments.refusals import Refused, Stale
from assignments.wording import MOST_WORDS, Piece, compare
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import IntakeAnswerFactory, IntakeFactory, MentorshipFactory
from tests.rival import looked_before

pytestmark = pytest.mark.django_db


def gaps(words="I have never held a budget."):
    return {"gaps": words}


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def intake(mentorship):
    return IntakeFactory(mentorship=mentorship)


def test_start_intake_opens_one_conversation_however_often_it_is_asked(mentorship, mentee, mentor):
    first = start_intake(mentorship, by=mentee)
    again = start_intake(mentorship, by=mentor)

    assert (first.number, first.started_by, again.pk) == (1, mentee, first.pk)
    assert verbs() == ["intake.started"]


def test_who_is_slower_to_begin_gets_the_conversation_that_was_begun(mentorship, mentee, mentor):
    begun = start_intake(mentorship, by=mentee)

    with looked_before(type(Intake.objects.all()), "open", Intake.objects.none()):
        assert start_intake(mentorship, by=mentor) == begun

    assert Intake.objects.get().started_by == mentee
    assert verbs() == ["intake.started"]


def test_the_next_conversation_begins_with_the_last_words_and_who_said_them(mentorship, mentor, mentee):
    former = IntakeFactory(mentorship=mentorship, kept=True)
    said = IntakeAnswerFactory(intake=former, topic="gaps", words=gaps(), saved_by=mentee)

    opened = start_intake(mentorship, by=mentor)

    carried = opened.answers.get()
    assert opened.number == 2
    assert (carried.words, carried.saved_by, carried.saved_at) == (said.words, mentee, said.saved_at)
    assert [part.topic for part in conversation(opened).parts if part.carried] == ["gaps"]


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_only_the_two_begin_and_write(request, mentorship, intake, who):
    somebody = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        start_intake(mentorship, by=somebody)
    with pytest.raises(PermissionDenied):
        save_topic(intake, by=somebody, topic="gaps", words=gaps(), version=0)
    with pytest.raises(PermissionDenied):
        keep_intake(intake, by=somebody, revisit_on=today() + timedelta(days=90))
    assert not IntakeAnswer.objects.exists()


def test_nothing_is_written_once_the_mentorship_has_ended(mentee):
    ended = IntakeFactory(mentorship=MentorshipFactory(mentee=mentee, ended_on=today()))

    with pytest.raises(PermissionDenied):
        save_topic(ended, by=mentee, topic="gaps", words=gaps(), version=0)


def test_save_topic_keeps_the_words_with_who_and_when(intake, mentee):
    answer = save_topic(intake, by=mentee, topic="gaps", words=gaps(), version=0)

    assert (answer.words, answer.saved_by, answer.version) == (gaps(), mentee, 1)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_id, entry.fields) == ("intake.topic_saved", intake.pk, ["gaps"])


def test_the_same_words_again_write_nothing_and_are_no_conflict(intake, mentee, mentor):
    first = save_topic(intake, by=mentee, topic="gaps", words=gaps(), version=0)

    again = save_topic(intake, by=mentor, topic="gaps", words=gaps(), version=0)

    assert (again.version, again.saved_by, again.saved_at) == (1, mentee, first.saved_at)
    assert verbs() == ["intake.topic_saved"]


def test_nothing_said_to_a_topic_leaves_no_answer(intake, mentee):
    assert save_topic(intake, by=mentee, topic="gaps", words=gaps(""), version=0) is None
    assert not IntakeAnswer.objects.exists()


@pytest.mark.parametrize("version", [0, 1, 7])
def test_of_two_saves_of_the_same_version_one_wins(intake, mentee, mentor, version):
    save_topic(intake, by=mentee, topic="gaps", words=gaps("One"), version=0)
    save_topic(intake, by=mentee, topic="gaps", words=gaps("Two"), version=1)

    with pytest.raises(Stale):
        save_topic(intake, by=mentor, topic="gaps", words=gaps("Three"), version=version)

    assert intake.answers.get().words == gaps("Two")


def test_who_is_slower_to_say_the_first_words_is_told_and_the_others_stay(intake, mentee, mentor):
    save_topic(intake, by=mentee, topic="gaps", words=gaps("One"), version=0)

    with (
        looked_before(type(intake.answers), "filter", IntakeAnswer.objects.none()),
        pytest.raises(Stale, match="Other words were saved here while you were writing"),
    ):
        save_topic(intake, by=mentor, topic="gaps", words=gaps("Two"), version=0)

    answer = IntakeAnswer.objects.get()
    assert (answer.words, answer.saved_by, answer.version) == (gaps("One"), mentee, 1)
    assert verbs() == ["intake.topic_saved"]


def test_typing_for_an_hour_is_one_entry_in_the_trail_and_coming_back_another(intake, mentee, mentor, clock):
    for number in range(5):
        clock(minutes=number * 20)
        save_topic(intake, by=mentee, topic="gaps", words=gaps(f"Word {number}"), version=number)
    assert verbs() == ["intake.topic_saved"]

    save_topic(intake, by=mentor, topic="gaps", words=gaps("The mentor’s"), version=5)
    save_topic(intake, by=mentee, topic="gaps", words=gaps("The mentee’s"), version=6)
    assert verbs() == ["intake.topic_saved"] * 3

    clock(minutes=80 + 61)
    save_topic(intake, by=mentee, topic="gaps", words=gaps("Later"), version=7)
    assert verbs() == ["intake.topic_saved"] * 4


def test_keeping_names_every_topic_and_ends_the_writing(intake, mentee, mentor):
    IntakeAnswerFactory(intake=intake)
    IntakeAnswerFactory(intake=intake, topic="gaps", words=gaps())
    IntakeAnswerFactory(intake=intake, topic="needs", words={"needs": ""})
    revisit = today() + timedelta(days=90)

    keep_intake(intake, by=mentor, revisit_on=revisit)

    assert (intake.kept_by, intake.revisit_on) == (mentor, revisit)
    assert AuditEntry.objects.get().fields == ["aspirations", "gaps", "revisit_on"]
    with pytest.raises(Refused, match="has been kept"):
        save_topic(intake, by=mentee, topic="gaps", words=gaps("More"), version=1)
    with pytest.raises(Refused, match="has been kept"):
        keep_intake(intake, by=mentor, revisit_on=revisit)


def test_an_empty_conversation_is_not_kept(intake, mentor):
    with pytest.raises(Refused, match="Nothing is written yet"):
        keep_intake(intake, by=mentor, revisit_on=today() + timedelta(days=90))

    assert Intake.objects.open().count() == 1


def test_another_day_makes_another_reminder_and_the_same_day_none(mentorship, mentee):
    kept = IntakeFactory(mentorship=mentorship, kept=True)
    day = kept.revisit_on + timedelta(days=7)

    change_revisit_day(kept, by=mentee, revisit_on=day)
    change_revisit_day(kept, by=mentee, revisit_on=day)

    assert (kept.revisit_on, kept.revisit_revision) == (day, 1)
    assert verbs() == ["intake.revisit_moved"]


def test_three_months_on_is_a_working_day():
    assert months_on(date(2026, 11, 22), 3, "12345") == date(2027, 2, 22)
    assert months_on(date(2026, 11, 20), 3, "12345") == date(2027, 2, 22)
    assert months_on(date(2026, 11, 30), 3, "1234567") == date(2027, 2, 28)


def test_a_conversation_shows_what_changed_since_the_one_before(mentorship):
    before = IntakeFactory(mentorship=mentorship, kept=True)
    IntakeAnswerFactory(intake=before, words={"next_role": "Lead of the team", "ambition": "Run a division"})
    IntakeAnswerFactory(intake=before, topic="avoid", words={"avoid": "Night shifts"})
    after = IntakeFactory(mentorship=mentorship)
    IntakeAnswerFactory(intake=after, words={"next_role": "Lead of two teams", "ambition": "Run a division"})

    newest, oldest = conversations_of(mentorship)

    assert [part.topic for part in newest.changed] == ["aspirations", "avoid"]
    role, ambition = newest.parts[0].lines
    assert "change" not in vars(role)  # the list says that something changed and compares no words
    assert role.change.before == (Piece("same", "Lead of "), Piece("removed", "the team"))
    assert role.change.after == (Piece("same", "Lead of "), Piece("added", "two teams"))
    assert not ambition.changed
    assert [line.text for line in newest.parts[5].lines] == [""]
    assert (oldest.former, oldest.changed) == (None, ())


def test_a_strength_is_compared_together_with_its_example(intake):
    IntakeAnswerFactory(
        intake=intake, topic="strengths", words={"strength_1": "Calm", "example_1": "The outage.", "strength_2": ""}
    )

    lines = conversation(intake).parts[1].lines

    assert [(line.label, line.text) for line in lines] == [("Strength 1", "Calm\nThe outage.")]


def test_texts_that_differ_only_in_white_space_are_the_same():
    assert not compare("One\ntwo  three", "One two three").is_change
    assert not compare("", "").is_change


def test_words_between_two_changes_keep_their_places():
    change = compare("We never meet a budget", "They meet one budget often")

    assert change.before == (
        Piece("removed", "We never"),
        Piece("same", " meet "),
        Piece("removed", "a"),
        Piece("same", " budget"),
    )
    assert "".join(piece.text for piece in change.after) == "They meet one budget often"
    assert [piece.text for piece in change.after if piece.mark == "added"] == ["They", "one", "often"]


def test_very_long_texts_are_compared_line_by_line():
    long = "\n".join(f"Line {n} has a few words more." for n in range(MOST_WORDS // 5))

    change = compare(long, long.replace("Line 7 has", "Line 7 had"))

    assert [piece.mark for piece in change.before] == ["same", "removed", "same"]
    assert [piece.text.strip() for piece in change.after if piece.mark == "added"] == ["Line 7 had a few words more."]
    assert not compare(long, long).is_change


def test_very_many_lines_are_shown_whole():
    long = "word\n" * (MOST_WORDS + 1)

    assert [piece.mark for piece in compare(long, "word").before] == ["removed"]
    assert [piece.mark for piece in compare("", long).after] == ["added"]
    assert not compare(long, long).is_change


@pytest.mark.parametrize("between", [" ", "\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a"] * 400, ["a", "b"] * 200),
        (["a"] * 400, ["a", "a", "b"] * 133),
        (["a", "b"] * 200, ["a", "c"] * 200),
        (["a"] * 2000, ["a", "b"] * 1000),
        ([f"a x{n}" for n in range(200)], [f"a y{n}" for n in range(200)]),
    ],
)
def test_no_two_texts_take_a_second_to_compare(before, after, between):
    began = time.process_time()

    compare(between.join(before), between.join(after))

    assert time.process_time() - began < 1


def test_reading_conversations_takes_as_many_queries_for_three_as_for_one(mentorship, django_assert_num_queries):
    IntakeAnswerFactory(intake=IntakeFactory(mentorship=mentorship, kept=True))
    with django_assert_num_queries(3):
        conversations_of(mentorship)
    for _n in range(2):
        IntakeAnswerFactory(intake=IntakeFactory(mentorship=mentorship, kept=True))
    with django_assert_num_queries(3):
        conversations_of(mentorship)
