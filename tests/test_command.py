"""The command line: every setting an option and an environment variable, one line with the URL."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from app.settings import Settings
from tests.servers import PATIENCE, environment, serving


def run(folder: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command until it ends by itself."""
    command = [sys.executable, "-m", "app", *options]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(**settings),
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def test_help_lists_every_setting_with_its_default(tmp_path: Path) -> None:
    answer = run(tmp_path, "--help")
    assert answer.returncode == 0
    text = " ".join(answer.stdout.split())
    for name, field in Settings.model_fields.items():
        option = "--" + name.replace("_", "-")
        found = re.search(rf"{option} (?:int|float|str|Path) (.*?)(?: --|$)", text.partition("options:")[2])
        assert found, option
        assert field.description
        assert field.description in found[1]
        if field.default != "":
            assert f"(default: {field.default})" in found[1]
    assert "PLAYGROUND_PORT" in text
    assert not list(tmp_path.iterdir())


def test_one_line_says_where_it_serves(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
        assert httpx2.get(server.url).status_code == 200
        server.process.send_signal(signal.SIGINT)
        out, _ = server.process.communicate(timeout=PATIENCE)
        assert (server.process.returncode, out, server.errors()) == (0, "", "")
    assert (tmp_path / "playground.sqlite3").is_file()


def test_settings_come_from_the_environment_and_options_win(tmp_path: Path) -> None:
    settings = {"PLAYGROUND_MAX_UNITS": "3", "PLAYGROUND_MAX_LAYERS": "1", "PLAYGROUND_STORE": "memory://"}
    with serving(tmp_path, "--max-layers", "2", **settings) as server:
        layers = [{"type": "dense", "units": units} for units in (4, 1, 1)]
        spec = {"data": {"dataset": "line"}, "layers": layers, "loss": "mse"}
        answer = httpx2.post(f"{server.url}/api/sessions", json={"spec": spec})
        assert answer.status_code == 422
        assert "max_units = 3" in answer.json()["detail"]
        assert "max_layers = 2" in answer.json()["detail"]
    assert not (tmp_path / "playground.sqlite3").exists()


def test_workers_have_the_same_settings(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2", "--max-batch-size", "7") as server:
        for _ in range(6):
            answer = httpx2.get(f"{server.url}/p/circle?batch_size=8")
            assert answer.status_code == 422
            assert "max_batch_size = 7" in answer.text


@pytest.mark.parametrize(
    ("options", "settings", "code", "said"),
    [
        (("--port", "abc"), {}, 2, "port"),
        (("--port", "70000"), {}, 2, "65535"),
        (("--max-units", "0"), {}, 2, "max_units"),
        ((), {"PLAYGROUND_MAX_BATCH_SIZE": "many"}, 2, "max_batch_size"),
        (("--prot", "8001"), {}, 2, "--prot"),
        (("--store", "nowhere://x"), {}, 1, "There is no store for nowhere://x"),
        (("--store", "memory://", "--workers", "2"), {}, 2, "--workers 1"),
        (("--data-dir", "a-file/below"), {}, 1, "playground.sqlite3"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(
    tmp_path: Path, options: tuple[str, ...], settings: dict[str, str], code: int, said: str
) -> None:
    (tmp_path / "a-file").touch()
    answer = run(tmp_path, *options, **settings)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = run(tmp_path, "--port", str(taken.getsockname()[1]), "--store", "memory://")
    assert answer.returncode not in (0, 2)
    assert "ddress already in use" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""
