from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Max

from assignments.models import BriefOutcome, Evidence
from stretchhub.among import by_index
from stretchhub.plain import Noted, Plain, moment
from tests.factories import BriefOutcomeFactory, BriefVersionFactory, EvidenceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

MOMENT = datetime(2026, 11, 2, 23, 30, 15, 120_000, tzinfo=UTC)


def test_a_code_is_read_as_it_is_written():
    evidence = EvidenceFactory()

    assert Evidence.objects.values_list(Plain("code"), flat=True).get() == str(evidence.code)


@pytest.mark.parametrize("number", ["0", "21.50", "-0.30", "1200", "0.01", "99999999.99"])
def test_a_number_is_the_same_number(number):
    version = BriefVersionFactory(outcome=None)
    BriefOutcomeFactory(version=version, baseline=Decimal(number), low=None)

    baseline, low = BriefOutcome.objects.values_list(Plain("baseline"), Plain("low")).get()
    assert (Decimal(baseline), float(baseline), low) == (Decimal(number), float(number), None)


@pytest.mark.parametrize("at", [MOMENT, MOMENT.replace(microsecond=0), MOMENT.replace(microsecond=1)])
def test_a_moment_is_read_as_the_same_moment_also_the_last_of_several(at):
    evidence = EvidenceFactory()
    Evidence.objects.filter(pk=evidence.pk).update(logged_at=at)

    rows = Evidence.objects.order_by().values("assignment").annotate(last=Plain(Max("logged_at")))
    assert moment(rows.get()["last"]) == moment(Evidence.objects.values_list(Plain("logged_at"), flat=True).get()) == at


def test_that_something_is_there_is_read_as_true_and_nothing_as_none():
    for number, at in enumerate((None, MOMENT)):
        EvidenceFactory(title=str(number), edited_at=at)

    assert list(Evidence.objects.order_by("title").values_list(Noted("edited_at"), flat=True)) == [None, True]


def test_many_ids_are_found_by_their_index_until_the_transaction_ends():
    if connection.vendor != "postgresql":
        by_index()
        return
    with connection.cursor() as cursor, transaction.atomic():
        by_index()
        cursor.execute("SELECT current_setting('random_page_cost'), current_setting('max_parallel_workers_per_gather')")
        assert cursor.fetchone() == ("1.1", "0")
