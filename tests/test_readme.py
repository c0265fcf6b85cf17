"""The README is true: what it names is there."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.overrides import KNOWN
from app.presets import PRESETS
from app.settings import Settings
from app.spec import OPTIMIZER_MODELS, SCHEDULE_MODELS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_make_targets_it_names_exist() -> None:
    named = set(re.findall(r"make ([a-z][a-z-]+)", README))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    assert {"run", "test", "check", "bench"} <= named
    assert named <= targets


def test_the_two_commands_come_first() -> None:
    block = re.search(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    assert block is not None
    assert block[1].splitlines()[-1] == "make run"
    assert len(block[1].splitlines()) == 2


def test_the_files_it_names_exist() -> None:
    named = re.findall(r"`((?:app|LICENSES|docs|bench)/[\w./-]*|LICENSE)`", README)
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert len(named) > 8
    assert pictures
    assert [path for path in [*named, *pictures] if not (ROOT / path).exists()] == []


def test_its_screenshot_is_a_picture_of_the_page() -> None:
    data = (ROOT / "docs" / "page.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") >= 1280


def test_the_settings_a_link_can_override_are_those_it_lists() -> None:
    paragraph = next(
        part for part in README.split("\n\n") if part.startswith("Settings that a link can override")
    )
    listed = set(re.findall(r"`(\w+)`", paragraph))
    options = {
        name
        for model in (*OPTIMIZER_MODELS.values(), *SCHEDULE_MODELS.values())
        for name in model.model_fields
    }
    assert set(KNOWN) - options <= listed
    assert listed <= set(KNOWN)


def test_the_presets_it_names_exist() -> None:
    titles = {one.title for one in PRESETS.values()}
    named = re.findall(r"(?:preset|In|and) \*([^*]+)\*", README)
    assert len(named) == 6
    assert set(named) <= titles


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(store="memory://")))


def test_the_links_it_shows_open(client: TestClient) -> None:
    links = re.findall(r"`(/(?:p|docs|openapi)[^`{]*)`", README)
    assert len(links) >= 4
    for link in links:
        assert client.get(link).status_code == 200, link


def test_the_calls_it_shows_work(client: TestClient) -> None:
    calls = re.findall(r"curl .*", README)
    assert len(calls) == 4
    session = client.post("/api/sessions", json={"preset": "xor"}).json()["id"]
    for call in calls[1:]:
        path = re.search(r"8000(/\S+)", call)
        assert path is not None
        url = path[1].replace("{id}", session)
        answer = client.post(url, json={"steps": 100}) if "POST" in call else client.get(url)
        assert answer.status_code == 200, call


def test_the_settings_it_names_are_settings() -> None:
    named = {name.lower() for name in re.findall(r"PLAYGROUND_([A-Z_]+)", README)}
    assert named
    assert named <= set(Settings.model_fields)
