from datetime import UTC, date, datetime

import pytest
from django.core import serializers

from sponsors.models import DashboardSnapshot
from stretchhub.packed import pack, unpack
from tests.factories import UserFactory

DOCUMENT = {"words": "Zwei Regionen <b>gehen</b> mit – 😀", "numbers": [1, 2.5, None, True], "nested": {"list": []}}


def test_what_is_packed_is_read_as_it_was_and_takes_less_room():
    long = {"cards": [DOCUMENT] * 100}

    assert unpack(pack(long)) == long
    assert len(pack(long)) < 1000


def test_days_and_moments_are_written_as_json_has_them():
    packed = pack([date(2026, 11, 2), datetime(2026, 11, 2, 23, 30, 15, 123456, tzinfo=UTC)])

    assert unpack(packed) == ["2026-11-02", "2026-11-02T23:30:15.123456Z"]


@pytest.mark.django_db
def test_a_column_takes_a_document_or_what_is_packed_already_and_gives_the_document():
    whole, packed, empty = (UserFactory() for _number in range(3))
    DashboardSnapshot.objects.create(sponsor=whole, content=DOCUMENT)
    DashboardSnapshot.objects.create(sponsor=packed, content=pack(DOCUMENT))
    DashboardSnapshot.objects.create(sponsor=empty)

    assert list(DashboardSnapshot.objects.values_list("content", flat=True)) == [DOCUMENT, DOCUMENT, {}]
    assert DashboardSnapshot(sponsor=empty).content == {}


@pytest.mark.django_db
def test_a_dump_of_the_database_holds_the_document_and_brings_it_back():
    DashboardSnapshot.objects.create(sponsor=UserFactory(), content=DOCUMENT)
    dump = serializers.serialize("json", DashboardSnapshot.objects.all())
    DashboardSnapshot.objects.all().delete()

    for each in serializers.deserialize("json", dump):
        each.save()

    assert DashboardSnapshot.objects.get().content == DOCUMENT
