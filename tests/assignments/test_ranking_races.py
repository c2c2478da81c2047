"""Two who set weights, values or words at once, on a real server."""

import pytest

from assignments.actions.method import set_method
from assignments.actions.ranking import set_weights
from assignments.actions.weighing import weigh_option
from assignments.method import Weights
from assignments.models import Mentorship, MethodSettings, Option, RankingWeights
from assignments.refusals import Stale
from assignments.weighing import BLANK, said_of
from stretchhub.people.models import Role
from tests.factories import GoalFactory, MentorshipFactory, OptionFactory, UserFactory
from tests.reviews.test_races import at_once

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def tried(work):
    """Whether it was done, or somebody else was first."""

    def run(number):
        try:
            work(number)
        except Stale:
            return False
        return True

    return run


def test_of_two_who_set_weights_at_once_one_is_told():
    mentorship = MentorshipFactory()
    pair = (mentorship.mentee, mentorship.mentor)

    def choose(number):
        weights = Weights(30 + number, 25 - number, 20, 15, 10)
        set_weights(Mentorship.objects.get(pk=mentorship.pk), by=pair[number], version=0, weights=weights)

    assert sorted(at_once(2, tried(choose))) == [False, True]
    assert RankingWeights.objects.get().version == 1


def test_of_two_who_set_the_method_at_once_one_is_told():
    administrators = [UserFactory(roles=[Role.ADMINISTRATOR]) for _each in range(2)]

    def choose(number):
        set_method(by=administrators[number], version=1, values={"close_call": 3 + number}, reason="Try.")

    assert sorted(at_once(2, tried(choose))) == [False, True]
    assert MethodSettings.objects.get().version == 2


def test_of_two_who_weigh_an_option_at_once_one_is_told():
    option = OptionFactory()
    goal = GoalFactory(mentorship=option.mentorship)
    mark, pair = said_of(option).mark, (option.mentorship.mentee, option.mentorship.mentor)

    def choose(number):
        found = Option.objects.select_related("mentorship").get(pk=option.pk)
        weigh_option(found, by=pair[number], mark=mark, fits={goal.pk: 1 + number}, outlook=BLANK)

    assert sorted(at_once(2, tried(choose))) == [False, True]
    assert set(said_of(option).fits) == {goal.pk}
