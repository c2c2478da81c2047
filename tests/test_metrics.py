"""/metrics: for whoever brings the token, and every figure is the right one."""

import os
import subprocess
import sys
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import resolve
from kombu.exceptions import OperationalError as BrokerError
from prometheus_client.parser import text_string_to_metric_families

from assignments.models import DashboardChange
from sponsors.models import DashboardSnapshot
from stretchhub import health
from stretchhub import metrics as door
from stretchhub.env import now
from stretchhub.notices import pulse
from stretchhub.notices.models import MailServer, Notice, Pulse, State
from stretchhub.notices.tasks import deliver
from stretchhub.request_times import TIMES, Measure
from tests import services

TOKEN = "a-token-of-the-tests-0123"


@pytest.fixture
def read(client, settings, db):
    """All figures by name and labels, as a program that brings the token reads them."""
    settings.METRICS_TOKEN = TOKEN

    def asked() -> dict[tuple, float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return figures(answer.content.decode())

    return asked


def figures(text: str) -> dict[tuple, float]:
    return {
        (sample.name.removeprefix("stretchhub_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def still(monkeypatch):
    """The moment at which the figures are read."""
    moment = now()
    monkeypatch.setattr(door, "now", lambda: moment)
    return moment


def notice(number: int, person, **values) -> Notice:
    return Notice.objects.create(
        key=f"k{number}", kind="k", recipient=person, object_type="x", object_id=1, message_id=f"m{number}", **values
    )


@pytest.mark.django_db
@pytest.mark.parametrize("brought", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_there_is_no_such_page(client, settings, brought):
    settings.METRICS_TOKEN = TOKEN
    headers = {"Authorization": brought} if brought is not None else {}

    answer = client.get("/metrics", headers=headers)

    assert answer.status_code == 404
    assert b"stretchhub_" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("brought", ["Bearer ", "Bearer", "Bearer None"])
def test_where_no_token_is_set_nobody_has_one(client, brought):
    assert client.get("/metrics", headers={"Authorization": brought}).status_code == 404


def test_an_empty_database_shows_noughts(read):
    found = read()

    for name in ("message_oldest_due_seconds", "messages_due", "messages_uncertain", "messages_dead",
                 "mail_server_silent_seconds", "dashboards_behind", "dashboard_oldest_seconds"):  # fmt: skip
        assert found[(name,)] == 0, name
    assert {part: found["part_up", part] for part in ("database", "migrations", "broker")} == dict.fromkeys(
        ("database", "migrations", "broker"), 1
    )
    assert 0 < found[("disk_free_ratio",)] <= 1
    assert not [name for name, *_labels in found if name == "task_age_seconds"]


def test_messages_are_counted_by_what_is_wrong_with_them(read, still, mentee):
    notice(1, mentee, due_at=still - timedelta(minutes=11))
    notice(2, mentee, due_at=still - timedelta(minutes=3), state=State.SENDING)
    notice(3, mentee, due_at=still + timedelta(minutes=1))
    notice(4, mentee, due_at=still - timedelta(days=2), state=State.SENT, sent_at=still)
    notice(5, mentee, due_at=still - timedelta(days=2), state=State.UNCERTAIN)
    notice(6, mentee, due_at=still - timedelta(days=2), state=State.DEAD)
    notice(7, mentee, due_at=still - timedelta(days=2), state=State.DEAD)
    MailServer.objects.create(down_since=still - timedelta(minutes=12))

    found = read()

    assert found[("message_oldest_due_seconds",)] == 660
    assert found[("messages_due",)] == 2
    assert found[("messages_uncertain",)] == 1
    assert found[("messages_dead",)] == 2
    assert found[("mail_server_silent_seconds",)] == 720


def test_each_planner_and_the_sender_have_an_age_of_their_own(read, still):
    for seconds, task in enumerate(pulse.WATCHED):
        Pulse.objects.create(task=task, done_at=still - timedelta(seconds=100 + seconds))

    found = read()

    assert [found["task_age_seconds", task] for task in pulse.WATCHED] == [100, 101, 102, 103, 104]


def test_dashboards_are_late_or_old(read, still, sponsor, mentor):
    DashboardChange.objects.note([sponsor.pk])
    DashboardChange.objects.note([sponsor.pk])
    DashboardSnapshot.objects.create(sponsor=sponsor, as_of=still - timedelta(hours=3))
    DashboardSnapshot.objects.create(sponsor=mentor, as_of=still - timedelta(hours=1))

    found = read()

    assert (found[("dashboards_behind",)], found[("dashboard_oldest_seconds",)]) == (1, 3 * 3600)


def test_what_does_not_answer_is_said_and_the_rest_is_there(read, monkeypatch):
    def gone(app):
        raise BrokerError("connection refused")

    monkeypatch.setattr(door, "messages_waiting", gone)
    monkeypatch.setattr(health, "broker_answers", lambda: False)

    found = read()

    assert found["part_up", "broker"] == 0
    assert ("queue_messages",) not in found
    assert found[("messages_due",)] == 0


def test_a_database_that_is_gone_leaves_its_figures_out(read, monkeypatch):
    class Refuses:
        @property
        def objects(self):
            raise OperationalError("connection refused")

    for model in ("Notice", "Pulse", "DashboardChange"):
        monkeypatch.setattr(door, model, Refuses())
    monkeypatch.setattr(health, "database_answers", lambda: False)

    found = read()

    assert (found["part_up", "database"], found["part_up", "migrations"], found["part_up", "broker"]) == (0, 0, 1)
    assert {name for name, *_ in found} & {"messages_due", "dashboards_behind", "task_age_seconds"} == set()
    assert ("disk_free_ratio",) in found


@pytest.mark.django_db
def test_work_that_was_done_beats_and_other_work_does_not():
    pulse.beat("assignments.tasks.plan_reminders")
    first = Pulse.objects.get().done_at
    pulse.beat("assignments.tasks.plan_reminders")
    pulse.beat("assignments.tasks.forget_feedback")

    assert Pulse.objects.get().done_at > first


@pytest.mark.django_db
def test_celery_beats_when_a_task_is_done():
    deliver.apply()

    assert list(Pulse.objects.values_list("task", flat=True)) == [pulse.SENDER]


def test_a_request_is_counted_under_the_name_of_its_address_and_never_under_its_token(rf):
    request = rf.get("/m/the-token-of-somebody/stop/")
    request.resolver_match = resolve(request.path)
    before = TIMES.labels("notices:stop", "4xx")._sum.get()

    Measure(lambda request: HttpResponse(status=410))(request)
    Measure(lambda request: HttpResponse(status=404))(rf.get("/m/another-token"))

    labels = {tuple(sample.labels.values())[:2] for family in TIMES.collect() for sample in family.samples}
    assert {("notices:stop", "4xx"), ("none", "4xx")} <= labels
    assert not any("token" in label for pair in labels for label in pair)
    assert TIMES.labels("notices:stop", "4xx")._sum.get() > before


@pytest.mark.real
def test_what_several_processes_served_is_added_up(tmp_path):
    """Twelve connections, so that more than one process answers; each answer is counted once, whoever is asked.

    The database is empty: what it would say is left out, and the counts are there all the same.
    """
    port, log = services.free_port(), tmp_path / "log"
    wanted = {**os.environ, "DATA_DIR": str(tmp_path), "METRICS_TOKEN": TOKEN, "PORT": str(port),
              "WEB_PROCESSES": "3", "DJANGO_SETTINGS_MODULE": "stretchhub.settings"}  # fmt: skip
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL"):
        wanted.pop(name, None)
    command = [sys.executable, "-m", "gunicorn", "--config", "python:stretchhub.web"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=services.ROOT, env=wanted, stdout=out, stderr=out)
    try:
        services.wait_for_port(port, process, log)
        for _ in range(12):
            urllib.request.urlopen(f"http://localhost:{port}/healthz/live", timeout=30).close()
        request = urllib.request.Request(
            f"http://localhost:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        said = [urllib.request.urlopen(request, timeout=30).read().decode() for _ in range(4)]
    finally:
        services.end(process)

    counted = [figures(each)["request_seconds_count", "healthz-live", "2xx"] for each in said]
    assert counted == [12, 12, 12, 12]
    assert {figures(each)["part_up", "migrations"] for each in said} == {0}
    assert urllib.parse.quote(TOKEN) not in log.read_text()
