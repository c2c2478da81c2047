"""Files of the data folder that belong to the records though they are not in the database.

They are kept outside on purpose, so that they outlive it. A backup holds a copy; a restore never replaces what stands
in the data folder by an older one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from stretchhub.audit import heads
from stretchhub.audit.sealing import chain
from stretchhub.env import now

from . import ledger

FOLDER = "beside"


def _put_back_heads(text: str) -> None:
    if not heads.file().exists():
        heads.write(heads.read(text))


# By the name of the file: how the text of its copy is put back.
PUT_BACK: dict[str, Callable[[str], object]] = {"audit-heads.jsonl": _put_back_heads, ledger.FILE: ledger.merge}


def copy_to(backup: Path) -> list[str]:
    """The paths of the copies; a file that is not there yet has none."""
    there = [name for name in PUT_BACK if (Path(settings.DATA_DIR) / name).exists()]
    for name in there:
        (backup / FOLDER).mkdir(mode=0o700, exist_ok=True)
        (backup / FOLDER / name).write_bytes((Path(settings.DATA_DIR) / name).read_bytes())
    return [f"{FOLDER}/{name}" for name in there]


def put_back(backup: Path) -> None:
    for name, put in PUT_BACK.items():
        if (copy := backup / FOLDER / name).exists():
            put(copy.read_text())


def set_later_heads_aside() -> Path | None:
    """Heads of what was sealed after the backup fit nothing any more; they are kept in a file of their own."""
    end = chain().number
    known = heads.kept()
    if all(head.number <= end for head in known):
        return None
    place = heads.file().with_name(f"audit-heads.until-{now():%Y-%m-%dT%H%M%SZ}.jsonl")
    place.write_text(heads.file().read_text())
    heads.write([head for head in known if head.number <= end])
    return place
