"""Files that are sent: refused by their announced size before a byte is kept, and their digest taken as they come."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
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


class Unkept(UploadedFile):
    """A file for which the disk had no room: whoever looks into it gets that error; what was sent beside it is read."""

    def __init__(self, error: OSError, name: str, content_type: str, size: int) -> None:
        super().__init__(self, name, content_type, size)  # type: ignore[arg-type]
        self.error = error

    def _fail(self, *args: Any, **kwargs: Any) -> Any:
        raise self.error

    read = seek = open = chunks = _fail  # type: ignore[assignment]

    def close(self) -> None:
        """There is nothing to close."""


class DigestHandler(TemporaryFileUploadHandler):
    """Writes a file that is too large for memory to the disk, and need not read it again to know its digest."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        # Not its parent's, which opens a file without a digest.
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.digest = hashlib.sha256()
        self.error: OSError | None = None
        try:
            self.file = Digested(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)
        except OSError as error:
            self.error = error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.error:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            # What comes after the file is read all the same: the words of the form are to be given back.
            self.error = error
            with suppress(OSError):
                self.file.close()
        self.digest.update(raw_data)

    def file_complete(self, file_size: int) -> Any:
        if not self.error:
            try:
                self.file.sha256 = self.digest.hexdigest()
                self.file.flush()
                return super().file_complete(file_size)
            except OSError as error:
                self.error = error
        return Unkept(self.error, self.file_name, self.content_type, file_size)

    def upload_interrupted(self) -> None:
        if not self.error:
            super().upload_interrupted()
