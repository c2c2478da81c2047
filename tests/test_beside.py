"""Rows put beside the rows they belong to: as `prefetch_related` has them, by a question that is compiled."""

import pytest
from django.db.models import QuerySet

from assignments.models import CheckIn, CheckInAnswer
from stretchhub.among import Among
from stretchhub.beside import put_beside
from stretchhub.compiled import compiled
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@compiled
def answers(check_ins: list[int]) -> QuerySet:
    return CheckInAnswer.objects.filter(Among("check_in", check_ins))


def test_each_row_has_its_own_in_one_query_and_they_know_it(django_assert_num_queries):
    one, two, bare = (f.CheckInFactory() for _ in range(3))
    said = [f.CheckInAnswerFactory(check_in=each) for each in (one, two)]
    rows = list(CheckIn.objects.filter(pk__in=[one.pk, two.pk, bare.pk]).order_by("pk"))
    with django_assert_num_queries(1):
        put_beside(rows, "answers", answers)
    with django_assert_num_queries(0):
        assert [list(row.answers.all()) for row in rows] == [[said[0]], [said[1]], []]
        assert rows[0].answers.all()[0].check_in is rows[0]


def test_what_is_at_hand_already_is_not_asked_for_again(django_assert_num_queries):
    given = f.CheckInAnswerFactory()
    rows = list(CheckIn.objects.prefetch_related("answers"))
    with django_assert_num_queries(0):
        put_beside(rows, "answers", answers)
        put_beside([], "answers", answers)
        assert list(rows[0].answers.all()) == [given]
