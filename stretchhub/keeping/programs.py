"""The client programs of PostgreSQL, where they are and whether they are new enough."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from stretchhub import tether

from .manifest import NotDone

# libpq's own names for the settings of a connection that Django keeps under OPTIONS.
OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
TOLD = 600


def find(name: str, least: int) -> Path:
    """The program of at least this major version: in PG_BIN, on the path, or where Debian keeps several."""
    found = {place: version(place) for place in _places(name)}
    for place, major in found.items():
        if major >= least:
            return place
    there = ", ".join(f"{place} is {major}" for place, major in found.items()) or "none was found"
    raise NotDone(
        f"{name} {least} or newer is needed, as the server is ({there}). Install the client programs of PostgreSQL, "
        f"on Debian the package postgresql-client-{least}, or name the folder that holds {name} by PG_BIN."
    )


def _places(name: str) -> Iterator[Path]:
    if settings.PG_BIN and (own := Path(settings.PG_BIN) / name).is_file():
        yield own
    if on_path := shutil.which(name):
        yield Path(on_path)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)


def version(program: Path) -> int:
    """Its major version; nought where it does not say one."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def run(program: Path, *arguments: str, meanwhile: Callable[[], None]) -> None:
    """Run it on this system's database; it ends when this process does."""
    process = subprocess.Popen(  # noqa: S603 (a program that was looked for by name, without a shell)
        [program, *arguments],
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=tether.die_with_parent,
    )
    try:
        said = _said(process, meanwhile)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise NotDone(f"{program.name} could not do it: {' '.join(said.split())[-TOLD:]}")


def _said(process: subprocess.Popen, meanwhile: Callable[[], None]) -> str:
    while True:
        try:
            return process.communicate(timeout=1)[1]
        except subprocess.TimeoutExpired:
            meanwhile()


def surroundings() -> dict[str, str]:
    """How to reach the database, and as whom; no password stands among the arguments, where others could read it.

    Of several servers it is the one that this process is connected to, which alone knows what it lends to pg_dump.
    """
    place: dict[str, Any] = connection.settings_dict
    named = {"PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    told = {name: place[key] for name, key in named.items()}
    connection.ensure_connection()
    told |= {"PGHOST": connection.connection.info.host, "PGPORT": connection.connection.info.port}
    told |= {OPTIONS[key]: value for key, value in place["OPTIONS"].items() if key in OPTIONS}
    # Words of the program in English, so that its messages can be searched for.
    return {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"} | {name: str(value) for name, value in told.items() if value}
