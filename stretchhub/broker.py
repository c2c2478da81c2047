"""A broker for one machine without Redis: messages are files in a folder.

kombu's own filesystem transport writes a message into the folder it is read from, so a reader
may meet half of it, and an empty file stops the worker. This one writes under a temporary
name and renames; what cannot be read is put aside.
"""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic_ns

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Queues as folders of whole files, taken by rename, so that each is had by one reader."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not os.access(self.control_folder, os.W_OK):
            raise PermissionError(f"the spool cannot be written to: {self.control_folder}")

    @property
    def folder(self) -> Path:
        return Path(self.transport_options["data_folder"])

    @property
    def control_folder(self) -> Path:
        path = self.folder / "control"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def queue_folder(self, queue: str) -> Path:
        path = self.folder / "queues" / queue.replace(os.sep, "_")
        path.mkdir(parents=True, exist_ok=True)
        return path

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        try:
            rows = loads(self._exchange_file(exchange).read_text())
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self.table_changing(exchange) as table:
            if bound not in table:
                table.insert(0, bound)

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args, **kwargs) -> None:
        shutil.rmtree(self.queue_folder(queue), ignore_errors=True)
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self.table_changing(exchange) as table:
            if bound in table:
                table.remove(bound)

    @contextmanager
    def table_changing(self, exchange: str) -> Iterator[list[filesystem.exchange_queue_t]]:
        """The exchange's bindings to change: one writer at a time, readers never see half of it."""
        file = self._exchange_file(exchange)
        with (self.control_folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            before = list(table)
            yield table
            if table != before or not file.exists():
                fresh = file.with_suffix(".new")
                fresh.write_text(dumps(table))
                os.replace(fresh, file)

    def _put(self, queue: str, payload: dict, **kwargs) -> None:
        folder = self.queue_folder(queue)
        name = f"{monotonic_ns():020d}_{uuid.uuid4().hex}"
        unfinished = folder / f".{name}.new"
        with unfinished.open("wb") as out:
            out.write(str_to_bytes(dumps(payload)))
            out.flush()
            os.fsync(out.fileno())
        os.replace(unfinished, folder / f"{name}.msg")

    def _get(self, queue: str) -> dict:
        folder = self.queue_folder(queue)
        for name in sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".msg")):
            taken = folder / f".{name}.{os.getpid()}"
            try:
                os.rename(folder / name, taken)
            except FileNotFoundError:
                continue
            try:
                payload = loads(bytes_to_str(taken.read_bytes()))
            except ValueError:
                os.replace(taken, folder / f".{name}.unreadable")
                continue
            taken.unlink()
            return payload
        raise Empty

    def _purge(self, queue: str) -> int:
        waiting = list(self.queue_folder(queue).glob("[!.]*.msg"))
        for file in waiting:
            file.unlink(missing_ok=True)
        return len(waiting)

    def _size(self, queue: str) -> int:
        return sum(1 for entry in os.scandir(self.queue_folder(queue)) if entry.name.endswith(".msg"))


class Transport(filesystem.Transport):
    """`spool://`: the folder is the transport option `data_folder`."""

    Channel = Channel
    driver_type = "spool"
    driver_name = "spool"

    def __init__(self, client, **kwargs) -> None:
        super().__init__(client, **kwargs)
        # What is bound is written again by each connection; a spool that was emptied heals itself.
        self.state = virtual.BrokerState()


def register() -> None:
    """Teach kombu the scheme `spool://`."""
    TRANSPORT_ALIASES["spool"] = "stretchhub.broker:Transport"
