"""A worker that runs and is handed nothing ends itself when work waits, and only then."""

import logging
import os
import time

import pytest

from stretchhub import deaf, probe
from stretchhub.celery import app
from stretchhub.deaf import Hearing


class Clock:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock_of_the_worker():
    return Clock()


@pytest.fixture
def hearing(clock_of_the_worker):
    return Hearing(clock_of_the_worker)


def never_asked() -> int:
    raise AssertionError("the broker is asked only when there is reason to doubt")


def test_one_that_was_handed_something_lately_asks_nobody(hearing, clock_of_the_worker):
    clock_of_the_worker.at += 299

    assert hearing.is_deaf(300, at_work=False, waiting=never_asked) is False


def test_one_that_is_handed_nothing_while_messages_wait_is_deaf_at_the_second_look(hearing, clock_of_the_worker):
    clock_of_the_worker.at += 300

    assert hearing.is_deaf(300, at_work=False, waiting=lambda: 4) is False
    assert hearing.is_deaf(300, at_work=False, waiting=lambda: 4) is True


def test_a_message_between_two_looks_is_no_deafness(hearing, clock_of_the_worker):
    clock_of_the_worker.at += 300

    assert hearing.is_deaf(300, at_work=False, waiting=lambda: 1) is False
    hearing.heard()
    assert hearing.is_deaf(300, at_work=False, waiting=never_asked) is False


def test_an_empty_queue_is_no_deafness_and_doubts_begin_anew_after_it(hearing, clock_of_the_worker):
    clock_of_the_worker.at += 9000

    assert [hearing.is_deaf(300, at_work=False, waiting=lambda n=n: n) for n in (0, 1, 0, 1)] == [False] * 4


def test_one_at_long_work_is_not_deaf_and_has_its_time_afterwards(hearing, clock_of_the_worker):
    clock_of_the_worker.at += 1800
    assert hearing.is_deaf(300, at_work=True, waiting=never_asked) is False
    clock_of_the_worker.at += 299

    assert hearing.is_deaf(300, at_work=False, waiting=never_asked) is False


def test_a_broker_that_does_not_answer_makes_nobody_deaf(monkeypatch, clock_of_the_worker):
    def gone(app):
        raise OSError("connection refused")

    monkeypatch.setattr(deaf, "messages_waiting", gone)
    monkeypatch.setattr(deaf, "hearing", Hearing(clock_of_the_worker))
    clock_of_the_worker.at += 9000

    assert [deaf.look(app, 300, "") for _ in range(3)] == [False, False, False]


def test_the_file_is_touched_while_it_hears_and_not_after(monkeypatch, clock_of_the_worker, tmp_path):
    monkeypatch.setattr(deaf, "hearing", Hearing(clock_of_the_worker))
    monkeypatch.setattr(deaf, "messages_waiting", lambda app: 1)
    file = tmp_path / "heard"

    deaf.look(app, 300, str(file))
    assert file.exists()
    file.unlink()
    clock_of_the_worker.at += 300

    deaf.look(app, 300, str(file))
    assert not file.exists()


def test_a_deaf_worker_says_so_and_ends_with_a_status_that_is_no_success(monkeypatch, clock_of_the_worker, caplog):
    ended: list[int] = []
    monkeypatch.setattr(deaf, "hearing", Hearing(clock_of_the_worker))
    looks = iter([True])
    monkeypatch.setattr(deaf, "look", lambda *args: next(looks))

    with caplog.at_level(logging.CRITICAL):
        deaf.watch(app, 300, end=ended.append).join(30)

    assert ended == [75]
    assert "although messages wait: it ends, to be started again" in caplog.text


def test_messages_that_wait_are_counted():
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("celery")
    assert deaf.messages_waiting(app) == 0

    app.send_task("nobody.knows")
    app.send_task("nobody.knows")

    assert deaf.messages_waiting(app) == 2
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("celery")


def test_the_health_check_of_a_worker_reads_the_date_of_its_file(tmp_path):
    file = tmp_path / "heard"
    assert probe.hears(str(file), 300) is False
    file.touch()
    assert probe.hears(str(file), 300) is True
    os.utime(file, (time.time() - 500, time.time() - 500))
    assert probe.hears(str(file), 300) is False
    assert probe.hears("", 300) is False
