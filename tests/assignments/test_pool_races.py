"""The shared pool when several act on it at once, on a real server."""

import io

import pytest

from assignments.actions.opportunity import close_opportunity, take_opportunity
from assignments.imports.opportunity import save
from assignments.models import Opportunity, Option
from assignments.refusals import Refused
from tests.factories import MentorshipFactory, OpportunityFactory, UserFactory
from tests.reviews.test_races import at_once

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

FILE = b"key,title,kind,domain,audience,why\r\nA,Chair it,technical,IT,team,To learn it.\r\n"


def test_mentee_and_mentor_who_take_it_at_once_get_one_copy():
    opportunity, mentorship = OpportunityFactory(), MentorshipFactory()
    pair = [mentorship.mentee, mentorship.mentor]

    def take(number):
        try:
            return take_opportunity(opportunity, by=pair[number % 2], mentorship=mentorship).pk
        except Refused as refused:
            return refused.words

    answers = at_once(4, take)

    assert sorted(map(str, answers)) == sorted(
        [str(Option.objects.get().pk), *["This opportunity is in the pipeline already."] * 3]
    )


def test_taking_and_closing_at_once_leave_it_closed_with_at_most_one_copy():
    for _round in range(5):
        opportunity, mentorship = OpportunityFactory(), MentorshipFactory()

        def act(number, opportunity=opportunity, mentorship=mentorship):
            found = Opportunity.objects.get(pk=opportunity.pk)
            try:
                if number:
                    option = take_opportunity(found, by=mentorship.mentee, mentorship=mentorship)
                    return option.created_at
                close_opportunity(found, by=found.offered_by, reason="Gone.")
            except Refused:
                return None
            return None

        at_once(2, act)

        opportunity.refresh_from_db()
        assert opportunity.is_closed
        assert Option.objects.filter(origin=opportunity).count() in (0, 1)


def test_the_same_file_saved_twice_at_once_is_there_once():
    person = UserFactory()

    reports = at_once(3, lambda _number: save(io.BytesIO(FILE), by=person))

    assert Opportunity.objects.get().key == "A"
    assert sum(report.added for report in reports if report.saved) == 1
