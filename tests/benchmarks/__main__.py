"""All benchmarks, one after the other, and one table of what they found.

    make bench          everything, on a quiet machine; writes docs/performance.md and .json, and how long each took
    make bench-quick    the same with a fiftieth of the data or less, for every day; writes var/bench-quick.md and .json

    python -m tests.benchmarks [quick] open_pages …    these alone; the others stay in the table as they were measured

They report and fail nobody: a promise that is not kept stands in the table as not kept. A benchmark that breaks is
named there too, and the run then ends with 1.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import psutil
import psycopg

from tests import services
from tests.benchmarks.result import Figure, collected

TEMPLATE = "bench_template"
PACKAGES = ("django", "django-allauth")
LONGEST_SECONDS = 900
ONLY_QUICK = "With so little data, what work costs before it begins weighs most; only the full run counts."


@dataclass(frozen=True)
class Benchmark:
    """One of the modules beside this one, and how much of everything it takes."""

    name: str
    full: dict[str, int]
    # None where it takes as long with little data, or looks at what another has found already.
    quick: dict[str, int] | None


ALL = [
    Benchmark(
        "open_pages",
        {"EACH": 25, "ROUNDS": 3, "SMALL": 50, "WARM": 8, "WEB_PROCESSES": 2},
        # One process of each site has looked at everything sooner than two.
        {"EACH": 3, "ROUNDS": 1, "SMALL": 1, "WARM": 1, "WEB_PROCESSES": 1},
    ),
    Benchmark("open_today", {"EACH": 100, "ROUNDS": 3, "SPONSORS": 500}, None),
    Benchmark("log_evidence", {"EACH": 100, "FILES": 15, "ROUNDS": 3}, {"EACH": 5, "FILES": 3, "ROUNDS": 1}),
    Benchmark(
        "send_reminders", {"PLAN": 100_000, "SEND": 10_000, "ROUNDS": 2}, {"PLAN": 2000, "SEND": 200, "ROUNDS": 1}
    ),
    Benchmark("build_dashboards", {"SPONSORS": 5000, "ROUNDS": 9}, {"SPONSORS": 100, "ROUNDS": 1}),
    Benchmark(
        "export_ratings",
        {"ROWS": 1_000_000, "SHEET_ROWS": 50_000, "ROUNDS": 2, "SHEET_ROUNDS": 2},
        {"ROWS": 10_000, "SHEET_ROWS": 3000, "ROUNDS": 1, "SHEET_ROUNDS": 1},
    ),
    Benchmark("import_people", {"PEOPLE": 50_000}, {"PEOPLE": 1000}),
    Benchmark("start_and_stop", {"ROUNDS": 3}, None),
]


@dataclass(frozen=True)
class Run:
    """What one benchmark found, how long it took, the end of what it said when it broke, and of what and when it is."""

    name: str
    seconds: float
    figures: tuple[Figure, ...]
    broke: str = ""
    measured: str = ""


def machine() -> dict[str, str]:
    """What the figures were measured on; ratios to a floor tell more than they do."""
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown",
    )
    with psycopg.connect(services.postgres_url()) as server:
        postgres = server.execute("SHOW server_version").fetchone()
    return {
        "processor": f"{os.cpu_count()} × {cpu}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": f"{postgres[0] if postgres else '?'}, "
        + ("durable" if os.environ.get("TEST_POSTGRES_DURABLE") else "without fsync, for all sides of each ratio"),
    }


def here_and_now() -> str:
    """What is measured, when, and beside what else."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    revision = subprocess.run(asked, cwd=services.ROOT, capture_output=True, text=True).stdout.strip() or "unknown"
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, revision {revision}, load {os.getloadavg()[0]:.1f}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def make_template() -> None:
    """All tables once, kept for the next run; each benchmark then copies them instead of making them again."""
    services.fresh_database(TEMPLATE)
    kept, tools = kept_tables(), services.postgres_binaries()
    address = urlsplit(services.postgres_url())._replace(path=f"/{TEMPLATE}").geturl()
    if kept.exists() and tools and (tools / "psql").exists():
        quiet = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--output", os.devnull]
        subprocess.run([tools / "psql", *quiet, "--file", kept, address], check=True)
    else:
        wanted = {"LEG": "real", "TEST_DATABASE_NAME": TEMPLATE, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=services.ROOT, env={**os.environ, **wanted}, check=True)
        if tools and (tools / "pg_dump").exists():
            keep(kept, tools, address)
    os.environ["BENCH_TEMPLATE"] = TEMPLATE


def kept_tables() -> Path:
    """Where the tables of these migrations are kept, or are to be; another set of them has another name."""
    digest = hashlib.sha256(repr([(name, version(name)) for name in PACKAGES]).encode())
    for file in sorted([services.ROOT / "stretchhub/at_once.py", *services.ROOT.glob("*/**/migrations/*.py")]):
        if not file.is_relative_to(services.ROOT / ".venv"):
            digest.update(str(file.relative_to(services.ROOT)).encode() + file.read_bytes())
    return services.KEPT / f"migrated-{digest.hexdigest()[:16]}.sql"


def keep(kept: Path, tools: Path, address: str) -> None:
    services.KEPT.mkdir(exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}.part")
    subprocess.run([tools / "pg_dump", "--no-owner", "--file", part, address], check=True)
    for old in services.KEPT.glob("migrated-*.sql"):
        old.unlink(missing_ok=True)
    part.replace(kept)


def run(benchmark: Benchmark, amount: dict[str, int], folder: Path) -> Run:
    """In a process of its own, for each knows one database; its figures come by a file."""
    file, log = folder / f"{benchmark.name}.jsonl", folder / f"{benchmark.name}.log"
    file.unlink(missing_ok=True)
    wanted = {**os.environ, **{name: str(value) for name, value in amount.items()}, "BENCH_FIGURES": str(file)}
    command, start, measured = [sys.executable, "-m", f"tests.benchmarks.{benchmark.name}"], monotonic(), here_and_now()
    with log.open("wb") as out:
        try:
            code = subprocess.run(
                command, cwd=services.ROOT, env=wanted, stdout=out, stderr=subprocess.STDOUT, timeout=LONGEST_SECONDS
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    broke = "" if code == 0 else (log.read_text(errors="replace").splitlines() or ["it said nothing"])[-1]
    return Run(benchmark.name, monotonic() - start, tuple(collected(file)), broke, measured)


# --- the table ------------------------------------------------------------------------------------


def shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _row(figure: Figure) -> str:
    floor = f"{shown(figure.floor)} {figure.unit}" if figure.floor is not None else "–"
    ratio = f"{figure.ratio:.2f}" if figure.ratio is not None else "–"
    met = {True: "yes", False: "**no**", None: "–"}[figure.met]
    cells = (figure.work, f"{shown(figure.figure)} {figure.unit}", floor, ratio, figure.promise or "–", met)
    return f"| {' | '.join(cells)} |"


def markdown(runs: Sequence[Run], about: dict[str, str], *, quick: bool) -> str:
    """One table, what was not kept, and what broke."""
    figures = [figure for each in runs for figure in each.figures]
    kept, promised = sum(figure.met is True for figure in figures), sum(figure.met is not None for figure in figures)
    how = "`make bench-quick`, with a fiftieth of the data or less" if quick else "`make bench`"
    lines = [
        "# How fast StretchHub is",
        "",
        f"Written by {how}. A figure alone says little about a",
        "program on somebody else’s machine, so most stand",
        "beside a floor that was measured in turn with them: the least that such work can cost. What is promised is",
        "the ratio of the two.",
        f"{kept} of {promised} promises were kept.",
        *([ONLY_QUICK] * quick),
        "",
        "| work | figure | floor | ratio | promised | kept |",
        "|---|---:|---:|---:|---:|---|",
        *map(_row, figures),
        "",
        *[f"**{each.name} broke**: {each.broke}\n" for each in runs if each.broke],
        "| machine | |",
        "|---|---|",
        *[f"| {name} | {value} |" for name, value in about.items()],
        "",
        "| benchmark | took | measured |",
        "|---|---:|---|",
        *[f"| {each.name} | {each.seconds:.0f} s | {each.measured} |" for each in runs],
    ]
    return "\n".join(lines) + "\n"


def as_json(runs: Sequence[Run], about: dict[str, str]) -> str:
    figures = [
        {"benchmark": each.name, **dataclasses.asdict(figure), "met": figure.met}
        for each in runs
        for figure in each.figures
    ]
    broke = {each.name: each.broke for each in runs if each.broke}
    seconds = {each.name: round(each.seconds, 1) for each in runs}
    measured = {each.name: each.measured for each in runs}
    told = {"machine": about, "seconds": seconds, "measured": measured, "broke": broke, "figures": figures}
    return json.dumps(told, indent=1) + "\n"


def from_json(text: str) -> dict[str, Run]:
    """What was measured before, by the benchmark; the opposite of `as_json`."""
    told, fields = json.loads(text), [field.name for field in dataclasses.fields(Figure)]
    return {
        name: Run(
            name,
            seconds,
            tuple(
                Figure(**{field: figure[field] for field in fields})
                for figure in told["figures"]
                if figure["benchmark"] == name
            ),
            told["broke"].get(name, ""),
            told["measured"][name],
        )
        for name, seconds in told["seconds"].items()
    }


def main(names: Sequence[str]) -> int:
    quick, wanted = "quick" in names, {name for name in names if name != "quick"}
    if unknown := wanted - {benchmark.name for benchmark in ALL}:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}.")
    place = services.ROOT / "var" / "bench-quick" if quick else services.ROOT / "docs" / "performance"
    place.parent.mkdir(exist_ok=True)
    services.redis_url()
    before = place.with_suffix(".json")
    about, runs = machine(), from_json(before.read_text()) if wanted and before.exists() else {}
    make_template()
    # What each of them said stays, to be looked into when one broke.
    folder = services.ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for benchmark in ALL:
        amount = benchmark.quick if quick else benchmark.full
        if amount is not None and (not wanted or benchmark.name in wanted):
            runs[benchmark.name] = done = run(benchmark, amount, folder)
            print(f"{done.name}: {len(done.figures)} figures in {done.seconds:.0f} s {done.broke}", flush=True)
            found = [runs[each.name] for each in ALL if each.name in runs]
            place.with_suffix(".md").write_text(markdown(found, about, quick=quick))
            place.with_suffix(".json").write_text(as_json(found, about))
    print(place.with_suffix(".md").read_text())
    return 1 if any(each.broke for each in runs.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
