"""Which lines no test has run: of actions, rules and pure modules that is to be none, of the rest one in twenty.

    make coverage                       both legs under coverage, then how much was run and what was not
    python -m tests.covered told        the latter alone, of what was measured before

Ends with 1 where less was run than that. Branches are told and hold nothing up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parent.parent
ALL, MOST = 100.0, 95.0


@dataclass(frozen=True)
class Part:
    """Some files together: lines and branches that there are, that were run, and where lines were not."""

    name: str
    wanted: float
    lines: int
    run: int
    branches: int
    taken: int
    missed: Mapping[str, list[int]]

    @property
    def share(self) -> float:
        """Of the lines, in percent."""
        return 100 * self.run / self.lines if self.lines else 100.0

    @property
    def is_enough(self) -> bool:
        return self.run == self.lines if self.wanted == ALL else self.share >= self.wanted

    def said(self) -> Iterator[str]:
        taken = 100 * self.taken / self.branches if self.branches else 100.0
        enough = "" if self.is_enough else f", wanted {self.wanted:.0f} %"
        yield f"{self.name}: {self.run} of {self.lines} lines ({self.share:.2f} %{enough}), {taken:.1f} % of branches"
        yield from (f"  {file}: {', '.join(map(str, lines))}" for file, lines in sorted(self.missed.items()))


def pure_modules() -> set[str]:
    """Files of the modules that know no database, as the import contracts name them."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [pure] = [contract for contract in asked if contract["id"] == "pure"]
    return {f"{module.replace('.', '/')}.py" for module in pure["source_modules"]}


def is_whole(file: str, pure: set[str]) -> bool:
    """Whether each line of this file is to be run by a test."""
    parts = Path(file).with_suffix("").parts
    return file in pure or "actions" in parts or "rules" in parts


def parts_of(files: Mapping[str, Any]) -> list[Part]:
    """Of coverage's report by file."""
    pure = pure_modules()
    whole = {file: found for file, found in files.items() if is_whole(file, pure)}
    rest = {file: found for file, found in files.items() if file not in whole}
    return [_part("actions, rules and pure modules", ALL, whole), _part("the rest", MOST, rest)]


def _part(name: str, wanted: float, files: Mapping[str, Any]) -> Part:
    def total(of: str) -> int:
        return sum(found["summary"][of] for found in files.values())

    missed = {file: found["missing_lines"] for file, found in files.items() if found["missing_lines"]}
    return Part(
        name,
        wanted,
        total("num_statements"),
        total("covered_lines"),
        total("num_branches"),
        total("covered_branches"),
        missed,
    )


# Programs that tests start are not measured.
MEASURED = "--cov --cov-append --cov-report="


def measure() -> int:
    """Run both legs; whether a test failed."""
    coverage.Coverage().erase()
    wanted = {"PYTEST_ADDOPTS": MEASURED}
    return subprocess.call([sys.executable, "-m", "tests.legs"], cwd=ROOT, env={**os.environ, **wanted})


def main(asked: list[str]) -> int:
    failed = 0 if asked == ["told"] else measure()
    measured = coverage.Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measured.json_report(outfile=str(report))
        parts = parts_of(json.loads(report.read_text())["files"])
    print("\n".join(line for part in parts for line in part.said()))
    return failed or int(not all(part.is_enough for part in parts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
