"""The catalogues: complete, fit to be formatted, and used on every page."""

from __future__ import annotations

import re
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from starlette.datastructures import URL
from starlette.testclient import TestClient

from app.i18n import translate
from app.main import create_app
from app.settings import Settings

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "messages.py"
TOOL: dict[str, Any] = runpy.run_path(str(SCRIPT))
LOCALE = "zh_CN"
CATALOGUE: Path = TOOL["LOCALES"] / LOCALE / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"\{(\w+)\}")
BUTTONS = {
    "Step": "单步",
    "Forward": "前向",
    "Backward": "反向",
    "Update": "更新",
    "Undo": "撤销",
    "Redo": "重做",
    "Reset": "重置",
    "Play": "播放",
    "Pause": "暂停",
    "Share": "分享",
}


def entries(path: Path = CATALOGUE) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=LOCALE) if message.id]


def copied(folder: Path) -> Path:
    """A copy of the catalogue, at its place below `folder`."""
    path = folder / CATALOGUE.relative_to(TOOL["LOCALES"])
    path.parent.mkdir(parents=True)
    return Path(shutil.copy(CATALOGUE, path))


def text_of(message: Message) -> str:
    assert isinstance(message.id, str)
    return message.id


def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code of `--check` and what it prints."""
    monkeypatch.setattr(sys, "argv", ["messages.py", "--check"])
    code = TOOL["main"]()
    return code, capsys.readouterr().out.splitlines()


def test_check_passes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = CATALOGUE.read_bytes()
    assert checked(monkeypatch, capsys) == (0, ["catalogues: complete"])
    assert CATALOGUE.read_bytes() == before


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    path, wanted = copied(tmp_path), TOOL["extracted"]()
    TOOL["write"](path, TOOL["updated"](path, wanted))
    once = path.read_bytes()
    TOOL["write"](path, TOOL["updated"](path, wanted))
    assert path.read_bytes() == once
    assert [(m.id, m.string) for m in entries(path)] == [(m.id, m.string) for m in entries()]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('msgid "Redo"\nmsgstr "重做"\n', "", ["missing: 'Redo'"]),
        ('msgid "Redo"\nmsgstr "重做"\n', 'msgid "Redo"\nmsgstr ""\n', ["untranslated: 'Redo'"]),
        ('msgid "Redo"\n', '#, fuzzy\nmsgid "Redo"\n', ["untranslated: 'Redo'"]),
        ('msgid "Redo"\n', 'msgid "Again"\n', ["missing: 'Redo'", "no longer used: 'Again'"]),
        ("第 {n} 步发散", "第 {step} 步发散", ["other places: 'Training has diverged at step {n}.'"]),
        ("第 {n} 步发散", "该步发散", ["other places: 'Training has diverged at step {n}.'"]),
    ],
    ids=["missing", "empty", "fuzzy", "stale", "another-place", "no-place"],
)
def test_check_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    says: list[str],
) -> None:
    text = CATALOGUE.read_text("utf-8")
    assert text.count(old) == 1
    path = copied(tmp_path)
    path.write_text(text.replace(old, new), "utf-8")
    monkeypatch.setitem(TOOL["main"].__globals__, "LOCALES", tmp_path)
    assert checked(monkeypatch, capsys) == (1, [f"{LOCALE}: {line}" for line in says])


def test_entries_format_with_their_places() -> None:
    for message in entries():
        names = PLACE.findall(text_of(message))
        values = {name: f"⟨{name}⟩" for name in names}
        shown = translate("zh", text_of(message), **values)
        assert all(shown.count(value) >= 1 for value in values.values()), message.id
        assert not PLACE.search(shown), message.id


HAN, LATIN = r"[\u4e00-\u9fff]", r"[A-Za-z0-9{}]"
STRAY = re.compile(rf"{HAN}{LATIN}|{LATIN}{HAN}|  |{HAN} ?[,;:!?]|[,;:!?] ?{HAN}|{HAN}\.|^\s|\s$")


def test_translations_keep_one_style() -> None:
    """One space between Chinese and Latin letters, digits or places; Chinese punctuation beside Chinese."""
    assert not [
        (message.string, found[0]) for message in entries() if (found := STRAY.findall(str(message.string)))
    ]


@pytest.mark.parametrize(("english", "chinese"), BUTTONS.items())
def test_buttons(english: str, chinese: str) -> None:
    assert translate("zh", english) == chinese


class VisibleTexts(HTMLParser):
    """What a page shows or says: its text nodes, and the attributes that are texts; code is left out."""

    SILENT = ("script", "style", "code")
    SPOKEN = ("aria-label", "alt", "placeholder", "data-play", "data-pause", "data-copied")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.found.update(value for name, value in attrs if value and name in self.SPOKEN)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.add(" ".join(data.split()))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store="memory://"))) as made:
        yield made


@pytest.fixture(scope="module")
def english() -> frozenset[str]:
    """The msgids that no Chinese page may show: those that read otherwise in Chinese."""
    return frozenset(text_of(message) for message in entries() if message.string != message.id)


def selected(client: TestClient, place: str) -> str:
    """The path of a session after a backward pass, with an edge or a neuron selected."""
    session = client.post("/api/sessions", json={"preset": "circle"}).json()["id"]
    assert client.post(f"/api/sessions/{session}/backward").status_code == 200
    return f"/n/{session}?select={place}"


# name -> where the page is, and an English text of it, so that it is known to be the page that is meant
PAGES: dict[str, tuple[Callable[[TestClient], str], str]] = {
    "home": (lambda _: "/", "Learning rate"),
    "own-network": (lambda _: "/p/xor?learning_rate=0.3", "A network of its own"),
    "edge": (lambda client: selected(client, "edge:1,0,0"), "sum"),
    "neuron": (lambda client: selected(client, "neuron:1,0"), "Weights into this neuron"),
    "not-found": (lambda _: "/nowhere", "Not found"),
    "refused": (lambda _: "/p/xor?batch_size=0", "The spec is not valid."),
}


@pytest.mark.parametrize(("where", "text"), PAGES.values(), ids=PAGES)
def test_chinese_pages_show_no_english(
    client: TestClient, english: frozenset[str], where: Callable[[TestClient], str], text: str
) -> None:
    url = URL(where(client))
    texts = {
        code: VisibleTexts(client.get(str(url.include_query_params(lang=code))).text).found
        for code in ("en", "zh")
    }
    assert text in texts["en"] & english
    assert translate("zh", text) in texts["zh"]
    assert not texts["zh"] & english


def test_home_in_chinese_says_so_and_has_its_buttons(client: TestClient) -> None:
    answer = client.get("/?lang=zh")
    assert answer.headers["content-language"] == "zh-Hans"
    assert '<html lang="zh-Hans">' in answer.text
    assert VisibleTexts(answer.text).found >= set(BUTTONS.values())
