"""/healthz: public, never redirects, and honest about database and broker."""

import pytest
from django.db import DatabaseError, connection

from stretchhub import health
from stretchhub.celery import app
from tests import services

WELL = {"database": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_healthz_needs_no_sign_in_and_is_not_kept(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, WELL)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_healthz_does_not_redirect_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_healthz_changes_nothing_and_takes_no_post(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_broker_that_does_not_answer_is_a_503_that_names_it(client, monkeypatch):
    monkeypatch.setattr(health, "app", gone := Gone())

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "broker": "not answering"})
    assert gone.asked


class Gone:
    """The application with a broker address where nobody listens."""

    asked = False

    def connection_for_write(self, **options):
        self.asked = True
        return app.connection_for_write(f"redis://127.0.0.1:{services.free_port()}/0", **options)


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_a_503_that_names_it(client):
    def refuse(*args):
        raise DatabaseError

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"database": "not answering", "broker": "ok"})
