"""Mentee and mentor at once, on a real server."""

import pytest

from assignments.actions.brief import start_brief
from assignments.actions.option import move_option
from assignments.actions.sponsor_request import ask_sponsor
from assignments.models import Brief, BriefStatus, Option, SponsorRequest, Stage
from assignments.refusals import Refused
from tests.factories import BriefVersionFactory, MentorshipFactory, OptionFactory, UserFactory
from tests.reviews.test_races import at_once

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def test_two_who_start_the_same_brief_at_once_open_one_brief():
    option = OptionFactory()
    pair = [option.mentorship.mentee, option.mentorship.mentor] * 2

    opened = at_once(4, lambda number: start_brief(Option.objects.get(pk=option.pk), by=pair[number]).pk)

    assert set(opened) == {Brief.objects.get().pk}
    assert Brief.objects.get().versions.count() == 1


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
