"""Every task of Celery changes nothing when it is done again, as after a lost answer or with two beats."""

import pytest
from django.db import transaction

from stretchhub.celery import app
from tests.torture.twice import rows

pytestmark = pytest.mark.django_db

app.loader.import_default_modules()
# Other tests bring tasks of their own, which may be read before or after this.
TASKS = sorted(name for name in app.tasks if not name.startswith(("celery.", "tests.")))


def test_every_task_that_beat_asks_for_is_there():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(TASKS)
    assert len(TASKS) > 20


@pytest.mark.parametrize("name", TASKS)
def test_a_task_done_again_changes_nothing(world, name, clock):
    """In everybody's organisation, a day on, so that each has something to do."""
    clock(days=1)
    with transaction.atomic():
        app.tasks[name].apply(throw=True)
        before = rows()

        app.tasks[name].apply(throw=True)

        after = rows()
        transaction.set_rollback(True)
    assert [table for table in before if before[table] != after[table]] == []
