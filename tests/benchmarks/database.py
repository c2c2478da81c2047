"""A database of a benchmark's own, and Django on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests import services


def from_template() -> str:
    """For CREATE DATABASE: a copy of the one that already has all tables, where a run has made one."""
    name = os.environ.get("BENCH_TEMPLATE", "")
    return f" TEMPLATE {name}" if name else ""


def open_database(name: str, **surroundings: str) -> None:
    """An empty one with the tables of today, and the settings of the tests on real servers, or others."""
    make_database(name, **surroundings)
    load_django()


def make_database(name: str, **surroundings: str) -> None:
    """The same without Django: what is started from here on works on it, and loads while this process does."""
    services.fresh_database(name, from_template())
    settings = {"LEG": "real", "TEST_DATABASE_NAME": name, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    os.environ |= settings | surroundings


def load_django() -> None:
    django.setup()
    if not from_template():
        from stretchhub.management.commands.up import migrate  # noqa: PLC0415

        migrate()


@contextmanager
def on(name: str) -> Iterator[None]:
    """Meanwhile this process works on that database."""
    from django.db import connection  # noqa: PLC0415

    def change_to(database: str) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = database

    before = connection.settings_dict["NAME"]
    change_to(name)
    try:
        yield
    finally:
        change_to(before)
