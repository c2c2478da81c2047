"""StretchHub broken on purpose: killed, cut off from its servers, without room, at the wrong time, by many at once.

    make torture                                       everything, on SQLite and on PostgreSQL with Redis, side by side
    python -m tests.torture --engine sqlite            on one of them
    python -m tests.torture --only NAME [NAME …]       these faults alone; --list names all
    python -m tests.torture --seeds 2 --first 7        so many seeds, from this one on: a seed names a moment
    AWAY=600 python -m tests.torture --only broker-gone  the broker is away for ten minutes instead of twenty seconds
    python -m tests.torture --engine here              the database that LEG and TEST_… name, as it is

After each fault the books are compared, and again after the next ordinary run. Ends with 1 where anything was lost.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import django

from tests import prepared, services

NAME = "torture"
LEGS = {"sqlite": "lite", "postgresql": "real"}


def main() -> int:
    asked = _asked()
    if asked.list:
        from . import faults  # noqa: PLC0415

        print("\n".join(f"{name:18} {' '.join(engines)}" for name, engines in faults.WHERE.items()))
        return 0
    if asked.engine == "both":
        return _side_by_side()
    folder, port = services.temporary_folder(NAME), services.free_port()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    if asked.engine == "here":
        django.setup()
    else:
        _prepare(asked.engine, folder)
    return _torture(folder, port, asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["both", *LEGS, "here"], default="both")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def _side_by_side() -> int:
    """Each engine in a process of its own, because settings and servers are chosen at the start; both at once, because
    most of what is killed works alone, on one core."""
    command = [sys.executable, "-m", "tests.torture", *sys.argv[1:], "--engine"]
    engines = [subprocess.Popen([*command, engine]) for engine in LEGS]
    return max(each.wait() for each in engines)


def _prepare(engine: str, folder: Path) -> None:
    """A database of its own, with every table and nothing in them."""
    (folder / "data").mkdir()
    os.environ |= {"LEG": LEGS[engine], "TEST_DATA_DIR": str(folder / "data"), "TEST_POSTGRES_DURABLE": "1"}
    os.environ.pop("PYTEST_XDIST_WORKER", None)
    if engine == "postgresql":
        _empty_database()
    django.setup()
    _migrated()


def _torture(folder: Path, port: int, asked: argparse.Namespace) -> int:
    from . import faults  # noqa: PLC0415
    from .place import Place  # noqa: PLC0415

    seeds = list(range(asked.first, asked.first + asked.seeds))
    with Place(folder, port).open() as place:
        print(f"\n=== {place.engine}, seeds {seeds[0]} to {seeds[-1]}", flush=True)
        return faults.run(place, asked.only, seeds)


def _empty_database() -> None:
    services.fresh_database(NAME)
    os.environ["TEST_DATABASE_NAME"] = NAME


def _migrated() -> None:
    """SQLite's from the file that tests keep, where there is one."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, connections  # noqa: PLC0415

    kept = prepared.place()
    if connection.vendor == "sqlite" and kept.exists():
        Path(connection.settings_dict["NAME"]).write_bytes(kept.read_bytes())
    call_command("migrate", verbosity=0)
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
