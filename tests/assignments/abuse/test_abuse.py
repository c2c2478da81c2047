"""Each of the sixty-four is refused with words, or kept and handed out so that it can do nothing here."""

import time
from collections import Counter

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from assignments.actions import evidence_file as actions
from assignments.models import Evidence, EvidenceFile, FileState, StagedFile
from stretchhub.env import today
from tests.assignments.abuse.files import Abuse, all_files
from tests.assignments.abuse.sending import multipart
from tests.factories import AssignmentFactory, MentorshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
FILES = all_files()
# What these carry in place of a picture or beside it.
HARM = (b"<script", b"alert(1)", b"<?php", b"PK\x03\x04", b"<svg")


def test_they_are_sixty_four_in_their_groups():
    assert Counter(each.group for each in FILES) == {
        "svg": 8,
        "page": 8,
        "polyglot": 8,
        "archive": 6,
        "picture": 4,
        "path": 10,
        "name": 8,
        "mismatch": 6,
        "rest": 6,
    }


@pytest.fixture
def assignment(mentee, mentor):
    return AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor))


@pytest.mark.parametrize("abuse", FILES, ids=str)
def test_it_is_refused_or_can_do_nothing(abuse: Abuse, assignment, sign_in):
    client, content = sign_in(assignment.mentee), abuse.make()
    body, content_type = multipart(abuse.name, content)
    # The first page anybody asks for loads the program.
    client.get(f"/assignments/{assignment.code}/evidence/files/")
    began = time.process_time()

    answer = client.generic("POST", f"/assignments/{assignment.code}/evidence/files/", body, content_type)
    if answer.status_code == 201:
        _stored(client, assignment, content, answer.json())

    assert time.process_time() - began <= 2
    # 400: no form at all, as with a name longer than any file can have.
    assert answer.status_code in (201, 422, 400)
    if answer.status_code != 201:
        assert answer.status_code == 400 or answer.json()["words"]
        assert not StagedFile.objects.exists()


def _stored(client, assignment, content, told):
    """Logged, looked at, and fetched again: under a random name, to be saved, never shown."""
    staged = StagedFile.objects.get()
    _folder, token = staged.file.name.rsplit("/", 1)
    assert (len(token), set(token) <= set("0123456789abcdef")) == (32, True)
    assert default_storage.path(staged.file.name).startswith(str(settings.MEDIA_ROOT))
    assert not set("/\\\r\n\x00\u202e\u200b") & set(told["name"])
    assert len(told["name"].encode()) <= 255
    client.post(
        f"/assignments/{assignment.code}/evidence/log/",
        {"title": "x", "learned": "x", "happened_on": today().isoformat(), "staged": told["code"]},
    )
    actions.redraw_pictures()
    kept = EvidenceFile.objects.get()
    page = client.get(f"/evidence/{Evidence.objects.get().code}/").content
    assert b"<img src=x" not in page
    answer = client.get(f"/evidence/files/{kept.code}/")
    if kept.state == FileState.REFUSED:
        assert answer.status_code == 404
        return
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    served = b"".join(answer.streaming_content)
    if kept.content_type.startswith("image/"):
        assert not [harm for harm in HARM if harm in served]
    else:
        assert served == content


EXPECTED_TO_STAY = {
    "paper-and-page.pdf",
    "nested.docx",
    "eicar.txt",
    "picture-and-archive.png",
    "ü" * 300 + ".txt",
    "../../../etc/cron.d/evil.txt",
}


@pytest.mark.parametrize("abuse", [each for each in FILES if each.name in EXPECTED_TO_STAY], ids=str)
def test_what_is_no_danger_by_itself_is_kept_as_it_is(abuse, assignment, sign_in):
    """Or nothing would show that what is kept is handed out safely."""
    body, content_type = multipart(abuse.name, abuse.make())

    answer = sign_in(assignment.mentee).generic(
        "POST", f"/assignments/{assignment.code}/evidence/files/", body, content_type
    )

    assert answer.status_code == 201
