"""Where the database or the disk is away people are told so, get back what they typed, and it is no fault of ours."""

import errno
import sqlite3

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.test import Client

from assignments.models import Evidence, StagedFile
from stretchhub import pages
from stretchhub.away import is_away
from stretchhub.env import today
from tests.factories import AssignmentFactory

WORDS = {
    "title": "Ran the retrospective",
    "text": "With the whole team.",
    "learned": "Ask first, then propose.",
    "happened_on": "",
}


class Said(Exception):
    """What a driver raises, with the number or letters by which it says what happened."""

    def __init__(self, **code: object) -> None:
        self.__dict__ |= code


def caused(error: Exception, **code: object) -> Exception:
    error.__cause__ = Said(**code)
    return error


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OSError(errno.ENOSPC, "no room"), True),
        (OSError(errno.EROFS, "read only"), True),
        (OSError(errno.EACCES, "refused"), True),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (OSError("without a number"), False),
        (OperationalError("connection refused"), True),
        (InterfaceError("closed"), True),
        (caused(OperationalError(), sqlite_errorcode=sqlite3.SQLITE_BUSY), True),
        (caused(OperationalError(), sqlite_errorcode=sqlite3.SQLITE_FULL), True),
        (caused(OperationalError(), sqlite_errorcode=sqlite3.SQLITE_IOERR | 3 << 8), True),
        (caused(OperationalError(), sqlite_errorcode=sqlite3.SQLITE_ERROR), False),
        (caused(OperationalError(), sqlstate="57P01"), True),
        (caused(InternalError(), sqlstate="25006"), True),
        (caused(InternalError(), sqlstate="25P02"), False),
        (IntegrityError(), False),
        (DataError(), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_what_is_away_is_told_from_what_is_wrong(error, away):
    assert is_away(error) is away


@pytest.mark.django_db
def test_a_table_that_is_not_there_is_a_fault_of_ours():
    with pytest.raises(Exception, match="no_such") as raised, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such")

    assert is_away(raised.value) is False


@pytest.fixture
def browser(sign_in) -> Client:
    """Gets the page that people get, where a test would get the error."""

    def browser(person) -> Client:
        client = sign_in(person)
        client.raise_request_exception = False
        return client

    return browser


def refuses(statement: str):
    def wrapper(execute, sql, params, many, context):
        if statement in str(sql):
            raise OperationalError("terminating connection due to administrator command")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


@pytest.mark.django_db
def test_a_form_that_the_database_did_not_take_comes_back_as_words(browser):
    assignment = AssignmentFactory()
    client, address = browser(assignment.mentee), f"/assignments/{assignment.code}/evidence/log/"
    words = WORDS | {"happened_on": today().isoformat()}

    with refuses('INSERT INTO "assignments_evidence"'):
        answer = client.post(address, words)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert WORDS["title"] in page and WORDS["learned"] in page
    assert "Not possible just now" in page
    assert "Traceback" not in page and "terminating" not in page
    assert not Evidence.objects.exists()
    assert client.post(address, words).status_code == 302
    assert Evidence.objects.get().title == WORDS["title"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "kept"), [("http://testserver", True), ("https://elsewhere.example", False), ("", False)]
)
def test_words_come_back_to_a_page_of_ours_also_where_nothing_of_the_person_is_known(browser, mentee, origin, kept):
    client = browser(mentee)

    with refuses("session"):
        answer = client.post("/", {"title": "Typed"}, headers={"Origin": origin} if origin else {})

    assert answer.status_code == 503
    assert ("Typed" in answer.content.decode()) is kept


def test_anything_else_is_a_fault_of_ours(rf):
    try:
        raise ValueError
    except ValueError:
        answer = pages.server_error(rf.get("/"))

    assert answer.status_code == 500
    assert not answer.has_header("Retry-After")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [5_000, 1_500_000])
def test_words_come_back_where_the_disk_has_no_room_for_the_file_beside_them(browser, monkeypatch, size, settings):
    """The small one is found out when it is to be kept, the large one while it is being read."""
    assignment = AssignmentFactory()
    client, address = browser(assignment.mentee), f"/assignments/{assignment.code}/evidence/log/"
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"1" * size)
    words = WORDS | {"happened_on": today().isoformat(), "files": [file]}

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)
        patched.setattr("django.core.files.storage.filesystem.os.open", full)
        answer = client.post(address, words)

    assert answer.status_code == 503
    assert WORDS["learned"] in answer.content.decode()
    assert not StagedFile.objects.exists() and not Evidence.objects.exists()
    file.seek(0)
    assert client.post(address, words).status_code == 302
    assert Evidence.objects.get().files.get().size == size + 9
