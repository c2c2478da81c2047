"""What benchmarks report: the promise, whether it was kept, and one table of all of them; never how fast."""

import ast
import json

import pytest

from tests.benchmarks import __main__ as driver
from tests.benchmarks.database import from_template
from tests.benchmarks.result import AT_LEAST, Figure, collected, report
from tests.services import ROOT

PAGE = Figure("page today, mentee", 8.4, "ms", 1.5, 5.6, 6.0)
SLOW = Figure("page today, mentor", 12.0, "ms", 1.5, 8.0, 6.0)
RATE = Figure("send 10000, one sender", 9.0, "s", 4.5, 0.5, 0.4, AT_LEAST)
MEMORY = Figure("export: memory", 17.0, "MiB", promised=16.0)
TOLD = Figure("PDF of a brief, warm", 21.0, "ms")


@pytest.mark.parametrize(
    ("figure", "promise", "met"),
    [
        (PAGE, "at most 6 ×", True),
        (SLOW, "at most 6 ×", False),
        (RATE, "at least 0.4 ×", True),
        (MEMORY, "at most 16 MiB", False),
        (TOLD, "", None),
    ],
)
def test_a_figure_says_what_was_promised_of_it_and_whether_that_was_kept(figure, promise, met):
    assert (figure.promise, figure.met) == (promise, met)


def test_figures_come_back_from_the_file_as_they_were_told(tmp_path, monkeypatch):
    monkeypatch.setenv("BENCH_FIGURES", str(tmp_path / "figures"))

    report(PAGE, RATE)
    report(TOLD)

    assert collected(tmp_path / "figures") == [PAGE, RATE, TOLD]
    assert collected(tmp_path / "nothing") == []


def test_by_itself_a_benchmark_writes_no_file_and_makes_its_own_tables(monkeypatch):
    monkeypatch.delenv("BENCH_FIGURES", raising=False)
    monkeypatch.delenv("BENCH_TEMPLATE", raising=False)

    assert report(PAGE) == [PAGE]
    assert from_template() == ""
    monkeypatch.setenv("BENCH_TEMPLATE", "bench_template")
    assert from_template() == " TEMPLATE bench_template"


def test_the_table_has_every_figure_and_names_what_was_not_kept_and_what_broke():
    runs = [
        driver.Run("open_pages", 61.2, (PAGE, SLOW, TOLD), measured="yesterday"),
        driver.Run("export_ratings", 3.0, (MEMORY,), "KeyError"),
    ]

    written = driver.markdown(runs, {"processor": "2 × trial"}, quick=True)

    assert "1 of 3 promises were kept." in written
    assert "| page today, mentee | 8.40 ms | 1.50 ms | 5.60 | at most 6 × | yes |" in written
    assert "| page today, mentor | 12.0 ms | 1.50 ms | 8.00 | at most 6 × | **no** |" in written
    assert "| PDF of a brief, warm | 21.0 ms | – | – | – | – |" in written
    assert "| export: memory | 17.0 MiB | – | – | at most 16 MiB | **no** |" in written
    assert "**export_ratings broke**: KeyError" in written
    assert "| processor | 2 × trial |" in written
    assert "| open_pages | 61 s | yesterday |" in written


def test_the_same_as_json_and_back():
    runs = [
        driver.Run("open_pages", 61.2, (PAGE,), measured="yesterday"),
        driver.Run("export_ratings", 3.0, (), "KeyError", "today"),
    ]

    text = driver.as_json(runs, {"processor": "2 × trial"})

    assert list(driver.from_json(text).values()) == runs
    written = json.loads(text)
    assert written["machine"] == {"processor": "2 × trial"}

    assert written["figures"] == [
        {"benchmark": "open_pages", "work": "page today, mentee", "figure": 8.4, "unit": "ms", "floor": 1.5,
         "ratio": 5.6, "promised": 6.0, "way": "at most", "met": True}
    ]  # fmt: skip
    assert written["broke"] == {"export_ratings": "KeyError"}
    assert written["seconds"] == {"open_pages": 61.2, "export_ratings": 3.0}
    assert written["measured"] == {"open_pages": "yesterday", "export_ratings": "today"}


def test_a_benchmark_that_is_not_there_is_told():
    with pytest.raises(SystemExit, match="There is no benchmark open_doors"):
        driver.main(["quick", "open_doors"])


def test_the_run_takes_every_benchmark_there_is_and_only_amounts_that_it_reads():
    """A misspelt amount would be taken for the full one, and quick would not be quick."""
    folder = ROOT / "tests" / "benchmarks"
    found = {file.stem: file for file in folder.glob("*.py") if "__main__" in file.read_text().split("def main")[-1]}

    assert {benchmark.name for benchmark in driver.ALL} == set(found) - {"__main__"}
    for benchmark in driver.ALL:
        source = found[benchmark.name].read_text()
        read = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
        assert set(benchmark.full) == set(benchmark.quick or benchmark.full) <= read, benchmark.name
