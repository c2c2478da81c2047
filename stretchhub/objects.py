"""Files as objects of a bucket, in S3 or what speaks as it does: private, and never by an address of their own.

An object is there once all of it has arrived, and not before. It is read as it comes, so that one of any size takes
the memory of a piece; whoever may read it asks a page of ours, which asks the bucket.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from stretchhub import env

from .storage import Unreachable, Written

PIECE = 1 << 18
# Up to here an object is sent in one go, as it is read; a longer one in parts, of which one at a time is in memory.
AT_ONCE, PART = 64 << 20, 8 << 20
CONFIG = {
    "signature_version": "s3v4",
    # A page waits for so long where nobody answers: three times, and a moment between.
    "connect_timeout": 3,
    "read_timeout": 30,
    "retries": {"mode": "standard", "total_max_attempts": 3},
    "max_pool_connections": 32,
    # The digest of what is sent is signed, which every server knows and looks at; younger checksums many do not know.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
QUICKLY = {"connect_timeout": 2, "read_timeout": 2, "retries": {"mode": "standard", "total_max_attempts": 1}}

# So many of a process's threads wait at once for what the bucket says first, and the others so long, in seconds, for
# their turn: one that hangs holds up files, and no other page.
WAITING, TURN = max(1, env.number("WEB_THREADS", 4) // 2), 2.0
_turns = BoundedSemaphore(WAITING)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=TURN):
        raise Unreachable(errno.EIO, "The storage of files does not answer: enough others wait for it")
    try:
        yield
    finally:
        _turns.release()


@contextmanager
def _answering(name: str = "") -> Iterator[None]:
    """What the bucket refuses, or does not answer, is an error of where files are kept, as with a broken disk."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        # What stands before a bucket that is away answers 404 as well, in words of its own. HEAD has no words.
        if code == "NoSuchKey" or (error.operation_name == "HeadObject" and code == "404"):
            raise FileNotFoundError(errno.ENOENT, "There is no such file", name) from error
        raise Unreachable(errno.EIO, f"The storage of files refuses: {code}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise Unreachable(errno.EIO, f"The storage of files does not answer: {type(error).__name__}") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _end_here(request_dict: dict[str, Any], response: Any = None, **_which: Any) -> None:
    """Whoever sends us elsewhere without a word of where is a proxy: boto would ask it for the bucket for ever."""
    if response and "x-amz-bucket-region" not in response[1]["ResponseMetadata"]["HTTPHeaders"]:
        request_dict["context"]["s3_redirect"]["redirected"] = True


class Objects(S3Storage):
    """Keeps each file as a private object. There is no way to ask for an address that anybody could open."""

    # Another system, or a copy of this one, may have been given the same bucket.
    nobody_elses = False

    def __init__(self, **settings: Any) -> None:
        style = settings.pop("addressing_style", None)
        super().__init__(
            **settings,
            # The digest of what is sent is signed, whether or not the connection is encrypted.
            client_config=Config(**CONFIG, s3={"payload_signing_enabled": True, "addressing_style": style or "auto"}),
            transfer_config=TransferConfig(use_threads=False, multipart_threshold=AT_ONCE, multipart_chunksize=PART),
            # A name that is taken is never written over.
            file_overwrite=False,
            # What somebody says a file is stays in the database; a bucket that was opened by mistake shows nothing.
            object_parameters={"ContentType": "application/octet-stream"},
        )

    @cached_property
    def connection(self) -> Any:
        """One for all threads of the process: each that is made reads megabytes of what S3 can do."""
        return super().connection

    @cached_property
    def _session(self) -> Any:
        session = super()._create_session()
        session.events.register_first("needs-retry.s3.HeadBucket", _end_here)
        return session

    def _create_session(self) -> Any:
        return self._session

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    # --- what every storage can ---

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("An object is read here, and written whole.")
        with _answering(name), _in_turn():
            reader = Reader(self._client, self.bucket_name, self._normalize_name(clean_name(name)))
        return File(io.BufferedReader(reader, PIECE), name)

    def _save(self, name: str, content: Any) -> str:
        with _answering(name):
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        """One that is gone already is as good."""
        with suppress(FileNotFoundError), _answering(name):
            self._client.delete_object(Bucket=self.bucket_name, Key=self._normalize_name(clean_name(name)))

    def exists(self, name: str) -> bool:
        with _answering(name), _in_turn():
            return super().exists(name)

    def size(self, name: str) -> int:
        with _answering(name), _in_turn():
            return super().size(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _answering(path):
            return super().listdir(path)

    def get_modified_time(self, name: str) -> datetime:
        with _answering(name):
            return super().get_modified_time(name)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        raise ValueError("This file is not accessible via a URL.")

    # --- what `stretchhub.storage` asks ---

    def written(self, beginning: str = "") -> Iterator[Written]:
        before = self._before
        with _answering(beginning):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=before + beginning):
                for found in page.get("Contents", ()):
                    # Consoles make objects for folders.
                    if not found["Key"].endswith("/"):
                        yield found["Key"].removeprefix(before), found["LastModified"]

    @property
    def _before(self) -> str:
        return f"{self.location}/" if self.location else ""

    def forget_unfinished(self, until: datetime) -> int:
        gone = 0
        with _answering():
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=self._before):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < until:
                        gone += self._forget(upload["Key"], upload["UploadId"])
        return gone

    def _forget(self, key: str, upload: str) -> bool:
        """Whether it was there: another worker, or a rule of the bucket, may have been faster."""
        try:
            self._client.abort_multipart_upload(Bucket=self.bucket_name, Key=key, UploadId=upload)
        except ClientError as error:
            if _code(error) != "NoSuchUpload":
                raise
            return False
        return True

    def whereabouts(self) -> str:
        return f"the bucket {'/'.join(filter(None, [self.bucket_name, self.location]))} at {self.endpoint_url}"

    def answers(self) -> bool:
        """Whether the bucket is there for us; asked without patience."""
        try:
            self._impatient.head_bucket(Bucket=self.bucket_name)
        except (ClientError, BotoCoreError):
            return False
        return True

    def worries(self, name: str) -> list[str]:
        """What is wrong with the bucket that nobody would notice, tried with a file that is there."""
        said = []
        where = {"Bucket": self.bucket_name, "Key": self._normalize_name(clean_name(name))}
        with suppress(ClientError, BotoCoreError):
            self.unsigned_connection.meta.client.get_object(**where)["Body"].close()
            said.append("Anybody can read what is in the bucket, without signing in. Take public access away from it.")
        with _answering(name):
            if self._keeps_versions(where):
                said.append("The bucket keeps what is deleted as an older version. Let it remove those after a while.")
        return said

    def _keeps_versions(self, where: dict[str, str]) -> bool:
        """As the file says; and the bucket, which tells it few keys."""
        if self._client.head_object(**where).get("VersionId") not in {None, "null"}:
            return True
        with suppress(ClientError):
            found = self._client.get_bucket_versioning(Bucket=self.bucket_name)
            return bool(found.get("Status") == "Enabled")
        return False

    @cached_property
    def _impatient(self) -> Any:
        return self._session.client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(Config(**QUICKLY)),
        )


class Reader(io.RawIOBase):
    """An object that is read from where it is sought, over one connection as long as it is read on.

    A connection that breaks is made anew once, where it broke; what comes then is of the same object or an error.
    """

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._client, self._which = client, {"Bucket": bucket, "Key": key}
        self._at = self._body_at = 0
        answer = client.get_object(**self._which)
        self._body, self._length, self._tag = answer["Body"], int(answer["ContentLength"]), answer["ETag"]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence] + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._length - self._at)
        if wanted <= 0:
            return 0
        try:
            piece = self._piece(wanted)
        except Unreachable:
            self._body_at = -1
            piece = self._piece(wanted)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _piece(self, length: int) -> bytes:
        with _answering(self._which["Key"]):
            if self._body_at != self._at:
                self._go_there()
            piece: bytes = self._body.read(length)
        if not piece:
            raise Unreachable(errno.EIO, "The storage of files gave less than it said")
        self._body_at += len(piece)
        return piece

    def _go_there(self) -> None:
        self._body.close()
        answer = self._client.get_object(**self._which, Range=f"bytes={self._at}-", IfMatch=self._tag)
        if answer["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.PARTIAL_CONTENT:
            # From its beginning: other bytes than those that are asked for.
            answer["Body"].close()
            raise Unreachable(errno.EIO, "The storage of files gave no part of a file where one was asked for")
        self._body, self._body_at = answer["Body"], self._at

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()
