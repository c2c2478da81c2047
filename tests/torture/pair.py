"""Two servers of PostgreSQL, one of which follows the other, in the place of the one that all other faults use."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from stretchhub import env
from stretchhub.audit import heads
from stretchhub.celery import app
from tests import services

from .place import Place, let_go

# Only processes are killed here, and what they have written outlives them. Whoever commits waits for the standby.
SETTINGS = ("fsync=off", "synchronous_commit=on", "jit=off")


class Pair:
    def __init__(self, name: str) -> None:
        binaries = services.postgres_binaries()
        assert binaries
        self.name, self.ports = name, (services.free_port(), services.free_port())
        self.first, self.second = services.Cluster(binaries), services.Cluster(binaries)
        self.first.make()
        with psycopg.connect(self.first.serve(self.ports[0], *SETTINGS), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")

    @property
    def url(self) -> str:
        """The address of both."""
        first, second = self.ports
        return f"postgresql://stretchhub@127.0.0.1:{first},127.0.0.1:{second}/postgres"

    def follow(self, place: Place) -> None:
        """The second follows the first from now on; what is committed is on both."""
        self.second.copy_from(self.ports[0])
        self.second.serve(self.ports[1], *SETTINGS)
        address = f"postgresql://stretchhub@127.0.0.1:{self.ports[0]}/postgres"
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            server.execute("SELECT pg_reload_conf()")
            states = "SELECT sync_state FROM pg_stat_replication"
            place.wait_until(lambda: server.execute(states).fetchall() == [("sync",)], "the standby does not follow")

    def kill(self) -> None:
        """The first and all its processes, at once: none commits anything more, or says good-bye."""
        process, _again = services.running[self.ports[0]]
        process.send_signal(signal.SIGSTOP)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in (*map(int, children), process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait(services.WAIT_SECONDS)
        services.wait_for_free_port(self.ports[0])

    def promote(self) -> None:
        """The second takes what is written from now on."""
        self.second.run("pg_ctl", "promote", "-D", self.second.data, "--wait")

    def end(self) -> None:
        for port in self.ports:
            if port in services.running:
                services.end(services.running.pop(port)[0], signal.SIGINT)


@contextmanager
def pair_in_place(place: Place) -> Iterator[Pair]:
    """Site, workers and this process use the pair meanwhile, by the address of both; then what they used before."""
    pair, here = Pair(str(connection.settings_dict["NAME"])), connection.settings_dict
    before = {key: here[key] for key in ("HOST", "PORT", "OPTIONS")}
    named = {name: os.environ.get(name) for name in ("TEST_DATABASE_URL", "TEST_DATABASE_NAME")}
    both = env.database(pair.url, Path(settings.DATA_DIR))
    place.stop_web()
    sealed = without_heads()
    try:
        os.environ |= {"TEST_DATABASE_URL": pair.url, "TEST_DATABASE_NAME": pair.name}
        use({key: both[key] for key in before})
        call_command("migrate", verbosity=0)
        pair.follow(place)
        place.start_web()
        yield pair
        place.stop_web()
    finally:
        for name, value in named.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        use(before)
        pair.end()
        without_heads()
        if sealed is not None:
            heads.file().write_bytes(sealed)
        if not (place.web and place.web.poll() is None):
            place.start_web()


def without_heads() -> bytes | None:
    """Beside the database it is kept how far its trail was sealed; that of another begins anew."""
    file = heads.file()
    kept = file.read_bytes() if file.exists() else None
    file.unlink(missing_ok=True)
    return kept


def use(address: dict[str, object]) -> None:
    """What was kept or queued by the numbers of one database says nothing in the other."""
    let_go()
    connection.settings_dict.update(address)
    ContentType.objects.clear_cache()
    cache.clear()
    app.control.purge()
