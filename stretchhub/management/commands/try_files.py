"""Whether files can be kept where they are to be kept, tried with one of our own."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from stretchhub.env import now
from stretchhub.storage import forget_unfinished, whereabouts, written


class Command(BaseCommand):
    help = "Put a file where uploads are kept, find it, read it, and delete it again. Ends with 0 when all went well."

    def handle(self, *args: Any, **options: Any) -> None:
        name, content = f"trying/{uuid.uuid4().hex}", uuid.uuid4().bytes
        try:
            worries = _try(name, content) + _try_forgetting()
        except OSError as error:
            raise CommandError(f"Files cannot be kept in {whereabouts()}. {_why(error)}") from None
        if worries:
            raise CommandError(f"Files can be kept in {whereabouts()}. {' '.join(worries)}", returncode=3)
        self.stdout.write(f"Files can be kept in {whereabouts()}: one was written, found, read and deleted.")


def _try(name: str, content: bytes) -> list[str]:
    default_storage.save(name, ContentFile(content))
    try:
        found = [each for each, _at in written(name)]
        with default_storage.open(name) as file:
            read = file.read()
        worries: list[str] = default_storage.worries(name)
    finally:
        default_storage.delete(name)
    if (found, read, default_storage.exists(name)) != ([name], content, False):
        raise OSError(0, "What was written was not found, read and deleted as it should be")
    return worries


def _try_forgetting() -> list[str]:
    """Of what was begun a day ago, as each night."""
    try:
        forget_unfinished(now() - timedelta(days=1))
    except OSError as error:
        return [f"What was begun there and never became a file cannot be removed. {_why(error)}"]
    return []


def _why(error: OSError) -> str:
    return f"{error.strerror}." + (f" {error.__cause__}" if error.__cause__ else "")
