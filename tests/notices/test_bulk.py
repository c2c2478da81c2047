"""Very many notices at once are the same rows as one by one, on both engines."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from stretchhub.notices import bulk
from stretchhub.notices.bulk import Row, Shape
from stretchhub.notices.models import Channel, Notice, State
from stretchhub.notices.placing import digest_key

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

MOMENT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


def row(person, number=1, **more):
    return Row(number, person.pk, Shape("k", "people.user", 3, MOMENT.date(), MOMENT, MOMENT)._replace(**more))


def test_every_column_is_as_it_was_given(mentee):
    digest = Notice.objects.create(
        key=digest_key(mentee.pk, MOMENT.date()), kind="notices.digest", recipient=mentee, object_type="people.user",
        object_id=mentee.pk, due_at=MOMENT, message_id="<d@localhost>",
    )  # fmt: skip
    told = "“Quoted”, with \\ a backslash, 100 %s and {braces}"
    bulk.insert(
        [
            row(mentee, 1, reason=told),
            row(mentee, 2, state=State.SHOWN, channel=Channel.PAGE),
            row(mentee, 3, state=State.BUNDLED, digest=digest.pk, due_at=MOMENT + timedelta(days=1)),
        ],
        MOMENT,
    )

    first, second, third = Notice.objects.filter(kind="k").order_by("object_id")
    assert (first.planned_for, first.due_at, first.created_at, first.reason) == (MOMENT, MOMENT, MOMENT, told)
    assert (first.state, first.channel, first.attempts, first.failures, first.address) == ("queued", "email", 0, 0, "")
    assert (second.state, second.channel) == ("shown", "page")
    assert (third.state, third.digest, third.due_at) == ("bundled", digest, MOMENT + timedelta(days=1))
    assert len({first.message_id, second.message_id, third.message_id}) == 3
    assert all(re.fullmatch("<[0-9a-f]{32}@localhost>", one.message_id) for one in (first, second, third))
    assert first.key == row(mentee, 1).key == f"k:1:3:2026-11-23:{mentee.pk}:email"


def test_rows_are_written_in_the_order_given(mentee):
    numbers = [5, 2, 9, 1, 7]
    bulk.insert([row(mentee, n, due_at=MOMENT + timedelta(hours=n % 3)) for n in numbers], MOMENT)

    assert list(Notice.objects.order_by("pk").values_list("object_id", flat=True)) == numbers


def test_what_is_there_stays_as_it_is_and_only_what_was_taken_back_is_due_again(mentee):
    bulk.insert([row(mentee, 1), row(mentee, 2)], MOMENT)
    Notice.objects.filter(object_id=1).update(state=State.SENT, sent_at=MOMENT)
    Notice.objects.filter(object_id=2).update(state=State.CANCELLED, reason="Settled.")
    before = dict(Notice.objects.values_list("object_id", "message_id"))

    bulk.insert([row(mentee, n, due_at=MOMENT + timedelta(hours=1)) for n in (1, 2, 3)], MOMENT)

    rows = list(Notice.objects.order_by("object_id").values_list("object_id", "state", "due_at", "reason"))
    assert rows == [
        (1, "sent", MOMENT, ""),
        (2, "queued", MOMENT + timedelta(hours=1), ""),
        (3, "queued", MOMENT + timedelta(hours=1), ""),
    ]
    assert dict(Notice.objects.exclude(object_id=3).values_list("object_id", "message_id")) == before


def test_no_row_asks_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([], MOMENT)


def test_a_batch_is_one_query(mentee, django_assert_num_queries):
    with django_assert_num_queries(1):
        bulk.insert([row(mentee, n) for n in range(500)], MOMENT)
    assert Notice.objects.count() == 500
