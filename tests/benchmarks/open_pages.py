"""Pages of mentee, mentor, sponsor and HR, beside “hello”, and beside themselves with a hundredth of the data.

    make bench-pages

Two sites as deployed, on two databases with the same people of the tests' world: one beside the work of SMALL sponsors,
one beside that of a hundred times as many (twenty assignments each). The people's own work is the same in both. In
rounds that take turns: “hello” and the page with much data, the page with little.
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
from http.client import BadStatusLine, HTTPConnection
from pathlib import Path

import psycopg

from tests import services
from tests.benchmarks import build_dashboards, database, log_evidence
from tests.benchmarks.log_evidence import Person
from tests.benchmarks.result import Figure, report

EACH = int(os.environ.get("EACH", "30"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SMALL = int(os.environ.get("SMALL", "50"))
# How often each page is opened on each site before it is measured.
WARM = int(os.environ.get("WARM", "8"))
# Of each site, which reads it by itself.
os.environ.setdefault("WEB_PROCESSES", "2")
TIMES = 100
PROMISED, PROMISED_DASHBOARD, PROMISED_TAIL, PROMISED_GROWTH, PROMISED_PDF = 6.0, 4.0, 3.0, 1.3, 50.0
LITTLE, MUCH = "bench_pages_little", "bench_pages_much"
# By person: the name of an address, and which thing of the tests' world it shows.
PAGES = {
    "mentee": [
        ("today", ""), ("assignments:board", "mentorship"), ("assignments:list", ""),
        ("assignments:detail", "assignment"), ("assignments:evidence-list", "assignment"),
        ("assignments:brief", "endorsed_brief"), ("reviews:list", ""),
    ],
    "mentor": [("today", ""), ("assignments:board", "mentorship"), ("assignments:list", "")],
    "sponsor": [("today", ""), ("sponsors:dashboard", ""), ("assignments:detail", "assignment")],
    "hr": [
        ("today", ""), ("people:list", ""), ("assignments:list", ""), ("insights:stretch", ""), ("reviews:exports", ""),
    ],
}  # fmt: skip
PDF = ("assignments:brief-pdf", "endorsed_brief")


class Reader(Person):
    """Somebody signed in on both sites."""

    def __init__(self, ports: dict[str, int], user: object) -> None:
        self.user, self.address = user, "/"
        self.sign_in(ports[MUCH])
        self.lines = {MUCH: self.line}
        self.line = None
        for name, port in ports.items():
            self.lines.setdefault(name, HTTPConnection("localhost", port, timeout=120))

    def opens(self, site: str, address: str) -> float:
        """Milliseconds; a connection that the site closed meanwhile, for it was idle, is opened again first."""
        self.line = self.lines[site]
        try:
            took = self._took(200, "GET", address)
        except (ConnectionError, BadStatusLine):
            self.line.close()
            took = self._took(200, "GET", address)
        return took * 1000


def build() -> dict[str, dict]:
    """Both databases; the people, and the addresses of the pages, are the same in each."""
    from django.db import connection  # noqa: PLC0415

    from tests.access_table import Row  # noqa: PLC0415
    from tests.world import build_world  # noqa: PLC0415

    world = build_world()
    wanted = [*{page for pages in PAGES.values() for page in pages}, PDF]
    addresses = {page: world.address(Row(*page)) for page in wanted}
    connection.close()
    connection.close_pool()
    for name, sponsors in ((LITTLE, SMALL), (MUCH, SMALL * TIMES)):
        services.fresh_database(name, f" TEMPLATE {log_evidence.NAME}")
        build_dashboards.SPONSORS = sponsors
        with database.on(name):
            build_dashboards.fill()
    return {"people": world.people, "addresses": addresses}


def measure(reader: Reader, who: str, page: tuple[str, str], address: str) -> list[Figure]:
    for site in (LITTLE, MUCH):
        for _ in range(WARM):
            reader.opens(site, "/floor/hello/")
            reader.opens(site, address)
    floors, much, ratios, growths = [], [], [], []
    for _ in range(ROUNDS):
        hellos, with_much, with_little = [], [], []
        for _ in range(EACH):
            hellos.append(reader.opens(MUCH, "/floor/hello/"))
            with_much.append(reader.opens(MUCH, address))
            with_little.append(reader.opens(LITTLE, address))
        hello = statistics.median(hellos)
        floors.append(hello)
        much += with_much
        ratios.append(statistics.median(with_much) / hello)
        growths.append(statistics.median(with_much) / statistics.median(with_little))
    middle, floor, growth = statistics.median(much), statistics.median(floors), statistics.median(growths)
    name = f"{page[0]}, {who}"
    if page == PDF:
        return [Figure("PDF of a brief, warm", middle, "ms", promised=PROMISED_PDF)]
    late = statistics.quantiles(much, n=20)[-1]
    promised = PROMISED_DASHBOARD if page[0] == "sponsors:dashboard" else PROMISED
    return [
        Figure(f"page {name}", middle, "ms", floor, statistics.median(ratios), promised),
        Figure(f"page {name}: the slowest twentieth", late, "ms", middle, late / middle, PROMISED_TAIL),
        Figure(f"page {name}: 100 times the data", middle, "ms", middle / growth, growth, PROMISED_GROWTH),
    ]


def run() -> list[Figure]:
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="stretchhub-bench-") as place:
        folder = Path(place)
        log_evidence.open_database(folder)
        made = build()
        sites, ports, logs = [], {}, []
        try:
            for name in (LITTLE, MUCH):
                os.environ["TEST_DATABASE_NAME"] = name
                process, ports[name], log = log_evidence.start_site(folder)
                sites.append(process)
                logs.append(log)
            for process, port, log in zip(sites, ports.values(), logs, strict=True):
                services.wait_for_port(port, process, log)
            # The people sign in on both: a session is a row, and each database is to have it.
            readers = {who: sign_in_on_both(ports, made["people"][who]) for who in PAGES}
            check(readers, made["addresses"])
            for who, pages in PAGES.items():
                for page in [*pages, *([PDF] if who == "mentee" else [])]:
                    found += report(*measure(readers[who], who, page, made["addresses"][page]))
                    say(found[-1 if page == PDF else -3 :])
        finally:
            for process in sites:
                services.end(process, signal.SIGQUIT)
    return found


def sign_in_on_both(ports: dict[str, int], user: object) -> Reader:
    """By a session in the database with much data, whose row is then copied into the other."""
    reader = Reader(ports, user)
    server = services.postgres_url()
    with (
        psycopg.connect(server, dbname=log_evidence.NAME) as source,
        psycopg.connect(server, dbname=LITTLE, autocommit=True) as little,
        psycopg.connect(server, dbname=MUCH, autocommit=True) as much,
    ):
        for row in source.execute("SELECT session_key, session_data, expire_date FROM django_session").fetchall():
            for target in (little, much):
                target.execute("INSERT INTO django_session VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", row)
    return reader


def check(readers: dict[str, Reader], addresses: dict[tuple[str, str], str]) -> None:
    """Every page is there on both sites, before any is measured."""
    wrong = []
    for who, pages in PAGES.items():
        for page, site in ((page, site) for page in pages for site in (LITTLE, MUCH)):
            readers[who].line = readers[who].lines[site]
            readers[who].line.close()
            status, _took = readers[who].ask("GET", addresses[page])
            wrong += [(who, page, site, status)] * (status != 200)
    assert not wrong, wrong


def say(figures: list[Figure]) -> None:
    for each in figures:
        floor = f"floor {each.floor:.1f}, " if each.floor is not None else ""
        promise = f"promised: {each.promise}, {'kept' if each.met else 'NOT kept'}"
        print(f"{each.work}: {floor}ours {each.figure:.1f} {each.unit}, {each.measured:.2f} ({promise})", flush=True)


def main() -> int:
    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
