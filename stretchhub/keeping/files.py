"""Files of rows: those that go with them, and those that no row names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes
from email.policy import default
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models

from assignments.models import evidence
from reviews.models import export
from stretchhub.people import uploads
from stretchhub.storage import nobody_elses, written

BATCH = 500
# Where rows have their files. What else lies there is not ours to judge.
FOLDERS = (f"{evidence.FOLDER}/", f"{export.FOLDER}/")


def named(found: models.QuerySet) -> list[str]:
    """The files that these rows name, by their names in our storage."""
    columns = [f.name for f in found.model._meta.local_concrete_fields if isinstance(f, models.FileField)]
    return [name for column in columns for name in found.exclude(**{column: ""}).values_list(column, flat=True)]


def remove(names: Iterable[str]) -> None:
    """Where they are kept; one that is gone already is as good."""
    for name in names:
        default_storage.delete(name)


def remove_unnamed() -> int:
    """Files that no row names, as a restored folder may hold them; how many. Only while nobody uploads anything.

    None of a bucket: there the sweep takes them, which waits a day and looks whether this is their database.
    """
    if not nobody_elses():
        return 0
    gone = 0
    for names in _batches():
        known = _known(names)
        unknown = [name for name in names if name not in known]
        remove(unknown)
        gone += len(unknown)
    return gone


def _batches() -> Iterator[list[str]]:
    names = (name for folder in FOLDERS for name, _at in written(folder))
    while batch := list(islice(names, BATCH)):
        yield batch


def _known(names: list[str]) -> set[str]:
    known: set[str] = set()
    for model in apps.get_models():
        for column in (f.name for f in model._meta.local_concrete_fields if isinstance(f, models.FileField)):
            rows = models.QuerySet(model=model).filter(**{f"{column}__in": names}).order_by()
            known.update(rows.values_list(column, flat=True))
    return known


def remove_from_folders(*, mail_with: Callable[[str], bool]) -> None:
    """What lies beside the storage: files that HR brought for an import, and mails in a folder that say this."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    for file in Path(folder).glob("*.eml") if folder else ():
        if mail_with(_text_of(file)):
            file.unlink(missing_ok=True)
    # The last: where files are kept may be away, and what is left then is swept away after its hour.
    uploads.forget_all()


def _text_of(file: Path) -> str:
    """Everything that a mail says, its encoded parts too."""
    message = message_from_bytes(file.read_bytes(), policy=default)
    parts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, message.values()), *parts])
