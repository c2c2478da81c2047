"""Where files are kept: each of them whole, or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """Leaves nothing of a file that could not be written to its end, as where the disk was full."""

    def _save(self, name: str, content: Any) -> str:
        try:
            return super()._save(name, content)  # type: ignore[misc, no-any-return]
        except OSError:
            # Names are random, so that nobody else writes under this one.
            with suppress(OSError):
                Path(self.path(name)).unlink(missing_ok=True)
            raise
