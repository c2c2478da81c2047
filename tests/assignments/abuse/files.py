"""Sixty-four files that somebody might send to do harm, made here and nowhere kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from assignments.filetypes import MOST_BYTES

SCRIPT = b"<script>alert(1)</script>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class Abuse:
    """A file by what it tries, the name it is sent under, and how its content is made."""

    group: str
    name: str
    make: Callable[[], bytes]

    def __str__(self) -> str:
        return f"{self.group}-{self.name[:24]!a}"


def all_files() -> list[Abuse]:
    groups = (_drawings, _pages, _polyglots, _archives, _pictures, _paths, _names, _mismatches, _rest)
    return [each for group in groups for each in group()]


def _of(group: str, files: dict[str, bytes | Callable[[], bytes]]) -> Iterator[Abuse]:
    for name, content in files.items():
        yield Abuse(group, name, content if callable(content) else lambda content=content: content)


def _drawings() -> Iterator[Abuse]:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">%s</svg>'
    yield from _of(
        "svg",
        {
            "script.svg": svg % SCRIPT,
            "foreign.svg": svg % b"<foreignObject><body onload=alert(1)></body></foreignObject>",
            "xlink.svg": svg % b'<a xlink:href="javascript:alert(1)"><text>x</text></a>',
            "onload.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            "drawing.png": svg % SCRIPT,
            "drawing.txt": b"\xef\xbb\xbf  " + svg % SCRIPT,
            "packed.svgz": zlib.compress(svg % SCRIPT),
            "entity.svg": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        },
    )


def _pages() -> Iterator[Abuse]:
    page = b"<!doctype html><title>x</title>" + SCRIPT
    yield from _of(
        "page",
        {
            "page.html": page,
            "page.htm": page,
            "page.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
            "page.mhtml": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + page,
            "page.xml": b'<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?><x/>',
            "page.txt": page,
            "page.md": b"\r\n\t" + page,
            "mail.csv": b"mime-version: 1.0\r\ncontent-type: text/html\r\n\r\n" + page,
        },
    )


def _polyglots() -> Iterator[Abuse]:
    php = b"<?php system($_GET['x']); ?>"
    yield from _of(
        "polyglot",
        {
            "script.gif": b"GIF89a=1;alert(1);//" + b"\x00" * 20,
            "picture-and-script.gif": lambda: picture("GIF") + b"*/=1;alert(1)",
            "paper-and-page.pdf": b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF",
            "page-before-paper.pdf": SCRIPT + b"\n%PDF-1.7\n%%EOF",
            "picture-and-archive.png": lambda: picture("PNG") + document(),
            "picture-with-page.png": lambda: with_text(SCRIPT),
            "picture-and-php.jpg": lambda: picture("JPEG") + php,
            "php-in-comment.jpeg": lambda: (
                b"\xff\xd8\xff\xfe" + struct.pack(">H", len(php) + 2) + php + picture("JPEG")[2:]
            ),
        },
    )


def _archives() -> Iterator[Abuse]:
    yield from _of(
        "archive",
        {
            "four-gigabytes.docx": lambda: claiming(document(), 0xFFFFFFF0),
            "thousandfold.docx": lambda: document(zeros=60_000_000),
            "nested.docx": lambda: document(inside=document(inside=document(zeros=5_000_000))),
            "many.docx": lambda: listing(100_000, says=100_000 & 0xFFFF),
            "many-and-silent.docx": lambda: listing(100_000, says=2),
            "overlapping.docx": lambda: overlapping(256),
        },
    )


def _pictures() -> Iterator[Abuse]:
    yield from _of(
        "picture",
        {
            "vast.png": lambda: claimed_png(65_500, 65_500),
            "vast.gif": b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x80\x00\x00\x00\x00\x00\xff\xff\xff"
            b"\x2c\x00\x00\x00\x00" + struct.pack("<HH", 65_535, 65_535) + b"\x00\x02\x02\x44\x01\x00\x3b",
            "vast.jpg": lambda: claimed_jpeg(65_500, 65_500),
            "vast.webp": lambda: claimed_webp(16_383, 16_383),
        },
    )


def _paths() -> Iterator[Abuse]:
    names = (
        "../../../etc/cron.d/evil.txt",
        "..\\..\\windows\\evil.txt",
        "/etc/passwd.txt",
        "C:\\Windows\\evil.txt",
        "....//....//evil.txt",
        "%2e%2e%2fevil.txt",
        "..%c0%afevil.txt",
        "evil.txt/../../x.txt",
        "~/.ssh/keys.txt",
        "..",
    )
    yield from _of("path", dict.fromkeys(names, b"plain words"))


def _names() -> Iterator[Abuse]:
    names = (
        "fdp.\u202etxt",
        "invoice\u202egpj.txt",
        "two\r\nSet-Cookie: x=1.txt",
        "\u200b\ufeff.txt",
        "ü" * 300 + ".txt",
        "a" * 5000 + ".txt",
        '"><img src=x onerror=alert(1)>.txt',
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 80 + ".txt",
    )
    yield from _of("name", dict.fromkeys(names, b"plain words"))


def _mismatches() -> Iterator[Abuse]:
    yield from _of(
        "mismatch",
        {
            "program.pdf": b"MZ\x90\x00" + b"\x00" * 200,
            "program.txt": b"\x7fELF\x02\x01\x01" + b"\x00" * 200,
            "shell.csv": b"#!/bin/sh\nrm -rf /\n",
            "paper.png": b"%PDF-1.7\n%%EOF",
            "table.docx": lambda: document(folder="xl/"),
            "picture.jpg.exe": lambda: picture("JPEG"),
        },
    )


def _rest() -> Iterator[Abuse]:
    yield from _of(
        "rest",
        {
            "empty.pdf": b"",
            "truncated.png": lambda: picture("PNG")[:-30],
            "oversize.pdf": lambda: b"%PDF-1.7\n" + b"0" * (MOST_BYTES - 8),
            "eicar.txt": EICAR,
            "macro.docx": lambda: document(also="word/vbaProject.bin"),
            "password.docx": lambda: locked(document()),
        },
    )


# --- made byte by byte ---------------------------------------------------------------------------


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((40, 30), 60).convert("RGB").save(out, form)
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_text(words: bytes) -> bytes:
    """A picture with words in a chunk that nobody sees."""
    whole = picture("PNG")
    return whole[:33] + _chunk(b"tEXt", b"Comment\x00" + words) + whole[33:]


def claimed_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\x00" * 100_000))
        + _chunk(b"IEND", b"")
    )


def claimed_jpeg(width: int, height: int) -> bytes:
    whole = picture("JPEG")
    place = whole.index(b"\xff\xc0")
    return whole[: place + 5] + struct.pack(">HH", height, width) + whole[place + 9 :]


def claimed_webp(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + b"\x00" * 64
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def document(*, folder: str = "word/", zeros: int = 0, inside: bytes = b"", also: str = "") -> bytes:
    """A word processor's file, as far as its list of entries goes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        made.writestr(f"{folder}document.xml", b"\x00" * zeros or b"<x/>")
        if inside:
            made.writestr(f"{folder}embeddings/more.docx", inside)
        if also:
            made.writestr(also, b"x")
    return out.getvalue()


def _directory(whole: bytes) -> tuple[int, int]:
    """Where the list of an archive's entries begins and ends."""
    end = whole.rindex(b"PK\x05\x06")
    return struct.unpack("<I", whole[end + 16 : end + 20])[0], end


def claiming(whole: bytes, size: int) -> bytes:
    """The same archive, of whose first entry the list says that it unpacks to so much."""
    start, _end = _directory(whole)
    return whole[: start + 24] + struct.pack("<I", size) + whole[start + 28 :]


def locked(whole: bytes) -> bytes:
    """The same archive, whose entries say that they need a password."""
    made, at = bytearray(whole), 0
    while (at := made.find(b"PK\x01\x02", at)) >= 0:
        made[at + 8] |= 1
        at += 4
    return bytes(made)


def _entry(name: bytes, packed: int, size: int, place: int) -> bytes:
    return (
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, packed, size, len(name), 0, 0, 0, 0, 0, place)
        + name
    )


def _end(count: int, length: int, place: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, length, place, 0)


def listing(entries: int, *, says: int) -> bytes:
    """A list of very many entries, whose end says how many there are."""
    rows = b"".join(_entry(b"word/%06d.xml" % number, 0, 0, 0) for number in range(entries))
    return b"PK\x03\x04" + b"\x00" * 26 + rows + _end(says, len(rows), 30)


def overlapping(times: int) -> bytes:
    """One packed block that many entries say is theirs."""
    packed = zlib.compress(b"\x00" * 16_000_000, 9)[2:-4]
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(packed), 16_000_000, 1, 0) + b"a" + packed
    names = [b"[Content_Types].xml", *(b"word/%d.xml" % number for number in range(times))]
    rows = b"".join(_entry(name, len(packed), 16_000_000, 0) for name in names)
    return local + rows + _end(len(names), len(rows), len(local))
