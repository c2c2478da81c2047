"""The Celery application and the whole beat schedule.

Beat only ticks, in UTC. What is due, for whom and in which zone is decided by the tasks,
from rows in the database, so a lost, late or doubled tick changes nothing.
"""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import (
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    task_received,
    worker_init,
    worker_process_init,
    worker_ready,
)
from django.conf import settings
from django.db import connections

from stretchhub import broker, deaf, tether, traced

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stretchhub.settings")

broker.register()
app = Celery("stretchhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    name: {"task": name, "schedule": when, "options": {"expires": keep}}
    for name, when, keep in [
        ("assignments.tasks.plan_reminders", 60.0, 60),
        ("assignments.tasks.find_idle_pipelines", crontab(minute="25"), 3600),
        ("assignments.tasks.ask_line_managers", crontab(minute="*/10"), 600),
        ("assignments.tasks.redraw_pictures", 30.0, 30),
        ("assignments.tasks.sweep_staged_files", crontab(minute="40"), 3600),
        ("assignments.tasks.follow_feedback", crontab(minute="*/10"), 600),
        ("assignments.tasks.forget_feedback", crontab(hour="3", minute="10"), 3600),
        ("stretchhub.people.tasks.forget_drafts", crontab(hour="3", minute="20"), 3600),
        ("stretchhub.people.tasks.sweep_imports", crontab(minute="45"), 3600),
        ("stretchhub.notices.tasks.deliver", 15.0, 15),
        ("sponsors.tasks.build_dashboards", 10.0, 10),
        ("sponsors.tasks.follow_replies", 60.0, 60),
        ("sponsors.tasks.rebuild_all_dashboards", crontab(hour="2", minute="30"), 3600),
        ("sponsors.tasks.plan_check_ins", 60.0, 60),
        ("sponsors.tasks.plan_digests", 600.0, 600),
        ("sponsors.tasks.follow_up_asks", crontab(minute="5"), 3600),
        ("reviews.tasks.plan_reminders", 60.0, 60),
        ("reviews.tasks.write_exports", 15.0, 15),
        ("reviews.tasks.take_equity_report", crontab(hour="3", minute="40"), 3600),
        ("reviews.tasks.work_out_agreement", crontab(hour="3", minute="0"), 3600),
        ("insights.tasks.build_figures", crontab(hour="2", minute="50"), 3600),
        ("reviews.tasks.expire_exports", crontab(minute="*/5"), 300),
        ("stretchhub.keeping.tasks.erase", 60.0, 60),
        ("stretchhub.keeping.tasks.let_go", crontab(hour="3", minute="50"), 3600),
        ("stretchhub.audit.tasks.seal", 60.0, 60),
        ("stretchhub.audit.tasks.verify", crontab(minute="35"), 3600),
    ]
}


@setup_logging.connect
def keep_our_logging(**kwargs) -> None:
    """Being connected is enough: Celery then leaves Django's LOGGING as it is."""


@worker_init.connect
def load_pages(**kwargs) -> None:
    """Once, before the pool is forked."""
    # It finds models, which are not there yet when this module is read.
    from stretchhub import forking  # noqa: PLC0415

    forking.get_ready()


@worker_process_init.connect
def end_with_the_worker(**kwargs) -> None:
    """A pool process must not outlive a worker that was killed."""
    tether.die_with_parent()


@task_prerun.connect
def drop_a_broken_connection(**kwargs) -> None:
    """Connections are kept between tasks; one that the database has closed since is not used again."""
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and connection.errors_occurred and not connection.is_usable():
            connection.close()


@before_task_publish.connect
def hand_on_the_request(headers: dict, **kwargs) -> None:
    traced.hand_on(headers)


@task_prerun.connect
def begin_for_the_request(task, task_id: str, **kwargs) -> None:
    traced.begin(task.name, task_id, task.request.get(traced.HEADER))


@task_postrun.connect
def end_for_the_request(**kwargs) -> None:
    traced.end()


@worker_ready.connect
def watch_this_worker(**kwargs) -> None:
    """That it runs says little; that it is handed work, or has some, says that it hears."""
    deaf.watch(app, settings.WORKER_DEAF_SECONDS, settings.WORKER_HEARD)


@task_received.connect
def note_that_it_hears(**kwargs) -> None:
    deaf.hearing.heard()
