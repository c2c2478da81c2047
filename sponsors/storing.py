"""Putting many dashboards into their rows, which are there and held, by one statement."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from django.db import connection

from stretchhub.among import listed

from .cards import Packed

ONE = (
    "UPDATE sponsors_dashboardsnapshot SET generation = generation + 1, as_of = %s, content = %s WHERE sponsor_id = %s"
)
# Three parameters however many rows: a driver that quotes each content by itself takes longer than the writing.
MANY = """
UPDATE sponsors_dashboardsnapshot SET generation = generation + 1, as_of = %s, content = decode(given.packed, 'base64')
FROM unnest(%s::bigint[], string_to_array(%s, ' ')) AS given (sponsor, packed) WHERE sponsor_id = given.sponsor
"""


def store(dashboards: Mapping[int, Packed]) -> None:
    """Each becomes the next generation of its sponsor's snapshot; all of them are of one build, so of one moment."""
    if not dashboards:
        return
    as_of = connection.ops.adapt_datetimefield_value(next(iter(dashboards.values())).as_of)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            packed = b" ".join([b64encode(each.content) for each in dashboards.values()]).decode()
            cursor.execute(MANY, [as_of, f"{{{listed(dashboards)}}}", packed])
        else:
            cursor.executemany(ONE, [(as_of, each.content, sponsor) for sponsor, each in dashboards.items()])
