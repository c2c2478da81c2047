"""An export that the head of HR asks for, and the archive of a mentee's own data.

The worker writes both like any other, and their files expire after a day.
"""

from __future__ import annotations

from reviews.actions.export import request_export, request_own
from reviews.exporting import Scope
from reviews.models import Export, Format
from stretchhub import env

from .cohort import Cohort

TABLES = ["assignments", "ratings", "evidence"]
PURPOSE = "Talent conversation of the board: where last half-year’s stretch work was strong, and on what that rests."


def ask_for_export(cohort: Cohort) -> Export:
    """Of the cycle that is over. It is asked for now, not in the past: a file older than a day is gone."""
    hr = cohort.people["hr"]
    day = env.today(hr.zone).isoformat()
    scope = Scope(cycle=cohort.cycles["earlier"].code, signed_off="yes", day=day, reader=hr.pk)
    return request_export(by=hr, tables=TABLES, format=Format.XLSX, purpose=PURPOSE, scope=scope)


def ask_for_archive(cohort: Cohort) -> Export:
    """What the mentee who signs in here finds under My data."""
    return request_own(by=cohort.people["mentee"])
