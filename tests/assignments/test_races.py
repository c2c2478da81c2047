"""Mentee and mentor at once, on a real server."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assignments.actions.brief import start_brief, submit_brief
from assignments.actions.brief_section import save_section
from assignments.actions.intake import keep_intake, save_topic, start_intake
from assignments.actions.option import move_option
from assignments.actions.sponsor_request import ask_sponsor
from assignments.models import Brief, BriefStatus, BriefVersion, Intake, Option, SponsorRequest, Stage
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import (
    BriefFactory,
    BriefVersionFactory,
    IntakeAnswerFactory,
    IntakeFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)
from tests.reviews.test_races import at_once

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def test_two_who_start_the_same_brief_at_once_open_one_brief():
    option = OptionFactory()
    pair = [option.mentorship.mentee, option.mentorship.mentor] * 2

    opened = at_once(4, lambda number: start_brief(Option.objects.get(pk=option.pk), by=pair[number]).pk)

    assert set(opened) == {Brief.objects.get().pk}
    assert Brief.objects.get().versions.count() == 1


def test_nothing_is_saved_into_a_brief_that_is_being_handed_in():
    for _round in range(10):
        version = BriefVersionFactory(brief=BriefFactory(), number=1)
        mentorship = version.brief.option.mentorship

        def act(number, version=version, mentorship=mentorship):
            found = BriefVersion.objects.select_related("brief__option__mentorship").get(pk=version.pk)
            try:
                if number:
                    submit_brief(found, by=mentorship.mentee)
                else:
                    words = {"problem": "Written while it was handed in."}
                    save_section(found, by=mentorship.mentor, section="problem", words=words, edit=0)
            except Refused as refused:
                return type(refused)
            return None

        saved, handed_in = at_once(2, act)

        version.refresh_from_db()
        assert (version.problem == "Written while it was handed in.") == (saved is None)
        # Either it was handed in as it had been read, or it is still a draft with the new words.
        assert (version.status == BriefStatus.SUBMITTED) == (handed_in is None)
        assert {saved, handed_in} in ({None, Refused}, {None, Stale}, {None})


def test_two_who_save_one_section_at_once_do_not_overwrite_each_other():
    for _round in range(10):
        version = BriefVersionFactory(brief=BriefFactory(), number=1)
        pair = [version.brief.option.mentorship.mentee, version.brief.option.mentorship.mentor]

        def act(number, version=version, pair=pair):
            found = BriefVersion.objects.select_related("brief__option__mentorship").get(pk=version.pk)
            try:
                words = {"problem": f"Words of {number}"}
                return save_section(found, by=pair[number], section="problem", words=words, edit=0).edit
            except Stale:
                return "stale"

        answers = at_once(2, act)

        version.refresh_from_db()
        assert sorted(map(str, answers)) == ["1", "stale"]
        assert version.problem == f"Words of {answers.index(1)}"


def test_a_card_is_not_moved_back_while_a_sponsor_is_being_asked():
    for _round in range(10):
        mentorship, sponsor = MentorshipFactory(), UserFactory()
        option = OptionFactory(mentorship=mentorship, stage=Stage.SEEKING_SPONSOR)
        version = BriefVersionFactory(brief__option=option, status=BriefStatus.ENDORSED)

        def act(number, mentorship=mentorship, sponsor=sponsor, option=option, version=version):
            found = type(version).objects.select_related("brief__option__mentorship").get(pk=version.pk)
            try:
                if number:
                    ask_sponsor(found, by=mentorship.mentee, sponsor=sponsor, message="Could you?")
                else:
                    move_option(found.brief.option, by=mentorship.mentor, to=Stage.BRIEFED, version=option.version)
            except Refused:
                pass

        at_once(2, act)

        option.refresh_from_db()
        asked = SponsorRequest.objects.filter(version=version).exists()
        assert option.stage == (Stage.SEEKING_SPONSOR if asked else Stage.BRIEFED)


def test_two_who_begin_a_conversation_at_once_open_one():
    mentorship = MentorshipFactory()
    pair = [mentorship.mentee, mentorship.mentor] * 2

    opened = at_once(4, lambda number: start_intake(mentorship, by=pair[number]).pk)

    assert set(opened) == {Intake.objects.get().pk}


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_who_save_the_same_topic_at_once_one_wins_and_the_other_is_told(version):
    for _round in range(5):
        intake = IntakeFactory()
        if version:
            IntakeAnswerFactory(intake=intake, topic="gaps", words={"gaps": "Before"})
        pair = [intake.mentorship.mentee, intake.mentorship.mentor]

        def save(number, intake=intake, pair=pair):
            try:
                save_topic(intake, by=pair[number], topic="gaps", words={"gaps": f"Words {number}"}, version=version)
            except Stale:
                return None
            return f"Words {number}"

        won = [words for words in at_once(2, save) if words]

        answer = intake.answers.get()
        assert [answer.words["gaps"]] == won
        assert answer.version == version + 1


def test_what_is_saved_while_a_conversation_is_kept_is_in_it_or_refused():
    for _round in range(10):
        answer = IntakeAnswerFactory()
        pair = [answer.intake.mentorship.mentee, answer.intake.mentorship.mentor]

        def act(number, answer=answer, pair=pair):
            try:
                if number:
                    keep_intake(answer.intake, by=pair[1], revisit_on=today() + timedelta(days=90))
                else:
                    words = {"next_role": "Later", "ambition": ""}
                    save_topic(answer.intake, by=pair[0], topic="aspirations", words=words, version=1)
            except Refused:
                return False
            return True

        saved, kept = at_once(2, act)

        answer.refresh_from_db()
        answer.intake.refresh_from_db()
        assert kept
        assert (answer.words["next_role"] == "Later") == saved
        assert not saved or answer.saved_at <= answer.intake.kept_at


def test_of_two_who_move_one_card_at_once_the_other_sees_where_it_is(sign_in):
    for _round in range(5):
        option = OptionFactory(title="Cut the queue")
        pair = [option.mentorship.mentee, option.mentorship.mentor]
        clients = [sign_in(person) for person in pair]
        address = reverse("assignments:option-move", args=[option.code])
        wanted = [("exploring", ""), ("parked", "Not before May.")]

        def send(number, clients=clients, address=address, wanted=wanted):
            to, reason = wanted[number]
            words = {"to": to, "version": "1", "reason": reason}
            return clients[number].post(address, words, headers={"HX-Request": "true"})

        answers = at_once(2, send)

        option.refresh_from_db()
        won = [answer.status_code for answer in answers].index(200)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert (option.stage, option.version) == (wanted[won][0], 2)
        said = f"Somebody else changed “Cut the queue” first: it is now in “{option.get_stage_display()}”."
        assert said in answers[1 - won].content.decode()
        assert f'data-card="{option.code}"' in answers[1 - won].content.decode()
        assert AuditEntry.objects.filter(verb="option.moved", object_id=option.pk).count() == 1
