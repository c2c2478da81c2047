"""The real leg's own servers work together: site, worker, beat, mail and browser."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from django.core.mail import send_mail
from django.db import connection

from reviews.models import Rubric
from stretchhub.celery import app
from tests import emptied
from tests.factories import UserFactory
from tests.test_run import wait_until

pytestmark = pytest.mark.real


@pytest.mark.django_db
def test_the_real_leg_is_on_postgresql_and_redis(settings):
    assert connection.vendor == "postgresql"
    assert settings.CELERY_BROKER_URL.startswith("redis://")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["once", "and after a test that emptied every table"])
def test_what_ships_is_there(time):
    assert Rubric.objects.published().count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_still_at_work_when_a_test_ends_goes_first_and_deadlocks_with_nobody():
    UserFactory()
    ships = emptied.what_ships()
    filled = list(ships)
    held, waits = Event(), "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"

    def at_work() -> None:
        with psycopg.connect(**connection.get_connection_params()) as own:
            own.execute(f'LOCK TABLE "{filled[-1]}" IN ROW EXCLUSIVE MODE')
            held.set()
            wait_until(lambda: own.execute(waits, [connection.settings_dict["NAME"]]).fetchone(), 10)
            own.execute(f'SELECT 1 FROM "{filled[0]}"')

    with ThreadPoolExecutor(1) as pool:
        rival = pool.submit(at_work)
        held.wait(10)
        emptied.bring_back(ships)
        rival.result()

    assert emptied.what_ships() == ships


def test_the_site_answers_from_the_test_database(live_site, new_page):
    page = new_page()

    answer = page.goto("/healthz")

    assert (answer.status, answer.json()) == (200, {"database": "ok", "broker": "ok"})


def test_the_worker_answers_and_beat_ticks(worker):
    assert app.control.ping(timeout=5, limit=1)[0].popitem()[1] == {"ok": "pong"}
    with app.connection_for_read() as broker:
        queue = broker.default_channel.client
        wait_until(lambda: queue.llen("celery") == 0, 20)


def test_the_sink_keeps_what_is_sent_and_can_refuse(smtp_sink, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_sink.port

    send_mail("Check-in on Tuesday", "See you there.", "hub@example.org", ["mina@example.org"])

    message = smtp_sink.wait_for(lambda message: message["Subject"] == "Check-in on Tuesday")
    assert message.get_content().strip() == "See you there."
    assert smtp_sink.to("mina@example.org") == [message]
    smtp_sink.refuse = "451 come back later"
    with pytest.raises(Exception, match="451"):
        send_mail("Again", "", "hub@example.org", ["mina@example.org"])
