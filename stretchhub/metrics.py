"""What an operator's alarms are made of, for Prometheus, behind a token of its own.

The figures of the database are read when asked for; how long requests take is added up over the processes of the web
server. A figure that cannot be had is left out, and `stretchhub_part_up` says which part does not answer.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assignments.models import DashboardChange
from sponsors.models import DashboardSnapshot
from stretchhub import health
from stretchhub.celery import app
from stretchhub.deaf import messages_waiting
from stretchhub.env import now
from stretchhub.notices.models import MailServer, Notice, Pulse, State
from stretchhub.notices.pulse import WATCHED

Figures = Iterator[GaugeMetricFamily]


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"stretchhub_{name}", says, value=value)


def _age(moment: datetime | None) -> float:
    """Seconds since then; nothing to wait for is no age."""
    return max(0.0, (now() - moment).total_seconds()) if moment else 0.0


def parts() -> Figures:
    up = GaugeMetricFamily("stretchhub_part_up", "1 where this part answers and is up to date.", labels=["part"])
    for name, says in health.parts().items():
        up.add_metric([name], float(says == health.OK))
    # A folder of this machine is there when the process is.
    if (answers := getattr(default_storage, "answers", None)) is not None:
        up.add_metric(["files"], float(answers()))
    yield up


def messages() -> Figures:
    due = Notice.objects.filter(state__in=[State.QUEUED, State.SENDING], due_at__lte=now())
    found = due.aggregate(oldest=Min("due_at"), all=Count("pk"))
    yield _gauge("message_oldest_due_seconds", "How long the oldest due message has waited.", _age(found["oldest"]))
    yield _gauge("messages_due", "Messages that are due and not sent.", found["all"])
    unsettled = Notice.objects.filter(state__in=[State.UNCERTAIN, State.DEAD])
    counted = dict(unsettled.values_list("state").annotate(all=Count("pk")).order_by())
    for state, says in (
        (State.UNCERTAIN, "Messages of which nobody knows whether they arrived."),
        (State.DEAD, "Messages that were given up."),
    ):
        yield _gauge(f"messages_{state}", says, counted.get(state, 0))
    silent = MailServer.objects.values_list("down_since", flat=True).first()
    yield _gauge("mail_server_silent_seconds", "Since when the mail server has not answered.", _age(silent))


def pulses() -> Figures:
    """Work never done yet has no age; its absence is an alarm of its own."""
    age = GaugeMetricFamily("stretchhub_task_age_seconds", "Since when this work was last done.", labels=["task"])
    for task, done_at in Pulse.objects.filter(task__in=WATCHED).values_list("task", "done_at"):
        age.add_metric([task], _age(done_at))
    yield age


def dashboards() -> Figures:
    behind = DashboardChange.objects.aggregate(all=Count("sponsor", distinct=True))["all"]
    yield _gauge("dashboards_behind", "Dashboards of sponsors that do not show the latest change yet.", behind)
    oldest = DashboardSnapshot.objects.aggregate(oldest=Min("as_of"))["oldest"]
    yield _gauge("dashboard_oldest_seconds", "Age of the oldest dashboard; all are built each night.", _age(oldest))


def queue() -> Figures:
    yield _gauge("queue_messages", "Messages that wait for a worker.", messages_waiting(app))


def disk() -> Figures:
    place = shutil.disk_usage(settings.DATA_DIR)
    yield _gauge("disk_free_ratio", "How much of the disk under DATA_DIR is free.", place.free / place.total)


class Now(Collector):
    """Everything that is read when it is asked for."""

    def collect(self) -> Figures:
        yield from parts()
        for read in (messages, pulses, dashboards, queue, disk):
            yield from _if_it_answers(read)


def _if_it_answers(read: Callable[[], Figures]) -> list[GaugeMetricFamily]:
    """Whole or not at all; that the database or the broker is gone is told of by `part_up`."""
    try:
        return list(read())
    except (DatabaseError, BrokerError, OSError):
        return []


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


def may_read(request: HttpRequest) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    brought = kind.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return bool(settings.METRICS_TOKEN) and brought


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever brings the token; for everybody else there is no such page."""
    if not may_read(request):
        raise Http404
    current = CollectorRegistry()
    current.register(Now())
    return HttpResponse(generate_latest(current) + generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)
