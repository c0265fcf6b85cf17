"""A real Chromium as the bench uses it: pages that are seen, clicks that are timed inside them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Playwright

SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--lang=en-US", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CHROMIUM_MISSING = "make test brings a Chromium along where there is none"
SCREEN = {"width": 1440, "height": 900}

# From the click to the frame behind what it changed, in milliseconds; the click comes at any time within a frame.
CLICKED = """([button, watched]) => new Promise((resolve) => setTimeout(() => {
  const shown = new MutationObserver(() => {
    shown.disconnect();
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => resolve(performance.now() - clicked);
      painted.port2.postMessage(null);
    });
  });
  shown.observe(document.querySelector(watched), { childList: true, characterData: true, subtree: true });
  const clicked = performance.now();
  document.querySelector(button).click();
}, 17 * Math.random()))"""

# While it plays: updates made, and frames that showed another step, in so many milliseconds.
PLAYED = """(time) => new Promise((resolve) => {
  const step = () => Number(document.querySelector("#step").textContent);
  let [frames, last, begun, first] = [0, step(), performance.now(), step()];
  const look = () => {
    const now = step();
    if (now !== last) frames += 1;
    last = now;
    const past = performance.now() - begun;
    if (past < time) requestAnimationFrame(look);
    else resolve({ painted: (1000 * frames) / past, batches: (1000 * (now - first)) / past });
  };
  requestAnimationFrame(look);
})"""

# When anything was first painted on a page.
FIRST_PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") resolve(startTime);
}).observe({ type: "paint", buffered: true }))"""

# When the drawing of the network was painted, and what had been transferred by then.
SEEN = """async () => {
  while (!window.drawn || document.readyState !== "complete") await new Promise((resolve) => setTimeout(resolve, 20));
  const drawn = window.drawn;
  const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const sum = (some) => some.reduce((bytes, file) => bytes + file.transferSize, 0);
  return { before: sum(files.filter((file) => file.responseEnd <= drawn)), all: sum(files) };
}"""
DRAWN = """
  const look = () => requestAnimationFrame(() => {
    if (!document.querySelector("#network [data-neuron]")) look();
    else setTimeout(() => { window.drawn = performance.now(); });
  });
  look();
"""


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium of its own: what it has in front is painted, whatever another one shows."""
    found = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    args = [*QUIET, *(["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else [])]
    browser = playwright.chromium.launch(executable_path=found, args=args)
    try:
        yield browser
    finally:
        browser.close()


def opened(browser: Browser, url: str, script: str = "") -> Page:
    """A page in a window of its own, with nothing kept from before."""
    page = browser.new_context(viewport=SCREEN, locale="en-US").new_page()  # type: ignore[arg-type]
    if script:
        page.add_init_script(script)
    answer = page.goto(url)
    if answer is None or not answer.ok:
        raise RuntimeError(f"{url} was not answered: {answer and answer.status}")
    return page


def clicked(page: Page, button: str, watched: str) -> float:
    """Milliseconds from a click to the frame that shows what came of it."""
    return float(page.evaluate(CLICKED, [button, watched]))


def heap(session: CDPSession) -> float:
    """Bytes of JavaScript that are in use, garbage collected before."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = session.send("Runtime.getHeapUsage")
    return float(used["usedSize"])
