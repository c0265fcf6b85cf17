"""What modules set on the standing page is what the server draws when the page is made, to the digit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.browser.playground import PATIENCE, PAUSE_MS, Playground, eventually

READ = """(html) => {
  const made = html === null ? document : new DOMParser().parseFromString(html, "text/html");
  const all = (selector, read) => [...made.querySelectorAll(selector)].filter((e) => !e.closest("[hidden]")).map(read);
  const text = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  const shades = (stamp) => {
    if (stamp.localName === "svg") return stamp.dataset.digits;
    const { data } = stamp.getContext("2d").getImageData(0, 0, stamp.width, stamp.height);
    return data.filter((_, k) => k % 4 === 3).reduce((digits, alpha) => digits + Math.round((4 * alpha) / 255), "");
  };
  const number = (name) => (element) => Number(element.getAttribute(name));
  return {
    counters: all("#counters div", text),
    figures: all("#counters data", (data) => data.getAttribute("value")),
    rows: all("#batch tbody tr", (row) => [row.id, row.ariaCurrent, ...[...row.children].map(text)]),
    samples: all("#batch a", ({ dataset, search }) => [dataset.sample, search.includes(`sample=${dataset.sample}`)]),
    foot: all("#batch tfoot :is(a, span, td)", text),
    cells: all("#batch data", (data) => data.getAttribute("value")),
    stamps: all("#batch .stamp", shades),
    drawn: all("#batch .spark path", (path) => [path.getAttribute("class"), path.getAttribute("d")]),
    letters: all("#batch .letters", (span) => [span.title, span.innerHTML]),
    ticks: all("#chart .tick", (tick) => [number("x")(tick), text(tick)]),
    heights: all("#chart .grid", number("y1")),
    curves: all("#chart .series", (path) => [path.getAttribute("class"), path.dataset.title, path.getAttribute("d")]),
    keys: all("#chart .key", (key) => [text(key), key.querySelector("data").getAttribute("value")]),
    messages: all("#messages p", text),
    widths: all("#network :is([data-edge], [data-bias]) :is(.weight, .gradient)", number("stroke-width")),
  };
}"""


def expect_as_made(playground: Playground) -> dict[str, Any]:
    """Assert that the page stands as the server would make it now; gives what was read."""
    page = playground.page
    address = urljoin(page.url, f"/n/{playground.session}")

    def made() -> Any:
        return page.evaluate(READ, page.request.get(address).text())

    for _ in range(PATIENCE):  # the answer to the last action may still be under way
        standing, expected = page.evaluate(READ, None), made()
        if standing == expected:
            break
        page.wait_for_timeout(PAUSE_MS)
    assert standing == expected
    return dict(standing)


@pytest.mark.parametrize(
    "preset", ["circle", "digits", "cnn-digits", "rnn-echo", "char-rnn", "regression-sine"]
)
def test_after_every_action_the_page_stands_as_it_would_be_made(playground: Playground, preset: str) -> None:
    playground.open(f"/p/{preset}")
    for action in (
        "Forward",
        "Backward",
        "Step",
        "Step",
        "Undo",
        "Redo",
        "Step",
        "Undo",
        "Step",
        "Reset",
        "Step",
    ):
        expect_as_made(playground.press(action))


def test_where_all_curves_are_gone_it_is_said_again(playground: Playground) -> None:
    playground.open("/p/circle").press("Step", "Undo", "Forward", "Reset")
    expect(playground.page.locator("#chart .empty")).to_be_visible()


@pytest.mark.parametrize(
    "query", ["chart=gradient&gradient_log=1", "chart=loss&loss_log=1", "chart=accuracy"]
)
def test_the_other_curves_are_drawn_on_too(playground: Playground, query: str) -> None:
    playground.open("/p/circle").press("Step")
    page = playground.page
    page.request.get(
        urljoin(page.url, f"/n/{playground.session}/chart?{query}"), headers={"hx-request": "true"}
    )
    page.reload()
    for action in ("Step", "Step", "Undo", "Step"):
        assert expect_as_made(playground.press(action))["curves"]


def test_a_long_curve_ends_at_what_the_counters_say(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step").page
    step = urljoin(page.url, f"/api/sessions/{playground.session}/step")
    for _ in range(5):
        assert page.request.post(step, data={"steps": 1000}).ok
    page.reload()
    for action in ("Step", "Step", "Undo", "Step"):
        losses = playground.press(action).state()["loss"]
        expected = [losses[part] for part in ("batch", "train", "test")]
        eventually(page, lambda: [float(x) for _, x in page.evaluate(READ, None)["keys"]], expected)
    for part in ("batch", "train", "test"):
        path = page.locator(f"#chart .series.{part}").get_attribute("d") or ""
        assert path.split("L")[-1].startswith(
            "290.0 "
        )  # the right end of the axis, where the present step is


INSPECTED = """(html) => {
  const made = html === null ? document : new DOMParser().parseFromString(html, "text/html");
  const text = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  return [...made.querySelectorAll("#inspector *")].map((element) => [
    element.localName, element.id, element.className, text(element),
    ...["href", "value"].map((name) => element.getAttribute(name)),
  ]);
}"""


@pytest.mark.parametrize(
    "presses", [["backward", "step"], ["step", "backward", "step"], ["reset", "step", "backward"]]
)
def test_presses_that_wait_for_one_another_leave_the_inspector_as_it_would_be_made(
    playground: Playground, presses: list[str]
) -> None:
    page = playground.open("/p/circle").press("Step").page
    playground.edge("0,0,0").focus()
    page.keyboard.press("Enter")
    playground.press("Step", "Step")
    page.evaluate(
        """(presses) => {
          document.querySelector("#inspect").requestSubmit();
          for (const press of presses) document.querySelector(`[data-action=${press}]`).click();
        }""",
        presses,
    )
    address = urljoin(page.url, f"/n/{playground.session}?select=edge:0,0,0")

    def stands_as_made() -> bool:
        made = page.evaluate(INSPECTED, page.request.get(address).text())
        return bool(page.evaluate(INSPECTED, None) == made)

    playground.expect_step(2 + presses.count("step") if presses[0] != "reset" else 1)
    eventually(page, lambda: playground.state()["phase"], "backward" if presses[-1] == "backward" else "idle")
    eventually(page, stands_as_made, True)


def test_an_element_that_is_filled_in_later_keeps_no_attribute_of_what_stood_there(
    playground: Playground,
) -> None:
    page = playground.open("/p/circle").page
    kept = page.evaluate(
        """async () => {
          const module = document.querySelector("script[type=module]").src.replace(/[^/]*$/, "renew.js");
          const { renew } = await import(module);
          const list = document.body.appendChild(document.createElement("ul"));
          list.id = "list";
          list.innerHTML = '<li class="total">sum</li>';
          renew('<ul id="list"><li data-marks="\\u001f">\\u001f</li></ul>').forEach((fill) => fill("1"));
          return list.innerHTML;
        }"""
    )
    assert kept == '<li data-marks="1">1</li>'
