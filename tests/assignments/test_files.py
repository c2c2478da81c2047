import hashlib
import io
import zipfile
from typing import ClassVar

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from assignments import filetypes
from assignments.actions import evidence as actions
from assignments.filetypes import Unknown, clean_name, recognise
from assignments.models import Evidence, EvidenceFile
from stretchhub.env import today
from tests.factories import AssignmentFactory, EvidenceFactory, MentorshipFactory

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


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


def log(client, assignment, *files):
    words = {"title": "Demo", "learned": "Ask first.", "happened_on": today().isoformat(), "files": list(files)}
    return client.post(f"/assignments/{assignment.code}/evidence/log/", words)


def test_a_file_is_kept_under_a_random_name_with_its_digest(assignment, sign_in):
    content = PNG + b"1" * 3_000_000
    log(sign_in(assignment.mentee), assignment, SimpleUploadedFile("Ein Foto.png", content))

    kept = EvidenceFile.objects.get()

    assert (kept.name, kept.size) == ("Ein Foto.png", len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert "Foto" not in kept.file.name
    assert kept.file.read() == content


def test_a_file_is_handed_out_to_be_saved_and_never_shown(assignment, sign_in):
    client = sign_in(assignment.mentee)
    log(client, assignment, SimpleUploadedFile('Größe \u202e"x".png', PNG))

    response = client.get(f"/evidence/files/{EvidenceFile.objects.get().code}/")

    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%22x%22.png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_is_for_those_who_see_its_evidence(assignment, sign_in, stranger, hr):
    log(sign_in(assignment.mentee), assignment, SimpleUploadedFile("a.png", PNG))
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
    assert "choose your files again" in page
    assert not Evidence.objects.exists()


def test_more_than_five_files_are_too_many(assignment, sign_in):
    files = [SimpleUploadedFile(f"{n}.png", PNG) for n in range(6)]

    response = log(sign_in(assignment.mentee), assignment, *files)

    assert response.status_code == 422
    assert "Choose at most 5 files." in response.content.decode()


def test_no_file_stays_when_the_rows_are_not_saved(assignment, monkeypatch):
    before = set(_stored())
    monkeypatch.setattr(actions, "record", _fail)
    upload = actions.Attachment(SimpleUploadedFile("a.png", PNG), "a.png", "image/png")

    with pytest.raises(RuntimeError):
        actions.log_evidence(
            assignment,
            by=assignment.mentee,
            words={"title": "Demo", "learned": "x", "happened_on": today()},
            attachments=[upload],
        )

    assert set(_stored()) == before
    assert not Evidence.objects.exists()


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
    evidence = actions.log_evidence(
        assignment,
        by=assignment.mentee,
        words={"title": "Log", "learned": "x", "happened_on": today()},
        attachments=[actions.Attachment(upload, "a.txt", "text/plain")],
    )

    assert evidence.files.get().size == 5_000_000
    assert Watched.asked
    assert all(0 < size <= 65536 for size in Watched.asked)
