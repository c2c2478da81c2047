"""Several machines: sites, workers and beats that share PostgreSQL, Redis, a bucket and a key, and no folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from stretchhub import env
from stretchhub.audit import heads
from stretchhub.celery import app
from tests import services

from .pair import use, without_heads
from .place import Place, let_go

SITES, WORKERS, BEATS = 2, 3, 2
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")


@dataclass
class Machine:
    """One process tree with a folder of its own; its port is nought where it serves no pages."""

    name: str
    folder: Path
    command: list[str]
    environment: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.folder.mkdir()
        log = self.folder / "log"
        own = {**self.environment, "TEST_DATA_DIR": str(self.folder), "PORT": str(self.port or 8000)}
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "stretchhub.part", str(os.getpid()), *self.command],
                cwd=services.ROOT, env=own, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        if self.port:
            services.wait_for_port(self.port, self.process, self.folder / "log")

    def kill(self) -> None:
        """All its processes at once, as when the power goes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(services.WAIT_SECONDS)
        if self.port:
            services.wait_for_free_port(self.port)

    def end(self) -> None:
        services.end(self.process)

    @property
    def data(self) -> Path:
        """What its DATA_DIR is."""
        return self.folder / "alone"


class Machines:
    """Two sites, three workers and two beats; whichever is lost is replaced by one that knows nothing."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.sites = [self._site(number, services.free_port()) for number in range(SITES)]
        self.workers = [self._worker(number) for number in range(WORKERS)]
        self.beats = [self._beat(number) for number in range(BEATS)]
        self.gone: list[Machine] = []

    @property
    def running(self) -> list[Machine]:
        return [*self.sites, *self.workers, *self.beats]

    def start(self) -> None:
        for machine in self.running:
            machine.start()
        for machine in self.running:
            machine.wait()

    def lose(self, site: int, worker: int) -> None:
        for machine in (self.workers[worker], self.sites[site]):
            machine.kill()
            self.gone.append(machine)

    def replace(self, site: int, worker: int) -> None:
        """By machines with empty folders, the site at the same address."""
        self.sites[site] = self._site(site, self.sites[site].port)
        self.workers[worker] = self._worker(worker)
        for machine in (self.sites[site], self.workers[worker]):
            machine.start()
        self.sites[site].wait()

    def _site(self, number: int, port: int) -> Machine:
        bind = f"127.0.0.1:{port}"
        return self._machine(f"site{number}", ["gunicorn", "--config", "python:stretchhub.web", "--bind", bind], port)

    def _worker(self, number: int) -> Machine:
        name = f"worker{number}"
        called = ("--hostname", f"{name}@%h")
        return self._machine(
            name, ["celery", "--app", "stretchhub", "worker", "--concurrency", "2", *called, *QUIET], 0
        )

    def _beat(self, number: int) -> Machine:
        schedule = ("--schedule", str(self.folder / f"schedule{number}"), "--pidfile", "", "--loglevel", "WARNING")
        return self._machine(f"beat{number}", ["celery", "--app", "tests.beat", "beat", *schedule], 0)

    def _machine(self, name: str, command: list[str], port: int) -> Machine:
        return Machine(name, self.folder / f"{name}-{uuid4().hex[:6]}", command, self.environment, port)


@contextmanager
def machines_in_place(place: Place) -> Iterator[Machines]:
    """On a database and in a bucket of their own, which this process looks into meanwhile; then what it used before."""
    before, name = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_machines"
    url, folder = services.files_url(), place.folder / "machines"
    folder.mkdir()
    sealed = without_heads()
    services.fresh_database(name)
    use({"NAME": name})
    shared = {
        **os.environ, "TEST_DATABASE_NAME": name, "TEST_OWN_FILES_URL": url, "TEST_CLOCK_FILE": str(settings.CLOCK_FILE)
    }  # fmt: skip
    storages = {
        **settings.STORAGES, "default": env.files(url, folder), "imports": env.files(url, folder, beneath="imports")
    }  # fmt: skip
    machines = Machines(folder, shared)
    try:
        call_command("migrate", verbosity=0)
        with override_settings(STORAGES=storages):
            machines.start()
            place.wait_until(lambda: len(app.control.ping(timeout=1, limit=WORKERS)) == WORKERS, "a worker is missing")
            yield machines
            let_go()
    finally:
        for machine in machines.running:
            if hasattr(machine, "process"):
                machine.end()
        use({"NAME": before})
        if sealed is not None:
            heads.file().write_bytes(sealed)
        services.drop_database(name)
