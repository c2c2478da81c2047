"""One archive of what is held about a person and what they wrote: JSON under names that stay, files, a page to read.

Rows are read and written one after the other, so that an archive of any size takes the memory of a few.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from reviews.exporting.writing import Written
from reviews.models import Export
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.personal import Own

from .holdings import personal

READ = 500
CHUNK = 1 << 16
# What only code reads.
OF_CODE = {"edit", "version", "search", "session_epoch", "submit_key", "lease_until", "attempts", "tries"}


class Progress(Protocol):
    def began(self, total: int) -> None: ...

    def progress(self, done: int) -> None: ...


def kinds() -> tuple[Own, ...]:
    """All that an archive holds, in the order in which people read it: who they are first."""
    return tuple(own for each in reversed(personal()) for own in each.own)


def rows_of(own: Own, person: User) -> models.QuerySet:
    """The rows of this person, each once."""
    model = apps.get_model(own.model)
    mine = Q()
    for way in own.mine:
        mine |= Q(**{way: person.pk})
    keys = models.QuerySet(model=model).filter(mine, **own.when).values("pk").order_by()
    return models.QuerySet(model=model).filter(pk__in=keys).order_by("pk")


def write(export: Export, path: Path, told: Progress) -> Written:
    """The archive of whoever asked for it, as a ZIP file at `path`."""
    person = export.requested_by
    assert person is not None
    told.began(sum(rows_of(own, person).count() for own in kinds()))
    counts: dict[str, int] = {}
    done = 0
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme(person))
        for own in kinds():
            with archive.open(f"data/{own.name}.json", "w", force_zip64=True) as out:
                counts[own.name] = 0
                for text in _lines(own, person):
                    out.write(text)
                    counts[own.name] += 1
                    told.progress(done + counts[own.name])
                out.write(b"\n]\n" if counts[own.name] else b"[]\n")
            done += counts[own.name]
            _write_files(archive, own, person, partial(told.progress, done))
    told.began(done)
    told.progress(done)
    return Written(counts, path.stat().st_size, _digest(path))


def _lines(own: Own, person: User) -> Iterator[bytes]:
    columns = columns_of(own)
    for number, row in enumerate(rows_of(own, person).iterator(chunk_size=READ)):
        said = {name: told_of(row, field, person) for name, field in columns.items()}
        before = "[\n" if number == 0 else ",\n"
        yield (before + json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False)).encode()


def columns_of(own: Own) -> dict[str, models.Field]:
    """The columns that are told, by their names."""
    hidden = {*own.hide, *OF_CODE, own.file}
    fields = apps.get_model(own.model)._meta.local_concrete_fields
    return {field.name: field for field in fields if field.name not in hidden}


def told_of(row: models.Model, field: models.Field, person: User) -> Any:
    """A value as people know it; another person is nobody in particular."""
    value = getattr(row, field.attname)
    if field.is_relation and field.related_model is User and value is not None:
        return "me" if value == person.pk else "somebody else"
    return value


def _write_files(archive: ZipFile, own: Own, person: User, at_work: Callable[[], None]) -> None:
    """The files of these rows; `at_work` is called with each piece, so that nobody takes over what goes on."""
    if not own.file:
        return
    for row in rows_of(own, person).iterator(chunk_size=20):
        at_work()
        value = getattr(row, own.file)
        name = (
            f"files/{own.name}/{row.pk}-{safe_name(getattr(row, own.file_name) if own.file_name else 'document.pdf')}"
        )
        if isinstance(value, (bytes, memoryview)):
            archive.writestr(name, bytes(value))
        elif value and default_storage.exists(value.name):
            # Files are packed already, or not worth it.
            info = ZipInfo(name, date_time=now().timetuple()[:6])
            info.compress_type = ZIP_STORED
            with default_storage.open(value.name) as file, archive.open(info, "w", force_zip64=True) as out:
                while chunk := file.read(CHUNK):
                    out.write(chunk)
                    at_work()


def safe_name(name: str) -> str:
    """A name that leads nowhere when the archive is unpacked."""
    return re.sub(r"[^\w.() -]", "_", name).strip(". ")[:100] or "file"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


README = gettext_lazy(
    "Your data in StretchHub\n"
    "=======================\n\n"
    "%(name)s, taken on %(day)s (%(zone)s).\n\n"
    "This is what StretchHub holds about you and what you wrote in it, as far as you may see it. Each file in\n"
    "“data” is a list in JSON, with the same names in every archive; moments are in UTC. “files” holds the files of\n"
    "your evidence and your issued documents.\n\n"
    "Who else is in a row stands there as “somebody else”: who rated you and who gave you feedback is theirs to\n"
    "tell. Confidential feedback is not here row by row; its page shows it in groups of three or more. Not here\n"
    "either is what others wrote for themselves, and what mentor and you noted about possible sponsors. The\n"
    "frozen review packets can be downloaded from the pages of your assignments.\n\n"
    "Keep this archive where nobody else can read it. What StretchHub keeps of it goes after 24 hours.\n\n"
)


def readme(person: User) -> str:
    """What is in the archive, in plain words."""
    taken = now().astimezone(person.zone)
    names = "".join(f"  data/{own.name}.json\n" for own in kinds())
    return README % {"name": person.name, "day": f"{taken:%Y-%m-%d %H:%M}", "zone": person.time_zone} + names
