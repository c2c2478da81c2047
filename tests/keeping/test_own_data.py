"""A person's own data in one archive: exactly what is theirs, for them alone, for a day."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from assignments.models import ManagerAgreement
from reviews.actions import export as actions
from reviews.actions.export_writing import write_waiting
from reviews.models import Export, ExportStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.keeping import archive
from stretchhub.notices.models import Notice
from stretchhub.people.models import Draft, User
from tests.factories import EvidenceFactory, FeedbackRequestFactory, ReflectionFactory, UserFactory
from tests.reviews.exports import confirmed
from tests.reviews.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def freshly(sign_in):
    """A browser whose person has shown their password this minute."""

    def sign(user: User):
        return confirmed(sign_in(user), user)

    return sign


def archive_of(person: User) -> ZipFile:
    export = actions.request_own(by=person)
    write_waiting()
    export.refresh_from_db()
    assert (export.status, export.error) == (ExportStatus.COMPLETE, "")
    return ZipFile(default_storage.path(export.file.name))


def rows(found: ZipFile, name: str) -> list[dict]:
    return json.loads(found.read(f"data/{name}.json"))


@pytest.mark.parametrize("part", ["mentee", "mentor", "sponsor", "manager", "colleague", "hr", "administrator"])
def test_an_archive_holds_no_private_text_that_is_for_others(world, part):
    """Each private text holds a marker naming who may read it; what one said oneself is one's own."""
    with transaction.atomic():
        Export.objects.all().delete()
        found = archive_of(world.people[part])
        body = b"".join(found.read(name) for name in found.namelist())
        own = {
            "mentee": [answer.group.encode() for answer in world.mentee.group_answers.all()],
            "manager": [answer.reason.encode() for answer in ManagerAgreement.objects.filter(manager=world.manager)],
        }.get(part, [])
        marks = {mark for mark in world.canaries if mark in body}
        assert {m for m in marks if part not in world.canaries[m] and not any(m in words for words in own)} == set()
        others = {person.email.encode() for name, person in world.people.items() if name != part}
        assert {address for address in others if b'"' + address in body} == set()
        transaction.set_rollback(True)


def test_it_holds_exactly_what_is_theirs_with_files_and_a_page_to_read(mentee, stranger):
    mine, others = ReflectionFactory(by=mentee, worked="I asked first."), ReflectionFactory(worked="Not Mina's.")
    Draft.objects.create(owner=mentee, form="f", content={"said": "half a sentence"})
    Draft.objects.create(owner=stranger, form="f", content={"said": "of somebody else"})

    found = archive_of(mentee)

    assert [(row["id"], row["worked"]) for row in rows(found, "reflections")] == [(mine.pk, "I asked first.")]
    assert others.by != mentee
    assert [row["content"] for row in rows(found, "unsent_drafts")] == [{"said": "half a sentence"}]
    (record,) = rows(found, "record")
    assert (record["full_name"], record["email"], "password" in record) == ("Mina Okafor", "mina@example.org", False)
    assert rows(found, "evidence") == []
    page = found.read("README.txt").decode()
    assert page.startswith("Your data in StretchHub\n") and "Mina Okafor" in page
    assert {f"data/{own.name}.json" for own in archive.kinds()} | {"README.txt"} == set(found.namelist())


def test_who_gave_feedback_is_not_named_and_confidential_answers_are_not_there(mentee):
    named = FeedbackRequestFactory(
        round__assignment__mentee=mentee,
        round__confidential=False,
        giver__full_name="Nell Quick",
        says="Clear and kind.",
    )
    FeedbackRequestFactory(round__assignment__mentee=mentee, round__confidential=True, says="Too slow.")

    found = archive_of(mentee)

    assert [row["words"] for row in rows(found, "feedback_i_received") if row["words"]] == ["Clear and kind."]
    body = b"".join(found.read(name) for name in found.namelist())
    assert (b"Nell" in body, b"Too slow" in body) == (False, False)
    assert [row["words"] for row in rows(archive_of(named.giver), "feedback_i_gave") if row["words"]] == [
        "Clear and kind."
    ]


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_of_many_asked_for_at_once_one_is_written():
    mentee = UserFactory()

    at_once(6, lambda _number: actions.request_own(by=User.objects.get(pk=mentee.pk)))

    assert Export.objects.own_of(mentee).count() == 1


def test_it_is_asked_for_written_fetched_and_gone(mentee, freshly, sign_in, clock):
    answer = sign_in(mentee).post("/me/data/archive/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Export.objects.own_of(mentee).exists()

    mine = freshly(mentee)
    mine.post("/me/data/archive/")
    mine.post("/me/data/archive/")
    export = Export.objects.own_of(mentee).get()
    page = mine.get("/me/data/").content.decode()
    assert f'hx-get="/me/data/archive/{export.code}/"' in page and "Rows written" in page

    assert write_waiting() >= 1
    told = Notice.objects.filter(kind="reviews.export_ready", object_id=export.pk)
    assert list(told.values_list("recipient", flat=True)) == [mentee.pk]
    file = mine.get(f"/me/data/archive/{export.code}/download/")
    assert file["Content-Disposition"].startswith('attachment; filename="stretchhub-my-data-')
    assert "README.txt" in ZipFile(BytesIO(b"".join(file.streaming_content))).namelist()
    verbs = AuditEntry.objects.filter(object_id=export.pk, object_type="reviews.export").order_by("pk")
    assert [(entry.verb, entry.actor) for entry in verbs] == [
        ("own_data.requested", mentee),
        ("export.completed", None),
        ("export.downloaded", mentee),
    ]
    assert sign_in(mentee).get(f"/me/data/archive/{export.code}/download/")["Location"].startswith("/accounts/reauth")

    clock(hours=25)
    actions.expire()
    assert freshly(mentee).get(f"/me/data/archive/{export.code}/download/").status_code == 302
    export.refresh_from_db()
    assert (export.status, export.file) == (ExportStatus.EXPIRED, "")


def test_nobody_else_reaches_it_and_it_is_not_among_the_files_of_hr(mentee, hr, administrator, freshly):
    export = actions.request_own(by=mentee)
    write_waiting()
    for person in (hr, administrator, UserFactory()):
        for address in ("me/data/archive/{}/", "me/data/archive/{}/download/", "exports/{}/", "exports/{}/download/"):
            assert freshly(person).get("/" + address.format(export.code)).status_code == 404, (person, address)
    assert str(export.code) not in freshly(hr).get("/exports/").content.decode()
    assert freshly(mentee).get(f"/exports/{export.code}/").status_code == 404


def test_a_name_of_a_file_leads_nowhere():
    assert archive.safe_name("../../etc/pass\nwd") == "_.._etc_pass_wd"
    assert archive.safe_name("...") == "file"


def test_while_long_files_are_put_in_it_says_that_it_is_at_work(mentee, tmp_path):
    """So that no other worker takes it over: no row is written for as long as that takes."""
    content = b"x" * (archive.CHUNK * 3 + 1)
    EvidenceFactory(assignment__mentee=mentee).files.create(
        file=ContentFile(content, "x"), name="a.pdf", size=1, content_type="application/pdf", sha256="0" * 64
    )
    heard = []

    class Heard:
        def began(self, total):
            heard.append("began")

        def progress(self, done):
            heard.append(done)

    archive.write(actions.request_own(by=mentee), tmp_path / "own.zip", Heard())

    rows_before_the_file = max(heard, key=heard.count)
    # The last row, the file, and each of its four pieces.
    assert heard.count(rows_before_the_file) == 6


def test_a_large_archive_takes_little_memory(mentee):
    first = EvidenceFactory(assignment__mentee=mentee, text="x")
    kind = type(first)
    fields = {f.attname: getattr(first, f.attname) for f in kind._meta.concrete_fields if f.name not in ("id", "code")}
    kind.objects.bulk_create([kind(**fields | {"text": "word " * 1500}) for _each in range(3000)])
    export = actions.request_own(by=mentee)

    tracemalloc.start()
    write_waiting()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    export.refresh_from_db()
    assert (export.counts["evidence"], export.status) == (3001, ExportStatus.COMPLETE)
    # 22 MB of words; of these a few hundred rows at a time.
    assert most < 16 * 1024 * 1024
