"""A real Chromium against a real server. Without a Chromium these tests fail; they are never skipped."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.playground import Playground
from tests.servers import Server, serving

HERE = Path(__file__).parent
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--lang=en-US",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]

NewContext = Callable[..., BrowserContext]
Open = Callable[..., Playground]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests last: the quick ones first, and none of them beside Playwright's event loop."""
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all tests share."""
    with serving(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    """Where relative links lead."""
    return server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """A system Chromium if there is one, else Playwright's own."""
    args = [*QUIET, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    system = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    return {**browser_type_launch_args, "args": args, "executable_path": system}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desktop."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}}


class Faults:
    """What went wrong in the browser: errors of scripts and of the console, breaches of the policy included."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """The test provokes messages like this one."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        """The messages nobody expects."""
        return [text for text in self.found if not any(re.search(p, text) for p in self.expected)]

    def missing(self) -> list[str]:
        """The expected patterns that no message matches."""
        return [p for p in self.expected if not any(re.search(p, text) for text in self.found)]

    def watch(self, context: BrowserContext) -> None:
        """Listen to all pages of a context."""
        context.on("weberror", lambda error: self.found.append(str(error.error)))
        context.on("console", self._note)

    def _note(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.found.append(line.text)


@pytest.fixture(autouse=True)
def faults() -> Iterator[Faults]:
    """Fails a test when anything went wrong in the browser that it did not expect."""
    faults = Faults()
    yield faults
    assert faults.unexpected() == []
    assert faults.missing() == []


@pytest.fixture
def new_context(new_context: NewContext, faults: Faults) -> NewContext:
    """Another browser, with cookies of its own, watched."""

    def made(**args: Any) -> BrowserContext:
        context = new_context(**args)
        faults.watch(context)
        return context

    return made


@pytest.fixture
def playground(page: Page) -> Playground:
    """The page under test; nothing is opened yet."""
    return Playground(page)


@pytest.fixture
def visit(new_context: NewContext) -> Open:
    """Open a link in a fresh browser."""

    def opened(path: str, **args: Any) -> Playground:
        return Playground(new_context(**args).new_page()).open(path)

    return opened
