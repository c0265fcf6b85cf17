"""The page as a user holds it, and the API's answers about the session that it shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urljoin

from playwright.sync_api import Locator, Page, expect

T = TypeVar("T")
PATIENCE = 100  # readings before a page that does not follow is a failure
PAUSE_MS = 30

READ = """() => {
  const all = (selector, key, weight, gradient) => Object.fromEntries(
    [...document.querySelectorAll(selector)].map(({ dataset: d }) => [d[key], [d[weight], d[gradient]]]));
  return {
    step: Number(document.querySelector("#step").textContent),
    phase: document.querySelector("#phase").dataset.phase,
    loss: document.querySelector("#batch-loss").value,
    edges: all("[data-edge]", "edge", "weight", "gradient"),
    biases: all("[data-neuron][data-bias]", "neuron", "bias", "biasGradient"),
  };
}"""


def parsed(text: str | None) -> float | None:
    """The number an attribute holds; None where it is empty or absent."""
    return float(text) if text else None


def eventually(page: Page, read: Callable[[], T], expected: T) -> None:
    """Assert that `read` comes to give `expected`."""
    for _ in range(PATIENCE):
        if read() == expected:
            return
        page.wait_for_timeout(PAUSE_MS)
    assert read() == expected


def shown_of(state: dict[str, Any]) -> dict[str, Any]:
    """What a page that draws every edge has to show of a State."""
    edges: dict[str, list[float | None]] = {}
    biases: dict[str, list[float | None]] = {}
    for layer, parameters in enumerate(state["parameters"]):
        gradients = state["gradients"][layer] if state["gradients"] else None
        for source, row in enumerate(parameters["W"]):
            for unit, weight in enumerate(row):
                slope = gradients["W"][source][unit] if gradients else None
                edges[f"{layer},{source},{unit}"] = [weight, slope]
        for unit, bias in enumerate(parameters["b"]):
            biases[f"{layer + 1},{unit}"] = [bias, gradients["b"][unit] if gradients else None]
    shown = {"step": state["step"], "phase": state["phase"], "loss": state["loss"]["batch"]}
    return {**shown, "edges": edges, "biases": biases}


def link_to(spec: dict[str, Any]) -> str:
    """The path that opens any network."""
    return f"/n?spec={quote(json.dumps(spec))}"


class Playground:
    """A page of the playground, with JavaScript."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answer: dict[str, Any] = {}  # to the last button that was pressed

    def open(self, path: str) -> Playground:
        """Follow a link; the answer has to be a playground."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, answer.text()
        expect(self.page.locator("#playground")).to_be_visible()
        return self

    @property
    def session(self) -> str:
        """The id of the session shown."""
        return self.page.locator("#playground").get_attribute("data-session") or ""

    def api(self, path: str = "") -> Any:
        """What the API says about this session to this browser."""
        answer = self.page.request.get(urljoin(self.page.url, f"/api/sessions/{self.session}{path}"))
        assert answer.ok, answer.text()
        return answer.json()

    def state(self) -> dict[str, Any]:
        """State."""
        return dict(self.api())

    def button(self, name: str) -> Locator:
        """The button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, *names: str) -> Playground:
        """Press one button after the other, each when the server has answered the one before."""
        for name in names:
            with self.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
                self.button(name).click()
            answer.value.finished()
            is_json = answer.value.header_value("content-type") == "application/json"
            self.answer = answer.value.json() if is_json else {}
        return self

    def brought(self, name: str) -> dict[str, Any]:
        """What the last answer has brought the modules under a name; before any button what the page was made with."""
        if name in self.answer:
            return dict(self.answer[name])
        return dict(json.loads(self.page.locator(f"#{name}").text_content() or "{}"))

    def shown(self) -> dict[str, Any]:
        """Every number on the drawing, the step, the phase and the batch loss."""
        read = self.page.evaluate(READ)
        for kind in ("edges", "biases"):
            read[kind] = {place: [parsed(text) for text in texts] for place, texts in read[kind].items()}
        return {**read, "loss": parsed(read["loss"])}

    def expect_numbers(self) -> dict[str, Any]:
        """Assert that the page comes to show the API's State, to the last bit; gives the State."""
        for _ in range(PATIENCE):
            state = self.state()  # read anew: the answer to the last step may still be under way
            if self.shown() == shown_of(state):
                return state
            self.page.wait_for_timeout(PAUSE_MS)
        assert self.shown() == shown_of(state)
        return state

    def edge(self, place: str) -> Locator:
        """An edge of the drawing by layer, source and unit."""
        return self.page.locator(f'[data-edge="{place}"]')

    def neuron(self, place: str) -> Locator:
        """A neuron of the drawing by layer and unit."""
        return self.page.locator(f'[data-neuron="{place}"]')

    def value(self, selector: str) -> float:
        """The whole number that a <data> element carries."""
        return float(self.page.locator(selector).get_attribute("value") or "nan")

    def expect_step(self, step: int) -> None:
        """The step counter comes to show `step`."""
        expect(self.page.locator("#step")).to_have_text(str(step))


def numbers_in(nested: Any) -> list[float]:
    """Every number of nested lists and objects, in their order."""
    if isinstance(nested, dict):
        nested = list(nested.values())
    return [x for each in nested for x in numbers_in(each)] if isinstance(nested, list) else [nested]
