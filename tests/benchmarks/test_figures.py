from pathlib import Path

import msgspec
import pytest

from benchmarks.figures import FILE, Figure, report
from benchmarks.latency.__main__ import median_and_p95


@pytest.fixture
def gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FILE, str(tmp_path / "figures"))
    return tmp_path / "figures"


def test_a_ratio_past_its_limit_fails(gathered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Figure("ingest", 2.01, "", 2.0)]) == 1
    assert "miss" in capsys.readouterr().out


def test_a_ratio_below_the_least_fails(gathered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Figure("throughput", 0.59, least=0.6)]) == 1
    assert report([Figure("throughput", 0.6, least=0.6)]) == 0
    lines = capsys.readouterr().out.splitlines()
    verdicts = [line.split()[1:] for line in lines if line.startswith("throughput")]
    assert verdicts == [["0.59", "≥", "0.60", "miss"], ["0.60", "≥", "0.60", "ok"]]


def test_a_time_past_its_limit_is_a_miss_that_fails_nothing(gathered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Figure("picture", 2500, "ms", 2000), Figure("ingest", 2.0, "", 2.0)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines if line.startswith(("picture", "ingest"))] == ["miss", "ok"]


def test_figures_of_all_benchmarks_are_gathered(gathered: Path) -> None:
    figures = [Figure("one", 1.0), Figure("two", 20.0, "ms", 30.0, "a note")]
    for figure in figures:
        report([figure])
    assert [msgspec.json.decode(line, type=Figure) for line in gathered.read_bytes().splitlines()] == figures


def test_median_and_p95_of_samples() -> None:
    median, p95 = median_and_p95("chat", [*range(1, 101)], 200)
    assert (median.value, round(p95.value, 2)) == (50.5, 95.05)
    assert (median.limit, p95.limit) == (200, 200)
