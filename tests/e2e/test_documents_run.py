"""Every command of README.md and docs/ does what the page says, in the order of the page, in one shell.

What a block's info string says of it: `sh` is run; `sh starts` stays, and is waited for; `sh stopped` is run while the
platform is not; `sh refused` is meant to fail; `sh elsewhere` needs what is not here.
"""

import asyncio
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from storecast.kit.settings import Settings
from tests.e2e.installation import Installation
from tests.ports import free_ports
from tests.postgres_server import database

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?P<info>sh\b[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ELSEWHERE = {
    ("README.md", "make demo"),  # `make test` has set up already; the demo show has tests of its own
    ("README.md", "make run"),  # as above: every test of a whole installation is one
    ("operating.md", "make setup              # .venv and the built web pages"),
    ("operating.md", "git pull"),
    ("operating.md", "mc alias set shop https://minio.internal:9000 admin …"),
    (
        "operating.md",
        "aws s3 sync $DATA/storage s3://shop-files/live      # --endpoint-url …, or: mc mirror, rclone copy",
    ),
    ("payments.md", "python -m tests.peers.stripe --port 12111"),
    ("payments.md", "API=http://localhost:8000/api/v1"),
    ("selling.md", "API=http://localhost:8000/api/v1"),
    ("simulcast.md", 'TARGET=$(curl -s $API/events/lamps/simulcast -H "$AUTH" -H "$JSON" \\'),  # begun by api.md
    (
        "video.md",  # licences to be read
        "ffmpeg=$(.venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')",
    ),
    ("video.md", "STORECAST_FFMPEG_PATH=/usr/bin/ffmpeg storecast run"),  # what is there is another on each machine
    ("social-login.md", "curl -X POST https://shop.example/api/v1/auth/login/social \\"),  # Google's word is needed
}
SHELL = """
set -Eeuo pipefail -m
PLATFORM=
stop() {
  [ -z "$PLATFORM" ] || { kill -TERM -- "-$PLATFORM" 2>/dev/null || true; wait "$PLATFORM" 2>/dev/null || true; }
  while [ -n "$PLATFORM" ] && kill -0 -- "-$PLATFORM" 2>/dev/null; do sleep 0.1; done
  PLATFORM=
}
trap stop EXIT
ready() {
  for _ in $(seq 200); do
    if curl -s -o ready.json "$ORIGIN/health/ready"; then return 0; fi
    kill -0 "$PLATFORM" 2>/dev/null || break
    sleep 0.3
  done
  cat platform.log; return 1
}
"""


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    kind: str  # what the info string says after `sh`
    text: str

    @property
    def only_exports(self) -> bool:
        return all(line.startswith(("export ", "#")) for line in self.text.splitlines() if line)

    def script(self, following: str) -> str:
        """`following` is the kind of the block run next."""
        mark = f"echo '--- {self.page}:{self.line}' >&2\n"
        match self.kind:
            case "starts":
                starting = f"start() {{\n{self.text}wait\n}}\n"
                return f"{mark}stop\n{starting}start > platform.log 2>&1 & PLATFORM=$!\nready\n"
            case "stopped":
                again = 'if [ -n "$WAS" ]; then start > platform.log 2>&1 & PLATFORM=$!; ready; fi\n'
                return f"{mark}WAS=$PLATFORM\nstop\n{self.text}{'' if following == 'starts' else again}"
            case "refused":
                return f"{mark}if ( {self.text.rstrip()} ); then exit 9; fi\n"
        return mark + (f"( {self.text} )\n" if self.only_exports else self.text)


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(page.name, text[: found.start()].count("\n") + 1, found["info"].removeprefix("sh").strip(), found["text"])
        for found in BLOCK.finditer(text)
    ]


EVERY = [block for page in PAGES for block in blocks(page)]


def test_few_commands_are_left_to_be_tried_elsewhere() -> None:
    assert {(block.page, block.text.splitlines()[0]) for block in EVERY if block.kind == "elsewhere"} == ELSEWHERE
    assert {block.kind for block in EVERY} <= {"", "starts", "stopped", "refused", "elsewhere"}


@pytest.mark.parametrize(
    "block", [block for block in EVERY if block.only_exports], ids=lambda at: f"{at.page}:{at.line}"
)
def test_settings_on_a_page_are_settings(block: Block) -> None:
    names = re.findall(r"\bSTORECAST_(\w+)=", block.text)
    assert set(map(str.lower, names)) <= set(Settings.model_fields)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a page's commands are typed: with a `.venv`, and the tools they use where they show what goes wrong."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    tools = {
        tmp_path
        / ".venv"
        / "bin"
        / "storecast": f'PYTHONPATH={ROOT} exec {sys.executable} -m storecast.entrypoints.cli "$@"',
        tmp_path / "bin" / "storecast": f'exec {tmp_path}/.venv/bin/storecast "$@"',
        tmp_path / "bin" / "curl": f'exec {shutil.which("curl")} --fail "$@"',
        tmp_path / "bin" / "jq": f'exec {shutil.which("jq")} -e "$@"',
    }
    (tmp_path / "bin").mkdir()
    for path, line in tools.items():
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)
    return tmp_path


async def run(page: str, folder: Path, replaced: dict[str, str], environment: dict[str, str]) -> str:
    """What the page's commands say on their way."""
    for tool in ("jq", "curl", "ffmpeg", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}")
    run_here = [block for block in EVERY if block.page == page and block.kind != "elsewhere"]
    following = [*(block.kind for block in run_here[1:]), ""]
    script = SHELL + "\n".join(block.script(then) for block, then in zip(run_here, following, strict=True))
    for words, instead in replaced.items():
        script = script.replace(words, instead)
    environment = environment | {"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder)}
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env=environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await shell.communicate())[0].decode()
    assert shell.returncode == 0, said
    return said


async def test_a_first_show_and_an_app_go_on_air_as_their_pages_say(installation: Installation, folder: Path) -> None:
    replaced = {"http://localhost:8000": installation.url, "/srv/storecast": str(installation.folder / "data")}
    environment = {"ORIGIN": installation.url}
    said = await run("api.md", folder, replaced, environment)
    assert "89.5" in said
    assert '"Does it dim?"' in said
    said = await run("questions.md", folder, replaced, environment)
    assert '{"text":"Vase","votes":1,"share":100}' in said
    said = await run("chat.md", folder, replaced, environment)
    assert '"data":"Does it come in blue?"' in said
    assert '{"stored":1,"known":0,"held":0,"refused":[]}' in said
    assert "Does it come in blue?" in (folder / "chat.csv").read_text()
    said = await run("moderation.md", folder, replaced, environment)
    assert '"until":"' in said
    assert '{"kind":"held","message":"I met him in Monte Cаsіnо"}' in said
    assert '["Mara Pop","approve"' in said
    said = await run("subscribers.md", folder, replaced, environment)
    assert '{"confirmed":true}' in said
    assert "STATUS:CANCELLED" in said
    await run("oauth2.md", folder, replaced, environment)
    await run("webhooks.md", folder, replaced, environment)
    said = await run("after-the-show.md", folder, replaced, environment)
    assert "308" in said.splitlines()
    assert '"duration":17.84' in said
    assert (folder / "copy.mp4").read_bytes() == (folder / "lantern.mp4").read_bytes()


async def test_an_installation_is_run_saved_and_restored_as_its_page_says(
    folder: Path, postgres_url: str, request: pytest.FixtureRequest
) -> None:
    port, realtime, broadcast, rtmp = free_ports(4)
    name = f"documents_{abs(hash(request.node.nodeid)) % 10**6}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    replaced = {
        "http://localhost:8000": f"http://127.0.0.1:{port}",
        "postgresql://storecast:…@db.internal/storecast": database(postgres_url, name),
        "/srv/": f"{folder}/srv/",
        "--password '…'": "--password 'lamps and vases'",
    }
    environment = {
        "ORIGIN": f"http://127.0.0.1:{port}",
        "STORECAST_PORT": str(port),
        "STORECAST_REALTIME_PORT": str(realtime),
        "STORECAST_BROADCAST_PORT": str(broadcast),
        "STORECAST_RTMP_PORT": str(rtmp),
    }
    said = await run("operating.md", folder, replaced, environment)
    assert "operator you@example.com has id" in said
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_no_page_with_commands_is_forgotten() -> None:
    pages = {block.page for block in EVERY if block.kind != "elsewhere" and not block.only_exports}
    run_above = {"after-the-show.md", "api.md", "chat.md", "moderation.md", "oauth2.md", "operating.md", "questions.md"}
    assert pages == {*run_above, "subscribers.md", "webhooks.md"}, "run it in a test above"
