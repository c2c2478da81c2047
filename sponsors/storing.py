"""Putting many dashboards into their rows, which are there and held, by one statement."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from stretchhub.prepared import cursor_for_plans

from .cards import Packed

ONE = (
    "UPDATE sponsors_dashboardsnapshot SET generation = generation + 1, as_of = %s, content = %s WHERE sponsor_id = %s"
)
# Two lists as they are, byte for byte: to write each content as text and read it again takes longer than storing it.
MANY = """
UPDATE sponsors_dashboardsnapshot SET generation = generation + 1, as_of = %s, content = given.content
FROM unnest(%b::bigint[], %b::bytea[]) AS given (sponsor, content) WHERE sponsor_id = given.sponsor
"""


def store(dashboards: Mapping[int, Packed]) -> None:
    """Each becomes the next generation of its sponsor's snapshot; all of them are of one build, so of one moment."""
    if not dashboards:
        return
    as_of = connection.ops.adapt_datetimefield_value(next(iter(dashboards.values())).as_of)
    contents = [each.content for each in dashboards.values()]
    with cursor_for_plans() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(MANY, [as_of, list(dashboards), contents])
        else:
            cursor.executemany(ONE, [(as_of, *each) for each in zip(contents, dashboards, strict=True)])
