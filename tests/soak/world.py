"""Many check-ins due yesterday, each with two people who have not answered."""

from __future__ import annotations

import copy
import uuid
from datetime import timedelta
from typing import Any

from assignments.models import Assignment, CheckIn, Option
from stretchhub.env import today
from stretchhub.people.models import User
from tests import factories as f

GONE = 20


def fill(reminders: int, *, gone: int = GONE, first: int = 0) -> None:
    """So many reminders have come due; a few addresses are known to nobody any more."""
    people = _people(reminders, gone, first)
    option = f.OptionFactory()
    one = f.AssignmentFactory(mentee=people[0], mentor=people[1], title="Work number 0")
    f.CheckInFactory(assignment=one, due_on=today() - timedelta(days=1))
    count = reminders // 2
    options = Option.objects.bulk_create([_copy(option) for _ in range(1, count)], batch_size=1000)
    works = Assignment.objects.bulk_create(
        [
            _copy(
                one,
                option=option,
                title=f"Work number {number}",
                mentee=people[2 * number],
                mentor=people[2 * number + 1],
            )
            for number, option in enumerate(options, start=1)
        ],
        batch_size=500,
    )
    CheckIn.objects.bulk_create(
        [CheckIn(assignment=work, due_on=today() - timedelta(days=1)) for work in works], batch_size=1000
    )


def _people(count: int, gone: int, first: int) -> list[User]:
    """Their numbers begin after `first`, so that more can be added."""
    every = count // gone if gone else count
    one = f.UserFactory(working_days="1234567", time_zone="UTC")
    return User.objects.bulk_create(
        [
            _copy(
                one,
                email=f"{'gone' if gone and number % every == 7 else 'here'}{first + number}@example.org",
                employee_id=f"S{first + number:06d}",
                full_name=f"Person Number{number}",
            )
            for number in range(count)
        ],
        batch_size=500,
    )


def _copy(row: Any, **changed: Any) -> Any:
    fresh = copy.copy(row)
    fresh._state = copy.copy(row._state)
    fresh._state.fields_cache = dict(row._state.fields_cache)
    fresh._state.adding, fresh.pk = True, None
    if hasattr(fresh, "code"):
        fresh.code = uuid.uuid4()
    for name, value in changed.items():
        setattr(fresh, name, value)
    return fresh
