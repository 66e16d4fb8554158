"""What `.ci/run` makes of tests that fail, in a small project with the real recipe of `make test`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PASSES = "def test_passes():\n    pass\n"
FAILS = "def test_fails():\n    raise ValueError\n"
FLAKY = """
from pathlib import Path

def test_is_flaky():
    tried = Path(__file__).with_suffix(".tried")
    if not tried.exists():
        tried.touch()
        raise ValueError
"""
SKIPS_THEN = FLAKY.replace("        raise ValueError", "        raise ValueError\n    __import__('pytest').skip()")
BREAKS_ONCE = FLAKY.replace("def test_is_flaky():", "if True:") + "\ndef test_is_there():\n    pass\n"
FAILS_MUCH = "import pytest\n\n@pytest.mark.parametrize('n', range(11))\n" + FAILS.replace("()", "(n)")
ENDS_PYTEST = "import pytest\n\ndef test_ends():\n    pytest.exit('no room', returncode=3)\n"


class Project:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        makefile = (ROOT / "Makefile").read_text()
        names = re.findall(r"^(?:VENV|BIN|PYTEST) := .*\n", makefile, re.MULTILINE)
        [recipe] = re.findall(r"^test: setup peers\n(?:\t.*\n)+", makefile, re.MULTILINE)
        (folder / "Makefile").write_text(f"{''.join(names)}setup peers check:\n{recipe}")
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -p xdist\n")
        for name in (".ci/run", "scripts/pytest_again.py"):
            (folder / name).parent.mkdir()
            shutil.copy(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)

    def run(self, *command: str, **files: str) -> tuple[bool, str, list[str]]:
        """Whether it ended well, what it printed, and the tests it called flaky."""
        for name, text in files.items():
            (self._folder / f"{name}.py").write_text(text)
        # Quicker with one worker of xdist and without other plugins.
        environment = {"PATH": os.environ["PATH"], "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "ARGS": "-n 1"}
        ended = subprocess.run(
            command, cwd=self._folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        flaky = [line.removeprefix("flaky: ") for line in ended.stdout.splitlines() if line.startswith("flaky: ")]
        return ended.returncode == 0, ended.stdout, flaky


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_nothing_is_run_again_when_all_pass(project: Project) -> None:
    green, printed, flaky = project.run(".ci/run", test_good=PASSES)
    assert (green, flaky) == (True, [])
    assert "Once more" not in printed


def test_a_test_that_fails_first_and_passes_then_is_named(project: Project) -> None:
    green, _, flaky = project.run(".ci/run", test_good=PASSES, test_odd=FLAKY)
    assert (green, flaky) == (True, ["test_odd.py::test_is_flaky"])


def test_a_test_that_fails_twice_is_red_whatever_others_do(project: Project) -> None:
    green, _, flaky = project.run(".ci/run", test_odd=FLAKY, test_bad=FAILS)
    assert (green, flaky) == (False, ["test_odd.py::test_is_flaky"])


@pytest.mark.parametrize("text", [SKIPS_THEN, BREAKS_ONCE], ids=["skipped", "collected"])
def test_what_does_not_pass_then_is_red(project: Project, text: str) -> None:
    green, printed, flaky = project.run(".ci/run", test_good=PASSES, test_odd=text)
    assert (green, flaky) == (False, [])
    assert "Once more" in printed


def test_many_failures_are_red_at_once(project: Project) -> None:
    green, printed, flaky = project.run(".ci/run", test_bad=FAILS_MUCH)
    assert (green, flaky) == (False, [])
    assert "Once more" not in printed


def test_a_pytest_that_is_ended_is_red(project: Project) -> None:
    green, printed, flaky = project.run(".ci/run", test_odd=FLAKY, test_end=ENDS_PYTEST)
    assert (green, flaky) == (False, [])
    assert "Once more" not in printed


def test_make_test_alone_stays_strict(project: Project) -> None:
    green, printed, flaky = project.run("make", "test", test_odd=FLAKY)
    assert (green, flaky) == (False, [])
    assert "Once more" not in printed
