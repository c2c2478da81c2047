"""Files that are sent: refused by their announced size before a byte is kept, and their digest taken as they come."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

# Ten files of 25 MB and the words around them.
MOST_BYTES = 10 * 25 * 1024 * 1024 + 2_500_000


class LimitHandler(FileUploadHandler):
    """Stands before the handlers that keep files, and keeps none itself."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("More was sent at once than is taken.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class Digested(TemporaryUploadedFile):
    """A file on the disk whose SHA-256 is known already."""

    sha256: str


class DigestHandler(TemporaryFileUploadHandler):
    """Writes a file that is too large for memory to the disk, and need not read it again to know its digest."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        # Not its parent's, which opens a file without a digest.
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.digest = hashlib.sha256()
        self.file = Digested(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        super().receive_data_chunk(raw_data, start)
        self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> Any:
        self.file.sha256 = self.digest.hexdigest()
        return super().file_complete(file_size)
