"""Which files are taken as evidence: recognised by what is in them and by their name, both."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import PurePath
from typing import IO

MOST_FILES = 10
MOST_BYTES = 25 * 1024 * 1024
HEAD = 65536
ENTRIES = 1000
UNPACKED = 200_000_000
# What an archive unpacks to, for each byte of it; a small one may pack well.
RATIO = 100
SMALL = 10_000_000
ENCRYPTED = 0x1

OFFICE = {
    "docx": ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
OPEN_DOCUMENT = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
TEXT = {"txt": "text/plain", "md": "text/markdown", "csv": "text/csv"}
BEGINS: dict[str, tuple[tuple[bytes, ...], str]] = {
    "pdf": ((b"%PDF-",), "application/pdf"),
    "png": ((b"\x89PNG\r\n\x1a\n",), "image/png"),
    "jpg": ((b"\xff\xd8\xff",), "image/jpeg"),
    "jpeg": ((b"\xff\xd8\xff",), "image/jpeg"),
    "gif": ((b"GIF87a", b"GIF89a"), "image/gif"),
    "webp": ((b"RIFF",), "image/webp"),
    "mp4": ((b"\x00\x00\x00",), "video/mp4"),
}
# What comes after a fixed number of bytes in kinds whose first bytes are shared with others.
INSIDE = {"webp": (8, b"WEBP"), "mp4": (4, b"ftyp")}
# A text that begins like this would run, or be drawn, somewhere.
ACTIVE = (b"<", b"#!", b"mz", b"\x7felf", b"%!ps", b"mime-version:")
KNOWN = sorted([*BEGINS, *TEXT, *OFFICE, *OPEN_DOCUMENT])
ACCEPT = ",".join(["image/jpeg", "image/png", *(f".{name}" for name in KNOWN)])


class Unknown(ValueError):
    """Not a file that is taken; the argument is a code: kind, content, empty, large, macro, archive."""


def recognise(name: str, file: IO[bytes], size: int) -> str:
    """The content type of a file that is taken; `Unknown` for every other."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    if size == 0:
        raise Unknown("empty")
    if size > MOST_BYTES:
        raise Unknown("large")
    if ending not in KNOWN:
        raise Unknown("kind")
    file.seek(0)
    head = file.read(HEAD)
    try:
        return _by_content(ending, head, file)
    finally:
        file.seek(0)


def _by_content(ending: str, head: bytes, file: IO[bytes]) -> str:
    if ending in TEXT:
        _plain_text(head)
        return TEXT[ending]
    if ending in BEGINS:
        starts, content_type = BEGINS[ending]
        offset, inside = INSIDE.get(ending, (0, b""))
        if not head.startswith(starts) or head[offset : offset + len(inside)] != inside:
            raise Unknown("content")
        return content_type
    return _document(ending, file)


def _plain_text(head: bytes) -> None:
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    if b"\x00" in head or begin.startswith(ACTIVE):
        raise Unknown("content")


def _document(ending: str, file: IO[bytes]) -> str:
    """A word processor's, spreadsheet's or presentation's file: an archive that is looked at, never unpacked."""
    _few_entries(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            _fair(entries, file.seek(0, 2))
            if any("vbaproject" in name.lower() or name.startswith("Basic/") for name in names):
                raise Unknown("macro")
            if ending in OPEN_DOCUMENT:
                return _open_document(ending, archive, names)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise error if isinstance(error, Unknown) else Unknown("content") from error
    folder, content_type = OFFICE[ending]
    if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
        raise Unknown("content")
    return content_type


def _fair(entries: list[zipfile.ZipInfo], length: int) -> None:
    """Not a bomb: it holds what it says once, unpacks to what a document can be, and needs no password."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    places = {entry.header_offset for entry in entries}
    if len(entries) > ENTRIES or unpacked > UNPACKED or unpacked > max(SMALL, RATIO * length):
        raise Unknown("archive")
    if packed > length or len(places) < len(entries) or any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Unknown("archive")


def _open_document(ending: str, archive: zipfile.ZipFile, names: list[str]) -> str:
    if "mimetype" not in names or archive.getinfo("mimetype").file_size > 100:
        raise Unknown("content")
    if archive.read("mimetype").decode("ascii", "replace").strip() != OPEN_DOCUMENT[ending]:
        raise Unknown("content")
    return OPEN_DOCUMENT[ending]


def _few_entries(file: IO[bytes]) -> None:
    """Read the count at the end of an archive before its list, which may be made to fill the memory."""
    file.seek(0, 2)
    length = file.tell()
    file.seek(max(0, length - 65557))
    tail = file.read(65557)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise Unknown("content")
    entries = int.from_bytes(tail[end + 10 : end + 12], "little")
    listing = int.from_bytes(tail[end + 12 : end + 16], "little")
    if entries > ENTRIES or listing > 1_000_000:
        raise Unknown("archive")
    file.seek(0)


def clean_name(name: str) -> str:
    """What a person called a file, without paths, control characters or marks that turn the direction."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    tidy = " ".join(visible.split()).lstrip(".").strip() or "file"
    if len(tidy.encode()) <= 200:
        return tidy
    stem, dot, ending = tidy.rpartition(".")
    kept = (stem or ending).encode()[: 200 - len(ending.encode()[:20]) - 1].decode(errors="ignore")
    return f"{kept}{dot}{ending[:20]}" if stem else kept
