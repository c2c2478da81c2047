"""What a backup says of itself, and the digests by which it is known again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
FILE = "manifest.json"
# In the format of sha256sum, so that `sha256sum --check` can be run beside it.
SUM = "manifest.json.sha256"
CHUNK = 1 << 20


class NotDone(Exception):
    """What is in the way, and what to do about it, in words for whoever runs the command."""


@dataclass(frozen=True)
class Kept:
    """One file of a backup: its path in there, its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Media:
    """The uploaded files: how many are in the backup, and which ones rows name that were not as they should be."""

    count: int
    bytes: int
    # Named by a row and not there when the backup was taken.
    missing: list[str] = field(default_factory=list)
    # Kept as they were found, though the row remembers other bytes.
    differing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """All of a backup but its uploaded files one by one, which `media.jsonl` lists."""

    version: str
    # The one moment that everything in it is of, in UTC.
    taken_at: str
    engine: dict[str, str]
    # What was applied, by app.
    migrations: dict[str, list[str]]
    # How many rows each table held.
    tables: dict[str, int]
    # The head of the chain that seals the audit trail.
    audit: dict[str, Any]
    files: list[Kept]
    media: Media
    keep_beside_it: list[str]
    format: int = FORMAT
    product: str = "StretchHub"

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def bytes(self) -> int:
        return sum(kept.size for kept in self.files) + self.media.bytes


def write(manifest: Manifest, folder: Path) -> None:
    text = json.dumps(asdict(manifest), indent=1).encode()
    (folder / FILE).write_bytes(text)
    (folder / SUM).write_text(f"{hashlib.sha256(text).hexdigest()}  {FILE}\n")


def read(folder: Path) -> Manifest:
    """The manifest of a complete backup; refuses one that was changed or is of a later kind."""
    try:
        text, digest = (folder / FILE).read_bytes(), (folder / SUM).read_text().split(maxsplit=1)[0]
    except (OSError, IndexError) as error:
        raise NotDone(f"{folder} is no complete backup: {FILE} or {SUM} cannot be read ({error}).") from None
    if hashlib.sha256(text).hexdigest() != digest:
        raise NotDone(f"{FILE} is not as it was written: it was changed or damaged. Use another backup.")
    said = json.loads(text)
    if said.get("product") != "StretchHub" or said.get("format") != FORMAT:
        raise NotDone(f"{FILE} is of a kind that this version does not know. Use the version that wrote it, or newer.")
    said["files"] = [Kept(**kept) for kept in said["files"]]
    said["media"] = Media(**said["media"])
    return Manifest(**said)


def pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(CHUNK):
        yield piece


def copy(source: BinaryIO, target: Path, moved: Callable[[int], None]) -> tuple[int, str]:
    """Copy to a new file that only its owner reads; the size and the digest of what was written."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        for piece in pieces(source):
            digest.update(piece)
            out.write(piece)
            size += len(piece)
            moved(len(piece))
    return size, digest.hexdigest()


def digest_of(source: BinaryIO) -> str:
    """The SHA-256 of what is left to read."""
    digest = hashlib.sha256()
    for piece in pieces(source):
        digest.update(piece)
    return digest.hexdigest()


def kept(folder: Path, path: str) -> Kept:
    """A file as it is in the backup now."""
    with (folder / path).open("rb") as source:
        return Kept(path, (folder / path).stat().st_size, hashlib.file_digest(source, "sha256").hexdigest())


def require_as_it_was(folder: Path, then: Kept) -> None:
    """Refuse a file that is gone or not what was written, by its name."""
    if not (folder / then.path).is_file():
        raise NotDone(f"{then.path} is missing from the backup. Use another backup.")
    if kept(folder, then.path) != then:
        raise NotDone(f"{then.path} is not as it was backed up: it was changed or damaged. Use another backup.")
