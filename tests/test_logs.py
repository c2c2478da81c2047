"""What the logs say, as lines and as JSON, and that no secret and nobody's words are ever in them."""

import io
import json
import logging
import logging.config
import smtplib
import urllib.parse

import pytest
from celery import shared_task
from django.core import mail
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from stretchhub import logs, traced
from stretchhub.celery import app
from stretchhub.people.models import User
from tests.factories import AssignmentFactory, UserFactory

SEEDED = {
    "password": "seeded-Passw0rd-4711",
    "token": "seededtoken4711abcdef",
    "words": "seeded words of somebody",
    "address": "seeded.person@example.org",
}


@pytest.fixture
def said(request):
    """Everything logged at the finest level, by the very configuration of the product."""
    form = getattr(request, "param", "json")
    kept = {name: (each.handlers[:], each.level, each.propagate) for name, each in loggers().items()}
    stream = io.StringIO()
    logging.config.dictConfig(logs.config("DEBUG", form, stream))
    yield stream
    for name, (handlers, level, propagate) in kept.items():
        logger = loggers()[name]
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def loggers() -> dict[str, logging.Logger]:
    named = [*logs.config("INFO", "text", io.StringIO())["loggers"], None]
    return {name or "": logging.getLogger(name) for name in named}


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def failing(error: BaseException) -> logging.LogRecord:
    try:
        raise error
    except type(error) as raised:
        record = logging.LogRecord("here", logging.ERROR, __file__, 1, "It failed", (), (type(raised), raised, None))
        record.exc_info = (type(raised), raised, raised.__traceback__)
        return record


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("redis://:geheim@host:6379/0", "redis://:***@host:6379/0"),
        ("postgresql://me:geheim@host/db", "postgresql://me:***@host/db"),
        ("GET /m/abcDEF123/feedback/stop/", "GET /m/***/feedback/stop/"),
        ("/accounts/password/reset/key/1-abc/", "/accounts/password/reset/key/***/"),
        ("/accounts/confirm-email/MQ:1abc/", "/accounts/confirm-email/***/"),
        ("/setup/abc/", "/setup/***/"),
        ("/x/?token=abc&page=2", "/x/?token=***&page=2"),
        ("Authorization: Bearer abcdefgh1234", "Authorization: Bearer ***"),
        ("not taken: mina.o+x@example.org refused", "not taken: ***@example.org refused"),
        ("worker celery@a1b2c3 is there", "worker celery@a1b2c3 is there"),
        ("/assignments/6f9619ff-8b86/evidence/", "/assignments/6f9619ff-8b86/evidence/"),
    ],
)
def test_secrets_and_addresses_are_blanked_and_the_rest_stays(words, shown):
    assert logs.redacted(words) == shown


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError("seeded words"), "ValueError"),
        (KeyError("seeded words"), "KeyError"),
        (IntegrityError("Key (email)=(x@example.org) already exists."), "IntegrityError"),
        (UnicodeDecodeError("utf-8", b"seeded", 0, 1, "invalid"), "UnicodeDecodeError"),
        (OperationalError("connection refused\nIs it running?"), "OperationalError: connection refused Is it running?"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (
            smtplib.SMTPRecipientsRefused({"mina@example.org": (550, b"unknown")}),
            "SMTPRecipientsRefused: {'***@example.org': (550, b'unknown')}",
        ),
    ],
    ids=lambda each: type(each).__name__,
)
def test_an_error_keeps_its_words_only_where_nobody_typed_them(error, shown):
    assert logs.said_of(error) == shown


@pytest.mark.parametrize("form", logs.FORMATS)
def test_where_an_error_came_from_is_shown_without_its_words(form):
    record = failing(ValueError("seeded words"))

    line = logs.FORMATS[form]().format(record)

    assert "test_logs.py" in line
    assert "in failing" in line
    assert "ValueError" in line
    assert "seeded" not in line


def test_what_an_error_came_from_is_told_first():
    try:
        try:
            raise OperationalError("connection refused")
        except OperationalError as cause:
            raise RuntimeError("seeded words") from cause
    except RuntimeError as error:
        record = failing(error)

    told = json.loads(logs.Json().format(record))["errors"]

    assert [each["said"] for each in told] == ["OperationalError: connection refused", "RuntimeError"]


@pytest.mark.parametrize("form", logs.FORMATS)
def test_nothing_that_was_sent_begins_a_line_of_its_own(form):
    record = logging.LogRecord("here", logging.INFO, "", 1, "GET /a\n2026 ERROR x: forged\r\x1b[31m\u2028", (), None)

    line = logs.FORMATS[form]().format(record)

    assert line.splitlines() == [line]
    assert "\x1b" not in line


@pytest.mark.parametrize("said", ["text"], indirect=True)
def test_a_line_for_people_is_short_and_plain(said):
    logging.getLogger("stretchhub.trial").warning("The mail server answers again")

    assert said.getvalue()[19:] == " WARNING stretchhub.trial: The mail server answers again\n"


def test_a_line_of_json_names_its_request(said):
    token = traced.request_id.set("11111111-2222")
    try:
        logging.getLogger("stretchhub.trial").warning("One of %s", 3)
    finally:
        traced.request_id.reset(token)

    [line] = lines(said)
    assert (line["level"], line["logger"], line["message"]) == ("warning", "stretchhub.trial", "One of 3")
    assert line["request"] == "11111111-2222"
    assert line["time"].endswith("+00:00")


@shared_task(name="tests.trial", bind=True)
def trial(task, words: str) -> None:
    logging.getLogger("stretchhub.trial").warning("At work")
    raise ValueError(words)


def run(headers: dict) -> None:
    """As a worker runs it: with the headers of its message, and with Celery's own account of an error."""
    trial.apply(args=[SEEDED["words"]], headers=headers, throw=False, task_id="the-task")


def test_a_task_is_logged_under_the_request_that_asked_for_it(said):
    headers: dict = {}
    token = traced.request_id.set("of-the-request")
    traced.hand_on(headers)
    traced.request_id.reset(token)

    assert headers == {"request_id": "of-the-request"}
    traced.begin("tests.trial", "the-task", headers["request_id"])
    logging.getLogger("stretchhub.trial").warning("At work")
    traced.end()

    [line] = lines(said)
    assert (line["request"], line["task"]) == ("of-the-request", "tests.trial")
    assert (traced.request_id.get(), traced.task_name.get()) == ("", "")


def test_a_task_that_nobody_asked_for_goes_by_its_own_id_and_its_error_has_no_words(said):
    run({})

    told = [line for line in lines(said) if line["logger"] in ("stretchhub.trial", "celery.app.trace")]
    assert [line["request"] for line in told] == ["the-task", "the-task"]
    assert told[1]["errors"][-1]["said"] == "ValueError"
    assert SEEDED["words"] not in said.getvalue()


def test_what_is_asked_of_celery_carries_the_id_of_the_request():
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("celery")
        token = traced.request_id.set("of-the-request")
        try:
            app.send_task("nobody.knows", connection=broker)
        finally:
            traced.request_id.reset(token)
        message = broker.default_channel.basic_get("celery")

    assert message.headers["request_id"] == "of-the-request"


@pytest.mark.django_db
@pytest.mark.parametrize("said", logs.FORMATS, indirect=True)
def test_a_journey_leaves_no_secret_and_nobodys_words_in_the_logs(said, monkeypatch):
    """Sign-in, links, forms and searches, each also with an error that repeats what was typed."""
    client = Client(raise_request_exception=False)
    user = UserFactory(email=SEEDED["address"])
    user.set_password(SEEDED["password"])
    user.save()
    assignment = AssignmentFactory(mentee=user)
    evidence = f"/assignments/{assignment.code}/evidence/log/"
    typed = {"title": SEEDED["words"], "text": SEEDED["words"], "learned": SEEDED["words"], "submit_key": "k"}

    def journey(browser: Client) -> None:
        browser.post("/accounts/login/", {"login": SEEDED["address"], "password": "wrong" + SEEDED["password"]})
        browser.post("/accounts/login/", {"login": SEEDED["address"], "password": SEEDED["password"]})
        browser.post("/accounts/password/reset/", {"email": SEEDED["address"]})
        for ending in ("feedback/", "review/", "sponsoring/", "stop/", "hours/", "calendar.ics", "nothing/"):
            browser.get(f"/m/{SEEDED['token']}/{ending}")
        browser.get(f"/setup/{SEEDED['token']}/")
        browser.get(f"/accounts/password/reset/key/1-{SEEDED['token']}/")
        browser.get("/people/", {"q": SEEDED["words"], "token": SEEDED["token"]})
        browser.get("/metrics", headers={"Authorization": f"Bearer {SEEDED['token']}"})
        browser.post(evidence, typed)

    journey(client)

    def fails(*args, **kwargs):
        raise ValueError(SEEDED["words"], SEEDED["password"], SEEDED["address"], SEEDED["token"])

    monkeypatch.setattr(User, "full_clean", fails)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fails)
    monkeypatch.setattr("stretchhub.pages.loader", None, raising=False)
    journey(client)
    logging.getLogger("stretchhub.trial").error("%s at %s", ValueError(SEEDED["words"]), f"/m/{SEEDED['token']}/stop/")
    run({})

    everything = said.getvalue()
    assert "Internal Server Error" in everything
    assert "celery.app.trace" in everything
    for name, secret in SEEDED.items():
        for form in (secret, urllib.parse.quote(secret), urllib.parse.quote_plus(secret)):
            assert form not in everything, name
    assert [mail for mail in mail.outbox if SEEDED["token"] in str(mail.message())] == []
    assert connection.is_usable()
