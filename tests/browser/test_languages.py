"""English and Simplified Chinese: chosen by the browser, switched on the page, kept."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.i18n import translate
from tests.browser.conftest import NewContext, Open
from tests.browser.playground import Playground

BUTTONS = ("Step", "Play", "Forward", "Backward", "Update", "Undo", "Redo", "Reset", "Share")
CHINESE = re.compile("[一-鿿]")
# Names of the field stay as they are; so do those of keys (<kbd>).
OPTIMISERS = {"SGD", "Nesterov", "AdaGrad", "RMSprop", "Adadelta", "Adam", "AdamW"}
ACTIVATIONS = {"sigmoid", "tanh", "ReLU", "ELU", "SELU", "GELU", "softplus", "SiLU", "softmax"}
NAMES = {
    "English",
    "LaTeX",
    "LaTeX：",
    "XOR",
    "AND",
    "y > sin x",
    "Huber",
    "sin x1",
    "sin x2",
    *OPTIMISERS,
    *ACTIVATIONS,
}
TEXTS = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const said = node.parentElement.closest("script, template, svg, math, code, .formula, kbd") === null;
    if (said) found.push(node.textContent.trim());
  }
  for (const element of document.querySelectorAll("main [aria-label]")) found.push(element.getAttribute("aria-label"));
  return found.filter((text) => /[A-Za-z]{3}/.test(text));
}"""


def language(page: Page) -> str:
    """What the page says its language is."""
    return str(page.evaluate("document.documentElement.lang"))


@pytest.mark.parametrize(
    ("accepted", "tag", "step"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "单步"),
        ("zh", "zh-Hans", "单步"),
        ("en-US,en;q=0.9,zh;q=0.8", "en", "Step"),
        ("fr-FR", "en", "Step"),
    ],
)
def test_the_browser_chooses(visit: Open, accepted: str, tag: str, step: str) -> None:
    playground = visit("/p/xor", extra_http_headers={"Accept-Language": accepted})
    assert language(playground.page) == tag
    assert playground.press(step).expect_numbers()["step"] == 1


def test_chinese_buttons_do_what_they_say(visit: Open) -> None:
    words = {name: translate("zh", name) for name in BUTTONS}
    assert all(CHINESE.search(word) for word in words.values())
    assert len(set(words.values())) == len(words)
    playground = visit("/p/xor?lang=zh")
    for word in words.values():
        expect(playground.button(word)).to_be_visible()
    playground.press(words["Forward"], words["Backward"], words["Update"])
    assert playground.expect_numbers()["step"] == 1
    assert playground.press(words["Undo"]).expect_numbers()["step"] == 0
    assert playground.press(words["Redo"]).expect_numbers()["step"] == 1
    assert playground.press(words["Reset"]).expect_numbers()["step"] == 0
    playground.button(words["Play"]).click()
    expect(playground.button(translate("zh", "Pause"))).to_be_visible()
    playground.button(translate("zh", "Pause")).click()
    expect(playground.button(words["Play"])).to_be_visible()


def test_no_english_sentence_is_left_on_a_chinese_page(visit: Open) -> None:
    playground = visit("/p/iris?lang=zh").press(translate("zh", "Backward"))
    playground.neuron("1,2").click()
    expect(playground.page.locator("#incoming")).to_be_visible()
    playground.press(translate("zh", "Share"))
    texts = set(playground.page.evaluate(TEXTS)) - NAMES
    assert sorted(text for text in texts if not CHINESE.search(text)) == []


def test_the_switch_keeps_the_session_and_the_choice(playground: Playground) -> None:
    page = playground.open("/p/circle?learning_rate=0.2").press("Step", "Step", "Forward").page
    before, session = playground.expect_numbers(), playground.session
    with page.expect_navigation():
        page.get_by_role("link", name="中文").click()
    assert (playground.session, language(page)) == (session, "zh-Hans")
    assert playground.expect_numbers() == before
    playground.press("单步")
    assert playground.expect_numbers()["step"] == 3

    tab = Playground(page.context.new_page()).open("/p/xor")
    assert language(tab.page) == "zh-Hans"
    with page.expect_navigation():
        page.get_by_role("link", name="English").click()
    assert (playground.session, language(page)) == (session, "en")
    assert playground.press("Step").expect_numbers()["step"] == 4
    tab.page.reload()
    assert language(tab.page) == "en"


def test_the_switch_before_the_first_step_stays_on_the_same_network(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    playground = Playground(page).open("/p/circle?learning_rate=0.2")
    session = playground.session
    page.get_by_role("link", name="中文").click()
    assert playground.session == session
    assert urlsplit(page.url).path == f"/n/{session}"
    assert playground.state()["spec"]["optimizer"]["learning_rate"] == 0.2


def test_answers_of_the_buttons_come_in_the_language_of_the_page(visit: Open) -> None:
    playground = visit("/p/xor?lang=zh")
    expect(playground.page.locator("#phase")).to_have_text(translate("zh", "at rest"))
    playground.press(translate("zh", "Backward"))
    done = translate("zh", "backward done")
    assert CHINESE.search(done)
    expect(playground.page.locator("#phase")).to_have_text(done)
