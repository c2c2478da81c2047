"""What a benchmark found: a figure beside its floor, and whether that keeps what is promised."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path

AT_MOST, AT_LEAST = "at most", "at least"


@dataclass(frozen=True)
class Figure:
    """`figure` and `floor` are in `unit`; the promise is about `ratio`, or about `figure` where there is no floor."""

    work: str
    figure: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    promised: float | None = None
    way: str = AT_MOST

    @property
    def measured(self) -> float:
        return self.figure if self.ratio is None else self.ratio

    @property
    def met(self) -> bool | None:
        """None where nothing is promised."""
        if self.promised is None:
            return None
        return self.measured <= self.promised if self.way == AT_MOST else self.measured >= self.promised

    @property
    def promise(self) -> str:
        if self.promised is None:
            return ""
        return f"{self.way} {self.promised:g}{f' {self.unit}' if self.ratio is None else ' ×'}"


def report(*figures: Figure) -> list[Figure]:
    """Hand them to the run that collects them, if there is one."""
    if file := os.environ.get("BENCH_FIGURES"):
        with Path(file).open("a") as out:
            out.writelines(json.dumps(dataclasses.asdict(figure)) + "\n" for figure in figures)
    return list(figures)


def collected(file: Path) -> list[Figure]:
    return [Figure(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []
