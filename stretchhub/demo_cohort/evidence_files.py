"""Small real files: a PDF, a PNG chart, a CSV table or a text note, made here byte by byte."""

from __future__ import annotations

import csv
import hashlib
import io
import struct
import textwrap
import zlib
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from .cohort import Story

WIDTH, HEIGHT, FLOOR = 360, 200, 180
PAPER, INK, BAR = bytes((255, 255, 255)), bytes((90, 98, 110)), bytes((31, 111, 120))


def make(told: Story) -> tuple[bytes, str]:
    """The content and type of the file that a piece of evidence names, by the ending of the name."""
    ending = PurePosixPath(told["file"]).suffix
    if ending == ".csv":
        return table(told["rows"]), "text/csv"
    if ending == ".png":
        return chart(told["bars"]), "image/png"
    lines = [told["title"], "", *told.get("lines", [told.get("text", "")])]
    if ending == ".pdf":
        return document(lines), "application/pdf"
    return ("\n".join(lines) + "\n").encode(), "text/plain"


def store(name: str, content: bytes) -> str:
    """Put the content in the store under this name, in place of what an earlier attempt left there."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def table(rows: list[list]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def chart(bars: list[float]) -> bytes:
    """A bar chart as a PNG of eight bits a colour."""
    highest = max(bars)
    slot = (WIDTH - 40) // len(bars)
    tops = [FLOOR - round((HEIGHT - 40) * bar / highest) for bar in bars]
    raw = b"".join(b"\0" + _row(y, slot, tops) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _row(y: int, slot: int, tops: list[int]) -> bytes:
    """One line of pixels: bars above the floor, a rule on it, paper elsewhere."""
    if y == FLOOR:
        return PAPER * 16 + INK * (WIDTH - 32) + PAPER * 16
    wide = round(slot * 0.7)
    bars = b"".join((BAR if top <= y < FLOOR else PAPER) * wide + PAPER * (slot - wide) for top in tops)
    return (PAPER * 20 + bars).ljust(3 * WIDTH, b"\xff")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def document(lines: list[str]) -> bytes:
    """One A4 page in Helvetica, its first line as the heading."""
    wrapped = [part for line in lines[1:] for part in (textwrap.wrap(line, 84) or [""])]
    words = ["BT /F1 16 Tf 56 780 Td", f"({_escape(lines[0])}) Tj", "/F1 11 Tf 0 -10 Td 15 TL"]
    words += [f"T* ({_escape(line)}) Tj" for line in wrapped[:46]]
    stream = "\n".join([*words, "ET"]).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _escape(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
