"""/healthz and what is under it: public, never redirecting, and honest about database, tables and broker."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from stretchhub import health
from stretchhub.celery import app
from stretchhub.env import now
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


@pytest.mark.django_db
def test_ready_says_in_plain_words_that_all_is_there(client):
    answer = client.get("/healthz/ready")

    assert (answer.status_code, answer.content.decode()) == (200, "database: ok\nmigrations: ok\nbroker: ok\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
def test_ready_is_no_while_the_broker_is_gone(client, monkeypatch):
    monkeypatch.setattr(health, "app", Gone())

    answer = client.get("/healthz/ready")

    said = "database: ok\nmigrations: ok\nbroker: not answering\n"
    assert (answer.status_code, answer.content.decode()) == (503, said)


@pytest.mark.django_db
def test_ready_is_no_while_the_database_is_gone_and_says_nothing_of_why(client):
    def refuse(*args):
        raise DatabaseError("password authentication failed for user stretchhub")

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz/ready")

    said = "database: not answering\nmigrations: not answering\nbroker: ok\n"
    assert (answer.status_code, answer.content.decode()) == (503, said)


@pytest.mark.django_db
def test_ready_is_no_until_the_last_migration_is_applied(client):
    MigrationRecorder.Migration.objects.filter(app="notices").exclude(name__contains="squashed").latest("pk").delete()

    answer = client.get("/healthz/ready")

    said = "database: ok\nmigrations: not up to date\nbroker: ok\n"
    assert (answer.status_code, answer.content.decode()) == (503, said)


@pytest.mark.django_db
def test_ready_is_yes_where_what_a_squashed_migration_stands_for_was_applied_one_by_one(client):
    noted = MigrationRecorder.Migration.objects
    assert noted.filter(app="reviews", name__contains="squashed").delete()[0] == 1

    assert client.get("/healthz/ready").status_code == 200

    noted.filter(app="reviews").earliest("name").delete()
    assert client.get("/healthz/ready").status_code == 503


@pytest.mark.django_db
def test_ready_is_yes_where_a_newer_program_has_moved_the_database_on(client):
    MigrationRecorder.Migration.objects.create(app="notices", name="9999_of_the_next_release", applied=now())

    assert client.get("/healthz/ready").status_code == 200


def test_live_asks_neither_database_nor_broker(client, monkeypatch):
    monkeypatch.setattr(health, "app", gone := Gone())

    answer = client.get("/healthz/live")

    assert (answer.status_code, answer.content.decode(), gone.asked) == (200, "ok\n", False)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_programs_ask_without_tls_and_only_ask(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405
