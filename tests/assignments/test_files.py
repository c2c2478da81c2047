import hashlib
import io
import zipfile
from typing import ClassVar

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import OperationalError

from assignments import filetypes
from assignments.actions import evidence as actions
from assignments.actions import evidence_file as file_actions
from assignments.actions.evidence_file import Attachment
from assignments.filetypes import Unknown, clean_name, recognise
from assignments.models import Evidence, EvidenceFile, StagedFile
from stretchhub.env import today
from tests.factories import AssignmentFactory, EvidenceFactory, MentorshipFactory
from tests.rival import looked_before

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.7\n" + b"\x00" * 40


def archive(*names, **contents):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
        for name, text in contents.items():
            made.writestr(name, text)
    return held.getvalue()


def kind(name, content):
    return recognise(name, io.BytesIO(content), len(content))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0aa", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe1aa", "image/jpeg"),
        ("a.gif", b"GIF89a..", "image/gif"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ("a.txt", "Grüße".encode(), "text/plain"),
        ("a.csv", "a;b\r\n1;2".encode("cp1252"), "text/csv"),
        ("a.md", b"# Notes", "text/markdown"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml"), "wordprocessingml"),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml"),
        ("a.pptx", archive("[Content_Types].xml", "ppt/presentation.xml"), "presentationml"),
        ("a.odt", archive(mimetype="application/vnd.oasis.opendocument.text"), "opendocument.text"),
    ],
)
def test_what_people_use_is_taken(name, content, expected):
    assert expected in kind(name, content)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.svg", b"<svg/>", "kind"),
        ("a.html", b"<!doctype html>", "kind"),
        ("a.xml", b"<?xml?>", "kind"),
        ("a.exe", b"MZ", "kind"),
        ("a.js", b"alert(1)", "kind"),
        ("a", b"no ending", "kind"),
        ("a.png", b"<svg onload=alert(1)>", "content"),
        ("a.txt", b"  <html><script>", "content"),
        ("a.txt", b"\xef\xbb\xbf<svg>", "content"),
        ("a.csv", b"MZ\x90\x00", "content"),
        ("a.md", b"#!/bin/sh\nrm -rf /", "content"),
        ("a.txt", b"text\x00more", "content"),
        ("a.pdf", b"not a pdf", "content"),
        ("a.webp", b"RIFF\x00\x00\x00\x00AVI ", "content"),
        ("a.docx", b"PK\x03\x04broken", "content"),
        ("a.docx", archive("[Content_Types].xml", "xl/workbook.xml"), "content"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macro"),
        ("a.odt", archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "content"),
        ("a.odt", archive("content.xml"), "content"),
        ("a.xlsx", archive(*(f"xl/{n}" for n in range(1100))), "archive"),
        ("a.txt", b"", "empty"),
    ],
)
def test_what_could_run_or_lies_is_refused(name, content, why):
    with pytest.raises(Unknown, match=f"^{why}$"):
        kind(name, content)


def test_a_file_of_one_byte_too_many_is_refused():
    with pytest.raises(Unknown, match="large"):
        recognise("a.txt", io.BytesIO(b"x"), filetypes.MOST_BYTES + 1)


def test_a_small_archive_that_unpacks_to_much_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        with made.open("word/document.xml", "w") as out:
            for _ in range(201):
                out.write(b"\x00" * 1_000_000)

    with pytest.raises(Unknown, match="archive"):
        kind("a.docx", held.getvalue())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\notes.txt", "notes.txt"),
        ("in\u202evoice\u202cfdp.txt", "invoicefdp.txt"),
        ("two\r\nlines\x00.txt", "twolines.txt"),
        ("  much   room .txt ", "much room .txt"),
        (".hidden", "hidden"),
        ("\u202e", "file"),
        ("Grüße aus Köln.pdf", "Grüße aus Köln.pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending():
    name = clean_name("ü" * 300 + ".pdf")

    assert name.endswith("ü.pdf")
    assert len(name.encode()) <= 200


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


def log(client, assignment, *files, **more):
    words = {"title": "Demo", "learned": "Ask first.", "happened_on": today().isoformat(), "files": list(files)}
    return client.post(f"/assignments/{assignment.code}/evidence/log/", words | more)


def test_a_file_is_kept_under_a_random_name_with_its_digest(assignment, sign_in):
    content = PDF + b"1" * 3_000_000
    log(sign_in(assignment.mentee), assignment, SimpleUploadedFile("Ein Foto.pdf", content))

    kept = EvidenceFile.objects.get()

    assert (kept.name, kept.size) == ("Ein Foto.pdf", len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert "Foto" not in kept.file.name
    assert kept.file.read() == content


def test_a_file_is_handed_out_to_be_saved_and_never_shown(assignment, sign_in):
    client = sign_in(assignment.mentee)
    log(client, assignment, SimpleUploadedFile('Größe \u202e"x".pdf', PDF))

    response = client.get(f"/evidence/files/{EvidenceFile.objects.get().code}/")

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%22x%22.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_is_for_those_who_see_its_evidence(assignment, sign_in, stranger, hr):
    log(sign_in(assignment.mentee), assignment, SimpleUploadedFile("a.pdf", PDF))
    address = f"/evidence/files/{EvidenceFile.objects.get().code}/"

    assert sign_in(assignment.mentor).get(address).status_code == 200
    for person in (assignment.sponsor, stranger, hr):
        assert sign_in(person).get(address).status_code == 404
    Evidence.objects.update(shared_with_sponsor=True)
    assert sign_in(assignment.sponsor).get(address).status_code == 200


def test_a_file_that_is_gone_is_not_found(assignment, sign_in):
    evidence = EvidenceFactory(assignment=assignment)
    kept = EvidenceFile.objects.create(
        evidence=evidence, file="evidence/none", name="a", size=1, content_type="image/png", sha256="0" * 64
    )

    assert sign_in(assignment.mentee).get(f"/evidence/files/{kept.code}/").status_code == 404


def test_a_refused_file_says_what_to_do(assignment, sign_in):
    response = log(sign_in(assignment.mentee), assignment, SimpleUploadedFile("logo.svg", b"<svg/>"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "“logo.svg” is not a kind we take. Save it as PDF" in page
    assert not Evidence.objects.exists()


def test_files_that_are_taken_are_kept_when_another_is_refused(assignment, sign_in):
    files = [SimpleUploadedFile("logo.svg", b"<svg/>"), SimpleUploadedFile("report.pdf", PDF)]
    client = sign_in(assignment.mentee)

    page = log(client, assignment, *files)
    kept = StagedFile.objects.get()
    log(client, assignment, staged=[str(kept.code)])

    assert f'name="staged" value="{kept.code}" checked' in page.content.decode()
    assert Evidence.objects.get().files.get().name == "report.pdf"
    assert not StagedFile.objects.exists()


def test_more_than_ten_files_are_too_many(assignment, sign_in):
    files = [SimpleUploadedFile(f"{n}.png", PNG) for n in range(11)]

    response = log(sign_in(assignment.mentee), assignment, *files)

    assert response.status_code == 422
    assert "Choose at most 10 files." in response.content.decode()


def test_a_file_whose_row_was_written_unheard_is_there_when_it_is_attached(assignment, sign_in, monkeypatch):
    """The connection ended between the commit and its answer."""
    insert_new = file_actions.insert_new

    def unheard(rows):
        insert_new(rows)
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(file_actions, "insert_new", unheard)
        stage(assignment, SimpleUploadedFile("a.pdf", PDF), "application/pdf")

    log(sign_in(assignment.mentee), assignment, staged=[str(StagedFile.objects.get().code)])

    assert EvidenceFile.objects.get().file.read() == PDF


def test_of_a_file_sent_twice_at_once_the_first_is_kept(assignment):
    first = stage(assignment, SimpleUploadedFile("first.png", PNG), "image/png")
    stored = set(_stored())

    with looked_before(file_actions, "_waiting", []):
        second = stage(assignment, SimpleUploadedFile("second.png", PNG), "image/png")

    assert (second.pk, second.name, second.file.name) == (first.pk, "first.png", first.file.name)
    assert StagedFile.objects.get() == first
    assert set(_stored()) == stored


def test_a_file_stays_on_its_way_when_what_it_belongs_to_is_not_saved(assignment, monkeypatch):
    staged = stage(assignment, SimpleUploadedFile("a.png", PNG), "image/png")
    monkeypatch.setattr(actions, "record", _fail)

    with pytest.raises(RuntimeError):
        actions.log_evidence(
            assignment,
            by=assignment.mentee,
            words={"title": "Demo", "learned": "x", "happened_on": today()},
            files=[staged],
        )

    assert default_storage.exists(StagedFile.objects.get().file.name)
    assert not Evidence.objects.exists()


def stage(assignment, upload, content_type, key="a key"):
    attachment = Attachment(upload, upload.name, content_type)
    return file_actions.stage(assignment, by=assignment.mentee, upload=attachment, key=key)


def _fail(*args, **kwargs):
    raise RuntimeError


def _stored(folder="evidence"):
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from _stored(f"{folder}/{name}")


class Watched(TemporaryUploadedFile):
    """An upload that remembers how much was asked of it at once."""

    asked: ClassVar[list[int]] = []

    def read(self, size: int = -1) -> bytes:
        self.asked.append(size)
        return self.file.read(size)


def test_a_large_upload_is_read_in_pieces(assignment):
    """The file is never asked for whole, so memory stays bounded."""
    upload = Watched("a.txt", "text/plain", 0, None)
    upload.write(b"line\n" * 1_000_000)
    upload.size = 5_000_000
    upload.seek(0)
    staged = stage(assignment, upload, "text/plain")

    assert staged.size == 5_000_000
    assert Watched.asked
    assert all(0 < size <= 65536 for size in Watched.asked)
