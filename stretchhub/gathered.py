"""What belongs to a row, gathered by the database into JSON: one row of one statement, however much there is of it.

Both databases write days and numbers alike; codes and moments go through `Plain`, for they do not.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Func, QuerySet, Subquery, TextField


class Listed(Func):
    """These columns as one JSON list; `Plain` around the outermost makes it text."""

    function = "JSON_ARRAY"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return self.as_sql(compiler, connection, function="JSON_BUILD_ARRAY")


class Gathered(Subquery):
    """A JSON list of such a list for each of these rows, in their order; where there is none it is empty or null."""

    template = "(SELECT JSON_AGG(part) FROM (%(subquery)s) AS parts)"
    output_field = TextField()

    def __init__(self, rows: QuerySet, *columns: Any) -> None:
        super().__init__(rows.annotate(part=Listed(*columns)).values("part"))

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        # It forgets that a text of a subquery is JSON.
        template = "JSON((SELECT JSON_GROUP_ARRAY(JSON(part)) FROM (%(subquery)s) AS parts))"
        return self.as_sql(compiler, connection, template=template)
