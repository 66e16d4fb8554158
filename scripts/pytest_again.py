"""pytest, and what failed once more without xdist: tests that pass then are named as flaky, and the run is green.

`.ci/run` runs `make test` with it; `make test` alone stays strict.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MOST = 10  # more failures than that are no bad luck


class Passed:
    """A plugin that notes which tests passed, their teardown included."""

    def __init__(self) -> None:
        self.tests: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.tests.discard(report.nodeid)
        elif report.when == "call" and report.passed:
            self.tests.add(report.nodeid)


def main() -> int:
    ended, failed = _first(sys.argv[1:])
    if ended != pytest.ExitCode.TESTS_FAILED or not 0 < len(failed) <= MOST:
        return ended
    sys.stdout.write(f"\nOnce more what failed ({len(failed)}):\n")
    sys.stdout.flush()
    passed = Passed()
    ended = pytest.main(["-rs", *failed], plugins=[passed])
    for test in failed:
        if test in passed.tests:
            sys.stdout.write(f"flaky: {test}\n")
    return ended or int(not passed.tests.issuperset(failed))


def _first(arguments: list[str]) -> tuple[int, list[str]]:
    """The exit code, and what failed: tests, and files that cannot be collected."""
    with TemporaryDirectory() as cache:  # of its own: pytest's usual one remembers earlier runs, too
        ended = subprocess.call([sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", *arguments])
        noted = Path(cache) / "v" / "cache" / "lastfailed"
        return ended, list(json.loads(noted.read_text())) if noted.exists() else []


if __name__ == "__main__":
    sys.exit(main())
